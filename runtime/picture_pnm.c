/* picture_pnm.c: PGM and PPM, as text (P2, P3) and binary (P5, P6).
 *
 *     P5 WIDTH HEIGHT LARGEST, one white space, then the samples, rows first
 *
 * Samples are 0 .. LARGEST <= 65535, one byte each up to 255, else two, the high one first; `#`
 * begins a comment until the end of its line. One picture a file. Bitmaps (P1, P4) and PAM (P7) are
 * not read. Source of the format: the netpbm manual.
 */
#include "runtime/picture_rows.h"

#include <stdlib.h>
#include <string.h>

typedef struct Pnm {
    NnrtStream *stream;
    NnrtError *error;
    PictureHeader header;
    int64_t largest;
    bool text;
    int next;        /* a byte that was looked at; -1: none, -2: the end */
    int64_t at, end; /* of what is left in `buffer` */
    uint8_t buffer[4096];
} Pnm;

static bool damaged(const Pnm *pnm, const char *what) {
    return nnrt_fail(pnm->error, NNRT_EXIT_FORMAT, "%s: %s", pnm->stream->path, what);
}

/* The next byte, or -2 at the end and on an error. */
static int take(Pnm *pnm) {
    int byte = pnm->next;
    pnm->next = -1;
    if (byte != -1) return byte;
    if (pnm->at == pnm->end) {
        pnm->at = 0;
        pnm->end = nnrt_read(pnm->stream, pnm->buffer, sizeof pnm->buffer, pnm->error);
        if (pnm->end < 0) pnm->end = 0;
        if (pnm->end == 0) return -2;
    }
    return pnm->buffer[pnm->at++];
}

/* `count` bytes behind the header, or an error. */
static bool take_bytes(Pnm *pnm, uint8_t *out, int64_t count) {
    int64_t ready = pnm->end - pnm->at < count ? pnm->end - pnm->at : count;
    memcpy(out, pnm->buffer + pnm->at, (size_t)ready);
    pnm->at += ready;
    int64_t got = nnrt_read(pnm->stream, out + ready, count - ready, pnm->error);
    return got == count - ready || (got >= 0 && damaged(pnm, "the picture is cut off"));
}

static bool is_space(int byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* A whole number after white space and comments; the byte behind it stays. */
static bool take_number(Pnm *pnm, int64_t largest, int64_t *number) {
    int byte = take(pnm);
    while (is_space(byte) || byte == '#') {
        while (byte == '#' || (byte != '\n' && byte >= 0 && !is_space(byte)))
            do
                byte = take(pnm);
            while (byte >= 0 && byte != '\n');
        byte = take(pnm);
    }
    if (byte < '0' || byte > '9') return damaged(pnm, "a number is missing (is it cut off?)");
    *number = 0;
    for (; byte >= '0' && byte <= '9'; byte = take(pnm)) {
        *number = *number * 10 + (byte - '0');
        if (*number > largest) return damaged(pnm, "a number is too large");
    }
    pnm->next = byte;
    return true;
}

static bool read_header(Pnm *pnm, NnrtStream *stream, const NnrtPictureShape *shape,
                        NnrtError *error) {
    pnm->stream = stream;
    pnm->error = error;
    pnm->next = -1;
    pnm->at = pnm->end = 0;
    pnm->header = (PictureHeader){0};
    pnm->largest = 0;
    char magic[2] = {0};
    if (nnrt_read(stream, magic, 2, error) < 0) return false;
    if (magic[1] != '2' && magic[1] != '3' && magic[1] != '5' && magic[1] != '6')
        return damaged(pnm, "only P2, P3, P5 and P6 of the netpbm formats can be read");
    pnm->text = magic[1] <= '3';
    pnm->header.channels = magic[1] == '3' || magic[1] == '6' ? 3 : 1;
    if (!take_number(pnm, INT32_MAX, &pnm->header.width) ||
        !take_number(pnm, INT32_MAX, &pnm->header.height) ||
        !take_number(pnm, 65535, &pnm->largest))
        return false;
    if (pnm->largest < 1) return damaged(pnm, "the largest sample must be at least 1");
    if (!is_space(take(pnm))) return damaged(pnm, "white space is missing after the header");
    /* sides are below 2^31, so this fits */
    int64_t samples = pnm->header.width * pnm->header.height;
    pnm->header.least_bytes = samples > NNRT_PIXELS_MAX
                                  ? 0
                                  : samples * pnm->header.channels * (pnm->largest > 255 ? 2 : 1);
    return picture_size_allowed(stream, &pnm->header, shape, error);
}

static bool read_row(Pnm *pnm, uint8_t *bytes, uint8_t *row) {
    int64_t samples = pnm->header.width * pnm->header.channels;
    int size = pnm->largest > 255 && !pnm->text ? 2 : 1;
    if (!pnm->text && !take_bytes(pnm, bytes, samples * size)) return false;
    for (int64_t i = 0; i < samples; i++) {
        int64_t value = 0;
        if (pnm->text) {
            if (!take_number(pnm, pnm->largest, &value)) return false;
        } else {
            value = size == 2 ? bytes[2 * i] * 256 + bytes[2 * i + 1] : bytes[i];
        }
        if (value > pnm->largest) return damaged(pnm, "a sample is above the largest one");
        row[i] = (uint8_t)((value * 255 + pnm->largest / 2) / pnm->largest);
    }
    return true;
}

/* Behind a text picture white space may stand. */
static bool at_end(Pnm *pnm) {
    int byte = take(pnm);
    while (pnm->text && is_space(byte))
        byte = take(pnm);
    return byte == -2 ? pnm->error->exit_code == 0
                      : damaged(pnm, "there are bytes after the end of the picture");
}

static bool check_pnm(NnrtStream *stream, const NnrtPictureShape *shape, NnrtError *error) {
    Pnm pnm;
    return read_header(&pnm, stream, shape, error);
}

static bool read_pnm(NnrtStream *stream, const NnrtPictureShape *shape, uint8_t *out,
                     NnrtError *error) {
    Pnm pnm;
    if (!read_header(&pnm, stream, shape, error)) return false;
    PictureRows rows = {0};
    uint8_t *bytes = nnrt_allocate(pnm.header.width * pnm.header.channels, 2, error);
    uint8_t *row = nnrt_allocate(pnm.header.width, pnm.header.channels, error);
    bool good = bytes && row && picture_rows_begin(&rows, &pnm.header, shape, out, error);
    for (int64_t y = 0; good && y < pnm.header.height; y++) {
        good = read_row(&pnm, bytes, row);
        if (good) picture_rows_add(&rows, row);
    }
    picture_rows_free(&rows);
    free(bytes);
    free(row);
    return good && at_end(&pnm);
}

const PictureFormat picture_pnm = {check_pnm, read_pnm};
