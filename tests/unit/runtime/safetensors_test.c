/* Weight files: a round trip, every cut, every flipped bit, and headers made to deceive. */
#include "runtime/safetensors.h"
#include "runtime/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const float singles[] = {1.5f, -2, 0.1f};
static const double doubles[] = {0.1, 3e300};
static const int64_t wholes[] = {-7};
static const NnrtTensor tensors[] = {
    {"dense.w", NNRT_TENSOR_F32, 2, {3, 1}, singles, 12},
    {"note", NNRT_TENSOR_U8, 1, {5}, "bytes", 5},
    {"step", NNRT_TENSOR_I64, 0, {0}, wholes, 8},
    {"dense.\"b\"\n", NNRT_TENSOR_F64, 1, {2}, doubles, 16},
    {"empty", NNRT_TENSOR_F32, 2, {0, 4}, "", 0},
};
static const NnrtPair metadata[] = {{"seed", "7"}, {"classes", "caf\xc3\xa9\n\"x\""}};

static char *load(const char *path, int64_t *size) {
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(100000);
    *size = file ? (int64_t)fread(bytes, 1, 100000, file) : 0;
    if (file) fclose(file);
    return bytes;
}

static bool same_tensors(const NnrtTensorFile *file) {
    if (file->tensor_count != 5) return false;
    for (int i = 0; i < 5; i++) {
        const NnrtTensor *found = nnrt_tensors_find(file, tensors[i].name);
        if (!found || found->type != tensors[i].type || found->rank != tensors[i].rank ||
            found->bytes != tensors[i].bytes ||
            memcmp(found->dims, tensors[i].dims, sizeof found->dims) != 0 ||
            memcmp(found->values, tensors[i].values, (size_t)found->bytes) != 0)
            return false;
    }
    return true;
}

static void round_trip(void) {
    NnrtTensorFile file;
    NnrtError error = {0};
    char path[600];
    snprintf(path, sizeof path, "%s", test_path("w"));
    CU_ASSERT_TRUE_FATAL(nnrt_tensors_write(path, tensors, 5, metadata, 2, &error));
    CU_ASSERT_TRUE_FATAL(nnrt_tensors_read(path, &file, &error));
    CU_ASSERT_TRUE(same_tensors(&file));
    for (int i = 0; i < 5; i++) { /* each tensor is aligned to its element */
        int64_t at = (const char *)file.tensors[i].values - (const char *)file.data;
        NnrtTensorType type = file.tensors[i].type;
        CU_ASSERT_EQUAL(at % (type == NNRT_TENSOR_U8 ? 1 : type == NNRT_TENSOR_F32 ? 4 : 8), 0);
    }
    CU_ASSERT_STRING_EQUAL(nnrt_tensors_metadata(&file, "seed"), "7");
    CU_ASSERT_STRING_EQUAL(nnrt_tensors_metadata(&file, "classes"), metadata[1].value);
    CU_ASSERT_PTR_NOT_NULL(nnrt_tensors_metadata(&file, NNRT_HASH_KEY));
    CU_ASSERT_PTR_NULL(nnrt_tensors_metadata(&file, "none"));
    CU_ASSERT_PTR_NULL(nnrt_tensors_find(&file, "none"));
    double wide[3];
    float narrow[3];
    const NnrtTensor *w = nnrt_tensors_find(&file, "dense.w");
    CU_ASSERT_EQUAL(nnrt_tensor_count(w), 3);
    CU_ASSERT_TRUE(nnrt_tensor_copy(w, NNRT_F64, wide, &error));
    CU_ASSERT(wide[0] == 1.5 && wide[2] == (double)0.1f);
    CU_ASSERT_TRUE(nnrt_tensor_copy(w, NNRT_F32, narrow, &error));
    CU_ASSERT(memcmp(narrow, singles, 12) == 0);
    const NnrtTensor *b = nnrt_tensors_find(&file, "dense.\"b\"\n");
    CU_ASSERT_TRUE(nnrt_tensor_copy(b, NNRT_F32, narrow, &error));
    CU_ASSERT(narrow[0] == 0.1f);
    CU_ASSERT_TRUE(nnrt_tensor_copy(b, NNRT_F64, wide, &error));
    CU_ASSERT(memcmp(wide, doubles, 16) == 0);
    CU_ASSERT_FALSE(nnrt_tensor_copy(nnrt_tensors_find(&file, "note"), NNRT_F32, narrow, &error));
    /* Copied metadata does not bring the old hash along; the same input gives the same bytes. */
    error = (NnrtError){0};
    int64_t size, again_size;
    char *bytes = load(path, &size);
    CU_ASSERT_TRUE(
        nnrt_tensors_write(path, tensors, 5, file.metadata, file.metadata_count, &error));
    char *again = load(path, &again_size);
    nnrt_tensors_free(&file);
    CU_ASSERT_TRUE(nnrt_tensors_read(path, &file, &error));
    CU_ASSERT_TRUE(same_tensors(&file));
    CU_ASSERT_EQUAL(size, again_size);
    CU_ASSERT_TRUE(nnrt_tensors_write(path, tensors, 5, metadata, 2, &error));
    free(again);
    again = load(path, &again_size);
    CU_ASSERT(size == again_size && memcmp(bytes, again, (size_t)size) == 0);
    CU_ASSERT_EQUAL(bytes[0] % 8, 0); /* data is aligned: 8 + header is a multiple of 8 */
    free(bytes);
    free(again);
    nnrt_tensors_free(&file);
    CU_ASSERT_TRUE(nnrt_tensors_write(path, NULL, 0, NULL, 0, &error));
    CU_ASSERT_TRUE(nnrt_tensors_read(path, &file, &error));
    CU_ASSERT_EQUAL(file.tensor_count, 0);
    nnrt_tensors_free(&file);
    test_clean();
}

/* No cut and no flipped bit is ever taken for the file that was written. */
static void damage(void) {
    NnrtError error = {0};
    char path[600];
    snprintf(path, sizeof path, "%s", test_path("w"));
    CU_ASSERT_TRUE_FATAL(nnrt_tensors_write(path, tensors, 5, metadata, 2, &error));
    int64_t size;
    char *bytes = load(path, &size);
    int passed = 0;
    for (int64_t cut = 0; cut < size; cut++) {
        NnrtTensorFile file;
        error = (NnrtError){0};
        passed += nnrt_tensors_read(test_memory(bytes, cut), &file, &error);
        CU_ASSERT_EQUAL(error.exit_code, 3);
        nnrt_tensors_free(&file);
    }
    for (int64_t bit = 0; bit < size * 8; bit++) {
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        NnrtTensorFile file;
        error = (NnrtError){0};
        passed += nnrt_tensors_read(test_memory(bytes, size), &file, &error);
        CU_ASSERT_EQUAL(error.exit_code, 3);
        nnrt_tensors_free(&file);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    CU_ASSERT_EQUAL(passed, 0);
    bytes[size] = 0;
    NnrtTensorFile file;
    CU_ASSERT_FALSE(nnrt_tensors_read(test_file("more", bytes, size + 1), &file, &error));
    free(bytes);
    test_clean();
}

/* Reads a file made of a header and `data_size` bytes of data. */
static bool read_header(const char *header, int64_t data_size, NnrtTensorFile *file,
                        NnrtError *error) {
    static char bytes[4000];
    int64_t length = (int64_t)strlen(header);
    memset(bytes, 0, sizeof bytes);
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(length >> 8 * i);
    memcpy(bytes + 8, header, (size_t)length);
    return nnrt_tensors_read(test_file("h", bytes, 8 + length + data_size), file, error);
}

#define ENTRY(name, type, shape, from, to)                                                         \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":[" #from "," #to "]}"
#define A ENTRY("a", "F32", "[1]", 0, 4)

static void foreign_files(void) {
    static const struct {
        const char *header;
        int64_t data, tensors;
    } rows[] = {
        {"{}", 0, 0},
        {"{}   ", 0, 0},
        {"{" A "}", 4, 1},
        {"{" ENTRY("a", "BF16", "[2,2]", 0, 8) "," ENTRY("b", "BOOL", "[]", 8, 9) "}", 9, 2},
        {"{" ENTRY("b", "F64", "[1]", 4, 12) "," A "}", 12, 2},
        {"{ \"a\" : { \"shape\" : [ 1 ] , \"data_offsets\":[0, 4],\n\"dtype\":\"F32\"} }", 4, 1},
        {"{\"__metadata__\":{},\"\\u0061b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}"
         "}",
         3, 1},
        {"{\"__metadata__\":{\"format\":\"pt\"}," A "}", 4, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        NnrtTensorFile file;
        NnrtError error = {0};
        CU_ASSERT_TRUE(read_header(rows[i].header, rows[i].data, &file, &error));
        if (error.exit_code) fprintf(stderr, "%s\n", error.text);
        CU_ASSERT_EQUAL(file.tensor_count, rows[i].tensors);
        nnrt_tensors_free(&file);
    }
    test_clean();
}

static void refused_headers(void) {
    static const struct {
        const char *header;
        int64_t data;
        const char *text;
    } rows[] = {
        {"", 0, "expected '{'"},
        {"[]", 0, "expected '{'"},
        {"{", 0, "expected a string"},
        {"{}x", 0, "expected the end"},
        {"{" A ",}", 4, "expected a string"},
        {"{" A "}", 3, "tensor \"a\": its bytes are outside of the file"},
        {"{" A "}", 5, "5 bytes of data, but its tensors 4"},
        {"{}", 1, "1 bytes of data, but its tensors 0"},
        {"{" A "," A "}", 4, "tensor \"a\": is there twice"},
        {"{" A "," ENTRY("\\u0061", "F32", "[1]", 4, 8) "}", 8, "tensor \"a\": is there twice"},
        {"{" A "," ENTRY("b", "F32", "[1]", 0, 4) "}", 4, "tensor \"b\": its bytes overlap"},
        {"{" A "," ENTRY("b", "F32", "[1]", 2, 6) "}", 6, "overlap"},
        {"{" A "," ENTRY("b", "F32", "[1]", 5, 9) "}", 9, "gap before"},
        {"{" ENTRY("a", "F32", "[1]", 1, 5) "}", 5, "gap before"},
        {"{" ENTRY("a", "F32", "[1]", 4, 0) "}", 4, "outside of the file"},
        {"{" ENTRY("a", "F32", "[2]", 0, 4) "}", 4, "its shape and its bytes do not agree"},
        {"{" ENTRY("a", "F32", "[]", 0, 8) "}", 8, "do not agree"},
        {"{" ENTRY("a", "F32", "[4611686018427387904,4]", 0, 4) "}", 4, "its shape overflows"},
        {"{" ENTRY("a", "F32", "[-1]", 0, 4) "}", 4, "expected a whole number"},
        {"{" ENTRY("a", "F32", "[1.0]", 0, 4) "}", 4, "expected ']'"},
        {"{" ENTRY("a", "F32", "[1,1,1,1,1,1,1,1,1]", 0, 4) "}", 4, "more than 8 axes"},
        {"{" ENTRY("a", "F33", "[1]", 0, 4) "}", 4, "a type that is unknown"},
        {"{" ENTRY("a", "F32", "[1]", 0, 99999999999999999999) "}", 4, "a smaller number"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 0, "lacks dtype, shape or data_offsets"},
        {"{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
         "unknown or there twice"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
         "unknown or there twice"},
        {"{\"a\":{\"x\":{}}}", 0, "unknown or there twice"},
        {"{\"a\":[[[[[[[[[[[[[[", 0, "expected '{'"},
        {"{\"__metadata__\":{},\"__metadata__\":{}}", 0, "__metadata__ is there twice"},
        {"{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "metadata \"a\" is there twice"},
        {"{\"__metadata__\":{\"a\":1}}", 0, "expected a string"},
        {"{\"__metadata__\":{\"a\":{}}}", 0, "expected a string"},
        {"{\"__metadata__\":{\"nnc.format\":\"1\"}}", 0, "the content hash is missing"},
        {"{\"__metadata__\":{\"nnc.sha256\":\"00\"}}", 0, "the content hash is damaged"},
        {"{\"__metadata__\":{\"nnc.sha256\":\"0000000000000000000000000000000000000000000000000000"
         "000000000000\"}}",
         0, "does not match its hash"},
        {"{\"\xff\":1}", 0, "expected UTF-8"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        NnrtTensorFile file;
        NnrtError error = {0};
        CU_ASSERT_FALSE(read_header(rows[i].header, rows[i].data, &file, &error));
        CU_ASSERT_EQUAL(error.exit_code, 3);
        if (!strstr(error.text, rows[i].text)) {
            fprintf(stderr, "%s\n  gave     %s\n  expected %s\n", rows[i].header, error.text,
                    rows[i].text);
            CU_FAIL("message");
        }
        nnrt_tensors_free(&file);
    }
    NnrtTensorFile file;
    NnrtError error = {0};
    const char *path = test_file("h", "\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10);
    CU_ASSERT_FALSE(nnrt_tensors_read(path, &file, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "is no safetensors file, or is cut off"));
    test_clean();
}

static void refused_writes(void) {
    NnrtTensor wrong[] = {tensors[0], tensors[0]};
    NnrtError error = {0};
    CU_ASSERT_FALSE(nnrt_tensors_write(test_path("w"), wrong, 2, NULL, 0, &error));
    wrong[0].bytes = 8;
    CU_ASSERT_FALSE(nnrt_tensors_write(test_path("w"), wrong, 1, NULL, 0, NULL));
    wrong[0] = tensors[0];
    wrong[0].name = "__metadata__";
    CU_ASSERT_FALSE(nnrt_tensors_write(test_path("w"), wrong, 1, NULL, 0, NULL));
    wrong[0] = tensors[0];
    wrong[0].type = NNRT_TENSOR_OTHER;
    CU_ASSERT_FALSE(nnrt_tensors_write(test_path("w"), wrong, 1, NULL, 0, NULL));
    CU_ASSERT_EQUAL(test_file_count(), 0);
    error = (NnrtError){0};
    CU_ASSERT_EQUAL(mkdir(test_path("folder"), 0700), 0);
    CU_ASSERT_FALSE(nnrt_tensors_write(test_path("folder"), tensors, 5, NULL, 0, &error));
    CU_ASSERT_EQUAL(error.exit_code, 2);
    test_clean();
}

void add_safetensors_suite(void) {
    CU_pSuite suite = CU_add_suite("safetensors", NULL, NULL);
    CU_add_test(suite, "round trip", round_trip);
    CU_add_test(suite, "damage", damage);
    CU_add_test(suite, "foreign files", foreign_files);
    CU_add_test(suite, "refused headers", refused_headers);
    CU_add_test(suite, "refused writes", refused_writes);
}
