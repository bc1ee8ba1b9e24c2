/* gz.c: gzip streams, through zlib.
 *
 * An object file of its own: only a program whose generated part names nnrt_open_gz links it and
 * zlib. zlib verifies each member's length and checksum; several members follow one another as with
 * `cat a.gz b.gz`. What comes after the last member must be zero bytes (padding of tapes).
 */
#include "runtime/file.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { INPUT_SIZE = 1 << 16 };

typedef struct Gzip {
    NnrtStream inner;
    z_stream inflate;
    bool between; /* a member has ended and no other has begun */
    bool ended;   /* the inner stream has ended */
    unsigned char input[INPUT_SIZE];
} Gzip;

static void gzip_close(void *state) {
    Gzip *gzip = state;
    inflateEnd(&gzip->inflate);
    nnrt_close(&gzip->inner);
    free(gzip);
}

static bool fill_input(Gzip *gzip, NnrtError *error) {
    if (gzip->inflate.avail_in || gzip->ended) return true;
    int64_t got = nnrt_read(&gzip->inner, gzip->input, INPUT_SIZE, error);
    if (got < 0) return false;
    gzip->inflate.next_in = gzip->input;
    gzip->inflate.avail_in = (uInt)got;
    gzip->ended = got == 0;
    return true;
}

/* After a member: another one, zero padding, or the end. False on an error. */
static bool next_member(Gzip *gzip, NnrtError *error) {
    while (fill_input(gzip, error)) {
        if (gzip->ended) return true;
        if (*gzip->inflate.next_in != 0) {
            gzip->between = false;
            return inflateReset(&gzip->inflate) == Z_OK;
        }
        gzip->inflate.next_in++;
        gzip->inflate.avail_in--;
    }
    return false;
}

static int64_t gzip_failure(Gzip *gzip, int result, NnrtError *error) {
    const char *path = gzip->inner.path;
    if (result == Z_MEM_ERROR)
        nnrt_fail(error, NNRT_EXIT_SYSTEM, "%s: out of memory while unpacking", path);
    else if (result == Z_BUF_ERROR)
        nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: the gzipped data is cut off", path);
    else
        nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: the gzipped data is damaged (%s)", path,
                  gzip->inflate.msg ? gzip->inflate.msg : "invalid stream");
    return -1;
}

static int64_t gzip_read(void *state, void *buffer, int64_t size, NnrtError *error) {
    Gzip *gzip = state;
    uInt room = (uInt)(size < (1 << 30) ? size : 1 << 30);
    gzip->inflate.next_out = buffer;
    gzip->inflate.avail_out = room;
    while (gzip->inflate.avail_out == room) {
        if (gzip->between && !next_member(gzip, error)) return -1;
        if (gzip->between) return 0;
        if (!fill_input(gzip, error)) return -1;
        /* Without input inflate() makes no progress and says Z_BUF_ERROR: cut off. */
        int result = inflate(&gzip->inflate, Z_NO_FLUSH);
        if (result == Z_STREAM_END)
            gzip->between = true;
        else if (result != Z_OK && (result != Z_BUF_ERROR || gzip->ended))
            return gzip_failure(gzip, result, error);
    }
    return (int64_t)(room - gzip->inflate.avail_out);
}

static const NnrtStreamKind gzip_kind = {gzip_read, gzip_close};

bool nnrt_open_gz(const char *path, NnrtStream *stream, NnrtError *error) {
    if (!nnrt_open_bytes(path, stream, error)) return false;
    int packed = nnrt_is_gzip(stream, error);
    if (packed == 0) return true;
    Gzip *gzip = packed == 1 ? nnrt_allocate(1, sizeof *gzip, error) : NULL;
    /* 16 + 15: gzip only, with the largest window. */
    if (!gzip || inflateInit2(&gzip->inflate, 16 + 15) != Z_OK) {
        if (gzip)
            nnrt_fail(error, NNRT_EXIT_SYSTEM, "%s: zlib cannot start (out of memory?)", path);
        free(gzip);
        nnrt_close(stream);
        return false;
    }
    gzip->inner = *stream;
    *stream = (NnrtStream){.kind = &gzip_kind, .state = gzip, .path = gzip->inner.path, .size = -1};
    return true;
}
