/* make.c: see make.h. */
#define _DEFAULT_SOURCE /* nftw needs it, with the standard the project is built with */
#define _XOPEN_SOURCE   700
#include "pictures/make.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jpeglib.h>
#include <png.h>

static char folder[200];

const char *make_path(const char *format, ...) {
    static char paths[8][512];
    static int next;
    if (!*folder) {
        const char *base = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%.150s/nnrt-pictures-XXXXXX", base ? base : "/tmp");
        if (!mkdtemp(folder)) exit(2);
    }
    char *path = paths[next++ % 8];
    int length = snprintf(path, sizeof paths[0], "%s/", folder);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(path + length, sizeof paths[0] - (size_t)length, format, arguments);
    va_end(arguments);
    return path;
}

static FILE *open_file(const char *path) {
    char part[512];
    for (size_t i = strlen(folder) + 1; path[i]; i++) {
        if (path[i] != '/') continue;
        snprintf(part, sizeof part, "%.*s", (int)i, path);
        mkdir(part, 0777);
    }
    FILE *file = fopen(path, "wb");
    if (file) return file;
    perror(path);
    exit(2);
}

const char *make_file(const char *path, const void *bytes, int64_t size) {
    FILE *file = open_file(path);
    if (fwrite(bytes, 1, (size_t)size, file) != (size_t)size || fclose(file) != 0) exit(2);
    return path;
}

uint8_t *make_bytes(const char *path, int64_t *size) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(1 << 20);
    if (!file || !bytes) exit(2);
    *size = (int64_t)fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void make_clean(void) {
    if (*folder) nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    *folder = 0;
}

const char *make_png(const char *path, const MakePng *make) {
    FILE *file = open_file(path);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    png_set_IHDR(png, info, (png_uint_32)make->width, (png_uint_32)make->height, make->bits,
                 make->colour, make->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_color palette[256];
    for (int i = 0; i < make->palette; i++)
        palette[i] =
            (png_color){make->entries[3 * i], make->entries[3 * i + 1], make->entries[3 * i + 2]};
    if (make->palette) png_set_PLTE(png, info, palette, make->palette);
    if (make->alphas) png_set_tRNS(png, info, make->alpha, make->alphas, NULL);
    png_write_info(png, info);
    size_t row = png_get_rowbytes(png, info);
    int passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < make->height; y++)
            png_write_row(png, make->rows + (size_t)y * row);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    fclose(file);
    return path;
}

const char *make_jpeg(const char *path, int width, int height, int components, bool progressive,
                      bool adobe, const uint8_t *pixels) {
    FILE *file = open_file(path);
    struct jpeg_compress_struct encoder;
    struct jpeg_error_mgr errors;
    encoder.err = jpeg_std_error(&errors);
    jpeg_create_compress(&encoder);
    jpeg_stdio_dest(&encoder, file);
    encoder.image_width = (JDIMENSION)width;
    encoder.image_height = (JDIMENSION)height;
    encoder.input_components = components;
    encoder.in_color_space = components == 1 ? JCS_GRAYSCALE : components == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&encoder);
    jpeg_set_quality(&encoder, 100, TRUE);
    encoder.write_Adobe_marker = adobe;
    if (progressive) jpeg_simple_progression(&encoder);
    jpeg_start_compress(&encoder, TRUE);
    while (encoder.next_scanline < encoder.image_height) {
        JSAMPROW row = (JSAMPROW)pixels + encoder.next_scanline * (size_t)(width * components);
        jpeg_write_scanlines(&encoder, &row, 1);
    }
    jpeg_finish_compress(&encoder);
    jpeg_destroy_compress(&encoder);
    fclose(file);
    return path;
}

const char *make_grey(const char *path, int width, int height, int value) {
    uint8_t bytes[4096];
    int length = snprintf((char *)bytes, 64, "P5 %d %d 255\n", width, height);
    memset(bytes + length, value, (size_t)(width * height));
    return make_file(path, bytes, length + width * height);
}
