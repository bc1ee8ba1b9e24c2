/* What training notes beside its weights, read back for predict. */
#include "runtime/names.h"
#include "runtime/recorded.h"
#include "runtime/tests.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const given[] = {"yes", "no"};
static const NnrtInput inputs[] = {
    {.name = "x", .rank = 1, .elements = 2},
    {.name = "c", .class_count = 3, .elements = 1},
    {.name = "t", .is_target = 1, .class_count = 2, .elements = 1, .class_names = given},
};
static const NnrtModel model = {.input_count = 3, .inputs = inputs};

static bool read(const NnrtPair *pairs, int64_t count, NnrtRecorded *recorded, NnrtError *error) {
    NnrtTensorFile file = {.metadata = (NnrtPair *)pairs, .metadata_count = count};
    return nnrt_recorded_read("w", &model, &file, recorded, error);
}

static void notes_come_back(void) {
    const NnrtPair pairs[] = {{"classes.c", "[\"a\\nb\",\"cat\",\"dog\"]"},
                              {"classes.t", "[\"other\",\"names\"]"},
                              {"columns.x", "[\"height\",\"width\"]"},
                              {"means.x", "0.10000000000000001 -2e300"}};
    NnrtRecorded recorded;
    NnrtError error = {0};
    CU_ASSERT_TRUE_FATAL(read(pairs, 4, &recorded, &error));
    NnrtField fields[3] = {
        {.name = "x", .rank = 1, .dims = {2}},
        {.name = "c", .kind = NNRT_FIELD_CLASS, .classes = 3},
        {.name = "t", .kind = NNRT_FIELD_CLASS, .classes = 2, .class_names = given}};
    nnrt_recorded_name_fields(&recorded, fields);
    CU_ASSERT_STRING_EQUAL(fields[0].column_names[1], "width");
    CU_ASSERT_STRING_EQUAL(fields[1].class_names[0], "a\nb");
    CU_ASSERT_STRING_EQUAL(fields[1].class_names[2], "dog");
    CU_ASSERT_PTR_EQUAL(fields[2].class_names, given); /* the model's own stay */
    NnrtTable table;
    CU_ASSERT_TRUE_FATAL(nnrt_table_init(&table, fields, 3, NNRT_F64, &error));
    CU_ASSERT_TRUE_FATAL(nnrt_table_reserve(&table, 1, &error));
    table.rows = 1;
    double *values = table.columns[0].values;
    values[0] = NAN;
    values[1] = 7;
    table.columns[0].missing = 1;
    CU_ASSERT_TRUE(nnrt_recorded_fill(&recorded, &table, &error));
    CU_ASSERT(values[0] == 0.1 && values[1] == 7);
    nnrt_recorded_free(&recorded);
    CU_ASSERT_TRUE(read(pairs, 3, &recorded, &error));
    table.columns[0].missing = 1;
    CU_ASSERT_FALSE(nnrt_recorded_fill(&recorded, &table, &error));
    CU_ASSERT_EQUAL(error.exit_code, 1);
    nnrt_recorded_free(&recorded);
    nnrt_table_free(&table);
    error = (NnrtError){0};
    CU_ASSERT_TRUE(read(NULL, 0, &recorded, &error));
    CU_ASSERT_PTR_NULL(recorded.inputs[1].class_names);
    nnrt_recorded_free(&recorded);
}

static void wrong_notes(void) {
    static const NnrtPair wrong[] = {
        {"classes.c", ""},
        {"classes.c", "[\"a\",\"b\"]"},
        {"classes.c", "a\nb\nc"},
        {"columns.x", "[\"a\"]"},
        {"columns.x", "{}"},
        {"means.x", ""},
        {"means.x", "1"},
        {"means.x", "1 "},
        {"means.x", "1 2 3"},
        {"means.x", "1 nan"},
        {"means.x", "1 0x10"},
        {"means.x", " 1 2"},
        {"means.x", "1 1e999"},
        {"means.x", "1 00000000000000000000000000000000000000000000000000000000000000000000002"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        NnrtRecorded recorded;
        NnrtError error = {0};
        CU_ASSERT_FALSE(read(&wrong[i], 1, &recorded, &error));
        CU_ASSERT_EQUAL(error.exit_code, 3);
        nnrt_recorded_free(&recorded);
    }
}

void add_recorded_suite(void) {
    CU_pSuite suite = CU_add_suite("recorded", NULL, NULL);
    CU_add_test(suite, "notes come back", notes_come_back);
    CU_add_test(suite, "wrong notes", wrong_notes);
}
