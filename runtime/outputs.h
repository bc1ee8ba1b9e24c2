/* outputs.h: what a program may write to without destroying what it works with. */
#ifndef NNRT_OUTPUTS_H
#define NNRT_OUTPUTS_H

#include "runtime/options.h"

/* Exit 2 when `path` is the file of the model, of its data, one among the pictures of a folder, or
 * one of `others` (paths; NULL: none). A file that exists is known by any of its names. */
bool nnrt_output_is_free(const NnrtModel *model, const NnrtOptions *options, const char *path,
                         const char *const *others, int other_count, NnrtError *error);

/* Exit 2 when `path` is a file of weights: training takes long, so only `train --out` replaces
 * those. */
bool nnrt_output_is_no_weights(const char *path, NnrtError *error);

#endif
