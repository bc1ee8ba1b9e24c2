/* source_idx.c: idx("inputs", "targets") as a source. */

#include "runtime/idx.h"
#include "runtime/source.h"

bool nnrt_source_idx(const NnrtPaths *paths, int64_t path_count, const NnrtReadOptions *options,
                     NnrtTable *table, NnrtError *error) {
    return nnrt_source_arrays(nnrt_idx_read, paths, path_count, options, table, error);
}
