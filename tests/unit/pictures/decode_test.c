/* What each kind of picture becomes: the rules of picture.h, one after the other. */
#include "pictures/make.h"

#include <png.h>
#include <stdio.h>
#include <string.h>

/* Decodes for image[height, width, channels] and compares. */
static void expect(const char *path, int height, int width, int channels, const char *expected,
                   int line) {
    NnrtPictureShape shape = {height, width, channels};
    NnrtError error = {0};
    uint8_t out[4096];
    memset(out, 7, sizeof out);
    bool good =
        nnrt_picture_check(path, &shape, &error) && nnrt_picture_read(path, &shape, out, &error);
    int count = height * width * channels;
    bool same = good && memcmp(out, expected, (size_t)count) == 0 && out[count] == 7;
    if (!same) {
        printf("\nline %d: %s:", line, error.text);
        for (int i = 0; i < count; i++)
            printf(" %d", out[i]);
        printf("\n");
    }
    CU_ASSERT_TRUE(same);
}
#define EXPECT(path, height, width, channels, expected)                                            \
    expect(path, height, width, channels, expected, __LINE__)

static const uint8_t *u8(const char *text) {
    return (const uint8_t *)text;
}

void test_png_kinds(void) {
    const char *p = make_path("a.png");
    MakePng grey = {2, 2, PNG_COLOR_TYPE_GRAY, 8, .rows = u8("\0\x40\x80\xff")};
    EXPECT(make_png(p, &grey), 2, 2, 1, "\0\x40\x80\xff");
    EXPECT(p, 2, 2, 3, "\0\0\0\x40\x40\x40\x80\x80\x80\xff\xff\xff");
    EXPECT(p, 2, 2, 4, "\0\0\0\xff\x40\x40\x40\xff\x80\x80\x80\xff\xff\xff\xff\xff");
    MakePng colour = {2, 1, PNG_COLOR_TYPE_RGB, 8, .rows = u8("\xff\0\0\x0a\x14\x1e")};
    EXPECT(make_png(p, &colour), 1, 2, 3, "\xff\0\0\x0a\x14\x1e");
    /* (19595 * 255 + 32768) / 65536 = 76, (19595 * 10 + 38470 * 20 + 7471 * 30 + ...) = 18 */
    EXPECT(p, 1, 2, 1, "\x4c\x12");
    /* half of 0x50 over white: (80 * 128 + 255 * 127 + 127) / 255 = 167 */
    MakePng alpha = {3, 1, PNG_COLOR_TYPE_GRAY_ALPHA, 8, .rows = u8("\x50\x80\x50\0\x50\xff")};
    EXPECT(make_png(p, &alpha), 1, 3, 1, "\xa7\xff\x50");
    EXPECT(p, 1, 3, 4, "\x50\x50\x50\x80\x50\x50\x50\0\x50\x50\x50\xff");
    MakePng both = {2, 1, PNG_COLOR_TYPE_RGBA, 8, .rows = u8("\x0a\x14\x1e\0\x0a\x14\x1e\xff")};
    EXPECT(make_png(p, &both), 1, 2, 3, "\xff\xff\xff\x0a\x14\x1e");
    EXPECT(p, 1, 2, 4, "\x0a\x14\x1e\0\x0a\x14\x1e\xff");
    MakePng bits = {8, 1, PNG_COLOR_TYPE_GRAY, 1, .rows = u8("\xa5")};
    EXPECT(make_png(p, &bits), 1, 8, 1, "\xff\0\xff\0\0\xff\0\xff");
    MakePng quarters = {4, 1, PNG_COLOR_TYPE_GRAY, 2, .rows = u8("\x1b")};
    EXPECT(make_png(p, &quarters), 1, 4, 1, "\0\x55\xaa\xff");
    /* 128 of 65535 is 0.498 of 255, 129 is 0.502, 0x1234 is 18.1, 0xffff is 255 */
    MakePng deep = {4, 1, PNG_COLOR_TYPE_GRAY, 16, .rows = u8("\0\x80\0\x81\x12\x34\xff\xff")};
    EXPECT(make_png(p, &deep), 1, 4, 1, "\0\1\x12\xff");
    MakePng palette = {4,
                       1,
                       PNG_COLOR_TYPE_PALETTE,
                       2,
                       .rows = u8("\x1b"),
                       .palette = 4,
                       .entries = u8("\1\2\3\4\5\6\7\x8\x9\xa\xb\xc")};
    EXPECT(make_png(p, &palette), 1, 4, 3, "\1\2\3\4\5\6\7\x8\x9\xa\xb\xc");
    palette.alphas = 2;
    palette.alpha = u8("\0\xff");
    EXPECT(make_png(p, &palette), 1, 4, 3, "\xff\xff\xff\4\5\6\7\x8\x9\xa\xb\xc");
    EXPECT(p, 1, 4, 4, "\1\2\3\0\4\5\6\xff\7\x8\x9\xff\xa\xb\xc\xff");
}

void test_interlaced(void) {
    uint8_t rows[17 * 13 * 3];
    for (size_t i = 0; i < sizeof rows; i++)
        rows[i] = (uint8_t)(i * 37 + i / 7);
    MakePng png = {17, 13, PNG_COLOR_TYPE_RGB, 8, .rows = rows, .interlaced = true};
    EXPECT(make_png(make_path("i.png"), &png), 13, 17, 3, (const char *)rows);
}

void test_portable(void) {
    const char *p = make_path("a.ppm");
    static const char p5[] = "P5\n# a comment\n2 2\n255\n\0\x40\x80\xff";
    EXPECT(make_file(p, p5, sizeof p5 - 1), 2, 2, 1, "\0\x40\x80\xff");
    static const char p6[] = "P6 1 2 255 \1\2\3\4\5\6";
    EXPECT(make_file(p, p6, sizeof p6 - 1), 2, 1, 3, "\1\2\3\4\5\6");
    static const char p2[] = "P2 # grey\n3 1 # wide\n15\n0 1 15\n";
    EXPECT(make_file(p, p2, sizeof p2 - 1), 1, 3, 1, "\0\x11\xff");
    static const char p3[] = "P3\n1 1\n1000\n0 500 1000";
    EXPECT(make_file(p, p3, sizeof p3 - 1), 1, 1, 3, "\0\x80\xff");
    static const char deep[] = "P5 2 1 65535\n\0\x80\x12\x34";
    EXPECT(make_file(p, deep, sizeof deep - 1), 1, 2, 1, "\0\x12");
}

/* The mean over what each result pixel covers, with exact shares. */
void test_sizes(void) {
    const char *p = make_path("s.pgm");
    static const char four[] = "P5 4 2 255\n\1\2\x10\x20\3\4\x30\x41";
    EXPECT(make_file(p, four, sizeof four - 1), 1, 2, 1, "\3\x28");     /* 2.5 and 40.25 */
    static const char three[] = "P5 3 1 255\n\0\x1e\x5a";               /* 0 30 90 */
    EXPECT(make_file(p, three, sizeof three - 1), 1, 2, 1, "\x0a\x46"); /* 10 70 */
    EXPECT(p, 2, 2, 1, "\x0a\x46\x0a\x46");
    static const char two[] = "P5 1 2 255\n\x0a\x15"; /* 10 21 */
    EXPECT(make_file(p, two, sizeof two - 1), 3, 1, 1, "\x0a\x10\x15");
    EXPECT(p, 4, 1, 1, "\x0a\x0a\x15\x15");
    static const char colours[] = "P6 2 1 255\n\0\x0a\x14\x64\x6e\x78";
    EXPECT(make_file(p, colours, sizeof colours - 1), 1, 1, 3, "\x32\x3c\x46");
    /* colour becomes grey before it is resized */
    EXPECT(p, 1, 1, 1, "\x3a"); /* of 8 and 108 */
}

/* One colour everywhere survives JPEG at quality 100 to the bit or nearly so. */
static void flat_jpeg(int components, bool progressive, bool adobe, const char *pixel, int channels,
                      const char *expected) {
    uint8_t pixels[20 * 12 * 4], out[20 * 12 * 3];
    for (int i = 0; i < 20 * 12; i++)
        memcpy(pixels + i * components, pixel, (size_t)components);
    const char *p = make_path("f.jpg");
    NnrtError error = {0};
    NnrtPictureShape shape = {12, 20, channels};
    make_jpeg(p, 20, 12, components, progressive, adobe, pixels);
    CU_ASSERT_TRUE(nnrt_picture_check(p, &shape, &error));
    CU_ASSERT_TRUE_FATAL(nnrt_picture_read(p, &shape, out, &error));
    int worst = 0;
    for (int i = 0; i < 20 * 12 * channels; i++) {
        int difference = out[i] - (uint8_t)expected[i % channels];
        if (difference < 0) difference = -difference;
        if (difference > worst) worst = difference;
    }
    CU_ASSERT(worst <= 2);
}

void test_jpeg_kinds(void) {
    for (int progressive = 0; progressive < 2; progressive++) {
        flat_jpeg(1, progressive, false, "\x64", 1, "\x64");
        flat_jpeg(1, progressive, false, "\x64", 3, "\x64\x64\x64");
        flat_jpeg(3, progressive, false, "\xc8\x32\x14", 3, "\xc8\x32\x14");
        /* C K / 255 of inverted inks: 200 * 128 / 255 = 100, 50 -> 25, 20 -> 10 */
        flat_jpeg(4, progressive, true, "\xc8\x32\x14\x80", 3, "\x64\x19\x0a");
        flat_jpeg(4, progressive, false, "\x37\xcd\xeb\x7f", 3, "\x64\x19\x0a");
    }
}

void test_names(void) {
    CU_ASSERT(nnrt_picture_name("a.png") && nnrt_picture_name("b/c.JPG"));
    CU_ASSERT(nnrt_picture_name("a.jpeg") && nnrt_picture_name("x.PgM") &&
              nnrt_picture_name("x.ppm"));
    CU_ASSERT(!nnrt_picture_name("png") && !nnrt_picture_name(".png") &&
              !nnrt_picture_name("a.png.txt") && !nnrt_picture_name("LICENSE"));
}
