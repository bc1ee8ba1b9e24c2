/* page_png.c: bytes as a PNG: as a file, or in base64 in the address of an image.
 *
 * The PNG is made of stored blocks: pictures of samples are small, and a compressor would be larger
 * than what it saves. (packed_png.c is for programs that have zlib anyway.) PNG: RFC 2083; its
 * stream: RFC 1950 and 1951; base64: RFC 4648.
 */

#include "runtime/page.h"

#include <string.h>

/* Bytes on their way out, in base64: three become four letters. */
typedef struct Stream {
    NnrtWriter *writer;
    bool base64;
    unsigned char waiting[3];
    int count;
    uint32_t crc;  /* of the chunk */
    uint32_t a, b; /* Adler's two sums over the data */
} Stream;

static void put_group(Stream *stream) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *w = stream->waiting;
    uint32_t bits = (uint32_t)w[0] << 16 | (uint32_t)w[1] << 8 | w[2];
    char text[4];
    for (int i = 0; i < 4; i++)
        text[i] = i > stream->count ? '=' : letters[bits >> (18 - 6 * i) & 63];
    nnrt_writer_put(stream->writer, text, 4);
    memset(stream->waiting, 0, 3);
    stream->count = 0;
}

static void put_byte(Stream *stream, unsigned byte) {
    stream->crc ^= byte;
    for (int i = 0; i < 8; i++)
        stream->crc = stream->crc >> 1 ^ (stream->crc & 1 ? 0xEDB88320u : 0);
    unsigned char last = (unsigned char)byte;
    if (!stream->base64) {
        nnrt_writer_put(stream->writer, &last, 1);
        return;
    }
    stream->waiting[stream->count++] = last;
    if (stream->count == 3) put_group(stream);
}

static void put_data(Stream *stream, unsigned byte) {
    stream->a = (stream->a + byte) % 65521;
    stream->b = (stream->b + stream->a) % 65521;
    put_byte(stream, byte);
}

static void put_word(Stream *stream, uint32_t word) {
    for (int shift = 24; shift >= 0; shift -= 8)
        put_byte(stream, word >> shift & 255);
}

static void put_bytes(Stream *stream, const char *bytes, int count) {
    for (int i = 0; i < count; i++)
        put_byte(stream, (unsigned char)bytes[i]);
}

static void begin_chunk(Stream *stream, uint32_t length, const char *type) {
    put_word(stream, length);
    stream->crc = 0xFFFFFFFFu;
    put_bytes(stream, type, 4);
}

static void end_chunk(Stream *stream) {
    put_word(stream, ~stream->crc);
}

static void put_png(Stream stream, const unsigned char *bytes, int width, int height,
                    int channels) {
    int line = width * channels;
    put_bytes(&stream, "\x89PNG\r\n\x1a\n", 8);
    begin_chunk(&stream, 13, "IHDR");
    put_word(&stream, (uint32_t)width);
    put_word(&stream, (uint32_t)height);
    put_bytes(&stream, channels == 3 ? "\10\2\0\0\0" : "\10\0\0\0\0",
              5); /* 8 bits; colours, greys */
    end_chunk(&stream);
    /* Each line is a stored block: 5 bytes before it, then its filter (0) and its bytes. */
    begin_chunk(&stream, (uint32_t)(2 + height * (6 + line) + 4), "IDAT");
    put_bytes(&stream, "\x78\1", 2);
    for (int y = 0; y < height; y++) {
        unsigned length = (unsigned)line + 1;
        put_byte(&stream, y == height - 1);
        put_byte(&stream, length & 255);
        put_byte(&stream, length >> 8);
        put_byte(&stream, ~length & 255);
        put_byte(&stream, ~length >> 8 & 255);
        put_data(&stream, 0);
        for (int i = 0; i < line; i++)
            put_data(&stream, bytes[(int64_t)y * line + i]);
    }
    put_word(&stream, stream.b << 16 | stream.a);
    end_chunk(&stream);
    begin_chunk(&stream, 0, "IEND");
    end_chunk(&stream);
    if (stream.count) put_group(&stream);
}

void nnrt_page_png(NnrtPage *page, const unsigned char *bytes, int width, int height,
                   int channels) {
    nnrt_page_put(page, "data:image/png;base64,");
    put_png((Stream){.writer = &page->writer, .base64 = true, .a = 1}, bytes, width, height,
            channels);
}

void nnrt_put_png(NnrtWriter *writer, const unsigned char *bytes, int width, int height,
                  int channels) {
    put_png((Stream){.writer = writer, .a = 1}, bytes, width, height, channels);
}
