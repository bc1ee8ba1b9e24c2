/* The data sets that come with the examples, and Fashion-MNIST where NNC_DATA names a folder that
 * has it. Counts and sums are those of the files, taken with Python's csv module, and the published
 * ones.
 */
#include "runtime/csv.h"
#include "runtime/idx.h"
#include "runtime/split.h"
#include "runtime/tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const NnrtReadOptions plain = {.open = nnrt_open_plain};

static bool read_example(const char *name, const NnrtField *fields, int count,
                         const NnrtReadOptions *options, NnrtTable *table) {
    char path[1000];
    snprintf(path, sizeof path, "%s/examples/data/%s", NNC_SOURCE_DIR, name);
    const char *paths[] = {path};
    NnrtError error = {0};
    bool good = nnrt_table_init(table, fields, count, NNRT_F64, &error) &&
                nnrt_csv_read(paths, 1, options, table, &error);
    if (!good) fprintf(stderr, "%s\n", error.text);
    return good;
}

/* The sum of one value of a column over all rows, or of all values for element -1. */
static double sum(const NnrtTable *table, int column, int64_t element) {
    double total = 0;
    for (int64_t row = 0; row < table->rows; row++)
        for (int64_t i = 0; i < table->columns[column].width; i++)
            if (element < 0 || i == element) total += nnrt_table_value(table, column, row, i);
    return total;
}

static void check_counts(const NnrtTable *table, int column, const int64_t *expected, int classes) {
    int64_t counts[10] = {0};
    for (int64_t row = 0; row < table->rows; row++)
        counts[(int)nnrt_table_value(table, column, row, 0)]++;
    for (int c = 0; c < classes; c++)
        CU_ASSERT_EQUAL(counts[c], expected[c]);
}

static void iris(void) {
    const NnrtField fields[] = {
        {.name = "flower", .rank = 1, .dims = {4}},
        {.name = "species", .kind = NNRT_FIELD_CLASS, .classes = 3, .target = true}};
    NnrtTable table;
    CU_ASSERT_TRUE_FATAL(read_example("iris.csv", fields, 2, &plain, &table));
    CU_ASSERT_EQUAL(table.rows, 150);
    check_counts(&table, 1, (const int64_t[]){50, 50, 50}, 3);
    CU_ASSERT_STRING_EQUAL(nnrt_table_class_names(&table, 1)[2], "virginica");
    CU_ASSERT_DOUBLE_EQUAL(sum(&table, 0, 2), 563.7, 1e-9);
    nnrt_table_free(&table);
}

static void digits(void) {
    const NnrtField fields[] = {
        {.name = "pixels", .rank = 1, .dims = {64}},
        {.name = "digit", .kind = NNRT_FIELD_CLASS, .classes = 10, .target = true}};
    const int64_t counts[] = {178, 182, 177, 183, 181, 182, 181, 179, 174, 180};
    NnrtTable table;
    CU_ASSERT_TRUE_FATAL(read_example("digits.csv", fields, 2, &plain, &table));
    CU_ASSERT_EQUAL(table.rows, 1797);
    check_counts(&table, 1, counts, 10);
    CU_ASSERT(sum(&table, 0, -1) == 561718);
    CU_ASSERT_STRING_EQUAL(table.columns[0].columns_found[63], "p77");
    nnrt_table_free(&table);
}

static void auto_mpg(void) {
    static const char *const origins[] = {"usa", "europe", "japan"};
    const NnrtField fields[] = {
        {.name = "car", .rank = 1, .dims = {6}},
        {.name = "origin", .kind = NNRT_FIELD_CLASS, .classes = 3, .class_names = origins},
        {.name = "mpg", .target = true}};
    const char *ignore[] = {"name"};
    NnrtReadOptions options = {
        .open = nnrt_open_plain, .missing = NNRT_MISSING_MEAN, .ignore = ignore, .ignore_count = 1};
    NnrtTable table;
    double means[6];
    CU_ASSERT_TRUE_FATAL(read_example("auto_mpg.csv", fields, 3, &options, &table));
    CU_ASSERT_EQUAL(table.rows, 398);
    CU_ASSERT_EQUAL(table.columns[0].missing, 6);
    check_counts(&table, 1, (const int64_t[]){249, 70, 79}, 3);
    CU_ASSERT_DOUBLE_EQUAL(sum(&table, 2, 0), 9358.8, 1e-9);
    CU_ASSERT_TRUE(nnrt_table_means(&table, 0, NULL, table.rows, means, NULL));
    CU_ASSERT_DOUBLE_EQUAL(means[2], 104.46938775510205, 1e-9);
    nnrt_table_free(&table);
    options.missing = NNRT_MISSING_DROP;
    CU_ASSERT_TRUE_FATAL(read_example("auto_mpg.csv", fields, 3, &options, &table));
    CU_ASSERT(table.rows == 392 && table.dropped == 6);
    nnrt_table_free(&table);
}

/* Without NNC_DATA the test says that it did nothing; with it the files must be there. */
static void fashion(void) {
    const char *folder = getenv("NNC_DATA");
    if (!folder) {
        printf("skipped, NNC_DATA is not set ... ");
        return;
    }
    static const char *const names[] = {"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"};
    char paths[2][1200];
    for (int i = 0; i < 2; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/fashion-mnist/%s", folder, names[i]);
    }
    const NnrtField fields[] = {
        {.name = "image", .kind = NNRT_FIELD_IMAGE, .rank = 3, .dims = {28, 28, 1}},
        {.name = "garment", .kind = NNRT_FIELD_CLASS, .classes = 10, .target = true}};
    const int64_t counts[] = {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000};
    const char *inputs[] = {paths[0]}, *targets[] = {paths[1]};
    NnrtReadOptions options = {.open = nnrt_open_gz};
    NnrtTable table;
    NnrtError error = {0};
    CU_ASSERT_TRUE_FATAL(nnrt_table_init(&table, fields, 2, NNRT_F32, &error));
    bool good = nnrt_arrays_read(nnrt_idx_read, inputs, targets, 1, &options, &table, &error);
    if (!good) fprintf(stderr, "%s\n", error.text);
    CU_ASSERT_TRUE_FATAL(good);
    CU_ASSERT_EQUAL(table.rows, 10000);
    check_counts(&table, 1, counts, 10);
    CU_ASSERT_DOUBLE_EQUAL(sum(&table, 0, -1) / (10000 * 784), 0.2868, 5e-5);
    nnrt_table_free(&table);
}

void add_real_data_suite(void) {
    CU_pSuite suite = CU_add_suite("real data", NULL, NULL);
    CU_add_test(suite, "iris", iris);
    CU_add_test(suite, "digits", digits);
    CU_add_test(suite, "auto mpg", auto_mpg);
    CU_add_test(suite, "Fashion-MNIST", fashion);
}
