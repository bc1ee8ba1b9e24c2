/* outputs.h: what a program may write to without destroying what it works with. */
#ifndef NNRT_OUTPUTS_H
#define NNRT_OUTPUTS_H

#include "runtime/options.h"

/* Exit 2 when `path` is the file of the model, of its data, or one of `others` (paths; NULL: none).
 * A file that exists is known
 * by any of its names. */
bool nnrt_output_is_free(const NnrtModel *model, const NnrtOptions *options, const char *path,
                         const char *const *others, int other_count, NnrtError *error);

#endif
