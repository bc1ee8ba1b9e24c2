/* table.c: columns of a data set, growing by rows; gathering batches; missing values.
 *
 * All columns grow together, each by doubling, so that readers append without knowing the number of
 * rows before.
 */
#include "runtime/table.h"
#include "runtime/table_bytes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int64_t nnrt_field_width(const NnrtField *field) {
    int64_t width = 1;
    for (int i = 0; i < field->rank; i++)
        if (field->dims[i] < 0 || __builtin_mul_overflow(width, field->dims[i], &width)) return -1;
    return width;
}

static int64_t element_size(NnrtElement element) {
    static const int64_t sizes[] = {[NNRT_F32] = 4, [NNRT_F64] = 8, [NNRT_I32] = 4, [NNRT_U8] = 1};
    return sizes[element];
}

bool nnrt_table_init(NnrtTable *table, const NnrtField *fields, int field_count,
                     NnrtElement element, NnrtError *error) {
    *table = (NnrtTable){.element = element};
    if (field_count > NNRT_FIELDS_MAX)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE, "more than %d inputs and targets",
                         NNRT_FIELDS_MAX);
    table->columns = nnrt_allocate(field_count, sizeof *table->columns, error);
    if (!table->columns) return false;
    table->column_count = field_count;
    for (int i = 0; i < field_count; i++) {
        NnrtColumn *column = &table->columns[i];
        column->field = fields[i];
        column->element = fields[i].kind == NNRT_FIELD_CLASS ? NNRT_I32 : element;
        column->present = true;
        column->width = fields[i].rank <= NNRT_RANK_MAX ? nnrt_field_width(&fields[i]) : -1;
        if (column->width < 0) {
            nnrt_fail(error, NNRT_EXIT_SYSTEM, "'%s' is too large", fields[i].name);
            nnrt_table_free(table);
            return false;
        }
    }
    return true;
}

static int64_t row_bytes(const NnrtTable *table) {
    int64_t bytes = 0;
    for (int i = 0; i < table->column_count; i++)
        if (table->columns[i].present)
            bytes += table->columns[i].width * element_size(table->columns[i].element);
    return bytes;
}

int64_t nnrt_table_bytes(const NnrtTable *table) {
    return table->rows * row_bytes(table);
}

/* Eight bytes a step; every bit of them reaches all bits of the sum in two steps. */
static uint64_t hash_bytes(uint64_t sum, const void *bytes, int64_t length) {
    const unsigned char *at = bytes;
    for (int64_t left = length; left > 0; left -= 8, at += 8) {
        uint64_t word = (uint64_t)left;
        memcpy(&word, at, left < 8 ? (size_t)left : 8);
        sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 29;
    }
    return sum;
}

uint64_t nnrt_table_hash(const NnrtTable *table) {
    uint64_t sum = (uint64_t)table->rows;
    for (int i = 0; i < table->column_count; i++) {
        const NnrtColumn *column = &table->columns[i];
        bool picture = table->names && column->field.kind == NNRT_FIELD_IMAGE;
        if (column->present && !picture && !column->fetch)
            sum = hash_bytes(sum, column->values,
                             table->rows * column->width * element_size(column->element));
    }
    for (int64_t row = 0; table->names && row < table->rows; row++)
        sum = hash_bytes(sum, table->names[row], (int64_t)strlen(table->names[row]));
    return sum;
}

static void free_names(char **names, int64_t count) {
    for (int64_t i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}

void nnrt_table_free(NnrtTable *table) {
    for (int i = 0; i < table->column_count; i++) {
        free(table->columns[i].values);
        free_names(table->columns[i].names_found, table->columns[i].field.classes);
        free_names(table->columns[i].columns_found, table->columns[i].width);
    }
    free_names(table->names, table->rows);
    free(table->columns);
    *table = (NnrtTable){0};
}

const char *const *nnrt_table_class_names(const NnrtTable *table, int column) {
    const NnrtColumn *c = &table->columns[column];
    return c->field.class_names ? c->field.class_names : (const char *const *)c->names_found;
}

static bool set_capacity(NnrtTable *table, int64_t rows, NnrtError *error) {
    for (int i = 0; i < table->column_count; i++) {
        NnrtColumn *column = &table->columns[i];
        int64_t size = element_size(column->element), values;
        if (!column->present || column->fetch) continue;
        if (__builtin_mul_overflow(column->width, rows, &values))
            return nnrt_fail(error, NNRT_EXIT_SYSTEM, "out of memory ('%s' has %lld rows of %lld)",
                             column->field.name, (long long)rows, (long long)column->width);
        void *larger = nnrt_resize(column->values, values, size, error);
        if (!larger) return false;
        column->values = larger;
    }
    table->capacity = rows;
    return true;
}

bool nnrt_table_reserve(NnrtTable *table, int64_t rows, NnrtError *error) {
    if (rows > NNRT_ROWS_MAX)
        return nnrt_fail(error, NNRT_EXIT_SYSTEM, "more than %lld rows", (long long)NNRT_ROWS_MAX);
    if (rows <= table->capacity) return true;
    if (table->limit && row_bytes(table) > table->limit / rows)
        return nnrt_fail(error, NNRT_EXIT_SYSTEM,
                         "the rows of the data alone take more than --max-memory (after %lld rows "
                         "of %lld bytes)",
                         (long long)table->rows, (long long)row_bytes(table));
    int64_t doubled = table->capacity * 2;
    return set_capacity(table, rows > doubled ? rows : doubled, error);
}

bool nnrt_table_with_targets(const NnrtTable *table, const NnrtReadOptions *options) {
    bool found = false;
    for (int i = 0; i < table->column_count; i++)
        found = found || table->columns[i].field.target;
    return found && !options->skip_targets;
}

NnrtColumn *nnrt_table_only(NnrtTable *table, bool target, const char *what, NnrtError *error) {
    NnrtColumn *only = NULL;
    int count = 0;
    for (int i = 0; i < table->column_count; i++) {
        if (table->columns[i].field.target != target) continue;
        only = &table->columns[i];
        count++;
    }
    if (count == 1) return only;
    nnrt_fail(error, NNRT_EXIT_DISAGREE,
              "%s models with one input and at most one target; this one has %d %s", what, count,
              target ? "targets" : "inputs");
    return NULL;
}

void nnrt_table_trim(NnrtTable *table) {
    if (table->rows >= table->capacity || table->rows == 0) return;
    set_capacity(table, table->rows, NULL); /* a column that cannot shrink keeps its block */
    table->capacity = table->rows;
}

/* One stored value as a double; exact for every element. */
static double stored_value(const NnrtColumn *column, int64_t index) {
    switch (column->element) {
    case NNRT_F32: return ((const float *)column->values)[index];
    case NNRT_F64: return ((const double *)column->values)[index];
    case NNRT_I32: return ((const int32_t *)column->values)[index];
    case NNRT_U8: break;
    }
    return ((const uint8_t *)column->values)[index] / 255.0;
}

double nnrt_table_value(const NnrtTable *table, int column, int64_t row, int64_t element) {
    const NnrtColumn *c = &table->columns[column];
    return stored_value(c, row * c->width + element);
}

/* A row as floats. */
static void gather_f32(const NnrtColumn *column, int64_t from, float *out) {
    int64_t width = column->width;
    if (column->element == NNRT_F32) {
        memcpy(out, (const float *)column->values + from, (size_t)width * sizeof *out);
    } else if (column->element == NNRT_U8) {
        nnrt_bytes_f32((const uint8_t *)column->values + from, width, out);
    } else {
        for (int64_t i = 0; i < width; i++)
            out[i] = (float)stored_value(column, from + i);
    }
}

static void gather_f64(const NnrtColumn *column, int64_t from, double *out) {
    if (column->element == NNRT_F64)
        memcpy(out, (const double *)column->values + from, (size_t)column->width * sizeof *out);
    else
        for (int64_t i = 0; i < column->width; i++)
            out[i] = stored_value(column, from + i);
}

static void gather_i32(const NnrtColumn *column, int64_t from, int32_t *out) {
    for (int64_t i = 0; i < column->width; i++)
        out[i] = column->element == NNRT_I32 ? ((const int32_t *)column->values)[from + i] : 0;
}

/* The rows of a column whose pictures are decoded when they are wanted. */
static bool fetch_rows(const NnrtTable *table, const NnrtColumn *column, const int64_t *rows,
                       int64_t first, int64_t count, NnrtElement element, void *out,
                       NnrtError *error) {
    int64_t width = column->width;
    uint8_t *bytes = nnrt_allocate(width, 1, error);
    bool good = bytes != NULL;
    for (int64_t i = 0; good && i < count; i++) {
        good = column->fetch(column, table->names[rows ? rows[i] : first + i], bytes, error);
        if (element == NNRT_F32) nnrt_bytes_f32(bytes, width, (float *)out + i * width);
        for (int64_t e = 0; element == NNRT_F64 && e < width; e++)
            ((double *)out)[i * width + e] = bytes[e] / 255.0;
    }
    free(bytes);
    return good;
}

bool nnrt_table_fetches(const NnrtTable *table) {
    for (int i = 0; i < table->column_count; i++)
        if (table->columns[i].fetch) return true;
    return false;
}

bool nnrt_table_gather(const NnrtTable *table, int column, const int64_t *rows, int64_t first,
                       int64_t count, NnrtElement element, void *out, NnrtError *error) {
    const NnrtColumn *c = &table->columns[column];
    if (c->fetch) return fetch_rows(table, c, rows, first, count, element, out, error);
    for (int64_t i = 0; i < count; i++) {
        int64_t from = (rows ? rows[i] : first + i) * c->width;
        if (element == NNRT_F32)
            gather_f32(c, from, (float *)out + i * c->width);
        else if (element == NNRT_F64)
            gather_f64(c, from, (double *)out + i * c->width);
        else
            gather_i32(c, from, (int32_t *)out + i * c->width);
    }
    return true;
}

bool nnrt_table_means(const NnrtTable *table, int column, const int64_t *rows, int64_t count,
                      double *means, NnrtError *error) {
    const NnrtColumn *c = &table->columns[column];
    for (int64_t i = 0; i < c->width; i++) {
        double sum = 0;
        int64_t there = 0;
        for (int64_t row = 0; row < count; row++) {
            double value = stored_value(c, (rows ? rows[row] : row) * c->width + i);
            if (isnan(value)) continue;
            sum += value;
            there++;
        }
        means[i] = there ? sum / (double)there : 0;
        if (!there && c->missing)
            return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                             "'%s': the training part has no value at place %lld, so there is no "
                             "mean to put where it is missing",
                             c->field.name, (long long)i);
        if (!isfinite(means[i]))
            return nnrt_fail(error, NNRT_EXIT_NOT_FINITE, "'%s': the mean at place %lld overflows",
                             c->field.name, (long long)i);
    }
    return true;
}

void nnrt_table_fill(NnrtTable *table, int column, const double *means) {
    NnrtColumn *c = &table->columns[column];
    if (!c->missing) return;
    int64_t count = table->rows * c->width;
    for (int64_t i = 0; i < count; i++) {
        if (c->element == NNRT_F32 && isnan(((float *)c->values)[i]))
            ((float *)c->values)[i] = (float)means[i % c->width];
        else if (c->element == NNRT_F64 && isnan(((double *)c->values)[i]))
            ((double *)c->values)[i] = means[i % c->width];
    }
    c->missing = 0;
}
