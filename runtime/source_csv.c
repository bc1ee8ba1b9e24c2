/* source_csv.c: csv("a.csv", ...) as a source. */

#include "runtime/csv.h"
#include "runtime/source.h"

bool nnrt_source_csv(const NnrtPaths *paths, int64_t path_count, const NnrtReadOptions *options,
                     NnrtTable *table, NnrtError *error) {
    for (int64_t i = 0; i < path_count; i++)
        if (!nnrt_csv_read((const char *const *)paths[i].items, paths[i].count, options, table,
                           error))
            return false;
    return true;
}
