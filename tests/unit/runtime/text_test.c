/* Numbers, quoting, JSON, lists of names, SHA-256, error texts. */
#include "runtime/json.h"
#include "runtime/names.h"
#include "runtime/number.h"
#include "runtime/sha256.h"
#include "runtime/tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static NnrtNumberKind read(const char *text, double *value) {
    return nnrt_number(text, (int64_t)strlen(text), value);
}

static void numbers_are_exact(void) {
    static const char *const texts[] = {"0",
                                        "-0",
                                        "1",
                                        "+1",
                                        "0.1",
                                        ".5",
                                        "5.",
                                        "1e3",
                                        "1E+3",
                                        "1e-3",
                                        "123456789012345",
                                        "1234567890123456",
                                        "12345678901234567890",
                                        "0.000001",
                                        "3.14159265358979323846",
                                        "9007199254740993",
                                        "9007199254740992.99999",
                                        "1e22",
                                        "1e23",
                                        "8.5e-22",
                                        "1e-23",
                                        "2.2250738585072014e-308",
                                        "4.9e-324",
                                        "1e-400",
                                        "1.7976931348623157e308",
                                        "0000000000000000000000000000000000000000001",
                                        "0.00000000000000000000000000000000000001",
                                        "100000000000000000000000000000000000000000000e-44",
                                        "72057594037927945",
                                        "123456789012345678901234567890e-10",
                                        "-4.35",
                                        "0.3e1",
                                        "7e-7"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double value = NAN, expected = strtod(texts[i], NULL);
        CU_ASSERT_EQUAL(read(texts[i], &value), NNRT_NUMBER_OK);
        if (memcmp(&value, &expected, sizeof value) != 0) {
            fprintf(stderr, "%s: %.17g, expected %.17g\n", texts[i], value, expected);
            CU_FAIL("a number");
        }
    }
}

/* Decimal texts of all lengths and powers, many of them on the fast way. */
static void random_numbers_are_exact(void) {
    unsigned long long state = 12345;
    int wrong = 0;
    for (int i = 0; i < 200000; i++) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        unsigned long long digits = state >> (state >> 58);
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        char text[80];
        int power = (int)(state >> 33) % 60 - 30;
        snprintf(text, sizeof text, "%s%llue%d", state & 1024 ? "-" : "", digits, power);
        if (state & 2048) { /* 123456e5 as 123.456e5 */
            char sign[2] = {text[0] == '-' ? '-' : 0};
            snprintf(text, sizeof text, "%s%llu.%03llue%d", sign, digits / 1000, digits % 1000,
                     power);
        }
        double value = NAN, expected = strtod(text, NULL);
        wrong += read(text, &value) != NNRT_NUMBER_OK || value != expected;
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void no_numbers(void) {
    static const char *const none[] = {"",     "-",     "+",   ".",    "e5", "1e",          "1e+",
                                       "0x10", "1.2.3", "1 2", " 1",   "1 ", "1,5",         "1_000",
                                       "--1",  "abc",   "1f",  "nanx", "i",  "\xef\xbc\x91"};
    static const char *const infinite[] = {
        "nan", "NaN", "-nan", "inf", "-Infinity", "1e309", "-1e400", "1e99999999999999999999"};
    double value;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        CU_ASSERT_EQUAL(read(none[i], &value), NNRT_NUMBER_NONE);
    for (size_t i = 0; i < sizeof infinite / sizeof *infinite; i++)
        CU_ASSERT_EQUAL(read(infinite[i], &value), NNRT_NUMBER_INFINITE);
}

static void check_quote(const char *text, const char *expected) {
    CU_ASSERT_STRING_EQUAL(nnrt_quote(text, (int64_t)strlen(text)).text, expected);
}

static void quoting(void) {
    check_quote("abc", "\"abc\"");
    check_quote("", "\"\"");
    check_quote("a\"b\\c", "\"a\\\"b\\\\c\"");
    check_quote("\x1b[31m", "\"\\x1b[31m\"");
    check_quote("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
                "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"");
    check_quote("\xff\xc3", "\"\\xff\\xc3\"");
    check_quote("\xc2\x9b", "\"\\xc2\\x9b\"");          /* C1 control */
    check_quote("\xc0\xaf", "\"\\xc0\\xaf\"");          /* overlong */
    check_quote("\xed\xa0\x80", "\"\\xed\\xa0\\x80\""); /* surrogate */
    char longest[400];
    memset(longest, '\x01', sizeof longest);
    CU_ASSERT(strlen(nnrt_quote(longest, sizeof longest).text) < sizeof(NnrtQuoted));
    for (int i = 0; i + 4 <= (int)sizeof longest; i += 4)
        memcpy(longest + i, "\xf0\x9f\x98\x80", 4);
    CU_ASSERT(strlen(nnrt_quote(longest, sizeof longest).text) < sizeof(NnrtQuoted));
    CU_ASSERT_STRING_EQUAL(nnrt_quote("a\0b", 3).text, "\"a\\x00b\"");
}

static void errors_are_first_and_cut(void) {
    NnrtError error = {0};
    char longest[8000];
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = 0;
    CU_ASSERT_FALSE(nnrt_fail(&error, 3, "%s", longest));
    CU_ASSERT_EQUAL(strlen(error.text), sizeof error.text - 1);
    CU_ASSERT_STRING_EQUAL(error.text + sizeof error.text - 5, "x...");
    CU_ASSERT_FALSE(nnrt_fail(&error, 1, "second"));
    CU_ASSERT_EQUAL(error.exit_code, 3);
    CU_ASSERT_FALSE(nnrt_fail(NULL, 1, "nobody"));
    error = (NnrtError){0};
    CU_ASSERT_PTR_NULL(nnrt_allocate(INT64_MAX, 8, &error));
    CU_ASSERT_EQUAL(error.exit_code, 4);
    void *empty = nnrt_allocate(0, 8, NULL);
    CU_ASSERT_PTR_NOT_NULL(empty);
    free(empty);
}

static bool parse_string(const char *text, char *out, int64_t *length) {
    NnrtError error = {0};
    NnrtJson json = {"f", text, text, text + strlen(text), &error};
    bool good = nnrt_json_string(&json, out, length) && nnrt_json_end(&json);
    CU_ASSERT_EQUAL(good, error.exit_code == 0);
    CU_ASSERT(good || error.exit_code == 3);
    return good;
}

static void json_strings(void) {
    static const struct {
        const char *text, *value;
    } good[] = {{"\"\"", ""},
                {" \"abc\" ", "abc"},
                {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
                {"\"\\u0041\\u00e9\\u20AC\"", "A\xc3\xa9\xe2\x82\xac"},
                {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80"},
                {"\"\xf0\x9f\x98\x80\"", "\xf0\x9f\x98\x80"}};
    static const char *const bad[] = {"",
                                      "\"",
                                      "\"a",
                                      "a",
                                      "\"\\",
                                      "\"\\x\"",
                                      "\"\\u12\"",
                                      "\"\\u12g4\"",
                                      "\"\\ud83d\"",
                                      "\"\\ude00\"",
                                      "\"\\ud83d\\u0041\"",
                                      "\"\\ud83dabcdef\"",
                                      "\"\\u0000\"",
                                      "\"\n\"",
                                      "\"\xff\"",
                                      "\"\xc3\"",
                                      "\"a\" b",
                                      "'a'"};
    char out[100];
    int64_t length;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CU_ASSERT_TRUE(parse_string(good[i].text, out, &length));
        CU_ASSERT_STRING_EQUAL(out, good[i].value);
        CU_ASSERT_EQUAL(length, (int64_t)strlen(good[i].value));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CU_ASSERT_FALSE(parse_string(bad[i], out, &length));
}

static void json_numbers(void) {
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } rows[] = {{"0", true, 0},   {" 17 ", true, 17}, {"9223372036854775807", true, INT64_MAX},
                {"", false, 0},   {"01", false, 0},   {"9223372036854775808", false, 0},
                {"-1", false, 0}, {"1.0", false, 0},  {"1e3", false, 0},
                {"+1", false, 0}, {"x", false, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        NnrtError error = {0};
        const char *text = rows[i].text;
        NnrtJson json = {"f", text, text, text + strlen(text), &error};
        int64_t value = -1;
        CU_ASSERT_EQUAL(nnrt_json_whole(&json, &value) && nnrt_json_end(&json), rows[i].good);
        if (rows[i].good) CU_ASSERT_EQUAL(value, rows[i].value);
    }
}

static void names_round_trip(void) {
    const char *const names[] = {"", "a", "two\nlines", "quote \" back \\", "caf\xc3\xa9", "\x01"};
    NnrtError error = {0};
    char *text = nnrt_names_write(names, 6, &error);
    CU_ASSERT_STRING_EQUAL(text, "[\"\",\"a\",\"two\\u000alines\",\"quote \\\" back \\\\\","
                                 "\"caf\xc3\xa9\",\"\\u0001\"]");
    char **back = nnrt_names_read("f", text, 6, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(back);
    for (int i = 0; i < 6; i++)
        CU_ASSERT_STRING_EQUAL(back[i], names[i]);
    nnrt_names_free(back, 6);
    CU_ASSERT_PTR_NULL(nnrt_names_read("f", text, 5, &error));
    CU_ASSERT_EQUAL(error.exit_code, 3);
    CU_ASSERT_PTR_NULL(nnrt_names_read("f", text, 7, NULL));
    CU_ASSERT_PTR_NULL(nnrt_names_read("f", "[\"a\"", 1, NULL));
    CU_ASSERT_PTR_NULL(nnrt_names_read("f", "", INT64_MAX, NULL));
    free(text);
}

static void check_hash(const char *text, int64_t repeat, int64_t piece, const char *expected) {
    NnrtSha256 hash;
    char digits[65];
    nnrt_sha256_init(&hash);
    for (int64_t r = 0; r < repeat; r++)
        for (int64_t i = 0, n = (int64_t)strlen(text); i < n; i += piece)
            nnrt_sha256_add(&hash, text + i, piece < n - i ? piece : n - i);
    nnrt_sha256_end(&hash, digits);
    CU_ASSERT_STRING_EQUAL(digits, expected);
}

/* The examples of FIPS 180-4, and every way to cut them in pieces. */
static void sha256_known_answers(void) {
    const char *two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    check_hash("", 1, 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_hash("abc", 1, 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    for (int64_t piece = 1; piece <= 56; piece++)
        check_hash(two, 1, piece,
                   "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check_hash("aaaaaaaaaa", 100000, 10,
               "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    check_hash("aaaaaaaaaa", 100000, 7,
               "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

void add_text_suite(void) {
    CU_pSuite suite = CU_add_suite("text", NULL, NULL);
    CU_add_test(suite, "numbers are exact", numbers_are_exact);
    CU_add_test(suite, "random numbers are exact", random_numbers_are_exact);
    CU_add_test(suite, "no numbers", no_numbers);
    CU_add_test(suite, "quoting", quoting);
    CU_add_test(suite, "errors", errors_are_first_and_cut);
    CU_add_test(suite, "JSON strings", json_strings);
    CU_add_test(suite, "JSON numbers", json_numbers);
    CU_add_test(suite, "names", names_round_trip);
    CU_add_test(suite, "SHA-256", sha256_known_answers);
}
