/* packed_png.c: bytes as a compressed PNG. A file of its own: only a program that has zlib for its
 * data carries it. PNG: RFC 2083.
 *
 * Every line is the difference to the one above: enlarged pixels and white margins become zeros.
 */
#include "runtime/page.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { FILTER_UP = 2 };

static void put_word(unsigned char *to, uint32_t word) {
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(word >> (24 - 8 * i));
}

static void put_chunk(NnrtWriter *writer, const char *type, const unsigned char *data,
                      uLong length) {
    unsigned char begin[8], end[4];
    put_word(begin, (uint32_t)length);
    memcpy(begin + 4, type, 4);
    uLong sum = crc32(0, begin + 4, 4);
    if (length) sum = crc32(sum, data, (uInt)length);
    put_word(end, (uint32_t)sum);
    nnrt_writer_put(writer, begin, sizeof begin);
    nnrt_writer_put(writer, data, (int64_t)length);
    nnrt_writer_put(writer, end, sizeof end);
}

/* The lines, each after its filter, as the stream of a PNG; NULL with an error. */
static unsigned char *pack(const unsigned char *bytes, int64_t line, int64_t height, uLongf *size,
                           NnrtError *error) {
    unsigned char *lines = nnrt_allocate(height, line + 1, error);
    *size = compressBound((uLong)(height * (line + 1)));
    unsigned char *packed = nnrt_allocate((int64_t)*size, 1, error);
    for (int64_t y = 0; lines && y < height; y++) {
        const unsigned char *from = bytes + y * line;
        unsigned char *to = lines + y * (line + 1);
        *to++ = FILTER_UP;
        for (int64_t i = 0; i < line; i++)
            to[i] = (unsigned char)(from[i] - (y ? from[i - line] : 0));
    }
    bool good = lines && packed &&
                (compress2(packed, size, lines, (uLong)(height * (line + 1)), 9) == Z_OK ||
                 nnrt_fail(error, NNRT_EXIT_SYSTEM, "out of memory to compress a PNG"));
    free(lines);
    if (good) return packed;
    free(packed);
    return NULL;
}

void nnrt_put_packed_png(NnrtWriter *writer, const unsigned char *bytes, int width, int height,
                         int channels) {
    unsigned char header[13] = {[8] = 8, [9] = channels == 3 ? 2 : 0}; /* 8 bits; colours, greys */
    put_word(header, (uint32_t)width);
    put_word(header + 4, (uint32_t)height);
    uLongf size;
    unsigned char *packed = pack(bytes, (int64_t)width * channels, height, &size, &writer->error);
    nnrt_writer_put(writer, "\x89PNG\r\n\x1a\n", 8);
    put_chunk(writer, "IHDR", header, sizeof header);
    if (packed) put_chunk(writer, "IDAT", packed, size);
    put_chunk(writer, "IEND", NULL, 0);
    free(packed);
}
