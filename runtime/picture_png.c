/* picture_png.c: PNG through libpng.
 *
 * libpng hands over rows of 8-bit grey, RGB, either with alpha; palette, transparency by a colour,
 * 1 to 4 and 16 bits are its conversions. An interlaced picture is read as a whole first. Damage in
 * what the pixels depend on is an error, in text or time notes it is not.
 *
 * libpng leaves by longjmp: all that must survive it lies in `Png`, whose address is passed down.
 */
#include "runtime/picture_rows.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef struct Png {
    NnrtStream *stream;
    NnrtError *error;
    png_structp png;
    png_infop info;
    PictureHeader header;
    int passes;
    uint8_t *image; /* one row, or all of them when interlaced; owned */
    PictureRows rows;
} Png;

static void on_error(png_structp png, png_const_charp text) {
    Png *state = png_get_error_ptr(png);
    nnrt_fail(state->error, NNRT_EXIT_FORMAT, "%s: is a damaged PNG (%s)", state->stream->path,
              text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void read_bytes(png_structp png, png_bytep buffer, size_t size) {
    Png *state = png_get_io_ptr(png);
    int64_t got = nnrt_read(state->stream, buffer, (int64_t)size, state->error);
    if (got != (int64_t)size) png_error(png, "it is cut off");
}

static bool open_png(Png *state, NnrtStream *stream, NnrtError *error) {
    *state = (Png){.stream = stream, .error = error};
    state->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, state, on_error, on_warning);
    if (state->png) state->info = png_create_info_struct(state->png);
    if (!state->info) return nnrt_fail(error, NNRT_EXIT_SYSTEM, "%s: out of memory", stream->path);
    png_set_read_fn(state->png, state, read_bytes);
    /* picture_size_allowed() decides, with a message that gives the numbers */
    png_set_user_limits(state->png, 0x7fffffff, 0x7fffffff);
    return true;
}

static void close_png(Png *state) {
    picture_rows_free(&state->rows);
    free(state->image);
    png_destroy_read_struct(&state->png, &state->info, NULL);
}

/* Up to the pixels. */
static bool read_header(Png *state, const NnrtPictureShape *shape) {
    png_structp png = state->png;
    png_read_info(png, state->info);
    PictureHeader *header = &state->header;
    int bits = png_get_bit_depth(png, state->info);
    int colour = png_get_color_type(png, state->info);
    header->width = png_get_image_width(png, state->info);
    header->height = png_get_image_height(png, state->info);
    /* Deflate packs at most 1032 bytes into one. */
    int64_t row = (header->width * bits * png_get_channels(png, state->info) + 7) / 8;
    if (header->height <= NNRT_PIXELS_MAX && row <= NNRT_PIXELS_MAX * 8)
        header->least_bytes = row * header->height / 1032;
    if (!picture_size_allowed(state->stream, header, shape, state->error)) return false;
    bool alpha = colour & PNG_COLOR_MASK_ALPHA;
    if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (colour == PNG_COLOR_TYPE_GRAY && bits < 8) png_set_expand_gray_1_2_4_to_8(png);
    if (png_get_valid(png, state->info, PNG_INFO_tRNS)) {
        png_set_tRNS_to_alpha(png);
        alpha = true;
    }
    if (bits == 16) png_set_scale_16(png);
    header->channels = (colour & PNG_COLOR_MASK_COLOR ? 3 : 1) + alpha;
    return true;
}

static bool read_pixels(Png *state, const NnrtPictureShape *shape, uint8_t *out) {
    png_structp png = state->png;
    const PictureHeader *header = &state->header;
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, state->info);
    if (png_get_channels(png, state->info) != header->channels ||
        png_get_bit_depth(png, state->info) != 8)
        png_error(png, "its kind of pixels is unknown");
    int64_t row_bytes = header->width * header->channels;
    int64_t stored = passes > 1 ? header->height : 1;
    state->image = nnrt_allocate(stored, row_bytes, state->error);
    if (!state->image || !picture_rows_begin(&state->rows, header, shape, out, state->error))
        return false;
    for (int pass = 0; pass < passes; pass++)
        for (int64_t y = 0; y < header->height; y++) {
            uint8_t *row = state->image + (passes > 1 ? y * row_bytes : 0);
            png_read_row(png, row, NULL);
            if (pass == passes - 1) picture_rows_add(&state->rows, row);
        }
    png_read_end(png, NULL);
    return true;
}

static bool check_png(NnrtStream *stream, const NnrtPictureShape *shape, NnrtError *error) {
    Png state;
    bool good = open_png(&state, stream, error);
    if (good && setjmp(png_jmpbuf(state.png)) == 0)
        good = read_header(&state, shape);
    else
        good = false;
    close_png(&state);
    return good;
}

static bool read_png(NnrtStream *stream, const NnrtPictureShape *shape, uint8_t *out,
                     NnrtError *error) {
    Png state;
    bool good = open_png(&state, stream, error);
    if (good && setjmp(png_jmpbuf(state.png)) == 0)
        good = read_header(&state, shape) && read_pixels(&state, shape, out);
    else
        good = false;
    close_png(&state);
    return good;
}

const PictureFormat picture_png = {check_png, read_png};
