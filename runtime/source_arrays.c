/* source_arrays.c: what idx(...) and npy(...) share: files of inputs paired with files of targets.
 */

#include "runtime/source.h"

bool nnrt_source_arrays(NnrtArrayReader read, const NnrtPaths *paths, int64_t path_count,
                        const NnrtReadOptions *options, NnrtTable *table, NnrtError *error) {
    bool targets = path_count > 1 && nnrt_table_with_targets(table, options);
    if (targets && paths[0].count != paths[1].count)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                         "%lld files of inputs but %lld files of targets",
                         (long long)paths[0].count, (long long)paths[1].count);
    return nnrt_arrays_read(read, (const char *const *)paths[0].items,
                            targets ? (const char *const *)paths[1].items : NULL, paths[0].count,
                            options, table, error);
}
