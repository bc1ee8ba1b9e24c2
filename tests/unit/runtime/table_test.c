/* Tables: growing, gathering, means and what is missing. */
#include "runtime/table.h"
#include "runtime/tests.h"

#include <math.h>
#include <string.h>

static const NnrtField fields[] = {
    {.name = "x", .rank = 1, .dims = {3}},
    {.name = "c", .kind = NNRT_FIELD_CLASS, .classes = 4, .target = true},
};

/* Row i holds i, i + 0.25, i + 0.5 and the class i % 4. */
static void fill_rows(NnrtTable *table, int64_t rows) {
    NnrtError error = {0};
    for (int64_t i = 0; i < rows; i++) {
        CU_ASSERT_TRUE_FATAL(nnrt_table_reserve(table, i + 1, &error));
        for (int k = 0; k < 3; k++) {
            double value = (double)i + 0.25 * k;
            if (table->element == NNRT_F32)
                ((float *)table->columns[0].values)[i * 3 + k] = (float)value;
            else
                ((double *)table->columns[0].values)[i * 3 + k] = value;
        }
        ((int32_t *)table->columns[1].values)[i] = (int32_t)(i % 4);
        table->rows++;
    }
}

static void growing_and_gathering(void) {
    for (int wide = 0; wide < 2; wide++) {
        NnrtTable table;
        NnrtError error = {0};
        CU_ASSERT_TRUE_FATAL(
            nnrt_table_init(&table, fields, 2, wide ? NNRT_F64 : NNRT_F32, &error));
        fill_rows(&table, 1000);
        nnrt_table_trim(&table);
        CU_ASSERT_EQUAL(table.capacity, 1000);
        const int64_t rows[] = {999, 0, 500, 0};
        float singles[12];
        double doubles[12];
        int32_t classes[4];
        CU_ASSERT_TRUE(nnrt_table_gather(&table, 0, rows, 0, 4, NNRT_F32, singles, NULL));
        CU_ASSERT_TRUE(nnrt_table_gather(&table, 0, rows, 0, 4, NNRT_F64, doubles, NULL));
        CU_ASSERT_TRUE(nnrt_table_gather(&table, 1, rows, 0, 4, NNRT_I32, classes, NULL));
        for (int i = 0; i < 12; i++) {
            double expected = (double)rows[i / 3] + 0.25 * (i % 3);
            CU_ASSERT(singles[i] == expected && doubles[i] == expected);
        }
        CU_ASSERT(classes[0] == 3 && classes[1] == 0 && classes[2] == 0);
        CU_ASSERT_TRUE(nnrt_table_gather(&table, 1, NULL, 6, 3, NNRT_F32, singles, NULL));
        CU_ASSERT(singles[0] == 2 && singles[1] == 3 && singles[2] == 0);
        CU_ASSERT(nnrt_table_value(&table, 0, 17, 2) == 17.5);
        CU_ASSERT_PTR_NULL(nnrt_table_class_names(&table, 1));
        nnrt_table_free(&table);
    }
}

static void pictures_of_bytes(void) {
    const NnrtField field = {.name = "p", .kind = NNRT_FIELD_IMAGE, .rank = 2, .dims = {16, 16}};
    NnrtTable table;
    CU_ASSERT_TRUE_FATAL(nnrt_table_init(&table, &field, 1, NNRT_F32, NULL));
    table.columns[0].element = NNRT_U8;
    CU_ASSERT_TRUE_FATAL(nnrt_table_reserve(&table, 1, NULL));
    for (int i = 0; i < 256; i++)
        ((uint8_t *)table.columns[0].values)[i] = (uint8_t)i;
    table.rows = 1;
    float singles[256];
    double doubles[256];
    CU_ASSERT_TRUE(nnrt_table_gather(&table, 0, NULL, 0, 1, NNRT_F32, singles, NULL));
    CU_ASSERT_TRUE(nnrt_table_gather(&table, 0, NULL, 0, 1, NNRT_F64, doubles, NULL));
    for (int i = 0; i < 256; i++)
        CU_ASSERT(doubles[i] == i / 255.0 && singles[i] == (float)(i / 255.0));
    nnrt_table_free(&table);
}

static void missing_values(void) {
    for (int wide = 0; wide < 2; wide++) {
        NnrtTable table;
        NnrtError error = {0};
        CU_ASSERT_TRUE_FATAL(
            nnrt_table_init(&table, fields, 2, wide ? NNRT_F64 : NNRT_F32, &error));
        fill_rows(&table, 8);
        for (int64_t i = 1; i < 8; i += 2) { /* the middle value of odd rows */
            if (wide)
                ((double *)table.columns[0].values)[i * 3 + 1] = NAN;
            else
                ((float *)table.columns[0].values)[i * 3 + 1] = NAN;
        }
        table.columns[0].missing = 4;
        const int64_t rows[] = {0, 1, 2, 3}, odd[] = {1, 3};
        double means[3];
        CU_ASSERT_TRUE(nnrt_table_means(&table, 0, rows, 4, means, &error));
        CU_ASSERT(means[0] == 1.5 && means[1] == 1.25 && means[2] == 2);
        CU_ASSERT_FALSE(nnrt_table_means(&table, 0, odd, 2, means, &error));
        CU_ASSERT_EQUAL(error.exit_code, 1);
        CU_ASSERT_TRUE(nnrt_table_means(&table, 0, NULL, 8, means, NULL));
        CU_ASSERT(means[0] == 3.5 && means[1] == 3.25);
        means[1] = 100;
        nnrt_table_fill(&table, 0, means);
        CU_ASSERT_EQUAL(table.columns[0].missing, 0);
        CU_ASSERT(nnrt_table_value(&table, 0, 3, 1) == 100);
        CU_ASSERT(nnrt_table_value(&table, 0, 2, 1) == 2.25);
        nnrt_table_free(&table);
    }
}

static void too_large(void) {
    NnrtTable table;
    NnrtError error = {0};
    NnrtField field = {.name = "huge", .rank = 2, .dims = {INT64_MAX / 2, 3}};
    CU_ASSERT_FALSE(nnrt_table_init(&table, &field, 1, NNRT_F32, &error));
    CU_ASSERT_EQUAL(error.exit_code, 4);
    CU_ASSERT_EQUAL(nnrt_field_width(&field), -1);
    field.dims[1] = 1;
    error = (NnrtError){0};
    CU_ASSERT_TRUE(nnrt_table_init(&table, &field, 1, NNRT_F32, &error));
    CU_ASSERT_FALSE(nnrt_table_reserve(&table, 1000, &error));
    CU_ASSERT_EQUAL(error.exit_code, 4);
    error = (NnrtError){0};
    CU_ASSERT_FALSE(nnrt_table_reserve(&table, NNRT_ROWS_MAX + 1, &error));
    CU_ASSERT_EQUAL(error.exit_code, 4);
    nnrt_table_free(&table);
}

void add_table_suite(void) {
    CU_pSuite suite = CU_add_suite("table", NULL, NULL);
    CU_add_test(suite, "growing and gathering", growing_and_gathering);
    CU_add_test(suite, "pictures of bytes", pictures_of_bytes);
    CU_add_test(suite, "missing values", missing_values);
    CU_add_test(suite, "too large", too_large);
}
