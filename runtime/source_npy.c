/* source_npy.c: npy("inputs", "targets") as a source. */

#include "runtime/npy.h"
#include "runtime/source.h"

bool nnrt_source_npy(const NnrtPaths *paths, int64_t path_count, const NnrtReadOptions *options,
                     NnrtTable *table, NnrtError *error) {
    return nnrt_source_arrays(nnrt_npy_read, paths, path_count, options, table, error);
}
