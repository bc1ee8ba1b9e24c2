/* write.c: a file appears whole or not at all. */

#define _XOPEN_SOURCE 700 /* realpath */
#include "artifact/artifact.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool artifact_put(int file, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t written = write(file, bytes, size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static bool may_replace(Arena *arena, const char *path, const char *source, ArtifactError *error) {
    struct stat there, from;
    if (stat(path, &there) != 0) return true;
    if (!S_ISREG(there.st_mode))
        return artifact_fail(arena, error, ARTIFACT_SYSTEM,
                             "%s is no regular file and is not replaced", path);
    if (source && stat(source, &from) == 0 && from.st_ino == there.st_ino &&
        from.st_dev == there.st_dev)
        return artifact_fail(arena, error, ARTIFACT_USAGE,
                             "%s is the model itself and is not replaced", path);
    return true;
}

static bool cannot(Arena *arena, const char *path, ArtifactError *error) {
    return artifact_fail(arena, error, ARTIFACT_SYSTEM, "%s cannot be written: %s", path,
                         strerror(errno));
}

/* The mode of a new file. */
static mode_t new_mode(bool executable) {
    mode_t mask = umask(0);
    umask(mask);
    return (executable ? 0777 : 0666) & ~mask;
}

/* Fills and closes the file. */
static bool fill(int file, const char *bytes, size_t size, mode_t mode) {
    bool ok = fchmod(file, mode) == 0 && artifact_put(file, bytes, size) && fsync(file) == 0;
    int reason = errno;
    ok = close(file) == 0 && ok;
    if (!ok && reason) errno = reason;
    return ok;
}

/* Fills a temporary file beside `path` and renames it; `name` is what messages call it. */
static bool place(Arena *arena, const char *path, const char *name, const char *bytes, size_t size,
                  mode_t mode, ArtifactError *error) {
    char *temporary = arena_format(arena, "%s.XXXXXX", path);
    int file = mkstemp(temporary);
    if (file < 0) return cannot(arena, name, error);
    if (fill(file, bytes, size, mode) && rename(temporary, path) == 0) return true;
    cannot(arena, name, error);
    unlink(temporary);
    return false;
}

bool artifact_write(Arena *arena, const char *path, const char *source, const char *bytes,
                    size_t size, bool executable, ArtifactError *error) {
    *error = (ArtifactError){0, ""};
    if (strcmp(path, "-") == 0) {
        if (fflush(stdout) == 0 && artifact_put(STDOUT_FILENO, bytes, size)) return true;
        return cannot(arena, "standard output", error);
    }
    if (!may_replace(arena, path, source, error)) return false;
    return place(arena, path, path, bytes, size, new_mode(executable), error);
}

bool artifact_replace(Arena *arena, const char *path, const char *bytes, size_t size,
                      ArtifactError *error) {
    *error = (ArtifactError){0, ""};
    struct stat there;
    if (!may_replace(arena, path, NULL, error)) return false;
    char *real = realpath(path, NULL);
    bool ok = real && stat(real, &there) == 0
                  ? place(arena, real, path, bytes, size, there.st_mode & 07777, error)
                  : cannot(arena, path, error);
    free(real);
    return ok;
}
