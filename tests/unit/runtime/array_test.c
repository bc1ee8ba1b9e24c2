/* IDX files, what becomes of arrays in a table, and damaged IDX and NumPy files. */
#include "runtime/array.h"
#include "runtime/idx.h"
#include "runtime/npy.h"
#include "runtime/tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_bytes(NnrtArrayReader read, const void *bytes, int64_t size, NnrtArray *array,
                       NnrtError *error) {
    return read(test_file("array", bytes, size), nnrt_open_gz, array, error);
}

static void idx_elements(void) {
    static const struct {
        const char *bytes;
        int64_t size;
        NnrtArrayElement element;
        double values[2];
    } rows[] = {
        {"\0\0\x08\1\0\0\0\2\0\xff", 10, NNRT_ARRAY_U8, {0, 255}},
        {"\0\0\x09\1\0\0\0\2\0\xff", 10, NNRT_ARRAY_I8, {0, -1}},
        {"\0\0\x0b\1\0\0\0\2\x01\x02\xff\xfe", 12, NNRT_ARRAY_I16, {258, -2}},
        {"\0\0\x0c\1\0\0\0\2\0\0\1\2\xff\xff\xff\xfd", 16, NNRT_ARRAY_I32, {258, -3}},
        {"\0\0\x0d\1\0\0\0\2\x3f\xc0\0\0\xc0\0\0\0", 16, NNRT_ARRAY_F32, {1.5, -2}},
        {"\0\0\x0e\1\0\0\0\2\x3f\xf8\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 24, NNRT_ARRAY_F64, {1.5, -2}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        NnrtArray array;
        NnrtError error = {0};
        CU_ASSERT_TRUE_FATAL(
            read_bytes(nnrt_idx_read, rows[i].bytes, rows[i].size, &array, &error));
        CU_ASSERT(array.element == rows[i].element && array.rank == 1 && array.count == 2);
        NnrtField field = {.name = "x"};
        NnrtTable table;
        const char *path = test_path("array");
        NnrtReadOptions options = {.open = nnrt_open_plain, .skip_targets = true};
        CU_ASSERT_TRUE_FATAL(nnrt_table_init(&table, &field, 1, NNRT_F64, &error));
        CU_ASSERT_TRUE(nnrt_arrays_read(nnrt_idx_read, &path, NULL, 1, &options, &table, &error));
        for (int k = 0; k < 2; k++)
            CU_ASSERT(nnrt_table_value(&table, 0, k, 0) == rows[i].values[k]);
        nnrt_table_free(&table);
        for (int64_t cut = 0; cut < rows[i].size; cut++) {
            NnrtArray none;
            error = (NnrtError){0};
            CU_ASSERT_FALSE(read_bytes(nnrt_idx_read, rows[i].bytes, cut, &none, &error));
            CU_ASSERT_EQUAL(error.exit_code, 3);
        }
        nnrt_array_free(&array);
    }
    test_clean();
}

static void idx_refused(void) {
    static const struct {
        const char *bytes;
        int64_t size;
        const char *text;
    } rows[] = {
        {"", 0, "is no IDX file"},
        {"\0\1\x08\1\0\0\0\1\0", 9, "is no IDX file"},
        {"\0\0\x0a\1\0\0\0\1\0", 9, "is no IDX file"},
        {"\0\0\x08\0\0\0\0\1\0", 9, "has 0 axes"},
        {"\0\0\x08\x09", 4, "has 9 axes"},
        {"\0\0\x08\1\0\0\0\1\0\0", 10, "bytes after the end"},
        {"\0\0\x08\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16, "overflow"},
        {"\0\0\x0e\2\x7f\xff\xff\xff\x7f\xff\xff\xff", 12, "overflow"},
        {"\0\0\x08\2\x7f\xff\xff\xff\x7f\xff\xff\xff", 12, "cut off: it has 12 of"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        NnrtArray array;
        NnrtError error = {0};
        CU_ASSERT_FALSE(read_bytes(nnrt_idx_read, rows[i].bytes, rows[i].size, &array, &error));
        CU_ASSERT_EQUAL(error.exit_code, 3);
        if (!strstr(error.text, rows[i].text)) {
            fprintf(stderr, "%s\n", error.text);
            CU_FAIL("message");
        }
    }
    test_clean();
}

static const char small_images[] = "\0\0\x08\3\0\0\0\3\0\0\0\1\0\0\0\2\x00\x01\x02\x80\xfe\xff";
static const char small_labels[] = "\0\0\x08\1\0\0\0\3\2\0\1";

static const NnrtField picture[] = {
    {.name = "p", .kind = NNRT_FIELD_IMAGE, .rank = 3, .dims = {1, 2, 1}},
    {.name = "c", .kind = NNRT_FIELD_CLASS, .classes = 3, .target = true},
};

static void pictures_with_labels(void) {
    int64_t size;
    void *packed = test_gzip(small_images, 22, &size);
    char path[2][600];
    snprintf(path[0], 600, "%s", test_file("images.gz", packed, size));
    snprintf(path[1], 600, "%s", test_file("labels", small_labels, 11));
    free(packed);
    const char *inputs[] = {path[0], path[0]}, *targets[] = {path[1], path[1]};
    NnrtReadOptions options = {.open = nnrt_open_gz};
    NnrtField vector[] = {{.name = "v", .rank = 1, .dims = {2}}, picture[1]};
    const NnrtField *models[] = {picture, vector};
    for (int m = 0; m < 2; m++) {
        NnrtTable table;
        NnrtError error = {0};
        CU_ASSERT_TRUE_FATAL(nnrt_table_init(&table, models[m], 2, NNRT_F32, &error));
        CU_ASSERT_TRUE_FATAL(
            nnrt_arrays_read(nnrt_idx_read, inputs, targets, 2, &options, &table, &error));
        CU_ASSERT_EQUAL(table.rows, 6);
        CU_ASSERT_EQUAL(table.columns[0].element, NNRT_U8);
        float pixels[12], expected[] = {0, 1, 2, 128, 254, 255};
        int32_t classes[6];
        CU_ASSERT_TRUE(nnrt_table_gather(&table, 0, NULL, 0, 6, NNRT_F32, pixels, NULL));
        CU_ASSERT_TRUE(nnrt_table_gather(&table, 1, NULL, 0, 6, NNRT_I32, classes, NULL));
        for (int i = 0; i < 12; i++)
            CU_ASSERT(pixels[i] == expected[i % 6] / 255);
        CU_ASSERT(classes[0] == 2 && classes[1] == 0 && classes[2] == 1 && classes[5] == 1);
        nnrt_table_free(&table);
    }
    test_clean();
}

static void check_pair(const NnrtField *fields, const char *input, int64_t input_size,
                       const char *target, int64_t target_size, int exit_code, const char *text) {
    char path[2][600];
    snprintf(path[0], 600, "%s", test_file("input", input, input_size));
    snprintf(path[1], 600, "%s", test_file("target", target, target_size));
    const char *inputs[] = {path[0]}, *targets[] = {path[1]};
    NnrtReadOptions options = {.open = nnrt_open_plain};
    NnrtTable table;
    NnrtError error = {0};
    CU_ASSERT_TRUE_FATAL(nnrt_table_init(&table, fields, 2, NNRT_F32, &error));
    CU_ASSERT_FALSE(nnrt_arrays_read(nnrt_idx_read, inputs, targets, 1, &options, &table, &error));
    CU_ASSERT_EQUAL(error.exit_code, exit_code);
    if (!strstr(error.text, text)) {
        fprintf(stderr, "%s\n", error.text);
        CU_FAIL("message");
    }
    nnrt_table_free(&table);
}

static void pairs_refused(void) {
    check_pair(picture, small_images, 22, "\0\0\x08\1\0\0\0\3\2\0\3", 11, 1,
               "target: sample 2: class 3 of 'c' is out of range: there are 3 classes");
    check_pair(picture, small_images, 22, "\0\0\x08\1\0\0\0\2\2\0", 10, 1, "has 3 samples, ");
    check_pair(
        picture, "\0\0\x08\2\0\0\0\1\0\0\0\3\1\2\3", 15, small_labels, 11, 1,
        "a sample has 3 values (the file's shape is [1, 3]), but 'p' has 2, of shape [1, 2, 1]");
    check_pair(picture, "\0\0\x08\2\0\0\0\0\0\0\0\2", 12, small_labels, 11, 1, "has no samples");
    check_pair(picture, small_images, 22, "\0\0\x0d\1\0\0\0\3\x3f\x80\0\0\x3f\xc0\0\0\0\0\0\0", 20,
               1, "sample 1: class 1.5 of 'c'");
    NnrtField real[] = {{.name = "x", .rank = 1, .dims = {1}}, {.name = "y", .target = true}};
    check_pair(real, "\0\0\x0d\1\0\0\0\1\x7f\xc0\0\0", 12, small_labels, 11, 1, "has 1 samples, ");
    check_pair(real, "\0\0\x0d\1\0\0\0\1\x7f\xc0\0\0", 12, "\0\0\x08\1\0\0\0\1\1", 9, 3,
               "input: sample 0: expected a finite number for 'x'");
    check_pair(real, "\0\0\x0e\1\0\0\0\1\x7e\0\0\0\0\0\0\0", 16, "\0\0\x08\1\0\0\0\1\1", 9, 3,
               "expected a finite number for 'x'");
    NnrtField two[] = {{.name = "x"}, {.name = "z"}};
    check_pair(two, small_images, 22, small_labels, 11, 1, "this one has 2 inputs");
    /* sizes with a zero among them must not confuse the product */
    check_pair(picture, "\0\0\x08\3\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 16, small_labels, 11,
               1, "has no samples");
    check_pair(picture, "\0\0\x08\3\0\0\0\5\xff\xff\xff\xff\0\0\0\0", 16, small_labels, 11, 1,
               "a sample has 0 values");
    test_clean();
}

/* As many values are not enough for an image: its axes must be there in their order. */
static void axes_refused(void) {
    NnrtField turned[] = {picture[0], picture[1]}, colours[] = {picture[0], picture[1]};
    turned[0].dims[0] = 2;
    turned[0].dims[1] = 1;
    check_pair(turned, small_images, 22, small_labels, 11, 1,
               "(the file's shape is [3, 1, 2]) are not those of 'p', which is image[2, 1, 1]");
    colours[0].dims[0] = 2;
    colours[0].dims[1] = 1;
    colours[0].dims[2] = 3;
    check_pair(colours,
               "\0\0\x08\4\0\0\0\1\0\0\0\3\0\0\0\2\0\0\0\1"
               "\1\2\3\4\5\6",
               26, "\0\0\x08\1\0\0\0\1\1", 9, 1, "numpy.transpose(a, (0, 2, 3, 1))");
    test_clean();
}

/* Reads one file of inputs; the exit code. Where it was read every value can be. */
static int read_damaged(NnrtArrayReader reader, const char *bytes, int64_t size) {
    const NnrtField field = {.name = "x", .rank = 1, .dims = {2}};
    const char *path = test_memory(bytes, size);
    NnrtReadOptions options = {.open = nnrt_open_plain, .skip_targets = true};
    NnrtTable table;
    NnrtError error = {0};
    CU_ASSERT_TRUE_FATAL(nnrt_table_init(&table, &field, 1, NNRT_F32, &error));
    bool good = nnrt_arrays_read(reader, &path, NULL, 1, &options, &table, &error);
    CU_ASSERT_EQUAL(good, error.exit_code == 0);
    for (int64_t i = 0; good && i < 2 * table.rows; i++)
        CU_ASSERT(isfinite(nnrt_table_value(&table, 0, i / 2, i % 2)));
    nnrt_table_free(&table);
    return error.exit_code;
}

/* A file cut anywhere is refused; one with any bit flipped is read or refused. The sanitizers
 * watch. */
static void damage_of(NnrtArrayReader reader, char *bytes, int64_t size) {
    int64_t read = 0, refused = 0;
    CU_ASSERT_EQUAL(read_damaged(reader, bytes, size), 0);
    for (int64_t cut = 0; cut < size; cut++)
        CU_ASSERT_EQUAL(read_damaged(reader, bytes, cut), 3);
    for (int64_t bit = 0; bit < size * 8; bit++) {
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        int code = read_damaged(reader, bytes, size);
        CU_ASSERT(code == 0 || code == 1 || code == 3 || code == 4);
        read += code == 0;
        refused += code != 0;
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    CU_ASSERT(read > 0 && refused > 0);
}

static void damage(void) {
    char bytes[400];
    memcpy(bytes, small_images, 22);
    damage_of(nnrt_idx_read, bytes, 22);
    memcpy(bytes, "\0\0\x0d\2\0\0\0\2\0\0\0\2\x3f\x80\0\0\x3f\xc0\0\0\x40\0\0\0\x41\x20\0\0", 28);
    damage_of(nnrt_idx_read, bytes, 28);
    for (int version = 1; version <= 2; version++) {
        int64_t size =
            test_npy(bytes, version, "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }",
                     (const double[]){0.5, 1, -2, 3, 4e9, 5}, 48);
        damage_of(nnrt_npy_read, bytes, size);
        size =
            test_npy(bytes, version, "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2), }",
                     (const int32_t[]){510, -3, 7, 8}, 16);
        damage_of(nnrt_npy_read, bytes, size);
    }
    test_clean();
}

void add_array_suite(void) {
    CU_pSuite suite = CU_add_suite("array", NULL, NULL);
    CU_add_test(suite, "idx elements", idx_elements);
    CU_add_test(suite, "idx refused", idx_refused);
    CU_add_test(suite, "pictures with labels", pictures_with_labels);
    CU_add_test(suite, "pairs refused", pairs_refused);
    CU_add_test(suite, "axes of pictures", axes_refused);
    CU_add_test(suite, "damage", damage);
}
