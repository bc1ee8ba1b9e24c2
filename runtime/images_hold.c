/* images_hold.c: whether an output would fall among the pictures that are read. See images.h.
 *
 * Files are told apart by what the system knows them by, not by their names, so links to a picture
 * or to the folder of a class hide nothing.
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include "runtime/images.h"

#include "runtime/find.h"
#include "runtime/picture.h"

#include <stdlib.h>
#include <string.h>

/* The path with links resolved; of a file that is not there yet its folder's. NULL: there is no
 * such folder either, so nothing can be written. */
static char *resolve(const char *path) {
    char *real = realpath(path, NULL);
    if (real) return real;
    const char *slash = strrchr(path, '/');
    char *folder = nnrt_copy_text(slash ? path : ".", slash ? slash + 1 - path : 1, NULL);
    if (folder) real = realpath(folder, NULL);
    free(folder);
    return real;
}

/* Whether `real` is `folder` or anything below it. */
static bool lies_in(char *real, const char *folder) {
    bool found = nnrt_same_file(real, folder);
    for (size_t at = strlen(real); !found && at-- > 1;) {
        if (real[at] != '/') continue;
        real[at] = 0;
        found = nnrt_same_file(real, folder);
        real[at] = '/';
    }
    return found;
}

/* Looks at what stands in `folder`: folders of classes, where a link may lead anywhere, and in
 * these (`real` NULL) whether a picture is the file `path`; NULL: there is no such file yet. */
static bool holds_entry(const char *folder, const char *path, char *real) {
    size_t length = strlen(folder);
    char *pattern = nnrt_allocate((int64_t)length + 3, 1, NULL);
    if (!pattern) return false;
    memcpy(pattern, folder, length);
    memcpy(pattern + length, "/*", 2);
    NnrtPaths entries = {0};
    bool found = false;
    if (nnrt_find(pattern, (const char *const[]){""}, 1, &entries, NULL))
        for (int64_t i = 0; !found && i < entries.count; i++) {
            const char *entry = entries.items[i];
            found = real ? lies_in(real, entry) || (path && holds_entry(entry, path, NULL))
                         : nnrt_same_file(path, entry);
        }
    nnrt_paths_free(&entries);
    free(pattern);
    return found;
}

/* Whether `path` stands directly in `folder`, where one works, and is no picture. */
static bool stands_beside(const char *folder, const char *path) {
    const char *slash = strrchr(path, '/');
    if (nnrt_picture_name(path) || !nnrt_same_file(folder, ".")) return false;
    return !slash || (slash == path + 1 && path[0] == '.');
}

bool nnrt_images_hold(const char *folder, const char *path) {
    char *real = strcmp(path, "-") == 0 ? NULL : resolve(path); /* "-": standard output */
    const char *there = nnrt_same_file(path, path) ? path : NULL;
    bool found = real && ((lies_in(real, folder) && !stands_beside(folder, path)) ||
                          holds_entry(folder, there, real));
    free(real);
    return found;
}
