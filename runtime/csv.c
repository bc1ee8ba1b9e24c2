/* csv.c: records into rows of a table.
 *
 * A row is looked at twice: first for missing values, then its cells are stored, so that a row that
 * is dropped leaves nothing behind (no class name either).
 */
#include "runtime/csv.h"
#include "runtime/csv_bind.h"
#include "runtime/csv_classes.h"
#include "runtime/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Reading {
    const NnrtReadOptions *options;
    NnrtTable *table;
    NnrtError *error;
    CsvScanner scanner;
    CsvPlace *places;    /* of the current file; owned */
    CsvClasses *classes; /* one a column of the table; owned */
    int64_t cell_count;  /* cells of the first line */
    char *first_line;    /* the names of the first file, as NUL-ended texts; owned */
    int64_t first_size;
} Reading;

/* The name of a cell's column, quoted. */
static NnrtQuoted column_name(const Reading *reading, int64_t cell) {
    const char *name = reading->first_line;
    for (; cell > 0; cell--)
        name += strlen(name) + 1;
    return nnrt_quote(name, (int64_t)strlen(name));
}

static bool is_missing(const char *text, int64_t length) {
    return length == 0 || strcmp(text, "NA") == 0 || strcmp(text, "NaN") == 0 ||
           strcmp(text, "?") == 0;
}

/* Decides about one missing cell: an error, or *drop, or (mean of a real input) neither. */
static bool judge_missing(const Reading *reading, int64_t cell, const NnrtField *field,
                          bool *drop) {
    const CsvScanner *scanner = &reading->scanner;
    const char *what = scanner->text + scanner->cells[cell].start;
    NnrtQuoted quoted = nnrt_quote(what, scanner->cells[cell].length);
    if (reading->options->missing == NNRT_MISSING_DROP) return *drop = true;
    if (reading->options->missing == NNRT_MISSING_ERROR)
        return csv_fail(scanner, cell, NNRT_EXIT_FORMAT,
                        "missing value %s in column %s (missing = \"drop\" leaves such rows out, "
                        "\"mean\" puts the mean there)",
                        quoted.text, column_name(reading, cell).text);
    if (field->target || field->kind == NNRT_FIELD_CLASS)
        return csv_fail(scanner, cell, NNRT_EXIT_FORMAT,
                        "missing value %s in column %s: missing = \"mean\" serves real inputs only "
                        "(\"drop\" leaves such rows out)",
                        quoted.text, column_name(reading, cell).text);
    return true;
}

/* The first look at a row. */
static bool check_row(const Reading *reading, bool *drop) {
    const CsvScanner *scanner = &reading->scanner;
    int64_t count = scanner->cell_count;
    *drop = false;
    if (count != reading->cell_count)
        return csv_fail(scanner, count < reading->cell_count ? count - 1 : reading->cell_count,
                        NNRT_EXIT_FORMAT, "the row has %lld cells, the first line %lld",
                        (long long)count, (long long)reading->cell_count);
    for (int64_t i = 0; i < count; i++) {
        CsvPlace place = reading->places[i];
        const char *text = scanner->text + scanner->cells[i].start;
        int64_t length = scanner->cells[i].length;
        if (place.field < 0 || !is_missing(text, length)) continue;
        const NnrtField *field = &reading->table->columns[place.field].field;
        if (field->kind == NNRT_FIELD_CLASS &&
            csv_classes_has_name(&reading->classes[place.field], text, length))
            continue;
        if (!judge_missing(reading, i, field, drop)) return false;
    }
    return true;
}

static bool store_number(const Reading *reading, int64_t cell, NnrtColumn *column, int64_t at) {
    const CsvScanner *scanner = &reading->scanner;
    const char *text = scanner->text + scanner->cells[cell].start;
    int64_t length = scanner->cells[cell].length;
    double value;
    if (is_missing(text, length)) { /* only missing = "mean" comes here */
        value = NAN;
        column->missing++;
    } else {
        NnrtNumberKind kind = nnrt_number(text, length, &value);
        if (kind == NNRT_NUMBER_NONE)
            return csv_fail(scanner, cell, NNRT_EXIT_FORMAT,
                            "expected a number in column %s, found %s",
                            column_name(reading, cell).text, nnrt_quote(text, length).text);
        if (kind == NNRT_NUMBER_INFINITE || (column->element == NNRT_F32 && isinf((float)value)))
            return csv_fail(scanner, cell, NNRT_EXIT_FORMAT,
                            "expected a finite number in column %s, found %s",
                            column_name(reading, cell).text, nnrt_quote(text, length).text);
    }
    if (column->element == NNRT_F32)
        ((float *)column->values)[at] = (float)value;
    else
        ((double *)column->values)[at] = value;
    return true;
}

/* The second look: stores the row. */
static bool store_row(Reading *reading) {
    NnrtTable *table = reading->table;
    const CsvScanner *scanner = &reading->scanner;
    if (!nnrt_table_reserve(table, table->rows + 1, reading->error)) return false;
    for (int64_t i = 0; i < scanner->cell_count; i++) {
        CsvPlace place = reading->places[i];
        if (place.field < 0) continue;
        NnrtColumn *column = &table->columns[place.field];
        int64_t at = table->rows * column->width + place.element;
        bool good = column->field.kind == NNRT_FIELD_CLASS
                        ? csv_classes_take(&reading->classes[place.field], scanner, i,
                                           (int32_t *)column->values + at)
                        : store_number(reading, i, column, at);
        if (!good) return false;
    }
    table->rows++;
    return true;
}

/* The line of names: all files must have the same one. */
static bool read_names(Reading *reading) {
    CsvScanner *scanner = &reading->scanner;
    int found = csv_record(scanner);
    if (found <= 0)
        return found < 0 ? false
                         : nnrt_fail(reading->error, NNRT_EXIT_FORMAT,
                                     "%s: is empty; the first line must name the columns",
                                     scanner->stream.path);
    if (!reading->first_line) {
        reading->first_line = nnrt_allocate(scanner->text_used, 1, reading->error);
        if (!reading->first_line) return false;
        memcpy(reading->first_line, scanner->text, (size_t)scanner->text_used);
        reading->first_size = scanner->text_used;
    } else if (scanner->text_used != reading->first_size ||
               memcmp(scanner->text, reading->first_line, (size_t)reading->first_size) != 0) {
        return nnrt_fail(reading->error, NNRT_EXIT_DISAGREE,
                         "%s: its columns are not those of the first file", scanner->stream.path);
    }
    reading->cell_count = scanner->cell_count;
    reading->places = csv_bind(scanner, reading->options, reading->table);
    return reading->places != NULL;
}

static bool read_file(Reading *reading, const char *path) {
    bool good = csv_open(&reading->scanner, path, reading->options->open, reading->error) &&
                read_names(reading);
    while (good) {
        int found = csv_record(&reading->scanner);
        if (found <= 0) {
            good = found == 0;
            break;
        }
        bool drop;
        good = check_row(reading, &drop) && (drop || store_row(reading));
        if (good && drop) reading->table->dropped++;
    }
    csv_close(&reading->scanner);
    free(reading->places);
    reading->places = NULL;
    return good;
}

/* The class columns learn their names; a data set without rows is an error. */
static bool finish(Reading *reading, const char *path) {
    NnrtTable *table = reading->table;
    for (int i = 0; i < table->column_count; i++)
        if (table->columns[i].present && table->columns[i].element == NNRT_I32 &&
            !csv_classes_finish(&reading->classes[i], table, i, reading->error))
            return false;
    if (table->rows) return true;
    return table->dropped ? nnrt_fail(reading->error, NNRT_EXIT_DISAGREE,
                                      "%s: every row has a missing value, so none is left", path)
                          : nnrt_fail(reading->error, NNRT_EXIT_FORMAT,
                                      "%s: has no rows below the names of the columns", path);
}

bool nnrt_csv_read(const char *const *paths, int64_t path_count, const NnrtReadOptions *options,
                   NnrtTable *table, NnrtError *error) {
    Reading reading = {.options = options, .table = table, .error = error};
    reading.classes = nnrt_allocate(table->column_count, sizeof *reading.classes, error);
    bool good = reading.classes != NULL;
    for (int i = 0; good && i < table->column_count; i++) {
        NnrtColumn *column = &table->columns[i];
        column->present = !(column->field.target && options->skip_targets);
        if (column->present && column->element == NNRT_I32)
            good = csv_classes_init(&reading.classes[i], table, i, error);
    }
    for (int64_t i = 0; good && i < path_count; i++)
        good = read_file(&reading, paths[i]);
    good = good && finish(&reading, path_count ? paths[0] : "no file");
    for (int i = 0; reading.classes && i < table->column_count; i++)
        csv_classes_free(&reading.classes[i]);
    free(reading.classes);
    free(reading.first_line);
    if (good) nnrt_table_trim(table);
    return good;
}
