/* picture_jpeg.c: JPEG through libjpeg-turbo.
 *
 * Exact integer transform, triangle upsampling, no smoothing: the same bytes on every machine.
 * Grey, YCbCr, RGB, CMYK and YCCK of 8 bits, sequential and progressive. Damaged or missing data,
 * which the library would paint grey, is an error; odd but harmless headers are not.
 *
 * The library leaves by longjmp from on_error(): all that must survive lies in `Jpeg`.
 */
#include "runtime/picture_rows.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

enum { INPUT_SIZE = 4096, SCANS_MAX = 500 };

typedef struct Jpeg {
    struct jpeg_decompress_struct decoder;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    jmp_buf leave;
    NnrtStream *stream;
    NnrtError *error;
    PictureHeader header;
    uint8_t *row; /* as decoded; owned */
    PictureRows rows;
    uint8_t input[INPUT_SIZE];
} Jpeg;

static void on_error(j_common_ptr common) {
    Jpeg *state = common->client_data;
    char text[JMSG_LENGTH_MAX];
    common->err->format_message(common, text);
    int code = common->err->msg_code == JERR_OUT_OF_MEMORY ? NNRT_EXIT_SYSTEM : NNRT_EXIT_FORMAT;
    nnrt_fail(state->error, code, "%s: is a damaged JPEG, or one of a kind not read (%s)",
              state->stream->path, text);
    longjmp(state->leave, 1);
}

/* Warnings of lost pixels are errors; traces (level 0 and above) are nothing. */
static void on_message(j_common_ptr common, int level) {
    if (level >= 0) return;
    switch (common->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR: return;
    default: on_error(common);
    }
}

static void on_output(j_common_ptr common) {
    (void)common;
}

/* A progressive picture may ask for its pixels to be gone through again and again. */
static void on_progress(j_common_ptr common) {
    Jpeg *state = common->client_data;
    if (state->decoder.input_scan_number <= SCANS_MAX) return;
    nnrt_fail(state->error, NNRT_EXIT_FORMAT, "%s: is a JPEG of more than %d scans",
              state->stream->path, SCANS_MAX);
    longjmp(state->leave, 1);
}

static void source_begin(j_decompress_ptr decoder) {
    (void)decoder;
}

static boolean source_fill(j_decompress_ptr decoder) {
    Jpeg *state = decoder->client_data;
    int64_t got = nnrt_read(state->stream, state->input, INPUT_SIZE, state->error);
    if (got <= 0) {
        nnrt_fail(state->error, NNRT_EXIT_FORMAT, "%s: is a JPEG that is cut off",
                  state->stream->path);
        longjmp(state->leave, 1);
    }
    decoder->src->next_input_byte = state->input;
    decoder->src->bytes_in_buffer = (size_t)got;
    return TRUE;
}

static void source_skip(j_decompress_ptr decoder, long count) {
    while (count > (long)decoder->src->bytes_in_buffer) {
        count -= (long)decoder->src->bytes_in_buffer;
        source_fill(decoder);
    }
    if (count <= 0) return;
    decoder->src->next_input_byte += count;
    decoder->src->bytes_in_buffer -= (size_t)count;
}

static void open_jpeg(Jpeg *state, NnrtStream *stream, NnrtError *error) {
    memset(state, 0, sizeof *state);
    state->stream = stream;
    state->error = error;
    state->decoder.err = jpeg_std_error(&state->errors);
    state->errors.error_exit = on_error;
    state->errors.emit_message = on_message;
    state->errors.output_message = on_output;
    state->decoder.client_data = state;
    state->source = (struct jpeg_source_mgr){.init_source = source_begin,
                                             .fill_input_buffer = source_fill,
                                             .skip_input_data = source_skip,
                                             .resync_to_restart = jpeg_resync_to_restart,
                                             .term_source = source_begin};
    state->progress.progress_monitor = on_progress;
}

static void close_jpeg(Jpeg *state) {
    picture_rows_free(&state->rows);
    free(state->row);
    jpeg_destroy_decompress(&state->decoder);
}

/* Up to the pixels. */
static bool read_header(Jpeg *state, const NnrtPictureShape *shape) {
    struct jpeg_decompress_struct *decoder = &state->decoder;
    jpeg_create_decompress(decoder);
    decoder->src = &state->source;
    decoder->progress = &state->progress;
    jpeg_read_header(decoder, TRUE);
    PictureHeader *header = &state->header;
    header->width = decoder->image_width;
    header->height = decoder->image_height;
    /* Every block of at most 8 x 8 pixels takes at least one bit. */
    header->least_bytes = header->width * header->height / 512;
    if (!picture_size_allowed(state->stream, header, shape, state->error)) return false;
    decoder->dct_method = JDCT_ISLOW;
    decoder->do_fancy_upsampling = TRUE;
    decoder->do_block_smoothing = FALSE;
    J_COLOR_SPACE colour = decoder->jpeg_color_space;
    bool grey = colour == JCS_GRAYSCALE, inks = colour == JCS_CMYK || colour == JCS_YCCK;
    decoder->out_color_space = grey ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
    header->channels = grey ? 1 : 3;
    return true;
}

/* In place: four inks become three lights. Adobe's programs store the inks inverted. */
static void inks_to_rgb(const Jpeg *state, uint8_t *row) {
    bool inverted = state->decoder.saw_Adobe_marker;
    uint8_t *to = row;
    for (int64_t x = 0; x < state->header.width; x++, row += 4)
        for (int i = 0; i < 3; i++) {
            unsigned ink = inverted ? row[i] : 255u - row[i];
            unsigned black = inverted ? row[3] : 255u - row[3];
            *to++ = (uint8_t)((ink * black + 127) / 255);
        }
}

static bool read_pixels(Jpeg *state, const NnrtPictureShape *shape, uint8_t *out) {
    struct jpeg_decompress_struct *decoder = &state->decoder;
    jpeg_start_decompress(decoder);
    bool inks = decoder->out_color_space == JCS_CMYK;
    state->row = nnrt_allocate(state->header.width, 4, state->error);
    if (!state->row || !picture_rows_begin(&state->rows, &state->header, shape, out, state->error))
        return false;
    while (decoder->output_scanline < decoder->output_height) {
        JSAMPROW row = state->row;
        jpeg_read_scanlines(decoder, &row, 1);
        if (inks) inks_to_rgb(state, state->row);
        picture_rows_add(&state->rows, state->row);
    }
    jpeg_finish_decompress(decoder);
    return true;
}

static bool check_jpeg(NnrtStream *stream, const NnrtPictureShape *shape, NnrtError *error) {
    Jpeg state;
    open_jpeg(&state, stream, error);
    bool good = false;
    if (setjmp(state.leave) == 0) good = read_header(&state, shape);
    close_jpeg(&state);
    return good && error->exit_code == 0;
}

static bool read_jpeg(NnrtStream *stream, const NnrtPictureShape *shape, uint8_t *out,
                      NnrtError *error) {
    Jpeg state;
    open_jpeg(&state, stream, error);
    bool good = false;
    if (setjmp(state.leave) == 0)
        good = read_header(&state, shape) && read_pixels(&state, shape, out);
    close_jpeg(&state);
    return good && error->exit_code == 0;
}

const PictureFormat picture_jpeg = {check_jpeg, read_jpeg};
