/* outputs.c: see outputs.h. */

#include "runtime/outputs.h"

#include "runtime/file.h"
#include "runtime/find.h"

#include <string.h>
#include <sys/stat.h>

/* A file that is not there yet is known by its name only. */
static bool same_name(const char *a, const char *b) {
    while (strncmp(a, "./", 2) == 0)
        a += 2;
    while (strncmp(b, "./", 2) == 0)
        b += 2;
    return strcmp(a, b) == 0;
}

static bool refuse(const char *path, const char *what, NnrtError *error) {
    return nnrt_fail(error, NNRT_EXIT_USAGE, "%s is %s and is not replaced", path, what);
}

/* Whether `path` is one of the files of a source. */
static bool is_data(const NnrtSource *source, const NnrtOptions *options, const char *path) {
    bool found_it = false;
    for (int64_t k = 0; source && k < source->path_count; k++) {
        NnrtPaths found = {0};
        NnrtError missing = {0}; /* reported when the data is read */
        if (nnrt_find(source->paths[k], options->folders, options->folder_count, &found, &missing))
            for (int64_t f = 0; f < found.count; f++)
                found_it = found_it || nnrt_same_file(path, found.items[f]);
        nnrt_paths_free(&found);
    }
    return found_it;
}

bool nnrt_output_is_free(const NnrtModel *model, const NnrtOptions *options, const char *path,
                         const char *const *others, int other_count, NnrtError *error) {
    const NnrtSource *sources[] = {model->train_source, model->validation_source,
                                   model->test_source};
    struct stat status;
    if (stat(path, &status) == 0) {
        if (nnrt_same_file(path, model->source_path))
            return refuse(path, "the model itself", error);
        for (int i = 0; i < 3; i++)
            if (is_data(sources[i], options, path)) return refuse(path, "the data", error);
    }
    for (int i = 0; i < other_count; i++)
        if (others[i] && (same_name(path, others[i]) || nnrt_same_file(path, others[i])))
            return nnrt_fail(error, NNRT_EXIT_USAGE, "%s is named by another option too", path);
    return true;
}
