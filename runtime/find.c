/* find.c: patterns with `*`, and the folders where data is looked for.
 *
 * Only the last step of a path may hold `*`; anything more would need a walk over folders that a
 * model's author did not mean. What is found is sorted by bytes.
 */
#include "runtime/find.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Whether `name` has the form of `pattern`: on a mismatch the last star takes one character more,
 * so the work is at most the product of the lengths. */
static bool matches(const char *pattern, const char *name) {
    const char *star = NULL, *again = NULL;
    while (*name) {
        if (*pattern == '*') {
            star = pattern++;
            again = name;
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star + 1;
            name = ++again;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == 0;
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Takes `text` over, also when it fails. */
static bool add_path(NnrtPaths *paths, char *text, NnrtError *error) {
    char **items = text ? nnrt_resize(paths->items, paths->count + 1, sizeof *items, error) : NULL;
    if (!items) {
        free(text);
        return false;
    }
    paths->items = items;
    items[paths->count++] = text;
    return true;
}

static char *join(const char *folder, int64_t folder_length, const char *name, NnrtError *error) {
    bool slash = folder_length > 0 && folder[folder_length - 1] != '/';
    int64_t name_length = (int64_t)strlen(name);
    char *path = nnrt_allocate(folder_length + slash + name_length + 1, 1, error);
    if (!path) return NULL;
    memcpy(path, folder, (size_t)folder_length);
    if (slash) path[folder_length] = '/';
    memcpy(path + folder_length + slash, name, (size_t)name_length);
    return path;
}

/* Whether a pattern means this entry of a folder: hidden files only when it says so. */
static bool is_meant(const char *pattern, const char *name) {
    if (name[0] == '.' && (pattern[0] != '.' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0))
        return false;
    return matches(pattern, name);
}

/* Adds what matches the last step of `path` in its folder; a folder that is not there has none. */
static bool expand(const char *path, NnrtPaths *paths, NnrtError *error) {
    const char *slash = strrchr(path, '/');
    const char *pattern = slash ? slash + 1 : path;
    char *folder = nnrt_copy_text(slash ? path : ".", slash ? slash + 1 - path : 1, error);
    if (!folder) return false;
    DIR *directory = opendir(folder);
    free(folder);
    if (!directory)
        return errno == ENOENT || errno == ENOTDIR ||
               nnrt_fail_errno(error, NNRT_EXIT_FORMAT, path, errno);
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(directory));)
        if (is_meant(pattern, entry->d_name))
            good = add_path(paths, join(path, slash ? slash + 1 - path : 0, entry->d_name, error),
                            error);
    closedir(directory);
    if (good && paths->count)
        qsort(paths->items, (size_t)paths->count, sizeof *paths->items, compare_texts);
    return good;
}

/* Adds the file or files that `path` means, if they exist. Takes `path` over. */
static bool add_existing(char *path, NnrtPaths *paths, NnrtError *error) {
    const char *slash = strrchr(path, '/');
    struct stat status;
    if (strcmp(path, "-") == 0 || stat(path, &status) == 0) return add_path(paths, path, error);
    bool good = true;
    if (strchr(slash ? slash : path, '*'))
        good = expand(path, paths, error);
    else if (errno != ENOENT && errno != ENOTDIR)
        good = nnrt_fail_errno(error, NNRT_EXIT_FORMAT, path, errno);
    free(path);
    return good;
}

static bool not_found(const char *pattern, const char *const *folders, int64_t folder_count,
                      NnrtError *error) {
    char list[300] = "";
    size_t used = 0;
    for (int64_t i = 0; i < folder_count; i++) {
        const char *folder = *folders[i] ? folders[i] : "the working directory";
        size_t length = strlen(folder);
        if (used + length + 8 > sizeof list) break;
        memcpy(list + used, i ? ", " : "", i ? 2 : 0);
        used += i ? 2 : 0;
        memcpy(list + used, folder, length + 1);
        used += length;
    }
    const char *what = strchr(pattern, '*') ? "no file of this name" : "no such file";
    return used ? nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: %s (looked in: %s)", pattern, what, list)
                : nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: %s", pattern, what);
}

bool nnrt_find(const char *pattern, const char *const *folders, int64_t folder_count,
               NnrtPaths *paths, NnrtError *error) {
    *paths = (NnrtPaths){0};
    bool fixed = pattern[0] == '/' || strcmp(pattern, "-") == 0;
    bool good = true;
    for (int64_t i = 0; good && !paths->count && i < (fixed ? 1 : folder_count); i++) {
        const char *folder = fixed ? "" : folders[i];
        char *path = join(folder, (int64_t)strlen(folder), pattern, error);
        good = path && add_existing(path, paths, error);
    }
    if (good && paths->count) return true;
    nnrt_paths_free(paths);
    return good ? not_found(pattern, folders, fixed ? 0 : folder_count, error) : false;
}

void nnrt_paths_free(NnrtPaths *paths) {
    for (int64_t i = 0; i < paths->count; i++)
        free(paths->items[i]);
    free(paths->items);
    *paths = (NnrtPaths){0};
}
