/* Philox, bounded draws, the order of an epoch. */
#include "runtime/random.h"
#include "runtime/tests.h"

#include <stdlib.h>
#include <string.h>

/* The three vectors for philox4x32-10 that come with the authors' Random123. */
static void known_answers(void) {
    static const struct {
        uint64_t seed;
        uint32_t counter[4], words[4];
    } rows[] = {
        {0, {0, 0, 0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {UINT64_MAX,
         {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {0x299f31d0a4093822,
         {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (int i = 0; i < 3; i++) {
        const uint32_t *c = rows[i].counter;
        NnrtRandomBlock block = nnrt_philox(rows[i].seed, c[0], c[1], c[2], c[3]);
        CU_ASSERT(memcmp(block.words, rows[i].words, sizeof block.words) == 0);
    }
}

static void words_are_blocks(void) {
    NnrtRandom random = nnrt_random(7, 3, 9);
    for (uint32_t block = 0; block < 5; block++) {
        NnrtRandomBlock expected = nnrt_philox(7, 3, 9, 0, block);
        for (int i = 0; i < 4; i++)
            CU_ASSERT_EQUAL(nnrt_random_word(&random), expected.words[i]);
    }
}

/* Chi-square with bound - 1 degrees of freedom stays below mean + 5 deviations. */
static void bounded_draws_are_even(void) {
    static const uint32_t bounds[] = {1, 2, 3, 7, 10, 100};
    for (size_t k = 0; k < sizeof bounds / sizeof *bounds; k++) {
        NnrtRandom random = nnrt_random(k, 1, 0);
        uint32_t bound = bounds[k];
        int64_t counts[100] = {0}, draws = 100000;
        for (int64_t i = 0; i < draws; i++) {
            uint32_t value = nnrt_random_below(&random, bound);
            CU_ASSERT_FATAL(value < bound);
            counts[value]++;
        }
        double square = 0, expected = (double)draws / bound;
        for (uint32_t i = 0; i < bound; i++)
            square += ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
        double freedom = bound - 1.0, over = square - freedom;
        CU_ASSERT(over <= 0 || over * over <= 25 * 2 * freedom);
    }
}

/* A bound that does not divide 2^32 at all: without refusing, the values below 2^32 - bound would
 * come twice as often. */
static void large_bounds_are_even(void) {
    NnrtRandom random = nnrt_random(1, 2, 3);
    const uint32_t bound = 0xC0000000;
    int low = 0, draws = 30000;
    for (int i = 0; i < draws; i++) {
        uint32_t value = nnrt_random_below(&random, bound);
        CU_ASSERT_FATAL(value < bound);
        low += value % 3 == 0;
    }
    CU_ASSERT(abs(low - draws / 3) < 450); /* 5.5 deviations */
}

static void shuffles(void) {
    enum { COUNT = 1000 };
    static int64_t first[COUNT], second[COUNT], other[COUNT];
    bool seen[COUNT] = {0};
    for (int i = 0; i < COUNT; i++)
        first[i] = second[i] = other[i] = i;
    nnrt_shuffle(5, 2, first, COUNT);
    nnrt_shuffle(5, 2, second, COUNT);
    CU_ASSERT(memcmp(first, second, sizeof first) == 0);
    int fixed = 0;
    for (int i = 0; i < COUNT; i++) {
        CU_ASSERT_FALSE(seen[first[i]]);
        seen[first[i]] = true;
        fixed += first[i] == i;
    }
    CU_ASSERT(fixed < 10);
    nnrt_shuffle(5, 3, other, COUNT);
    CU_ASSERT(memcmp(first, other, sizeof first) != 0);
    int64_t one = 42;
    nnrt_shuffle(1, 1, &one, 1);
    nnrt_shuffle(1, 1, &one, 0);
    CU_ASSERT_EQUAL(one, 42);
}

/* The order is part of what a seed means; these came from the definition, written in Python. */
static void orders_never_change(void) {
    static const int64_t orders[2][10] = {{7, 3, 9, 2, 8, 5, 0, 6, 4, 1},
                                          {1, 6, 3, 0, 8, 7, 5, 2, 4, 9}};
    for (uint32_t epoch = 0; epoch < 2; epoch++) {
        int64_t items[10];
        for (int i = 0; i < 10; i++)
            items[i] = i;
        nnrt_shuffle(1, epoch, items, 10);
        CU_ASSERT(memcmp(items, orders[epoch], sizeof items) == 0);
    }
}

/* Every order of three items comes equally often. */
static void permutations_are_even(void) {
    int64_t counts[27] = {0};
    NnrtRandom random = nnrt_random(11, 0, 0);
    for (int i = 0; i < 60000; i++) {
        int64_t items[3] = {0, 1, 2};
        nnrt_random_permute(&random, items, 3);
        counts[items[0] * 9 + items[1] * 3 + items[2]]++;
    }
    int orders = 0;
    for (int i = 0; i < 27; i++)
        orders += counts[i] > 9500 && counts[i] < 10500;
    CU_ASSERT_EQUAL(orders, 6);
}

void add_random_suite(void) {
    CU_pSuite suite = CU_add_suite("random", NULL, NULL);
    CU_add_test(suite, "known answers", known_answers);
    CU_add_test(suite, "words are blocks", words_are_blocks);
    CU_add_test(suite, "bounded draws", bounded_draws_are_even);
    CU_add_test(suite, "large bounds", large_bounds_are_even);
    CU_add_test(suite, "shuffles", shuffles);
    CU_add_test(suite, "orders never change", orders_never_change);
    CU_add_test(suite, "permutations", permutations_are_even);
}
