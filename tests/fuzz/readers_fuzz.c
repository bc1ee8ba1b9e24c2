/* readers_fuzz.c: any bytes as a data or weights file, for libFuzzer.
 *
 * The first byte chooses the reader, so that one target and one folder of seeds serve all. A reader
 * may refuse (exit 1, 3 or 4) or succeed; whatever it does, the sanitizers watch, and a success
 * must be consistent: the sizes that were found fit the values that can be read.
 */
#define _GNU_SOURCE /* memfd_create */
#include "runtime/csv.h"
#include "runtime/idx.h"
#include "runtime/names.h"
#include "runtime/npy.h"
#include "runtime/picture.h"
#include "runtime/safetensors.h"
#include "runtime/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const given[] = {"cat", "dog", "NA"};
static const NnrtField models[][3] = {
    {{.name = "x", .rank = 1, .dims = {2}},
     {.name = "c", .kind = NNRT_FIELD_CLASS, .classes = 3, .target = true}},
    {{.name = "x", .kind = NNRT_FIELD_IMAGE, .rank = 3, .dims = {1, 2, 1}},
     {.name = "c", .kind = NNRT_FIELD_CLASS, .classes = 3, .class_names = given, .target = true}},
    {{.name = "x"}, {.name = "y", .rank = 1, .dims = {2}, .target = true}},
};

static void expect(bool truth, const char *what) {
    if (truth) return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check_table(const NnrtTable *table) {
    for (int c = 0; c < table->column_count; c++) {
        const NnrtColumn *column = &table->columns[c];
        for (int64_t row = 0; column->present && row < table->rows; row++)
            for (int64_t i = 0; i < column->width; i++) {
                double value = nnrt_table_value(table, c, row, i);
                if (column->field.kind == NNRT_FIELD_CLASS)
                    expect(value >= 0 && value < (double)column->field.classes, "class");
                else
                    expect(column->missing || value - value == 0, "finite");
            }
    }
}

static void read_rows(const char *path, unsigned choice, bool arrays, NnrtArrayReader reader) {
    NnrtTable table;
    NnrtError error = {0};
    NnrtReadOptions options = {.open = choice & 1 ? nnrt_open_gz : nnrt_open_plain,
                               .missing = (NnrtMissing)(choice / 2 % 3),
                               .skip_targets = arrays || choice / 6 % 2};
    bool good = nnrt_table_init(&table, models[choice / 12 % 3], 2,
                                choice & 64 ? NNRT_F64 : NNRT_F32, &error);
    if (good)
        good = arrays ? nnrt_arrays_read(reader, &path, NULL, 1, &options, &table, &error)
                      : nnrt_csv_read(&path, 1, &options, &table, &error);
    expect(good == (error.exit_code == 0), "an error without a failure or the reverse");
    if (good) check_table(&table);
    nnrt_table_free(&table);
}

static void read_weights(const char *path) {
    NnrtTensorFile file;
    NnrtError error = {0};
    bool good = nnrt_tensors_read(path, &file, &error);
    expect(good == (error.exit_code == 0), "an error without a failure or the reverse");
    unsigned sum = 0;
    for (int64_t i = 0; i < file.tensor_count; i++)
        for (int64_t k = 0; k < file.tensors[i].bytes; k++)
            sum += ((const uint8_t *)file.tensors[i].values)[k];
    for (int64_t i = 0; i < file.metadata_count; i++)
        sum += (unsigned)(strlen(file.metadata[i].key) + strlen(file.metadata[i].value));
    expect(sum != 1234567891, "");
    nnrt_tensors_free(&file);
}

static void read_picture(const char *path, unsigned choice) {
    static const int64_t channels[] = {1, 3, 4};
    NnrtPictureShape shape = {choice % 5 + 1, choice / 5 % 7 + 1, channels[choice / 35 % 3]};
    NnrtError error = {0}, again = {0};
    uint8_t out[5 * 7 * 4 + 1] = {0};
    bool good = nnrt_picture_read(path, &shape, out, &error);
    expect(good == (error.exit_code == 0), "an error without a failure or the reverse");
    expect(!good || nnrt_picture_check(path, &shape, &again), "read, but the check refuses it");
    expect(out[shape.height * shape.width * shape.channels] == 0, "written beyond the end");
}

static void read_records(const char *path, unsigned choice) {
    const NnrtField fields[] = {
        {.name = "x", .kind = NNRT_FIELD_IMAGE, .rank = 3, .dims = {32, 32, 3}},
        {.name = "c", .kind = NNRT_FIELD_CLASS, .classes = 10, .target = true}};
    NnrtTable table;
    NnrtError error = {0};
    char *items[] = {(char *)path};
    NnrtPaths paths = {items, 1};
    NnrtReadOptions options = {.open = choice & 1 ? nnrt_open_gz : nnrt_open_plain,
                               .skip_targets = choice & 2};
    bool good = nnrt_table_init(&table, fields, 2, NNRT_F32, &error) &&
                nnrt_source_cifar10(&paths, 1, &options, &table, &error);
    expect(good == (error.exit_code == 0), "an error without a failure or the reverse");
    if (good) check_table(&table);
    nnrt_table_free(&table);
}

static void read_names(const uint8_t *data, size_t size) {
    char *text = nnrt_copy_text((const char *)data, (int64_t)size, NULL);
    if (text) {
        char **names = nnrt_names_read("names", text, 3, NULL);
        nnrt_names_free(names, 3);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    unsigned reader = data[0] % 7, choice = data[1];
    int file = memfd_create("fuzz", 0);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    expect(write(file, data + 2, size - 2) == (ssize_t)(size - 2), "memfd");
    if (reader == 0)
        read_rows(path, choice, false, NULL);
    else if (reader == 1)
        read_rows(path, choice, true, nnrt_idx_read);
    else if (reader == 2)
        read_rows(path, choice, true, nnrt_npy_read);
    else if (reader == 3)
        read_weights(path);
    else if (reader == 5)
        read_picture(path, choice);
    else if (reader == 6)
        read_records(path, choice);
    else
        read_names(data + 2, size - 2);
    close(file);
    return 0;
}
