/* atomic.c: write aside, flush, rename, flush the folder.
 *
 * The temporary name is .nnrt-PID-N.tmp in the folder of the target, so it is short enough for any
 * folder and never hides another program's file (O_EXCL). What is deliberately not done: locking;
 * of two programs that write one file the later rename wins, whole.
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include "runtime/atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_SIZE = 1 << 16, TRIES = 1000 };

/* The folder part of a path with its last slash, "" when there is none: its length. */
static int64_t folder_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 - path : 0;
}

/* Of a plain file; it is not changed. */
static bool is_writable(const char *path) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file >= 0) close(file);
    return file >= 0;
}

/* Looks at what would be replaced: *target is its path with links resolved, *mode its permissions
 * (-1 when there is nothing yet). */
static bool resolve_target(const char *path, char **target, int *mode, NnrtError *error) {
    struct stat status;
    *mode = -1;
    bool named = strcmp(path, "-") != 0; /* not standard output, which cannot be replaced */
    if (!named || lstat(path, &status) != 0) {
        if (named && errno != ENOENT) return nnrt_fail_errno(error, NNRT_EXIT_SYSTEM, path, errno);
        int64_t length = (int64_t)strlen(path);
        if (!named || length == 0 || path[length - 1] == '/')
            return nnrt_fail(error, NNRT_EXIT_USAGE, "%s: is not the name of a file",
                             length ? path : "the output \"\"");
        *target = nnrt_copy_text(path, length, error);
        return *target != NULL;
    }
    *target = realpath(path, NULL);
    const char *wrong = NULL;
    if (!*target || stat(*target, &status) != 0)
        return nnrt_fail_errno(error, NNRT_EXIT_SYSTEM, path, errno);
    if (S_ISDIR(status.st_mode))
        wrong = "is a folder";
    else if (!S_ISREG(status.st_mode))
        wrong = "is a device or pipe, not a file that can be replaced";
    else if (!is_writable(*target))
        wrong = "is protected against writing";
    if (wrong) return nnrt_fail(error, NNRT_EXIT_USAGE, "%s: %s", path, wrong);
    *mode = (int)(status.st_mode & 0777);
    return true;
}

/* Creates the temporary file beside the target, with the permissions the new file shall have. */
static bool open_temporary(NnrtWriter *writer, int mode, NnrtError *error) {
    int64_t folder = folder_length(writer->target), room = folder + 64;
    writer->temporary = nnrt_allocate(room, 1, error);
    if (!writer->temporary) return false;
    memcpy(writer->temporary, writer->target, (size_t)folder);
    nnrt_remove_leftovers(writer->temporary); /* the folder alone so far */
    for (int i = 0; i < TRIES && writer->file < 0; i++) {
        snprintf(writer->temporary + folder, (size_t)(room - folder), ".nnrt-%ld-%d.tmp",
                 (long)getpid(), i);
        writer->file = open(writer->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (writer->file < 0 && errno != EEXIST && errno != EINTR) break;
    }
    if (writer->file < 0) {
        nnrt_fail_errno(error, NNRT_EXIT_SYSTEM, writer->target, errno);
        free(writer->temporary); /* not ours, so not to be removed */
        writer->temporary = NULL;
        return false;
    }
    if (mode >= 0 && fchmod(writer->file, (mode_t)mode) != 0)
        return nnrt_fail_errno(error, NNRT_EXIT_SYSTEM, writer->target, errno);
    return true;
}

bool nnrt_writer_begin(NnrtWriter *writer, const char *path, NnrtError *error) {
    *writer = (NnrtWriter){.file = -1};
    int mode;
    if (resolve_target(path, &writer->target, &mode, error) && writer->target &&
        open_temporary(writer, mode, error) &&
        (writer->buffer = nnrt_allocate(BUFFER_SIZE, 1, error)))
        return true;
    nnrt_writer_abandon(writer);
    return false;
}

bool nnrt_writer_standard(NnrtWriter *writer, NnrtError *error) {
    *writer = (NnrtWriter){.file = dup(STDOUT_FILENO), .unflushed = true};
    writer->target = nnrt_copy_text("standard output", 15, error);
    writer->buffer = nnrt_allocate(BUFFER_SIZE, 1, error);
    if (writer->target && writer->buffer && writer->file >= 0) return true;
    nnrt_fail_errno(error, NNRT_EXIT_SYSTEM, "standard output", errno);
    nnrt_writer_abandon(writer);
    return false;
}

static void write_all(NnrtWriter *writer, const char *bytes, int64_t size) {
    while (size > 0 && !writer->error.exit_code) {
        ssize_t put = write(writer->file, bytes, (size_t)(size < (1 << 30) ? size : 1 << 30));
        if (put < 0 && errno != EINTR)
            nnrt_fail_errno(&writer->error, NNRT_EXIT_SYSTEM, writer->target, errno);
        if (put > 0) {
            bytes += put;
            size -= put;
        }
    }
}

static void flush_buffer(NnrtWriter *writer) {
    write_all(writer, writer->buffer, writer->used);
    writer->used = 0;
}

void nnrt_writer_put(NnrtWriter *writer, const void *bytes, int64_t size) {
    if (size > BUFFER_SIZE - writer->used) flush_buffer(writer);
    if (size > BUFFER_SIZE) {
        write_all(writer, bytes, size);
    } else if (size > 0) {
        memcpy(writer->buffer + writer->used, bytes, (size_t)size);
        writer->used += size;
    }
}

void nnrt_writer_text(NnrtWriter *writer, const char *text) {
    nnrt_writer_put(writer, text, (int64_t)strlen(text));
}

/* Makes the rename last. File systems that cannot flush a folder say EINVAL. */
static bool flush_folder(const char *target, NnrtError *error) {
    int64_t length = folder_length(target);
    char *folder = nnrt_copy_text(length ? target : ".", length ? length : 1, error);
    if (!folder) return false;
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (file < 0) /* a folder that may be written but not read */
        return true;
    bool flushed = fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP;
    int failure = errno;
    close(file);
    return flushed || nnrt_fail_errno(error, NNRT_EXIT_SYSTEM, target, failure);
}

bool nnrt_writer_commit(NnrtWriter *writer, NnrtError *error) {
    flush_buffer(writer);
    NnrtError *failure = &writer->error;
    if (!failure->exit_code && !writer->unflushed && fsync(writer->file) != 0 && errno != EINVAL &&
        errno != ENOTSUP)
        nnrt_fail_errno(failure, NNRT_EXIT_SYSTEM, writer->target, errno);
    int closed = close(writer->file);
    writer->file = -1;
    if (closed != 0 && errno != EINTR)
        nnrt_fail_errno(failure, NNRT_EXIT_SYSTEM, writer->target, errno);
    if (!failure->exit_code && writer->temporary && rename(writer->temporary, writer->target) != 0)
        nnrt_fail_errno(failure, NNRT_EXIT_SYSTEM, writer->target, errno);
    if (!failure->exit_code) {
        free(writer->temporary); /* it is the target now */
        writer->temporary = NULL;
        if (!writer->unflushed) flush_folder(writer->target, failure);
    }
    bool good = !failure->exit_code || nnrt_fail(error, failure->exit_code, "%s", failure->text);
    nnrt_writer_abandon(writer);
    return good;
}

void nnrt_writer_abandon(NnrtWriter *writer) {
    if (writer->file >= 0) close(writer->file);
    if (writer->temporary) unlinkat(AT_FDCWD, writer->temporary, 0);
    free(writer->temporary);
    free(writer->target);
    free(writer->buffer);
    *writer = (NnrtWriter){.file = -1};
}

bool nnrt_write_file(const char *path, const void *bytes, int64_t size, NnrtError *error) {
    NnrtWriter writer;
    if (!nnrt_writer_begin(&writer, path, error)) return false;
    nnrt_writer_put(&writer, bytes, size);
    return nnrt_writer_commit(&writer, error);
}
