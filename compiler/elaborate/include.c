/* include.c: include "layers.nn". The path is relative to the including file, stays below its
 * folder, and each file is read once. */
#define _XOPEN_SOURCE 700 /* realpath */

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "elaborate/declare.h"
#include "elaborate/report.h"
#include "grammar/parser.h"

enum { INCLUDE_DEPTH = 32 };

/* True when the path has a step "..", an empty one, or begins at the root. */
static bool leaves_folder(const char *path) {
    if (*path == '/' || *path == 0) return true;
    for (const char *step = path; *step;) {
        size_t length = strcspn(step, "/");
        if (length == 0 || (length == 2 && strncmp(step, "..", 2) == 0)) return true;
        step += length;
        step += *step == '/';
    }
    return strchr(path, '\\') != NULL;
}

/* The real path of `path` below the real path of `folder`; NULL with *problem. */
static const char *resolve(Elaborator *e, const char *folder, const char *path,
                           const char **problem) {
    char *real_folder = realpath(*folder ? folder : ".", NULL);
    char *real = realpath(path, NULL);
    const char *result = NULL;
    if (!real || !real_folder) {
        *problem = "cannot find this file";
    } else {
        size_t length = strlen(real_folder);
        bool below = strncmp(real, real_folder, length) == 0 &&
                     (real[length] == '/' || strcmp(real_folder, "/") == 0);
        if (below)
            result = intern_text(e->interner, real);
        else
            *problem = "a symbolic link leads out of the folder";
    }
    free(real);
    free(real_folder);
    return result;
}

const File *include_read(Elaborator *e, const Source *from, const Item *item, int depth) {
    const char *path = item->path.text;
    SourceRange range = item->path.range;
    if (leaves_folder(path)) {
        fail(e, range, "include", "an include names a file in the same folder or below it");
        return NULL;
    }
    if (depth >= INCLUDE_DEPTH) {
        fail(e, range, "include", "includes go deeper than %d files", INCLUDE_DEPTH);
        return NULL;
    }
    const char *slash = strrchr(from->path, '/');
    const char *folder =
        slash ? arena_text(e->arena, from->path, (size_t)(slash - from->path) + 1) : "";
    const char *full = arena_format(e->arena, "%s%s", folder, path);
    const char *problem = NULL;
    const char *real = resolve(e, folder, full, &problem);
    if (!real) {
        fail(e, range, "include", "\"%s\": %s", path, problem);
        return NULL;
    }
    if (!e->included) e->included = scope_new(e->arena, NULL);
    if (scope_find_here(e->included, real)) return NULL;
    scope_add(e->included, real, BINDING_LOCAL, range);
    const Source *source = sources_read(e->sources, full, real, &problem);
    if (!source) {
        fail(e, range, "include", "\"%s\": %s", path, problem);
        return NULL;
    }
    return parse_source(e->arena, e->interner, e->diags, source);
}
