/* CIFAR-10's binary files; and, where NNC_DATA names a folder that has them, the real ones. */
#include "pictures/make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { RECORD = 3073 };

static const NnrtField fields[] = {
    {.name = "image", .kind = NNRT_FIELD_IMAGE, .rank = 3, .dims = {32, 32, 3}},
    {.name = "label", .kind = NNRT_FIELD_CLASS, .classes = 10, .target = true},
};

static bool read_fields(NnrtReader reader, char **items, int64_t count, NnrtOpener open,
                        const NnrtField *of, int fields_of, NnrtTable *table, NnrtError *error) {
    NnrtPaths paths = {items, count};
    NnrtReadOptions options = {.open = open, .picture_bytes = INT64_C(1) << 30};
    return nnrt_table_init(table, of, fields_of, NNRT_F32, error) &&
           reader(&paths, 1, &options, table, error);
}

static bool read_files(NnrtReader reader, char **items, int64_t count, NnrtOpener open,
                       const NnrtField *of, NnrtTable *table, NnrtError *error) {
    return read_fields(reader, items, count, open, of, 2, table, error);
}

/* Record r: class r, red y * 8 + r, green x * 8, blue x + y. */
static void make_records(uint8_t *bytes, int first, int count) {
    for (int r = first; r < first + count; r++, bytes += RECORD) {
        bytes[0] = (uint8_t)r;
        for (int y = 0; y < 32; y++)
            for (int x = 0; x < 32; x++) {
                bytes[1 + y * 32 + x] = (uint8_t)(y * 7 + r);
                bytes[1025 + y * 32 + x] = (uint8_t)(x * 8);
                bytes[2049 + y * 32 + x] = (uint8_t)(x + y);
            }
    }
}

void test_cifar10(void) {
    static uint8_t bytes[3 * RECORD];
    make_records(bytes, 0, 3);
    char *items[] = {(char *)make_path("a.bin"), (char *)make_path("b.bin.gz")};
    make_file(items[0], bytes, 3 * RECORD);
    make_records(bytes, 8, 2);
    gzFile packed = gzopen(items[1], "wb");
    CU_ASSERT_EQUAL(gzwrite(packed, bytes, 2 * RECORD), 2 * RECORD);
    gzclose(packed);
    NnrtTable table;
    NnrtError error = {0};
    CU_ASSERT_TRUE_FATAL(
        read_files(nnrt_source_cifar10, items, 2, nnrt_open_gz, fields, &table, &error));
    CU_ASSERT_EQUAL(table.rows, 5);
    CU_ASSERT_EQUAL(table.columns[0].element, NNRT_U8);
    static const int classes[] = {0, 1, 2, 8, 9};
    for (int row = 0; row < 5; row++) {
        CU_ASSERT(nnrt_table_value(&table, 1, row, 0) == classes[row]);
        for (int y = 0; y < 32; y += 5)
            for (int x = 0; x < 32; x += 3) {
                int expected[] = {(y * 7 + classes[row]) & 255, x * 8, x + y};
                for (int c = 0; c < 3; c++)
                    CU_ASSERT(nnrt_table_value(&table, 0, row, (y * 32 + x) * 3 + c) ==
                              expected[c] / 255.0);
            }
    }
    nnrt_table_free(&table);
    /* without a target the labels are read over, whatever they are */
    CU_ASSERT_TRUE_FATAL(
        read_fields(nnrt_source_cifar10, items, 2, nnrt_open_gz, fields, 1, &table, &error));
    CU_ASSERT_EQUAL(table.rows, 5);
    CU_ASSERT(nnrt_table_value(&table, 0, 4, 1) == 0); /* green of the first column */
    nnrt_table_free(&table);
    make_clean();
}

static void refused(int64_t size, const NnrtField *of, const char *words) {
    static uint8_t bytes[2 * RECORD];
    make_records(bytes, 9, 2); /* the second is of class 10 */
    char *items[] = {(char *)make_path("a.bin")};
    make_file(items[0], bytes, size);
    NnrtTable table;
    NnrtError error = {0};
    CU_ASSERT_FALSE(read_files(nnrt_source_cifar10, items, 1, nnrt_open_plain, of, &table, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, words));
    nnrt_table_free(&table);
}

void test_cifar10_refused(void) {
    refused(2 * RECORD, fields, "record 1: class 10 of 'label' is out of range");
    refused(RECORD + 5, fields, "record 1 has 5 bytes");
    refused(RECORD - 1, fields, "record 0 has 3072 bytes");
    refused(0, fields, "record 0 has 0 bytes");
    NnrtField grey[] = {fields[0], fields[1]};
    grey[0].dims[2] = 1;
    refused(RECORD, grey, "cifar10 pictures are image[32, 32, 3]");
    NnrtField first[] = {
        {.name = "image", .kind = NNRT_FIELD_IMAGE, .rank = 3, .dims = {3, 32, 32}}, fields[1]};
    refused(RECORD, first, "cifar10 pictures are image[32, 32, 3]");
    NnrtField number[] = {fields[0], {.name = "y", .target = true}};
    refused(RECORD, number, "cifar10 targets are classes");
    make_clean();
}

/* The same pictures as records and as PNG files, to the bit. */
void test_real_pictures(void) {
    const char *data = getenv("NNC_DATA");
    char records[600], folder[600];
    snprintf(records, sizeof records, "%s/cifar-10/test_batch_first1000.bin.gz", data ? data : "");
    snprintf(folder, sizeof folder, "%s/images/cifar10-png", data ? data : "");
    FILE *there = fopen(records, "rb");
    if (!there) {
        printf("(no CIFAR-10 under NNC_DATA) ");
        return;
    }
    fclose(there);
    char *items[] = {records, folder};
    NnrtTable table, other;
    NnrtError error = {0};
    CU_ASSERT_TRUE_FATAL(
        read_files(nnrt_source_cifar10, items, 1, nnrt_open_gz, fields, &table, &error));
    CU_ASSERT_TRUE_FATAL(
        read_files(nnrt_source_images, items + 1, 1, nnrt_open_plain, fields, &other, &error));
    CU_ASSERT(table.rows == 1000 && other.rows == 1000);
    int counts[10] = {0}, same = 0;
    for (int64_t row = 0; row < 1000; row++) {
        const char *name = strrchr(other.names[row], '/') + 1;
        int64_t number = strtoll(name, NULL, 10); /* cat/0000.png is record 0 */
        same += memcmp((uint8_t *)other.columns[0].values + row * 3072,
                       (uint8_t *)table.columns[0].values + number * 3072, 3072) == 0 &&
                nnrt_table_value(&other, 1, row, 0) == nnrt_table_value(&table, 1, number, 0);
        counts[(int)nnrt_table_value(&table, 1, row, 0)]++;
    }
    CU_ASSERT_EQUAL(same, 1000);
    CU_ASSERT(counts[0] == 103 && counts[1] == 89 && counts[9] == 109);
    nnrt_table_free(&table);
    nnrt_table_free(&other);
}
