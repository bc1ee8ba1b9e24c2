/* file.c: streams over file descriptors, and reading whole blocks from any stream.
 *
 * What cannot be data (folders, devices) is refused at opening; a device named by "-" is fine,
 * because then a person chose it. A regular file's size bounds every later request for memory.
 */
#include "runtime/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_BLOCK = 1 << 20 }; /* bytes taken at first for a stream of unknown size */

typedef struct Plain {
    const char *path;
    int file;
    bool standard; /* standard input is not ours to close */
} Plain;

static int64_t plain_read(void *state, void *buffer, int64_t size, NnrtError *error) {
    Plain *plain = state;
    for (;;) {
        ssize_t got = read(plain->file, buffer, (size_t)(size < (1 << 30) ? size : 1 << 30));
        if (got >= 0) return got;
        if (errno != EINTR) {
            nnrt_fail_errno(error, NNRT_EXIT_FORMAT, plain->path, errno);
            return -1;
        }
    }
}

static void plain_close(void *state) {
    Plain *plain = state;
    if (!plain->standard) close(plain->file);
    free(plain);
}

static const NnrtStreamKind plain_kind = {plain_read, plain_close};

/* A descriptor that can be read as data; *size is -1 for a pipe. */
static int open_data(const char *path, int64_t *size, NnrtError *error) {
    bool standard = strcmp(path, "-") == 0;
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) {
        nnrt_fail_errno(error, NNRT_EXIT_FORMAT, standard ? "standard input" : path, errno);
    } else if (S_ISDIR(status.st_mode)) {
        nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: is a folder, not a data file", path);
    } else if (!standard && (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))) {
        nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: is a device, not a data file", path);
    } else {
        *size = S_ISREG(status.st_mode) ? (int64_t)status.st_size : -1;
        return file;
    }
    if (file >= 0 && !standard) close(file);
    return -1;
}

bool nnrt_open_bytes(const char *path, NnrtStream *stream, NnrtError *error) {
    *stream = (NnrtStream){.path = strcmp(path, "-") == 0 ? "standard input" : path, .size = -1};
    Plain *plain = nnrt_allocate(1, sizeof *plain, error);
    if (!plain) return false;
    plain->path = stream->path;
    plain->standard = stream->path != path;
    plain->file = open_data(path, &stream->size, error);
    if (plain->file < 0) {
        free(plain);
        return false;
    }
    /* Standard input may be a file that was read before. */
    if (plain->standard) stream->size = -1;
    stream->kind = &plain_kind;
    stream->state = plain;
    return true;
}

bool nnrt_open_plain(const char *path, NnrtStream *stream, NnrtError *error) {
    if (!nnrt_open_bytes(path, stream, error)) return false;
    int gzip = nnrt_is_gzip(stream, error);
    if (gzip == 1)
        nnrt_fail(error, NNRT_EXIT_FORMAT,
                  "%s: is gzipped, and this program was built to read plain files "
                  "(the model names no .gz file); unpack it with gunzip",
                  stream->path);
    if (gzip == 0) return true;
    nnrt_close(stream);
    return false;
}

void nnrt_close(NnrtStream *stream) {
    if (stream->kind) stream->kind->close(stream->state);
    *stream = (NnrtStream){0};
}

int nnrt_is_gzip(NnrtStream *stream, NnrtError *error) {
    unsigned char magic[2];
    int64_t got = nnrt_read(stream, magic, 2, error);
    if (got < 0) return -1;
    memcpy(stream->ahead, magic, (size_t)got);
    stream->ahead_first = 0;
    stream->ahead_end = (int)got;
    stream->offset -= got;
    if (stream->size >= 0) stream->size += got;
    return got == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
}

int64_t nnrt_read(NnrtStream *stream, void *buffer, int64_t size, NnrtError *error) {
    char *next = buffer;
    int64_t done = 0;
    while (done < size && stream->ahead_first < stream->ahead_end)
        next[done++] = (char)stream->ahead[stream->ahead_first++];
    while (done < size) {
        int64_t got = stream->kind->read(stream->state, next + done, size - done, error);
        if (got < 0) return -1;
        if (got == 0) break;
        done += got;
    }
    stream->offset += done;
    if (stream->size >= 0) /* A file that grows while it is read is no reason to lie. */
        stream->size = stream->size > done ? stream->size - done : 0;
    return done;
}

static void *ends_early(const NnrtStream *stream, int64_t missing, NnrtError *error) {
    nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: the file ends after %lld bytes, %lld more expected",
              stream->path, (long long)stream->offset, (long long)missing);
    return NULL;
}

void *nnrt_read_block(NnrtStream *stream, int64_t size, NnrtError *error) {
    if (stream->size >= 0 && stream->size < size) {
        nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: the file is cut off: it has %lld of %lld bytes",
                  stream->path, (long long)(stream->offset + stream->size),
                  (long long)(stream->offset + size));
        return NULL;
    }
    int64_t room = stream->size >= 0 || size < FIRST_BLOCK ? size : FIRST_BLOCK;
    char *block = nnrt_allocate(room, 1, error);
    int64_t done = 0;
    while (block && done < size) {
        if (done == room) {
            room = room > size / 2 ? size : room * 2;
            char *larger = nnrt_resize(block, room, 1, error);
            if (!larger) break;
            block = larger;
        }
        int64_t got = nnrt_read(stream, block + done, room - done, error);
        if (got < room - done) {
            if (got >= 0) ends_early(stream, size - done - got, error);
            break;
        }
        done = room;
    }
    if (block && done == size) return block;
    free(block);
    return NULL;
}

char *nnrt_read_rest(NnrtStream *stream, int64_t limit, int64_t *size, NnrtError *error) {
    int64_t room = 1 << 16, done = 0;
    char *block = nnrt_allocate(room, 1, error);
    while (block) {
        int64_t got = nnrt_read(stream, block + done, room - done - 1, error);
        if (got < 0) break;
        done += got;
        if (done > limit) {
            nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: is longer than %lld bytes", stream->path,
                      (long long)limit);
            break;
        }
        if (done < room - 1) {
            block[done] = 0;
            *size = done;
            return block;
        }
        char *larger = nnrt_resize(block, room * 2, 1, error);
        if (!larger) break;
        block = larger;
        room *= 2;
    }
    free(block);
    return NULL;
}

bool nnrt_expect_end(NnrtStream *stream, NnrtError *error) {
    char byte;
    int64_t got = nnrt_read(stream, &byte, 1, error);
    if (got > 0)
        nnrt_fail(error, NNRT_EXIT_FORMAT,
                  "%s: there are bytes after the end of the data (byte %lld)", stream->path,
                  (long long)stream->offset);
    return got == 0;
}

bool nnrt_same_file(const char *path, const char *other) {
    struct stat a, b;
    return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}
