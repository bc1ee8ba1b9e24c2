/* trap.h: where a value that is not finite comes from.
 *
 * A step is first made as always. When its loss, its penalty or a variable is not finite then, the
 * variables go back to what they were before, and the same step is made once more kernel by kernel,
 * each result being looked through. From the kernel that spoilt the loss (or a variable) the way
 * leads back, over what it read, to one that made something not finite of finite values.
 */
#ifndef NNRT_TRAP_H
#define NNRT_TRAP_H

#include "runtime/observe.h"

typedef struct NnrtTrap {
    void *before; /* the variables before the step; owned */
} NnrtTrap;

/* Free in any case. */
bool nnrt_trap_init(NnrtTrap *trap, const NnrtModel *model, NnrtError *error);
void nnrt_trap_free(NnrtTrap *trap);

/* For session->watch, with the trap as session->watcher, while training. Sets session->failure,
 * exit 5, with the operation, its line, the step and the rows when something is not finite. */
void nnrt_trap_watch(NnrtSession *session, const NnrtView *view, int64_t count);

#endif
