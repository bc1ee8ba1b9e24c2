/* output.c: see output.h. */

#include "artifact/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool output_check(Arena *arena, const char *path, const char *source, const char **error) {
    struct stat target, other;
    if (stat(path, &target) != 0) return true;
    if (!S_ISREG(target.st_mode)) {
        *error = arena_format(arena, "%s is not a plain file and is not replaced", path);
        return false;
    }
    if (source && stat(source, &other) == 0 && other.st_dev == target.st_dev &&
        other.st_ino == target.st_ino) {
        *error = arena_format(arena, "%s is the model itself and is not replaced", path);
        return false;
    }
    return true;
}

char *output_temporary(Arena *arena, const char *path, const char *suffix, const char **error) {
    for (int attempt = 0; attempt < 100; attempt++) {
        char *name = arena_format(arena, "%s.%ld-%d.tmp%s", path, (long)getpid(), attempt, suffix);
        int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0) {
            close(file);
            return name;
        }
        if (errno != EEXIST) {
            *error = arena_format(arena, "%s cannot be written: %s", path, strerror(errno));
            return NULL;
        }
    }
    *error = arena_format(arena, "%s cannot be written: its temporary names are taken", path);
    return NULL;
}

static bool write_bytes(Arena *arena, const char *path, const char *bytes, size_t size,
                        const char **error) {
    FILE *file = fopen(path, "wb");
    bool ok = file && (size == 0 || fwrite(bytes, 1, size, file) == size);
    if (file && fclose(file) != 0) ok = false;
    if (!ok) *error = arena_format(arena, "%s cannot be written: %s", path, strerror(errno));
    return ok;
}

bool output_write(Arena *arena, const char *path, const char *source, const char *bytes,
                  size_t size, const char **error) {
    if (strcmp(path, "-") == 0) {
        if (fwrite(bytes, 1, size, stdout) == size && fflush(stdout) == 0) return true;
        *error = "standard output cannot be written";
        return false;
    }
    if (!output_check(arena, path, source, error)) return false;
    const char *temporary = output_temporary(arena, path, "", error);
    if (!temporary) return false;
    if (write_bytes(arena, temporary, bytes, size, error)) {
        if (rename(temporary, path) == 0) return true;
        *error = arena_format(arena, "%s cannot be written: %s", path, strerror(errno));
    }
    unlink(temporary);
    return false;
}

const char *output_safe_name(Arena *arena, const char *path) {
    return path[0] == '-' || path[0] == '@' ? arena_format(arena, "./%s", path) : path;
}
