/* file.h: reading files as streams.
 *
 * A reader takes an NnrtOpener, so that a program refers to zlib only when its model reads gzipped
 * data: the generated program passes nnrt_open_plain or nnrt_open_gz, and the static linker leaves
 * gz.o (and with it zlib) out when nobody names it. "-" is standard input.
 *
 * Folders and other things that are no data are refused. Reading restarts after signals.
 */
#ifndef NNRT_FILE_H
#define NNRT_FILE_H

#include "runtime/error.h"

typedef struct NnrtStream NnrtStream;

/* How a kind of stream works; `state` belongs to it. Only openers look in here. */
typedef struct NnrtStreamKind {
    /* Bytes read into `buffer`, 0 at the end, -1 with `error` set. */
    int64_t (*read)(void *state, void *buffer, int64_t size, NnrtError *error);
    void (*close)(void *state);
} NnrtStreamKind;

struct NnrtStream {
    const NnrtStreamKind *kind; /* NULL: not open */
    void *state;
    const char *path;       /* borrowed from the caller, for messages */
    int64_t size;           /* bytes to come where the file system knows it, -1 where it does not */
    int64_t offset;         /* bytes read so far */
    unsigned char ahead[2]; /* bytes looked at and not read yet: ahead[ahead_first..ahead_end) */
    int ahead_first, ahead_end;
};

typedef bool (*NnrtOpener)(const char *path, NnrtStream *stream, NnrtError *error);

/* A file as it is, whatever it holds. */
bool nnrt_open_bytes(const char *path, NnrtStream *stream, NnrtError *error);

/* A file as it is. A gzipped one is refused with a message that says why (exit 3). */
bool nnrt_open_plain(const char *path, NnrtStream *stream, NnrtError *error);

/* A gzipped file (also of several members) or, when the gzip magic is missing, a plain one. Every
 * member's length and checksum are verified. In gz.c; needs zlib. */
bool nnrt_open_gz(const char *path, NnrtStream *stream, NnrtError *error);

/* Whether the stream, of which nothing has been read, begins like a gzip file; 1, 0, -1 error. */
int nnrt_is_gzip(NnrtStream *stream, NnrtError *error);

/* Reads until `size` bytes are there or the stream ends; the number read, -1 on an error. */
int64_t nnrt_read(NnrtStream *stream, void *buffer, int64_t size, NnrtError *error);

/* Exactly `size` bytes into a new block (free with free()). The block grows with what is really
 * read, so a size claimed by a damaged header costs no memory; a shorter stream is an error. */
void *nnrt_read_block(NnrtStream *stream, int64_t size, NnrtError *error);

/* The rest of the stream, at most `limit` bytes (more is an error), with a NUL behind it that
 * *size does not count. */
char *nnrt_read_rest(NnrtStream *stream, int64_t limit, int64_t *size, NnrtError *error);

/* True at the end of the stream (it reads one byte to know); otherwise an error that says that
 * bytes are left over. */
bool nnrt_expect_end(NnrtStream *stream, NnrtError *error);

/* Closes; a stream that is not open is fine. */
void nnrt_close(NnrtStream *stream);

/* Whether both paths name the same existing file (links followed). To refuse an output that is the
 * source or the data. */
bool nnrt_same_file(const char *path, const char *other);

#endif
