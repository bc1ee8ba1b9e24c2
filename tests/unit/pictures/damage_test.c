/* Pictures that lie, are cut off or damaged: refused with the path, or decoded, never more. */
#include "pictures/make.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const NnrtPictureShape small = {8, 8, 3};

/* The exit code of reading a file; the message must name it. */
static int read_it(const char *path, const char *words) {
    NnrtError error = {0};
    uint8_t out[8 * 8 * 3];
    bool good = nnrt_picture_read(path, &small, out, &error);
    CU_ASSERT_EQUAL(good, error.exit_code == 0);
    if (!good) CU_ASSERT(strncmp(error.text, path, strlen(path)) == 0);
    if (words && !strstr(error.text, words)) {
        printf("\n%s\n", error.text);
        CU_FAIL("the message says something else");
    }
    return error.exit_code;
}

static void pattern(uint8_t *pixels, size_t count) {
    for (size_t i = 0; i < count; i++)
        pixels[i] = (uint8_t)(i * 29 + i * i / 11);
}

/* A PNG of `width` x `height` whose pixels are only promised. */
static const char *claim(uint32_t width, uint32_t height, int kind, int interlaced) {
    uint8_t bytes[60] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    for (int i = 0; i < 4; i++) {
        bytes[16 + i] = (uint8_t)(width >> (24 - 8 * i));
        bytes[20 + i] = (uint8_t)(height >> (24 - 8 * i));
    }
    bytes[24] = 8;
    bytes[25] = (uint8_t)kind;
    bytes[28] = (uint8_t)interlaced;
    uint32_t sum = 0xffffffff;
    for (int i = 12; i < 29; i++) {
        sum ^= bytes[i];
        for (int k = 0; k < 8; k++)
            sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
    }
    for (int i = 0; i < 4; i++)
        bytes[29 + i] = (uint8_t)(~sum >> (24 - 8 * i));
    memcpy(bytes + 33, "\0\0\0\x0fIDAT\x78\x9c", 10);
    return make_file(make_path("claim.png"), bytes, sizeof bytes);
}

void test_claims(void) {
    CU_ASSERT_EQUAL(read_it(claim(1000000, 1000000, 2, 0), "1000000 x 1000000 pixels"), 3);
    CU_ASSERT_EQUAL(read_it(claim(0x7fffffff, 0x7fffffff, 6, 1), "are too many"), 3);
    CU_ASSERT_EQUAL(read_it(claim(8000, 8000, 2, 1), "60 bytes cannot hold"), 3);
    CU_ASSERT_EQUAL(read_it(claim(0, 5, 2, 0), NULL), 3);
    static const char pgm[] = "P5 100000 100000 255\n";
    const char *p = make_path("claim.pgm");
    CU_ASSERT_EQUAL(read_it(make_file(p, pgm, sizeof pgm - 1), "are too many"), 3);
    static const char wide[] = "P6 8000 8000 255\n";
    CU_ASSERT_EQUAL(read_it(make_file(p, wide, sizeof wide - 1), "cannot hold"), 3);
    static const char huge[] = "P5 2147483647 2147483647 255\n";
    CU_ASSERT_EQUAL(read_it(make_file(p, huge, sizeof huge - 1), "are too many"), 3);
    static const char more[] = "P5 99999999999 1 255\n";
    CU_ASSERT_EQUAL(read_it(make_file(p, more, sizeof more - 1), "too large"), 3);
    /* a JPEG whose frame header was made to say 60000 x 60000 and 6000 x 6000 */
    uint8_t pixels[16 * 16 * 3];
    pattern(pixels, sizeof pixels);
    for (int progressive = 0; progressive < 2; progressive++) {
        int64_t size;
        uint8_t *bytes = make_bytes(
            make_jpeg(make_path("claim.jpg"), 16, 16, 3, progressive, false, pixels), &size);
        int64_t at = 0;
        while (bytes[at] != 0xff || bytes[at + 1] != (progressive ? 0xc2 : 0xc0))
            at++;
        memcpy(bytes + at + 5, "\xea\x60\xea\x60", 4);
        CU_ASSERT_EQUAL(read_it(make_file(make_path("c.jpg"), bytes, size), "are too many"), 3);
        memcpy(bytes + at + 5, "\x17\x70\x17\x70", 4);
        CU_ASSERT_EQUAL(read_it(make_file(make_path("c.jpg"), bytes, size), "cannot hold"), 3);
        free(bytes);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    CU_ASSERT(usage.ru_maxrss < 200 * 1024); /* KiB; none of the claims was believed */
}

/* Every cut of a small file is refused. */
static void cut(const char *path, const char *other) {
    int64_t size;
    uint8_t *bytes = make_bytes(path, &size);
    for (int64_t length = 0; length < size; length++)
        CU_ASSERT_EQUAL(read_it(make_file(other, bytes, length), NULL), 3);
    CU_ASSERT_EQUAL(read_it(make_file(other, bytes, size), NULL), 0);
    free(bytes);
}

/* Every flipped bit is refused or decoded. */
static void flipped(const char *path, const char *other) {
    int64_t size;
    uint8_t *bytes = make_bytes(path, &size);
    for (int64_t i = 0; i < size; i++)
        for (int bit = (int)(i % 4); bit < 8; bit += 4) {
            bytes[i] ^= (uint8_t)(1 << bit);
            int code = read_it(make_file(other, bytes, size), NULL);
            CU_ASSERT(code == 0 || code == 3);
            bytes[i] ^= (uint8_t)(1 << bit);
        }
    free(bytes);
}

void test_damage(void) {
    uint8_t pixels[16 * 16 * 3];
    pattern(pixels, sizeof pixels);
    MakePng png = {16, 16, PNG_COLOR_TYPE_RGB, 8, .rows = pixels};
    MakePng woven = {7, 5, PNG_COLOR_TYPE_GRAY, 8, .rows = pixels, .interlaced = true};
    cut(make_png(make_path("whole.png"), &png), make_path("cut.png"));
    flipped(make_png(make_path("whole.png"), &woven), make_path("flip.png"));
    for (int progressive = 0; progressive < 2; progressive++) {
        const char *whole =
            make_jpeg(make_path("whole.jpg"), 16, 16, 3, progressive, false, pixels);
        cut(whole, make_path("cut.jpg"));
        flipped(whole, make_path("flip.jpg"));
    }
    const char *grey = make_grey(make_path("whole.pgm"), 4, 3, 9);
    cut(grey, make_path("cut.pgm"));
    flipped(grey, make_path("flip.pgm"));
}

void test_others(void) {
    static const char text[] = "Not a picture.\n";
    CU_ASSERT_EQUAL(read_it(make_file(make_path("text.png"), text, sizeof text - 1), "no picture"),
                    3);
    CU_ASSERT_EQUAL(read_it(make_file(make_path("empty.png"), "", 0), "is empty"), 3);
    static const char bitmap[] = "P4 8 1\n\xff", pam[] = "P7\nWIDTH 1\n";
    CU_ASSERT_EQUAL(read_it(make_file(make_path("b.pbm"), bitmap, sizeof bitmap), "P2, P3"), 3);
    CU_ASSERT_EQUAL(read_it(make_file(make_path("b.pam"), pam, sizeof pam), "P2, P3"), 3);
    static const char loud[] = "P5 1 1 100\n\x65", tail[] = "P5 1 1 255\n\1\2";
    CU_ASSERT_EQUAL(read_it(make_file(make_path("l.pgm"), loud, sizeof loud - 1), "above"), 3);
    CU_ASSERT_EQUAL(read_it(make_file(make_path("t.pgm"), tail, sizeof tail - 1), "after the end"),
                    3);
    const char *pipe = make_path("pipe.png"), *loop = make_path("loop.png");
    CU_ASSERT_EQUAL(mkfifo(pipe, 0666), 0);
    CU_ASSERT_EQUAL(read_it(pipe, "is no file"), 3);
    CU_ASSERT_EQUAL(symlink("loop.png", loop), 0);
    CU_ASSERT_EQUAL(read_it(loop, NULL), 3);
}
