/* Splits: exact sizes, every class in proportion, folds, and what is refused. */
#include "runtime/split.h"
#include "runtime/tests.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 1797, CLASSES = 10 };

static int32_t labels[ROWS];

static void make_labels(void) {
    static const int counts[CLASSES] = {178, 182, 177, 183, 181, 182, 181, 179, 174, 180};
    int32_t row = 0;
    for (int32_t c = 0; c < CLASSES; c++)
        for (int i = 0; i < counts[c]; i++)
            labels[(row++ * 1000) % ROWS] = c; /* 1000 and 1797 have no common factor */
}

/* Each row in exactly one part, rows ascending. */
static void check_parts(const NnrtSplit *split, int64_t rows) {
    const NnrtPart *parts[] = {&split->train, &split->validation, &split->test};
    char *seen = calloc((size_t)rows, 1);
    int64_t all = 0;
    for (int p = 0; p < 3; p++)
        for (int64_t i = 0; i < parts[p]->count; i++, all++) {
            int64_t row = parts[p]->rows[i];
            CU_ASSERT_FATAL(row >= 0 && row < rows && !seen[row]);
            CU_ASSERT(i == 0 || parts[p]->rows[i - 1] < row);
            seen[row] = 1;
        }
    CU_ASSERT_EQUAL(all, rows);
    free(seen);
}

static void class_counts(const NnrtPart *part, int64_t counts[CLASSES]) {
    memset(counts, 0, CLASSES * sizeof *counts);
    for (int64_t i = 0; i < part->count; i++)
        counts[labels[part->rows[i]]]++;
}

static void stratified(void) {
    make_labels();
    int64_t whole[CLASSES], part[CLASSES];
    NnrtSplit split, again, other;
    NnrtError error = {0};
    NnrtSplitRequest request = {.rows = ROWS,
                                .labels = labels,
                                .classes = CLASSES,
                                .validation = 0.15,
                                .test = 0.2,
                                .seed = 1};
    CU_ASSERT_TRUE_FATAL(nnrt_split(&request, &split, &error));
    check_parts(&split, ROWS);
    CU_ASSERT_EQUAL(split.validation.count, 270); /* 269.55 */
    CU_ASSERT_EQUAL(split.test.count, 359);       /* 359.4 */
    memset(whole, 0, sizeof whole);
    for (int i = 0; i < ROWS; i++)
        whole[labels[i]]++;
    const struct {
        const NnrtPart *part;
        double share;
    } shares[] = {{&split.train, 0.65}, {&split.validation, 0.15}, {&split.test, 0.2}};
    for (int p = 0; p < 3; p++) {
        class_counts(shares[p].part, part);
        for (int c = 0; c < CLASSES; c++) {
            double off = (double)part[c] - shares[p].share * (double)whole[c];
            CU_ASSERT(off > -2 && off < 2);
        }
    }
    CU_ASSERT_TRUE_FATAL(nnrt_split(&request, &again, &error));
    CU_ASSERT(memcmp(split.test.rows, again.test.rows, 359 * sizeof(int64_t)) == 0);
    request.seed = 2;
    CU_ASSERT_TRUE_FATAL(nnrt_split(&request, &other, &error));
    CU_ASSERT(memcmp(split.test.rows, other.test.rows, 359 * sizeof(int64_t)) != 0);
    nnrt_split_free(&split);
    nnrt_split_free(&again);
    nnrt_split_free(&other);
}

static void without_classes(void) {
    NnrtSplit split;
    NnrtError error = {0};
    NnrtSplitRequest request = {.rows = 398, .validation = 0.15, .test = 0.15, .seed = 3};
    CU_ASSERT_TRUE_FATAL(nnrt_split(&request, &split, &error));
    check_parts(&split, 398);
    CU_ASSERT_EQUAL(split.train.count, 278);
    CU_ASSERT_EQUAL(split.validation.count, 60);
    CU_ASSERT_EQUAL(split.test.count, 60);
    nnrt_split_free(&split);
    request = (NnrtSplitRequest){.rows = 5};
    CU_ASSERT_TRUE_FATAL(nnrt_split(&request, &split, &error));
    CU_ASSERT_EQUAL(split.train.count, 5);
    CU_ASSERT_EQUAL(split.test.count + split.validation.count, 0);
    nnrt_split_free(&split);
}

/* The test parts of the folds are disjoint and cover everything, sizes and classes within one. */
static void folds(void) {
    make_labels();
    static int tested[ROWS];
    memset(tested, 0, sizeof tested);
    for (int fold = 0; fold < 5; fold++) {
        NnrtSplit split;
        NnrtError error = {0};
        int64_t counts[CLASSES];
        NnrtSplitRequest request = {.rows = ROWS,
                                    .labels = labels,
                                    .classes = CLASSES,
                                    .validation = 0.1,
                                    .test = 0.5,
                                    .seed = 9,
                                    .folds = 5,
                                    .fold = fold};
        CU_ASSERT_TRUE_FATAL(nnrt_split(&request, &split, &error));
        check_parts(&split, ROWS);
        CU_ASSERT(split.test.count == 359 || split.test.count == 360);
        CU_ASSERT_EQUAL(split.validation.count, 144);
        class_counts(&split.test, counts);
        for (int c = 0; c < CLASSES; c++)
            CU_ASSERT(counts[c] >= 34 && counts[c] <= 37); /* 174 / 5 to 183 / 5 */
        for (int64_t i = 0; i < split.test.count; i++)
            tested[split.test.rows[i]]++;
        nnrt_split_free(&split);
    }
    for (int i = 0; i < ROWS; i++)
        CU_ASSERT_EQUAL(tested[i], 1);
}

static void check_refused(NnrtSplitRequest request, const char *text) {
    NnrtSplit split;
    NnrtError error = {0};
    CU_ASSERT_FALSE(nnrt_split(&request, &split, &error));
    CU_ASSERT_EQUAL(error.exit_code, 1);
    CU_ASSERT_STRING_EQUAL(error.text, text);
    CU_ASSERT_PTR_NULL(split.train.rows);
}

static void refused(void) {
    check_refused((NnrtSplitRequest){.rows = 3, .test = 0.15},
                  "15% of 3 rows leaves none for the test");
    check_refused((NnrtSplitRequest){.rows = 3, .validation = 0.1},
                  "10% of 3 rows leaves none for validation");
    check_refused((NnrtSplitRequest){.rows = 4, .validation = 0.5, .test = 0.5},
                  "validation and test leave no row of 4 to train on");
    check_refused((NnrtSplitRequest){.rows = 4, .folds = 5}, "4 rows are too few for 5 folds");
}

/* 20 % of 9 and 1 rows are 1.8 and 0.2: the larger remainder gets the row. */
static void remainders(void) {
    const int32_t few[] = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    for (uint64_t seed = 0; seed < 20; seed++) {
        NnrtSplitRequest request = {
            .rows = 10, .labels = few, .classes = 2, .test = 0.2, .seed = seed};
        NnrtSplit split;
        CU_ASSERT_TRUE_FATAL(nnrt_split(&request, &split, NULL));
        CU_ASSERT_EQUAL_FATAL(split.test.count, 2);
        CU_ASSERT(split.test.rows[0] != 3 && split.test.rows[1] != 3);
        nnrt_split_free(&split);
    }
}

/* Classes with one row, or none, and all sizes up to 40. */
static void small_sets(void) {
    for (int rows = 4; rows <= 40; rows++)
        for (int classes = 1; classes <= 12; classes++) {
            int32_t few[40];
            for (int i = 0; i < rows; i++)
                few[i] = (i * i) % classes;
            NnrtSplitRequest request = {.rows = rows,
                                        .labels = few,
                                        .classes = classes,
                                        .validation = 0.25,
                                        .test = 0.25,
                                        .seed = (uint64_t)rows};
            NnrtSplit split;
            CU_ASSERT_TRUE_FATAL(nnrt_split(&request, &split, NULL));
            check_parts(&split, rows);
            CU_ASSERT_EQUAL(split.test.count, (int64_t)(rows * 0.25 + 0.5));
            CU_ASSERT_EQUAL(split.validation.count, (int64_t)(rows * 0.25 + 0.5));
            nnrt_split_free(&split);
        }
}

void add_split_suite(void) {
    CU_pSuite suite = CU_add_suite("split", NULL, NULL);
    CU_add_test(suite, "stratified", stratified);
    CU_add_test(suite, "without classes", without_classes);
    CU_add_test(suite, "folds", folds);
    CU_add_test(suite, "refused", refused);
    CU_add_test(suite, "remainders", remainders);
    CU_add_test(suite, "small sets", small_sets);
}
