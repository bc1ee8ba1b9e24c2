/* mutation_test.c: examples with words removed, doubled or exchanged: whatever comes of it, there
 * is a model or an error, never a crash or a hang, and a model's graph is well formed. */
#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

#include "elaborate/fixture.h"
#include "elaborate/tests.h"
#include "graph/eval.h"
#include "lint/lint.h"

enum { MUTATIONS = 150, TEXT_LIMIT = 16384, WORD_LIMIT = 4096 };

typedef struct Words {
    const char *begins[WORD_LIMIT];
    size_t lengths[WORD_LIMIT];
    int count;
} Words;

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Names and numbers, texts, runs of blanks; any other character alone. */
static void split(const char *text, Words *words) {
    words->count = 0;
    while (*text && words->count < WORD_LIMIT) {
        const char *end = text + 1;
        if (is_letter(*text))
            while (is_letter(*end))
                end++;
        else if (*text == ' ')
            while (*end == ' ')
                end++;
        else if (*text == '"') {
            end += strcspn(end, "\"\n");
            end += *end == '"';
        }
        words->begins[words->count] = text;
        words->lengths[words->count++] = (size_t)(end - text);
        text = end;
    }
}

/* Numbers that are the same on every machine. */
static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void add(Text *text, const Words *words, int word) {
    text_add_range(text, words->begins[word], words->lengths[word]);
}

static void mutate(const Words *words, uint32_t *random, Text *text) {
    if (words->count == 0) return;
    int place = (int)(next_random(random) % (uint32_t)words->count);
    int other = (int)(next_random(random) % (uint32_t)words->count);
    uint32_t kind = next_random(random) % 4;
    for (int i = 0; i < words->count; i++) {
        if (i != place) {
            add(text, words, i);
            continue;
        }
        if (kind != 0) add(text, words, other); /* 0: removed; 1: exchanged */
        if (kind == 2) add(text, words, i);
        if (kind == 3) add(text, words, i), add(text, words, i);
    }
}

static void check(const char *text) {
    Elaborated *e = elaborated(text);
    CU_ASSERT_EQUAL(e->ok, !diag_failed(&e->diags));
    if (e->ok) {
        lint(&e->model, &e->diags);
        /* A graph that is ill formed would end the evaluation. */
        for (int64_t i = 0; i < e->model.outputs.count; i++) {
            Node *node = e->model.outputs.items[i].node;
            CU_ASSERT(node->type.batched);
            if (eval_elements(node, 1) < 1000) value_of(e, node, 1, NULL, 1);
        }
        for (int64_t i = 0; i < e->model.losses.count; i++)
            CU_ASSERT_EQUAL(e->model.losses.items[i]->type.shape.rank, 0);
    }
    Text printed;
    text_init(&printed, &e->arena);
    diag_print(&e->diags, DIAG_PLAIN, &printed);
    elaborated_free(e);
}

void mutated_examples_are_answered(void) {
    static const char *const names[] = {"animals", "formula", "symmetry", "mpg", "two_relus"};
    static char text[TEXT_LIMIT];
    static Words words;
    uint32_t random = 1;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[400];
        snprintf(path, sizeof path, "%s/examples/%s.nn", NNC_SOURCE_DIR, names[i]);
        FILE *file = fopen(path, "rb");
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        if (!file) return; /* the assertion above does not come back */
        text[fread(text, 1, sizeof text - 1, file)] = 0;
        fclose(file);
        split(text, &words);
        for (int k = 0; k < MUTATIONS; k++) {
            Arena arena;
            arena_init(&arena);
            Text mutated;
            text_init(&mutated, &arena);
            mutate(&words, &random, &mutated);
            check(mutated.chars);
            arena_free(&arena);
        }
    }
}
