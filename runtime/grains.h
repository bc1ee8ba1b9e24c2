/* grains.h: one training step on a batch that is cut into parts.
 *
 * With `grains = G` a batch of n samples is cut into min(G, n) contiguous parts; part g has the
 * samples n g / G .. n (g + 1) / G - 1 (whole quotients), so sizes differ by at most one. The view
 * `grain` runs on each; what it leaves in the joined variables is added by a binary counter, as the
 * chunks of a long product are (compiler/codegen/matmul_tree.c):
 *
 *   grain g:  sum = its values; for l = 0, 1, ... while bit l of g is set: sum = slot[l] + sum;
 *             slot[l] = sum
 *   at last:  sum = the lowest slot whose bit is set in the count; for each higher one
 *             sum = slot[l] + sum
 *
 * Then train_step runs on the sums. The memory of samples is that of one part. With one grain a
 * step is a run of train_step.
 */
#ifndef NNRT_GRAINS_H
#define NNRT_GRAINS_H

#include "runtime/session.h"

typedef struct NnrtGrains {
    int64_t most;         /* parts of a batch; 1: it is not cut */
    int64_t slot_bytes;   /* of all joined variables */
    unsigned char *slots; /* a slot for each bit of `most`; owned */
} NnrtGrains;

/* Copies samples first .. first + count - 1 of the batch to the arena; false when that fails. */
typedef bool (*NnrtGatherPart)(void *user, int64_t first, int64_t count);

/* Samples that a session must have room for, to train on batches of `batch`. */
int64_t nnrt_grain_capacity(const NnrtModel *model, int64_t batch);

/* What nnrt_grains_init() takes, in bytes. */
int64_t nnrt_grain_bytes(const NnrtModel *model);

/* Exit 4 when memory is out; free in any case. */
bool nnrt_grains_init(NnrtGrains *grains, const NnrtModel *model, NnrtError *error);
void nnrt_grains_free(NnrtGrains *grains);

/* One step on a batch of `count` samples, whose first has number `position` in the epoch's order;
 * context.step and what else views read is set before. False, with the variables as they were, when
 * gathering failed. */
bool nnrt_train_step(NnrtSession *session, NnrtGrains *grains, int64_t position, int64_t count,
                     NnrtGatherPart gather, void *user);

#endif
