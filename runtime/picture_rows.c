/* picture_rows.c: channels, alpha and size, row by row, in whole numbers.
 *
 * Shrinking and enlarging are one rule. Along an axis of `from` source pixels and `to` result
 * pixels let a source pixel be `to` units long and a result pixel `from` units, so that both axes
 * have from * to units. A result pixel is the sum over the source of (common units) * (value),
 * divided by the `from` units it has. Rows are summed along x when they come, and added to the
 * result's row under way along y; the division comes last, so only it rounds.
 */
#include "runtime/picture_rows.h"

#include <stdlib.h>
#include <string.h>

int64_t nnrt_picture_limit(const NnrtPictureShape *shape) {
    int64_t least = INT64_C(1) << 26, pixels;
    if (__builtin_mul_overflow(shape->height, shape->width, &pixels) ||
        pixels >= NNRT_PIXELS_MAX / 1024)
        return NNRT_PIXELS_MAX;
    return pixels * 1024 > least ? pixels * 1024 : least;
}

bool picture_size_allowed(const NnrtStream *stream, const PictureHeader *header,
                          const NnrtPictureShape *shape, NnrtError *error) {
    int64_t limit = nnrt_picture_limit(shape), pixels;
    if (header->width < 1 || header->height < 1)
        return nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: a picture of %lld x %lld has no pixels",
                         stream->path, (long long)header->width, (long long)header->height);
    if (__builtin_mul_overflow(header->width, header->height, &pixels) || pixels > limit)
        return nnrt_fail(error, NNRT_EXIT_FORMAT,
                         "%s: %lld x %lld pixels are too many: the limit is %lld", stream->path,
                         (long long)header->width, (long long)header->height, (long long)limit);
    int64_t bytes = stream->offset + stream->size;
    if (stream->size >= 0 && bytes < header->least_bytes)
        return nnrt_fail(error, NNRT_EXIT_FORMAT,
                         "%s: its %lld bytes cannot hold the %lld x %lld pixels it claims",
                         stream->path, (long long)bytes, (long long)header->width,
                         (long long)header->height);
    return true;
}

bool picture_rows_begin(PictureRows *rows, const PictureHeader *header,
                        const NnrtPictureShape *shape, uint8_t *out, NnrtError *error) {
    *rows = (PictureRows){.header = *header, .shape = *shape, .out = out};
    int64_t width = shape->width * shape->channels;
    rows->pixels = nnrt_allocate(header->width, shape->channels, error);
    rows->row = nnrt_allocate(width, sizeof *rows->row, error);
    rows->sums = nnrt_allocate(width, sizeof *rows->sums, error);
    return rows->pixels && rows->row && rows->sums;
}

void picture_rows_free(PictureRows *rows) {
    free(rows->pixels);
    free(rows->row);
    free(rows->sums);
    *rows = (PictureRows){0};
}

static uint8_t over_white(unsigned value, unsigned alpha) {
    return (uint8_t)((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

static uint8_t luma(unsigned red, unsigned green, unsigned blue) {
    return (uint8_t)((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16);
}

/* One pixel of 1 to 4 channels as one of 1, 3 or 4. */
static void convert_pixel(const uint8_t *from, int channels, uint8_t *to, int64_t wanted) {
    bool colour = channels >= 3, has_alpha = channels == 2 || channels == 4;
    uint8_t value[3] = {from[0], from[colour ? 1 : 0], from[colour ? 2 : 0]};
    uint8_t alpha = has_alpha ? from[channels - 1] : 255;
    if (wanted == 4)
        to[3] = alpha;
    else if (has_alpha)
        for (int i = 0; i < 3; i++)
            value[i] = over_white(value[i], alpha);
    if (wanted == 1)
        to[0] = colour ? luma(value[0], value[1], value[2]) : value[0];
    else
        memcpy(to, value, 3);
}

static const uint8_t *convert_row(PictureRows *rows, const uint8_t *row) {
    int channels = rows->header.channels;
    int64_t wanted = rows->shape.channels;
    if (channels == wanted && channels != 2) return row;
    for (int64_t x = 0; x < rows->header.width; x++)
        convert_pixel(row + x * channels, channels, rows->pixels + x * wanted, wanted);
    return rows->pixels;
}

/* row[i, c]: the sum over the source pixels of (common units) * value. */
static void sum_along_x(PictureRows *rows, const uint8_t *pixels) {
    int64_t from = rows->header.width, to = rows->shape.width, channels = rows->shape.channels;
    int64_t x = 0, left = to; /* the source pixel, and how many of its units are not used yet */
    for (int64_t i = 0; i < to; i++) {
        uint64_t sums[4] = {0};
        for (int64_t need = from; need > 0;) {
            int64_t units = left < need ? left : need;
            for (int64_t c = 0; c < channels; c++)
                sums[c] += (uint64_t)units * pixels[x * channels + c];
            need -= units;
            left -= units;
            if (left == 0) {
                x++;
                left = to;
            }
        }
        memcpy(rows->row + i * channels, sums, (size_t)channels * sizeof *sums);
    }
}

static void finish_row(PictureRows *rows) {
    int64_t width = rows->shape.width * rows->shape.channels;
    uint64_t units = (uint64_t)rows->header.width * (uint64_t)rows->header.height;
    uint8_t *out = rows->out + rows->result++ * width;
    for (int64_t i = 0; i < width; i++) {
        out[i] = (uint8_t)((rows->sums[i] + units / 2) / units);
        rows->sums[i] = 0;
    }
}

/* Source row y covers the units y * to .. (y + 1) * to - 1 along y, result row i those from
 * i * from. */
static void add_along_y(PictureRows *rows) {
    int64_t from = rows->header.height, to = rows->shape.height;
    int64_t width = rows->shape.width * rows->shape.channels;
    int64_t at = rows->y * to, end = at + to;
    while (at < end) {
        int64_t until = (rows->result + 1) * from;
        int64_t units = (until < end ? until : end) - at;
        for (int64_t i = 0; i < width; i++)
            rows->sums[i] += (uint64_t)units * rows->row[i];
        at += units;
        if (at == until) finish_row(rows);
    }
}

void picture_rows_add(PictureRows *rows, const uint8_t *row) {
    const NnrtPictureShape *shape = &rows->shape;
    const uint8_t *pixels = convert_row(rows, row);
    if (rows->header.width == shape->width && rows->header.height == shape->height) {
        int64_t width = shape->width * shape->channels;
        memcpy(rows->out + rows->y * width, pixels, (size_t)width);
    } else {
        sum_along_x(rows, pixels);
        add_along_y(rows);
    }
    rows->y++;
}
