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

/* `path` must not be one of the files of a source, nor fall among those of a folder. */
static bool check_source(const NnrtSource *source, const NnrtOptions *options, const char *path,
                         NnrtError *error) {
    for (int64_t k = 0; source && k < source->path_count; k++) {
        NnrtPaths found = {0};
        NnrtError missing = {0}; /* reported when the data is read */
        if (nnrt_find(source->paths[k], options->folders, options->folder_count, &found, &missing))
            for (int64_t f = 0; f < found.count; f++) {
                const char *data = found.items[f];
                if (nnrt_same_file(path, data))
                    refuse(path, "the data", error);
                else if (source->holds && source->holds(data, path))
                    nnrt_fail(error, NNRT_EXIT_USAGE,
                              "%s is among the data in %s and is not written", path, data);
            }
        nnrt_paths_free(&found);
    }
    return error->exit_code == 0;
}

bool nnrt_output_is_free(const NnrtModel *model, const NnrtOptions *options, const char *path,
                         const char *const *others, int other_count, NnrtError *error) {
    const NnrtSource *sources[] = {model->train_source, model->validation_source,
                                   model->test_source};
    if (nnrt_same_file(path, model->source_path)) return refuse(path, "the model itself", error);
    for (int i = 0; i < 3; i++)
        if (!check_source(sources[i], options, path, error)) return false;
    for (int i = 0; i < other_count; i++)
        if (others[i] && (same_name(path, others[i]) || nnrt_same_file(path, others[i])))
            return nnrt_fail(error, NNRT_EXIT_USAGE, "%s is named by another option too", path);
    return true;
}

/* A safetensors file begins with the length of its header in 8 bytes, of which four are enough, and
 * "{". Only a plain file is looked into: opening a pipe would wait. */
bool nnrt_output_is_no_weights(const char *path, NnrtError *error) {
    char begin[9] = "";
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return true;
    NnrtStream stream;
    if (!nnrt_open_plain(path, &stream, NULL)) return true; /* said when it is written */
    nnrt_read(&stream, begin, sizeof begin, NULL);
    nnrt_close(&stream);
    return memcmp(begin + 4, "\0\0\0\0{", 5) != 0 || refuse(path, "a file of weights", error);
}
