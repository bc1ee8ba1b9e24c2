/* utf8, number, nearest. */
#include <CUnit/CUnit.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/nearest.h"
#include "support/number.h"
#include "support/tests.h"
#include "support/utf8.h"

static int decode(const char *chars, uint32_t *code) {
    *code = 0;
    return utf8_decode(chars, strlen(chars), code);
}

void utf8_decodes(void) {
    uint32_t code;
    CU_ASSERT(decode("a", &code) == 1 && code == 'a');
    CU_ASSERT(decode("\xc3\xa9", &code) == 2 && code == 0xe9);
    CU_ASSERT(decode("\xe2\x86\x92", &code) == 3 && code == 0x2192);
    CU_ASSERT(decode("\xf0\x9f\x98\x80", &code) == 4 && code == 0x1f600);
    CU_ASSERT(decode("\xf4\x8f\xbf\xbf", &code) == 4 && code == 0x10ffff);
    static const char *const wrong[] = {
        "\x80",             /* a continuation alone */
        "\xc3",             /* cut short */
        "\xc3(",            /* no continuation */
        "\xc0\xaf",         /* overlong */
        "\xe0\x80\xaf",     /* overlong */
        "\xf0\x80\x80\xaf", /* overlong */
        "\xed\xa0\x80",     /* surrogate */
        "\xf4\x90\x80\x80", /* above U+10FFFF */
        "\xff",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CU_ASSERT_EQUAL(decode(wrong[i], &code), 0);
    CU_ASSERT_EQUAL(utf8_decode("a", 0, &code), 0);
    CU_ASSERT_EQUAL(utf8_count("a\xc3\xa9\xff\xe2\x86\x92", 7), 4);
    /* Every code point that exists, encoded by hand. */
    for (uint32_t c = 1; c <= 0x10ffff; c += c < 0x3000 ? 1 : 37) {
        char bytes[5] = {0};
        if (c < 0x80)
            bytes[0] = (char)c;
        else if (c < 0x800)
            bytes[0] = (char)(0xc0 | c >> 6);
        else if (c < 0x10000)
            bytes[0] = (char)(0xe0 | c >> 12);
        else
            bytes[0] = (char)(0xf0 | c >> 18);
        int size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        for (int i = 1; i < size; i++)
            bytes[i] = (char)(0x80 | (c >> 6 * (size - 1 - i) & 0x3f));
        bool surrogate = c >= 0xd800 && c <= 0xdfff;
        int got = decode(bytes, &code);
        if (surrogate ? got != 0 : got != size || code != c) {
            CU_FAIL("a code point decodes wrongly");
            return;
        }
    }
}

void utf8_escapes(void) {
    Arena arena;
    arena_init(&arena);
    Text text;
    text_init(&text, &arena);
    const char *chars = "a\t\xc3\xa9\x1b[\xff\n\r\x7f\xe2\x80\xae\xc2\x85";
    uint32_t columns = utf8_add_escaped(&text, chars, strlen(chars));
    CU_ASSERT_STRING_EQUAL(text.chars, "a \xc3\xa9\\x1b[\\xff\\n\\r\\x7f\\u{202e}\\u{85}");
    CU_ASSERT_EQUAL(columns, text.length - 1); /* only the letter has two bytes */
    text_cut(&text, 0);
    utf8_add_escaped(&text, "a\0b", 3);
    CU_ASSERT_STRING_EQUAL(text.chars, "a\\x00b");
    text_cut(&text, 0);
    utf8_add_json(&text, "\"\\\n\x01\xff\xc3\xa9\xe2\x80\xae");
    CU_ASSERT_STRING_EQUAL(text.chars, "\"\\\"\\\\\\u000a\\u0001\xef\xbf\xbd\xc3\xa9\\u202e\"");
    arena_free(&arena);
}

static double read(const char *chars) {
    double value = -12345;
    return number_read(chars, strlen(chars), &value) ? value : (double)NAN;
}

void number_reads(void) {
    CU_ASSERT_EQUAL(read("0"), 0);
    CU_ASSERT_EQUAL(read("12"), 12);
    CU_ASSERT_EQUAL(read("-0.5"), -0.5);
    CU_ASSERT_EQUAL(read("+.5"), 0.5);
    CU_ASSERT_EQUAL(read("5."), 5);
    CU_ASSERT_EQUAL(read("1e3"), 1000);
    CU_ASSERT_EQUAL(read("1.5E-2"), 0.015);
    CU_ASSERT_EQUAL(read("0.1"), 0.1);
    CU_ASSERT_EQUAL(read("1e999"), (double)INFINITY);
    CU_ASSERT_EQUAL(read("1e-999"), 0);
    static const char *const wrong[] = {"",      "-",   ".",   "e3",  "1e",  "1e+",  "1.2.3",
                                        " 1",    "1 ",  "0x1", "inf", "nan", "1,5",  "1_0",
                                        "1e3.5", "--1", "1f",  "+",   ".e1", "1e5x", "-inf"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CU_ASSERT(isnan(read(wrong[i])));
    char digits[5001];
    memset(digits, '1', 5000);
    digits[5000] = '\0';
    CU_ASSERT(isnan(read(digits)));
    digits[4000] = '\0';
    CU_ASSERT_EQUAL(read(digits), (double)INFINITY);
    double value;
    CU_ASSERT(number_read("12345", 2, &value) && value == 12); /* no NUL is needed */
}

void number_locale(void) {
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++)
        found = setlocale(LC_NUMERIC, names[i]) && strcmp(localeconv()->decimal_point, ",") == 0;
    if (!found) puts("\n    (skipped: no locale with a decimal comma is installed)");
    CU_ASSERT_EQUAL(read("1234.5"), 1234.5);
    CU_ASSERT(isnan(read("1234,5")));
    setlocale(LC_NUMERIC, "C");
}

void nearest_distances(void) {
    CU_ASSERT_EQUAL(nearest_distance("relu", "relu"), 0);
    CU_ASSERT_EQUAL(nearest_distance("relu", "reul"), 1); /* swapped */
    CU_ASSERT_EQUAL(nearest_distance("relu", "Relu"), 0);
    CU_ASSERT_EQUAL(nearest_distance("relu", "rel"), 1);
    CU_ASSERT_EQUAL(nearest_distance("relu", "reluu"), 1);
    CU_ASSERT_EQUAL(nearest_distance("kitten", "sitting"), 3);
    CU_ASSERT_EQUAL(nearest_distance("", "abc"), 3);
    CU_ASSERT_EQUAL(nearest_distance("abc", ""), 3);
}

static const char *nearest(const char *name) {
    Nearest search = {.name = name};
    static const char *const names[] = {"relu", "gelu", "selu", "softmax", "x", "dense"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        nearest_offer(&search, names[i]);
    return search.best;
}

void nearest_names(void) {
    CU_ASSERT_STRING_EQUAL(nearest("reul"), "relu");
    CU_ASSERT_STRING_EQUAL(nearest("sofmax"), "softmax");
    CU_ASSERT_STRING_EQUAL(nearest("Dense"), "dense");
    CU_ASSERT_STRING_EQUAL(nearest("felu"), "relu"); /* the first of equals */
    CU_ASSERT_PTR_NULL(nearest("convolution"));
    CU_ASSERT_PTR_NULL(nearest("y")); /* another letter is no likeness */
    CU_ASSERT_PTR_NULL(nearest(""));
}
