/* make.h: pictures, files and folders that the tests make for themselves. */
#ifndef NNC_TESTS_PICTURES_MAKE_H
#define NNC_TESTS_PICTURES_MAKE_H

#include "runtime/picture.h"
#include "runtime/source.h"

#include <CUnit/Basic.h>

void test_png_kinds(void), test_interlaced(void), test_portable(void), test_sizes(void);
void test_jpeg_kinds(void), test_names(void);
void test_claims(void), test_damage(void), test_others(void);
void test_folders(void), test_class_names(void), test_bad_files(void), test_listing(void);
void test_ahead(void), test_ahead_failure(void);
void test_cifar10(void), test_cifar10_refused(void), test_real_pictures(void);

/* A path in this run's folder; valid until the next but seven calls. */
const char *make_path(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Writes bytes there, with the folders before it; the path again. */
const char *make_file(const char *path, const void *bytes, int64_t size);
/* The bytes of a file; free with free(). */
uint8_t *make_bytes(const char *path, int64_t *size);
/* Removes everything that was made. */
void make_clean(void);

/* What libpng writes: `rows` is height rows packed as the colour type and bits say. */
typedef struct MakePng {
    int width, height, colour, bits;
    bool interlaced;
    const uint8_t *rows;
    int palette;            /* entries of the palette; 0: none */
    const uint8_t *entries; /* [palette, 3] */
    int alphas;             /* entries of the palette with an alpha */
    const uint8_t *alpha;
} MakePng;
const char *make_png(const char *path, const MakePng *png);

/* A JPEG of 1, 3 or 4 (CMYK, `adobe`: inverted) components. */
const char *make_jpeg(const char *path, int width, int height, int components, bool progressive,
                      bool adobe, const uint8_t *pixels);

/* A PGM of one value everywhere. */
const char *make_grey(const char *path, int width, int height, int value);

#endif
