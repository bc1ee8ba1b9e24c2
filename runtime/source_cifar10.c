/* source_cifar10.c: cifar10("data_batch_*.bin.gz") as a source.
 *
 * A file is records of 3073 bytes: the class, then 1024 red, 1024 green and 1024 blue values of a
 * picture of 32 x 32, rows first. The model's pictures are [height, width, channels], so the three
 * planes are interleaved as they are read. Values stay bytes.
 *
 * Source of the format: A. Krizhevsky's description of the binary version of CIFAR-10.
 */

#include "runtime/source.h"

#include <stdio.h>
#include <string.h>

enum { PLANE = 32 * 32, CHANNELS = 3, RECORD = 1 + CHANNELS * PLANE };

/* image[32, 32, 3], or so many values without axes of a picture. */
static bool fits(const NnrtColumn *column) {
    static const int64_t dims[3] = {32, 32, CHANNELS};
    const NnrtField *field = &column->field;
    if (field->kind == NNRT_FIELD_IMAGE)
        return field->rank == 3 && memcmp(field->dims, dims, sizeof dims) == 0;
    return field->kind == NNRT_FIELD_REAL && column->width == CHANNELS * PLANE;
}

/* The model must have one input of 32 x 32 x 3 values and one class as its target. */
static bool check_columns(NnrtTable *table, NnrtColumn **input, NnrtColumn **target,
                          bool with_target, NnrtError *error) {
    *input = nnrt_table_only(table, false, "cifar10 data serves", error);
    *target = with_target ? nnrt_table_only(table, true, "cifar10 data serves", error) : NULL;
    if (!*input || (with_target && !*target)) return false;
    const NnrtField *field = &(*input)->field;
    if (!fits(*input))
        return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                         "cifar10 pictures are image[32, 32, 3], or real[3072]; '%s' is neither",
                         field->name);
    if (*target && (*target)->field.kind != NNRT_FIELD_CLASS)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE, "cifar10 targets are classes, '%s' is not",
                         (*target)->field.name);
    return true;
}

static bool store_record(const NnrtStream *stream, const uint8_t *record, int64_t number,
                         NnrtTable *table, NnrtColumn *input, NnrtColumn *target,
                         NnrtError *error) {
    if (target && record[0] >= target->field.classes)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                         "%s: record %lld: class %d of '%s' is out of range: there are %lld "
                         "classes, from 0",
                         stream->path, (long long)number, record[0], target->field.name,
                         (long long)target->field.classes);
    if (!nnrt_table_reserve(table, table->rows + 1, error)) return false;
    if (target) ((int32_t *)target->values)[table->rows] = record[0];
    uint8_t *out = (uint8_t *)input->values + table->rows * input->width;
    for (int pixel = 0; pixel < PLANE; pixel++)
        for (int channel = 0; channel < CHANNELS; channel++)
            *out++ = record[1 + channel * PLANE + pixel];
    table->rows++;
    return true;
}

static bool read_records(NnrtStream *stream, NnrtTable *table, NnrtColumn *input,
                         NnrtColumn *target, NnrtError *error) {
    uint8_t record[RECORD];
    for (int64_t number = 0;; number++) {
        int64_t got = nnrt_read(stream, record, RECORD, error);
        if (got < 0) return false;
        if (got == 0 && number > 0) return true;
        if (got < RECORD)
            return nnrt_fail(error, NNRT_EXIT_FORMAT,
                             "%s: record %lld has %lld bytes; a CIFAR-10 file is records of %d "
                             "bytes",
                             stream->path, (long long)number, (long long)got, RECORD);
        if (!store_record(stream, record, number, table, input, target, error)) return false;
    }
}

bool nnrt_source_cifar10(const NnrtPaths *paths, int64_t path_count, const NnrtReadOptions *options,
                         NnrtTable *table, NnrtError *error) {
    NnrtColumn *input, *target;
    bool with_target = nnrt_table_with_targets(table, options);
    if (!check_columns(table, &input, &target, with_target, error)) return false;
    input->element = NNRT_U8;
    for (int i = 0; i < table->column_count; i++)
        table->columns[i].present = with_target || !table->columns[i].field.target;
    for (int64_t i = 0; i < path_count; i++)
        for (int64_t k = 0; k < paths[i].count; k++) {
            NnrtStream stream;
            if (!options->open(paths[i].items[k], &stream, error)) return false;
            bool good = read_records(&stream, table, input, target, error);
            nnrt_close(&stream);
            if (!good) return false;
        }
    nnrt_table_trim(table);
    return true;
}
