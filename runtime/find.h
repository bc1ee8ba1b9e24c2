/* find.h: from a path written in a model to files that exist.
 *
 * `*` in the last step of a path stands for any characters (none of a leading dot); the files found
 * are sorted by their bytes, so the order never depends on the file system or a locale.
 */
#ifndef NNRT_FIND_H
#define NNRT_FIND_H

#include "runtime/error.h"

typedef struct NnrtPaths {
    char **items; /* owned texts */
    int64_t count;
} NnrtPaths;

/* Looks for `pattern` in the folders in turn ("" is the working directory; an absolute path and
 * "-" are taken as they are) and gives the file, or all files, of the first folder that has any.
 * None: exit 3 with a message that lists where it was looked for. Free with nnrt_paths_free(). */
bool nnrt_find(const char *pattern, const char *const *folders, int64_t folder_count,
               NnrtPaths *paths, NnrtError *error);

void nnrt_paths_free(NnrtPaths *paths);

#endif
