/* array.c: whole arrays into the columns of a table.
 *
 * Conversions are exact or rounded once to the model's precision; a value that is not finite, or
 * finite and too large for single precision, is refused with the sample it stands in.
 */
#include "runtime/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int64_t nnrt_array_element_size(NnrtArrayElement element) {
    static const int64_t sizes[] = {
        [NNRT_ARRAY_BOOL] = 1, [NNRT_ARRAY_U8] = 1,  [NNRT_ARRAY_U16] = 2, [NNRT_ARRAY_U32] = 4,
        [NNRT_ARRAY_U64] = 8,  [NNRT_ARRAY_I8] = 1,  [NNRT_ARRAY_I16] = 2, [NNRT_ARRAY_I32] = 4,
        [NNRT_ARRAY_I64] = 8,  [NNRT_ARRAY_F32] = 4, [NNRT_ARRAY_F64] = 8};
    return sizes[element];
}

void nnrt_array_free(NnrtArray *array) {
    free(array->values);
    *array = (NnrtArray){0};
}

void nnrt_array_swap(NnrtArray *array) {
    int64_t size = nnrt_array_element_size(array->element);
    unsigned char *bytes = array->values;
    for (int64_t i = 0; i < array->count; i++, bytes += size)
        for (int64_t j = 0; j < size / 2; j++) {
            unsigned char byte = bytes[j];
            bytes[j] = bytes[size - 1 - j];
            bytes[size - 1 - j] = byte;
        }
}

static bool is_whole(NnrtArrayElement element) {
    return element != NNRT_ARRAY_F32 && element != NNRT_ARRAY_F64;
}

/* A value as a double; *whole is the exact value of a whole number (of one beyond int64_t: a
 * negative one, which is no class either). */
static double value_at(const NnrtArray *array, int64_t i, int64_t *whole) {
    const void *values = array->values;
    switch (array->element) {
    case NNRT_ARRAY_BOOL: *whole = ((const uint8_t *)values)[i] != 0; break;
    case NNRT_ARRAY_U8: *whole = ((const uint8_t *)values)[i]; break;
    case NNRT_ARRAY_U16: *whole = ((const uint16_t *)values)[i]; break;
    case NNRT_ARRAY_U32: *whole = ((const uint32_t *)values)[i]; break;
    case NNRT_ARRAY_U64:
        *whole = (int64_t)((const uint64_t *)values)[i];
        return (double)((const uint64_t *)values)[i];
    case NNRT_ARRAY_I8: *whole = (int64_t)((const int8_t *)values)[i]; break;
    case NNRT_ARRAY_I16: *whole = ((const int16_t *)values)[i]; break;
    case NNRT_ARRAY_I32: *whole = ((const int32_t *)values)[i]; break;
    case NNRT_ARRAY_I64: *whole = ((const int64_t *)values)[i]; break;
    case NNRT_ARRAY_F32: return ((const float *)values)[i];
    case NNRT_ARRAY_F64: return ((const double *)values)[i];
    }
    return (double)*whole;
}

static bool store_classes(const char *path, const NnrtArray *array, const NnrtTable *table,
                          NnrtColumn *column, NnrtError *error) {
    int32_t *out = (int32_t *)column->values + table->rows;
    for (int64_t i = 0; i < array->count; i++) {
        int64_t label = -1;
        double value = value_at(array, i, &label);
        if (!is_whole(array->element)) /* labels stored as floats, as some tools do */
            label =
                value >= 0 && value < 2147483648.0 && value == floor(value) ? (int64_t)value : -1;
        if (label < 0 || label >= column->field.classes)
            return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                             "%s: sample %lld: class %.17g of '%s' is out of range: there are %lld "
                             "classes, from 0",
                             path, (long long)i, value, column->field.name,
                             (long long)column->field.classes);
        out[i] = (int32_t)label;
    }
    return true;
}

static bool store_reals(const char *path, const NnrtArray *array, const NnrtTable *table,
                        NnrtColumn *column, bool picture, NnrtError *error) {
    int64_t from = table->rows * column->width, whole;
    bool bytes = is_whole(array->element) && array->element != NNRT_ARRAY_BOOL;
    double divisor = picture && bytes ? 255 : 1;
    for (int64_t i = 0; i < array->count; i++) {
        double value = value_at(array, i, &whole) / divisor;
        bool finite = column->element == NNRT_F32 ? isfinite((float)value) : isfinite(value);
        if (!finite)
            return nnrt_fail(error, NNRT_EXIT_FORMAT,
                             "%s: sample %lld: expected a finite number for '%s', found %g", path,
                             (long long)(i / column->width), column->field.name, value);
        if (column->element == NNRT_F32)
            ((float *)column->values)[from + i] = (float)value;
        else
            ((double *)column->values)[from + i] = value;
    }
    return true;
}

static void describe(const int64_t *dims, int rank, char text[200]) {
    size_t used = 0;
    text[used++] = '[';
    for (int i = 0; i < rank; i++) {
        char digits[24];
        int count = 0;
        for (uint64_t rest = (uint64_t)dims[i]; count == 0 || rest; rest /= 10)
            digits[count++] = (char)('0' + rest % 10);
        if (i) {
            text[used++] = ',';
            text[used++] = ' ';
        }
        while (count)
            text[used++] = digits[--count];
    }
    text[used++] = ']';
    text[used] = 0;
}

/* Pictures whose axes stand in another order must not pass for having as many values. */
static bool has_axes_of(const NnrtArray *array, const NnrtField *field) {
    int rank = array->rank - 1;
    if (field->kind != NNRT_FIELD_IMAGE || rank <= 1) return true;
    for (int i = 0; i < field->rank; i++)
        if (i < rank ? array->dims[1 + i] != field->dims[i] : field->dims[i] != 1) return false;
    return rank == field->rank || rank == field->rank - 1;
}

/* The file's axes after the first are channels, height, width. */
static bool has_channels_first(const NnrtArray *array, const NnrtField *field) {
    return field->rank == 3 && array->rank == 4 && array->dims[1] == field->dims[2] &&
           array->dims[2] == field->dims[0] && array->dims[3] == field->dims[1];
}

/* The number of samples when the array fits the column, -1 and an error when it does not. */
static int64_t count_samples(const char *path, const NnrtArray *array, const NnrtColumn *column,
                             NnrtError *error) {
    const NnrtField *field = &column->field;
    char there[200], wanted[200];
    int64_t width = 1;
    for (int i = 1; i < array->rank && array->dims[0] > 0; i++)
        width *= array->dims[i]; /* cannot overflow: a factor of array->count, which was checked */
    bool fits = array->rank >= 1 && array->dims[0] > 0 && width == column->width;
    if (fits && has_axes_of(array, field)) return array->dims[0];
    describe(array->dims, array->rank, there);
    describe(field->dims, field->rank, wanted);
    if (array->rank < 1 || array->dims[0] == 0)
        nnrt_fail(error, NNRT_EXIT_DISAGREE, "%s: has no samples (its shape is %s)", path, there);
    else if (fits)
        nnrt_fail(
            error, NNRT_EXIT_DISAGREE,
            "%s: the axes of a sample (the file's shape is %s) are not those of '%s', which is "
            "image%s: height, width, channels%s",
            path, there, field->name, wanted,
            has_channels_first(array, field) ? "; turn them with numpy.transpose(a, (0, 2, 3, 1))"
                                             : "");
    else
        nnrt_fail(error, NNRT_EXIT_DISAGREE,
                  "%s: a sample has %lld values (the file's shape is %s), but '%s' has %lld%s%s",
                  path, (long long)width, there, field->name, (long long)column->width,
                  field->rank ? ", of shape " : "", field->rank ? wanted : "");
    return -1;
}

static bool is_picture(const NnrtArray *array, const NnrtColumn *column) {
    return column->field.kind == NNRT_FIELD_IMAGE ||
           (column->field.kind == NNRT_FIELD_REAL && array->rank >= 3);
}

/* Pictures of bytes stay bytes, a quarter of the memory. The first file decides. */
static bool choose_element(const char *path, const NnrtArray *array, const NnrtTable *table,
                           NnrtColumn *column, NnrtError *error) {
    bool bytes = array->element == NNRT_ARRAY_U8 && is_picture(array, column);
    if (table->rows == 0 && bytes) column->element = NNRT_U8;
    return bytes || column->element != NNRT_U8 ||
           nnrt_fail(error, NNRT_EXIT_DISAGREE,
                     "%s: its values are no pictures of bytes like those of the first file", path);
}

static bool store(const char *path, const NnrtArray *array, NnrtTable *table, NnrtColumn *column,
                  NnrtError *error) {
    if (column->field.kind == NNRT_FIELD_CLASS)
        return store_classes(path, array, table, column, error);
    if (column->element != NNRT_U8)
        return store_reals(path, array, table, column, is_picture(array, column), error);
    memcpy((uint8_t *)column->values + table->rows * column->width, array->values,
           (size_t)array->count);
    return true;
}

static NnrtColumn *only_column(NnrtTable *table, bool target, NnrtError *error) {
    return nnrt_table_only(table, target, "array files serve", error);
}

typedef struct Pair {
    const char *paths[2]; /* input, target */
    NnrtArray arrays[2];
    NnrtColumn *columns[2]; /* the second NULL: no target wanted */
} Pair;

static bool store_pair(Pair *pair, NnrtTable *table, NnrtError *error) {
    int64_t samples[2] = {0};
    for (int i = 0; i < 2 && pair->columns[i]; i++) {
        samples[i] = count_samples(pair->paths[i], &pair->arrays[i], pair->columns[i], error);
        if (samples[i] < 0) return false;
    }
    if (pair->columns[1] && samples[0] != samples[1])
        return nnrt_fail(error, NNRT_EXIT_DISAGREE, "%s has %lld samples, %s %lld", pair->paths[0],
                         (long long)samples[0], pair->paths[1], (long long)samples[1]);
    for (int i = 0; i < 2 && pair->columns[i]; i++)
        if (!choose_element(pair->paths[i], &pair->arrays[i], table, pair->columns[i], error))
            return false;
    if (!nnrt_table_reserve(table, table->rows + samples[0], error)) return false;
    for (int i = 0; i < 2 && pair->columns[i]; i++)
        if (!store(pair->paths[i], &pair->arrays[i], table, pair->columns[i], error)) return false;
    table->rows += samples[0];
    return true;
}

/* Reads and stores one pair of files. A reader that fails leaves nothing to free. */
static bool read_pair(Pair *pair, NnrtArrayReader read, NnrtOpener open, NnrtTable *table,
                      NnrtError *error) {
    if (!read(pair->paths[0], open, &pair->arrays[0], error)) return false;
    bool with_target = pair->columns[1] != NULL;
    bool good = !with_target || read(pair->paths[1], open, &pair->arrays[1], error);
    if (good) {
        int64_t held = 0;
        for (int i = 0; i < 1 + with_target; i++)
            held += pair->arrays[i].count * nnrt_array_element_size(pair->arrays[i].element);
        if (held > table->reading) table->reading = held;
        good = store_pair(pair, table, error);
        if (with_target) nnrt_array_free(&pair->arrays[1]);
    }
    nnrt_array_free(&pair->arrays[0]);
    return good;
}

bool nnrt_arrays_read(NnrtArrayReader read, const char *const *inputs, const char *const *targets,
                      int64_t path_count, const NnrtReadOptions *options, NnrtTable *table,
                      NnrtError *error) {
    Pair pair = {.columns = {only_column(table, false, error)}};
    bool with_targets = nnrt_table_with_targets(table, options);
    if (!pair.columns[0]) return false;
    if (with_targets && !(pair.columns[1] = only_column(table, true, error))) return false;
    if (with_targets && !targets)
        return nnrt_fail(error, NNRT_EXIT_USAGE, "%s: a file of targets is wanted as well",
                         path_count ? inputs[0] : "array data");
    for (int i = 0; i < table->column_count; i++)
        table->columns[i].present = with_targets || !table->columns[i].field.target;
    for (int64_t i = 0; i < path_count; i++) {
        pair.paths[0] = inputs[i];
        pair.paths[1] = with_targets ? targets[i] : NULL;
        if (!read_pair(&pair, read, options->open, table, error)) return false;
    }
    nnrt_table_trim(table);
    return true;
}
