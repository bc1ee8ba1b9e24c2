/* arena, vec, text, intern. */
#include <CUnit/CUnit.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "support/intern.h"
#include "support/tests.h"
#include "support/text.h"
#include "support/vec.h"

void arena_memory(void) {
    Arena arena;
    arena_init(&arena);
    unsigned char *blocks[300];
    for (int i = 0; i < 300; i++) {
        blocks[i] = arena_alloc(&arena, (size_t)i * 7);
        CU_ASSERT_EQUAL((uintptr_t)blocks[i] % 16, 0);
        for (int k = 0; k < i * 7; k++)
            if (blocks[i][k] != 0) CU_FAIL("not zeroed");
        memset(blocks[i], i, (size_t)i * 7);
    }
    for (int i = 0; i < 300; i++)
        for (int k = 0; k < i * 7; k++)
            if (blocks[i][k] != (unsigned char)i) CU_FAIL("overwritten");
    CU_ASSERT(arena.total >= (size_t)300 * 299 / 2 * 7);
    arena_free(&arena);
    CU_ASSERT_EQUAL(arena.total, 0);
}

void arena_large(void) {
    Arena arena;
    arena_init(&arena);
    size_t size = (size_t)40 << 20; /* larger than the largest block */
    char *large = arena_alloc(&arena, size);
    large[0] = large[size - 1] = 1;
    char *small = arena_alloc(&arena, 1);
    CU_ASSERT(small < large || small >= large + size);
    arena_free(&arena);
}

static jmp_buf exhausted;

static void leave(void *user) {
    *(int *)user += 1;
    longjmp(exhausted, 1);
}

void arena_exhausted(void) {
    Arena arena;
    arena_init(&arena);
    static int calls;
    calls = 0;
    arena.out_of_memory = leave;
    arena.user = &calls;
    if (setjmp(exhausted) == 0) arena_alloc(&arena, SIZE_MAX - 8);
    CU_ASSERT_EQUAL(calls, 1);
    if (setjmp(exhausted) == 0) arena_array(&arena, SIZE_MAX / 4, 8);
    CU_ASSERT_EQUAL(calls, 2);
    CU_ASSERT_PTR_NOT_NULL(arena_alloc(&arena, 8)); /* still usable */
    arena_free(&arena);
}

void arena_texts(void) {
    Arena arena;
    arena_init(&arena);
    CU_ASSERT_STRING_EQUAL(arena_text(&arena, "abcdef", 3), "abc");
    CU_ASSERT_STRING_EQUAL(arena_text(&arena, "", 0), "");
    CU_ASSERT_STRING_EQUAL(arena_format(&arena, "%d-%s", 7, "x"), "7-x");
    CU_ASSERT_EQUAL(strlen(arena_format(&arena, "%5000s", "x")), 5000);
    CU_ASSERT_EQUAL(memcmp(arena_copy(&arena, "a\0b", 3), "a\0b", 3), 0);
    arena_free(&arena);
}

void vec_grows(void) {
    Arena arena;
    arena_init(&arena);
    VEC(int) numbers = {0};
    for (int i = 0; i < 10000; i++)
        VEC_PUSH(&arena, numbers, i);
    CU_ASSERT_EQUAL(numbers.count, 10000);
    CU_ASSERT(numbers.capacity >= 10000 && numbers.capacity <= 20000);
    for (int i = 0; i < 10000; i++)
        if (numbers.items[i] != i) CU_FAIL("lost an element");
    arena_free(&arena);
}

void text_builds(void) {
    Arena arena;
    arena_init(&arena);
    Text text;
    text_init(&text, &arena);
    CU_ASSERT_STRING_EQUAL(text.chars, "");
    text_add(&text, "one");
    text_indent(&text, 2);
    text_add_char(&text, '2');
    text_format(&text, " %s %d", "three", 4);
    text_add_range(&text, "five and more", 4);
    CU_ASSERT_STRING_EQUAL(text.chars, "one  2 three 4five");
    CU_ASSERT_EQUAL(text.length, strlen(text.chars));
    text_cut(&text, 3);
    CU_ASSERT_STRING_EQUAL(text.chars, "one");
    text_cut(&text, 100); /* longer than it is: nothing happens */
    CU_ASSERT_STRING_EQUAL(text.chars, "one");
    text_cut(&text, 0);
    for (int i = 0; i < 1000; i++)
        text_format(&text, "%d,", i);
    CU_ASSERT_EQUAL(text.length, 10 * 2 + 90 * 3 + 900 * 4);
    CU_ASSERT_STRING_EQUAL(text.chars + text.length - 8, "998,999,");
    arena_free(&arena);
}

static const char *number_text(Arena *arena, double value) {
    Text text;
    text_init(&text, arena);
    text_number(&text, value);
    return text.chars;
}

void text_numbers(void) {
    Arena arena;
    arena_init(&arena);
    CU_ASSERT_STRING_EQUAL(number_text(&arena, 3), "3");
    CU_ASSERT_STRING_EQUAL(number_text(&arena, 10), "10");
    CU_ASSERT_STRING_EQUAL(number_text(&arena, -784), "-784");
    CU_ASSERT_STRING_EQUAL(number_text(&arena, 0.1), "0.1");
    CU_ASSERT_STRING_EQUAL(number_text(&arena, 1e-5), "1e-05");
    CU_ASSERT_STRING_EQUAL(number_text(&arena, 1.0 / 3), "0.3333333333333333");
    CU_ASSERT_STRING_EQUAL(number_text(&arena, 1e300), "1e+300");
    CU_ASSERT_STRING_EQUAL(number_text(&arena, (double)INFINITY), "inf");
    CU_ASSERT_STRING_EQUAL(number_text(&arena, -(double)INFINITY), "-inf");
    CU_ASSERT_STRING_EQUAL(number_text(&arena, (double)NAN), "nan");
    uint64_t bits = 0x9e3779b97f4a7c15u;
    for (int i = 0; i < 2000; i++) {
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        double value;
        memcpy(&value, &bits, sizeof value);
        if (value != value || value - value != 0) continue;
        if (strtod(number_text(&arena, value), NULL) != value) CU_FAIL("does not read back");
    }
    arena_free(&arena);
}

void intern_equal(void) {
    Arena arena;
    arena_init(&arena);
    Interner interner;
    intern_init(&interner, &arena);
    const char *names[3000];
    for (int i = 0; i < 3000; i++)
        names[i] = intern_text(&interner, arena_format(&arena, "name%d", i));
    for (int i = 0; i < 3000; i++) {
        const char *text = arena_format(&arena, "name%d and more", i);
        size_t length = strlen(text) - strlen(" and more");
        CU_ASSERT_PTR_EQUAL(intern(&interner, text, length), names[i]);
    }
    CU_ASSERT_EQUAL(interner.count, 3000);
    CU_ASSERT_PTR_NOT_EQUAL(intern_text(&interner, "name"), names[0]);
    CU_ASSERT_STRING_EQUAL(intern(&interner, "x", 0), "");
    arena_free(&arena);
}
