/* NumPy files: forms of the header, types and byte orders, and what is refused. */
#include "runtime/array.h"
#include "runtime/npy.h"
#include "runtime/tests.h"

#include <stdio.h>
#include <string.h>

static bool read_bytes(const void *bytes, int64_t size, NnrtArray *array, NnrtError *error) {
    return nnrt_npy_read(test_file("array", bytes, size), nnrt_open_gz, array, error);
}

static void npy_forms(void) {
    static const struct {
        int version;
        const char *dictionary;
        int rank;
        int64_t dims[3];
        NnrtArrayElement element;
    } rows[] = {
        {1,
         "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }   \n",
         2,
         {2, 1},
         NNRT_ARRAY_F32},
        {2, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", 1, {2}, NNRT_ARRAY_F32},
        {3, "{'shape': (1,2), 'descr': '<f4','fortran_order':False}", 2, {1, 2}, NNRT_ARRAY_F32},
        {1, "{'descr': '<f8', 'fortran_order': False, 'shape': (), }", 0, {0}, NNRT_ARRAY_F64},
        {1,
         "{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 2L, 2L), }",
         3,
         {2, 2, 2},
         NNRT_ARRAY_U8},
        {1, "{'descr': '|i1', 'fortran_order': True, 'shape': (8,), }", 1, {8}, NNRT_ARRAY_I8},
        {1, "{'descr': '<i2', 'fortran_order': False, 'shape': (4,), }", 1, {4}, NNRT_ARRAY_I16},
        {1, "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }", 1, {2}, NNRT_ARRAY_I32},
        {1, "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }", 1, {1}, NNRT_ARRAY_I64},
        {1, "{'descr': '|b1', 'fortran_order': False, 'shape': (8,), }", 1, {8}, NNRT_ARRAY_BOOL},
        {1, "{'descr': '<u2', 'fortran_order': False, 'shape': (4,), }", 1, {4}, NNRT_ARRAY_U16},
        {1, "{'descr': '<u4', 'fortran_order': False, 'shape': (2,), }", 1, {2}, NNRT_ARRAY_U32},
        {1, "{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }", 1, {1}, NNRT_ARRAY_U64},
    };
    char bytes[300];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t size = test_npy(bytes, rows[i].version, rows[i].dictionary, "12345678", 8);
        NnrtArray array;
        NnrtError error = {0};
        CU_ASSERT_TRUE_FATAL(read_bytes(bytes, size, &array, &error));
        CU_ASSERT_EQUAL(array.rank, rows[i].rank);
        CU_ASSERT_EQUAL(array.element, rows[i].element);
        CU_ASSERT(memcmp(array.dims, rows[i].dims, (size_t)array.rank * 8) == 0);
        CU_ASSERT(memcmp(array.values, "12345678", 8) == 0);
        nnrt_array_free(&array);
        for (int64_t cut = 0; cut < size; cut++) {
            error = (NnrtError){0};
            CU_ASSERT_FALSE(read_bytes(bytes, cut, &array, &error));
            CU_ASSERT_EQUAL(error.exit_code, 3);
        }
        for (int64_t bit = 0; bit < (size - 8) * 8; bit++) {
            bytes[bit / 8] ^= (char)(1 << bit % 8);
            error = (NnrtError){0};
            bool read = read_bytes(bytes, size, &array, &error);
            CU_ASSERT(read ? array.count * nnrt_array_element_size(array.element) == 8
                           : error.exit_code == 3);
            nnrt_array_free(&array);
            bytes[bit / 8] ^= (char)(1 << bit % 8);
        }
    }
    test_clean();
}

static void npy_refused(void) {
    static const char *const dictionaries[] = {
        "",
        "{}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
        "{'descr': '|f4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '=f4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f2', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<u3', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x"};
    char bytes[300];
    for (size_t i = 0; i < sizeof dictionaries / sizeof *dictionaries; i++) {
        NnrtArray array;
        NnrtError error = {0};
        int64_t size = test_npy(bytes, 1, dictionaries[i], "1234", 4);
        CU_ASSERT_FALSE(read_bytes(bytes, size, &array, &error));
        CU_ASSERT_EQUAL(error.exit_code, 3);
    }
    test_clean();
}

/* Two values of each type and byte order as they come out, as numbers and as pictures. */
static void npy_values(void) {
    static const struct {
        const char *type, *bytes;
        int size; /* of both values */
        double values[2];
        double divisor; /* of pictures */
    } rows[] = {
        {"|b1", "\0\1", 2, {0, 1}, 1},
        {"|b1", "\2\0", 2, {1, 0}, 1},
        {"|u1", "\5\xff", 2, {5, 255}, 255},
        {"<u2", "\1\0\xff\xff", 4, {1, 65535}, 255},
        {">u2", "\0\1\xff\xfe", 4, {1, 65534}, 255},
        {"<i4", "\xfe\1\0\0\xfd\xff\xff\xff", 8, {510, -3}, 255},
        {"<u4", "\1\0\0\0\xff\xff\xff\xff", 8, {1, 4294967295}, 255},
        {">u4", "\0\0\1\0\xff\xff\xff\xfe", 8, {256, 4294967294}, 255},
        {"<u8", "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80", 16, {1, 0x1p63}, 255},
        {">u8", "\0\0\0\0\0\0\1\2\x80\0\0\0\0\0\0\0", 16, {258, 0x1p63}, 255},
        {">i2", "\1\2\xff\xfe", 4, {258, -2}, 255},
        {">i4", "\0\0\1\2\xff\xff\xff\xfd", 8, {258, -3}, 255},
        {">i8", "\0\0\0\0\0\0\1\2\xff\xff\xff\xff\xff\xff\xff\xfd", 16, {258, -3}, 255},
        {">f4", "\x3f\xc0\0\0\xc0\0\0\0", 8, {1.5, -2}, 1},
        {">f8", "\x3f\xf8\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 16, {1.5, -2}, 1},
    };
    char bytes[300], dictionary[100];
    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        bool image = i % 2;
        snprintf(dictionary, sizeof dictionary,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (2, 1), }", rows[i / 2].type);
        const char *path = test_file(
            "x.npy", bytes, test_npy(bytes, 1, dictionary, rows[i / 2].bytes, rows[i / 2].size));
        NnrtReadOptions options = {.open = nnrt_open_plain, .skip_targets = true};
        NnrtField field = {.name = "x",
                           .rank = 1,
                           .dims = {1},
                           .kind = image ? NNRT_FIELD_IMAGE : NNRT_FIELD_REAL};
        NnrtTable table;
        NnrtError error = {0};
        CU_ASSERT_TRUE_FATAL(nnrt_table_init(&table, &field, 1, NNRT_F64, &error));
        CU_ASSERT_TRUE(nnrt_arrays_read(nnrt_npy_read, &path, NULL, 1, &options, &table, &error));
        for (int k = 0; k < 2; k++)
            CU_ASSERT(nnrt_table_value(&table, 0, k, 0) ==
                      rows[i / 2].values[k] / (image ? rows[i / 2].divisor : 1));
        nnrt_table_free(&table);
    }
    test_clean();
}

/* Fortran order is refused by its name; a class beyond all whole numbers is one out of range. */
static void npy_reasons(void) {
    char bytes[300];
    NnrtArray array;
    NnrtError error = {0};
    int64_t size =
        test_npy(bytes, 1, "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1)}", "1234", 4);
    CU_ASSERT_FALSE(read_bytes(bytes, size, &array, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "is in Fortran order; save it with"));
    error = (NnrtError){0};
    size = test_npy(bytes, 1, "{'descr': '<f2', 'fortran_order': False, 'shape': (2,)}", "1234", 4);
    CU_ASSERT_FALSE(read_bytes(bytes, size, &array, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "expected an array of bool, of whole numbers"));
    error = (NnrtError){0};
    size = test_npy(bytes, 1, "{'descr': '<u8', 'fortran_order': False, 'shape': (1,)}",
                    (const uint64_t[]){UINT64_C(1) << 63}, 8);
    const char *path = test_file("x.npy", bytes, size);
    NnrtField field = {.name = "c", .kind = NNRT_FIELD_CLASS, .classes = 3};
    NnrtReadOptions options = {.open = nnrt_open_plain, .skip_targets = true};
    NnrtTable table;
    CU_ASSERT_TRUE_FATAL(nnrt_table_init(&table, &field, 1, NNRT_F32, &error));
    CU_ASSERT_FALSE(nnrt_arrays_read(nnrt_npy_read, &path, NULL, 1, &options, &table, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "class 9.2233720368547758e+18 of 'c'"));
    nnrt_table_free(&table);
    test_clean();
}

void add_npy_suite(void) {
    CU_pSuite suite = CU_add_suite("npy", NULL, NULL);
    CU_add_test(suite, "forms", npy_forms);
    CU_add_test(suite, "refused", npy_refused);
    CU_add_test(suite, "values", npy_values);
    CU_add_test(suite, "reasons", npy_reasons);
}
