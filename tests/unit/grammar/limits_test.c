/* limits: nesting exactly at its limit, large files, damaged files. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <time.h>

#include "grammar/parsed.h"
#include "grammar/tests.h"

static void repeat(Text *text, const char *chars, int count) {
    for (int i = 0; i < count; i++)
        text_add(text, chars);
}

/* Parses "const a = " + before * count + middle + after * count; the number of errors. */
static int64_t nest(const char *before, int count, const char *middle, const char *after) {
    Arena arena;
    arena_init(&arena);
    Text text;
    text_init(&text, &arena);
    text_add(&text, "const a = ");
    repeat(&text, before, count);
    text_add(&text, middle);
    repeat(&text, after, count);
    Parsed parsed;
    parse_bytes(&parsed, text.chars, text.length);
    for (int64_t i = 0; i < parsed.diags.list.count; i++)
        CU_ASSERT_STRING_EQUAL(parsed.diags.list.items[i]->name, "too-deep");
    int64_t errors = parsed.diags.error_count;
    arena_free(&parsed.arena);
    arena_free(&arena);
    return errors;
}

void limits_nesting(void) {
    static const char *const forms[][3] = {
        {"(", "1", ")"},
        {"[", "1", "]"},
        {"f(", "1", ")"},
        {"-", "1", ""},
        {"not ", "a", ""},
        {"2^", "1", ""},
        {"if a then b else ", "c", ""},
        {"a[", "1", "]"},
        {"f(x = 1 + 2 * -", "1", ")"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        int levels = i == 8 ? 2 : 1;
        int limit = NESTING_LIMIT / levels;
        CU_ASSERT_EQUAL(nest(forms[i][0], limit, forms[i][1], forms[i][2]), 0);
        CU_ASSERT_EQUAL(nest(forms[i][0], limit + 1, forms[i][1], forms[i][2]), 1);
        CU_ASSERT_EQUAL(nest(forms[i][0], 100000, forms[i][1], forms[i][2]), 1);
    }
    Arena arena;
    arena_init(&arena);
    for (int extra = 0; extra < 2; extra++) {
        Text text;
        text_init(&text, &arena);
        text_add(&text, "model m {\n");
        repeat(&text, "for i in x {\n", NESTING_LIMIT - 1 + extra);
        repeat(&text, "}\n", NESTING_LIMIT + extra);
        Parsed parsed;
        parse_bytes(&parsed, text.chars, text.length);
        CU_ASSERT_EQUAL(parsed.diags.error_count, extra);
        arena_free(&parsed.arena);
    }
    arena_free(&arena);
}

/* The seconds that a file of a quarter of SOURCE_LIMIT takes, made of one piece. */
static double time_of(const char *piece) {
    Arena arena;
    arena_init(&arena);
    Text text;
    text_init(&text, &arena);
    while (text.length + strlen(piece) < SOURCE_LIMIT / 4)
        text_add(&text, piece);
    clock_t start = clock();
    Parsed parsed;
    parse_bytes(&parsed, text.chars, text.length);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    arena_free(&parsed.arena);
    arena_free(&arena);
    return seconds;
}

/* No text makes the parser slow. The limit is generous, for slow machines and sanitizers; what is
 * quadratic takes minutes. */
void limits_size(void) {
    static const char *const pieces[] = {
        "x\n", "(",          ")",        "{\n",         "}\n",    "a = (\n", "# comment\n",
        "\"",  "'",          "1 ",       "const a=1\n", "x{;",    "\n",      "model m { x y\n",
        "f(",  "a = 1 # b#", "\xc3\xa9", "[(]",         "x\n#\n", "1e",      "model m {x}\n",
        "- ",  "\\",         ".",        "a\\\"",       "loss ",  "a b }\n", "x = [1,2,3\n",
    };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        double seconds = time_of(pieces[i]);
        if (seconds > 5) printf("\n    %.1f s for many of %s\n", seconds, pieces[i]);
        CU_ASSERT(seconds < 5);
    }
}

static const char sample[] =
    "# \xc3\xa9\nconst a = [1, 2.5e3, 15%,]\nlayer f(x, y = \"a\\\"b\") {\n"
    "    for i in a {\n        x = if x > -i^2 and not y[0] == 1 then x else (x @ y)\n    }\n"
    "    return x -> repeat 2 dense(3, relu) -> g\n}\nmodel m {\n    input x : real[3]\n"
    "    param w : [2] ~ normal\n    state s = 0; s <- s + 1\n    output p = f(x)\n"
    "    loss mse(p, x)\n    regularize l2(1e-4)\n}\ntrain { epochs = 3 }\n";

static void check(const char *chars, size_t length) {
    Parsed parsed;
    parse_bytes(&parsed, chars, length);
    Text text;
    text_init(&text, &parsed.arena);
    diag_print(&parsed.diags, DIAG_PLAIN, &text);
    diag_print(&parsed.diags, DIAG_JSON, &text);
    if (diag_failed(&parsed.diags) != (text.length > 0)) CU_FAIL("errors and messages disagree");
    ast_print(parsed.file, &text);
    arena_free(&parsed.arena);
}

void limits_truncation(void) {
    Parsed parsed;
    parse_text(&parsed, sample);
    CU_ASSERT_FALSE(diag_failed(&parsed.diags));
    arena_free(&parsed.arena);
    for (size_t length = 0; length < sizeof sample; length++)
        check(sample, length);
}

void limits_bytes(void) {
    char copy[sizeof sample];
    static const char bytes[] = "\0\n\"(){}[];=<-.#x0 \xff\xc3\r";
    for (size_t i = 0; i + 1 < sizeof sample; i++)
        for (size_t k = 0; k < sizeof bytes; k++) {
            memcpy(copy, sample, sizeof sample);
            copy[i] = bytes[k];
            check(copy, sizeof sample - 1);
        }
}
