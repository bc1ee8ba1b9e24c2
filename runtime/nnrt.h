/* nnrt.h: the program around a compiled model.
 *
 * The compiler emits a constant NnrtModel (abi.h) and, for an executable, a main() that calls
 * nnrt_main() with it. `nnc run` calls the same function on the model it compiled in memory.
 */
#ifndef NNRT_NNRT_H
#define NNRT_NNRT_H

#include "runtime/abi.h"

/* Runs `PROGRAM COMMAND [options] [files]` and returns the exit code (docs: the program's
 * commands). argv[0] is how the program names itself. `model_folder` is where data is looked for
 * after --data and NNC_DATA and before the working directory; "" for the working directory only. */
int nnrt_main(const NnrtModel *model, int argc, char **argv, const char *model_folder);

/* The same, doing `command` where the arguments name none (NULL: the help text). */
int nnrt_main_with(const NnrtModel *model, int argc, char **argv, const char *model_folder,
                   const char *command);

/* The readers and openers that a descriptor may refer to. */
typedef struct NnrtSymbol {
    const char *name;
    const void *address;
} NnrtSymbol;
const NnrtSymbol *nnrt_symbols(int *count);

#endif
