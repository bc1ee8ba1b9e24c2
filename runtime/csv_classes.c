/* csv_classes.c: a small hash table of distinct texts, and what they turn out to be.
 *
 * The number of distinct texts is bounded by a few times the number of classes: beyond it the data
 * cannot fit the model, and memory stays small whatever the file holds.
 */
#include "runtime/csv_classes.h"
#include "runtime/json.h"
#include "runtime/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a, by Fowler, Noll and Vo. */
static uint64_t hash_text(const char *text, int64_t length) {
    uint64_t hash = 0xcbf29ce484222325;
    for (int64_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3;
    return hash;
}

/* The slot that holds the text, or the empty one where it belongs. */
static int64_t find_slot(const CsvClasses *classes, const char *text, int64_t length) {
    int64_t slot = (int64_t)(hash_text(text, length) & (uint64_t)(classes->slot_count - 1));
    for (;; slot = (slot + 1) & (classes->slot_count - 1)) {
        int32_t at = classes->slots[slot];
        if (at < 0 || (classes->items[at].length == length &&
                       memcmp(classes->items[at].text, text, (size_t)length) == 0))
            return slot;
    }
}

/* Room for one item more; the hash table stays at most half full. */
static bool grow(CsvClasses *classes, NnrtError *error) {
    if (classes->count < classes->room) return true;
    int64_t room = classes->room ? classes->room * 2 : 32;
    CsvClass *items = nnrt_resize(classes->items, room, sizeof *items, error);
    if (!items) return false;
    classes->items = items;
    int32_t *slots = nnrt_allocate(room * 2, sizeof *slots, error);
    if (!slots) return false;
    free(classes->slots);
    classes->slots = slots;
    classes->slot_count = room * 2;
    classes->room = room;
    memset(slots, -1, (size_t)classes->slot_count * sizeof *slots);
    for (int64_t i = 0; i < classes->count; i++)
        slots[find_slot(classes, items[i].text, items[i].length)] = (int32_t)i;
    return true;
}

/* A whole number written in any way: 3, 3.0, 3e0. */
static bool whole_number(const char *text, int64_t length, double *value) {
    return nnrt_number(text, length, value) == NNRT_NUMBER_OK && *value >= -1e15 &&
           *value <= 1e15 && *value == (double)(int64_t)*value;
}

bool csv_classes_init(CsvClasses *classes, const NnrtTable *table, int column, NnrtError *error) {
    const char *const *names = nnrt_table_class_names(table, column);
    *classes = (CsvClasses){
        .field = &table->columns[column].field, .named = names != NULL, .first_row = table->rows};
    if (!grow(classes, error)) return false;
    for (int64_t i = 0; names && i < classes->field->classes; i++) {
        int64_t length = (int64_t)strlen(names[i]);
        double number;
        if (!grow(classes, error)) return false;
        classes->items[classes->count] =
            (CsvClass){.text = (char *)names[i], .length = length, .index = (int32_t)i};
        classes->slots[find_slot(classes, names[i], length)] = (int32_t)classes->count++;
        classes->names_numbers |= whole_number(names[i], length, &number);
    }
    return true;
}

void csv_classes_free(CsvClasses *classes) {
    for (int64_t i = 0; !classes->named && i < classes->count; i++)
        free(classes->items[i].text);
    free(classes->items);
    free(classes->slots);
    *classes = (CsvClasses){0};
}

bool csv_classes_has_name(const CsvClasses *classes, const char *text, int64_t length) {
    return classes->named && classes->slots[find_slot(classes, text, length)] >= 0;
}

static bool take_named(const CsvClasses *classes, const CsvScanner *scanner, int64_t cell,
                       int32_t *index) {
    const CsvCell *c = &scanner->cells[cell];
    const char *text = scanner->text + c->start;
    int32_t at = classes->slots[find_slot(classes, text, c->length)];
    double number;
    if (at >= 0) {
        *index = classes->items[at].index;
        return true;
    }
    if (!classes->names_numbers && whole_number(text, c->length, &number)) {
        if (number < 0 || number >= (double)classes->field->classes)
            return csv_fail(scanner, cell, NNRT_EXIT_DISAGREE,
                            "class %.0f of '%s' is out of range: there are %lld classes, from 0",
                            number, classes->field->name, (long long)classes->field->classes);
        *index = (int32_t)number;
        return true;
    }
    return csv_fail(scanner, cell, NNRT_EXIT_DISAGREE, "%s is not one of the classes of '%s'",
                    nnrt_quote(text, c->length).text, classes->field->name);
}

bool csv_classes_take(CsvClasses *classes, const CsvScanner *scanner, int64_t cell,
                      int32_t *index) {
    if (classes->named) return take_named(classes, scanner, cell, index);
    const CsvCell *c = &scanner->cells[cell];
    const char *text = scanner->text + c->start;
    int64_t slot = find_slot(classes, text, c->length);
    *index = classes->slots[slot];
    if (*index >= 0) return true;
    int64_t limit = classes->field->classes * 4 + 16;
    if (classes->count >= limit || classes->count >= INT32_MAX / 2)
        return csv_fail(scanner, cell, NNRT_EXIT_DISAGREE,
                        "'%s' is class[%lld], but the data has more than %lld different values; "
                        "is it a number?",
                        classes->field->name, (long long)classes->field->classes,
                        (long long)classes->count);
    for (int64_t i = 0, size; i < c->length; i += size) {
        size = nnrt_utf8_length(text + i, c->length - i);
        if (!size)
            return csv_fail(scanner, cell, NNRT_EXIT_FORMAT, "the class name %s is not UTF-8",
                            nnrt_quote(text, c->length).text);
    }
    if (!grow(classes, scanner->error)) return false;
    char *copy = nnrt_copy_text(text, c->length, scanner->error);
    if (!copy) return false;
    *index = (int32_t)classes->count;
    classes->items[classes->count++] = (CsvClass){.text = copy,
                                                  .length = c->length,
                                                  .index = *index,
                                                  .path = scanner->stream.path,
                                                  .line = c->line,
                                                  .cell = cell + 1};
    classes->slots[find_slot(classes, copy, c->length)] = *index;
    return true;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(((const CsvClass *)a)->text, ((const CsvClass *)b)->text);
}

/* All texts are whole numbers: they are the indices. */
static bool finish_numbers(const CsvClasses *classes, int32_t *meaning, NnrtError *error) {
    for (int64_t i = 0; i < classes->count; i++) {
        const CsvClass *item = &classes->items[i];
        double number = 0;
        whole_number(item->text, item->length, &number);
        if (number < 0 || number >= (double)classes->field->classes)
            return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                             "%s:%lld:%lld: class %.0f of '%s' is out of range: class[%lld] means "
                             "the numbers 0 to %lld",
                             item->path, (long long)item->line, (long long)item->cell, number,
                             classes->field->name, (long long)classes->field->classes,
                             (long long)classes->field->classes - 1);
        meaning[item->index] = (int32_t)number;
    }
    return true;
}

/* The texts are names: sorted, they are the classes. Sorting leaves the hash table behind. */
static bool finish_names(CsvClasses *classes, NnrtColumn *column, int32_t *meaning,
                         NnrtError *error) {
    const NnrtField *field = classes->field;
    const CsvClass *first = &classes->items[0];
    if (classes->count != field->classes) {
        char list[150] = "";
        size_t used = 0;
        for (int64_t i = 0; i < classes->count && used + 50 < sizeof list; i++)
            used += (size_t)snprintf(
                list + used, sizeof list - used, "%s%.40s", i ? ", " : "",
                nnrt_quote(classes->items[i].text,
                           classes->items[i].length < 30 ? classes->items[i].length : 30)
                    .text);
        return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                         "%s: '%s' is class[%lld], but the data has %lld different names: %s",
                         first->path, field->name, (long long)field->classes,
                         (long long)classes->count, list);
    }
    qsort(classes->items, (size_t)classes->count, sizeof *classes->items, compare_names);
    column->names_found = nnrt_allocate(field->classes, sizeof *column->names_found, error);
    if (!column->names_found) return false;
    for (int64_t i = 0; i < classes->count; i++) {
        meaning[classes->items[i].index] = (int32_t)i;
        column->names_found[i] = classes->items[i].text; /* the column owns it now */
        classes->items[i].text = NULL;
    }
    return true;
}

bool csv_classes_finish(CsvClasses *classes, NnrtTable *table, int column, NnrtError *error) {
    if (classes->named || classes->count == 0) return true;
    int32_t *meaning = nnrt_allocate(classes->count, sizeof *meaning, error);
    if (!meaning) return false;
    bool numbers = true;
    double value;
    for (int64_t i = 0; i < classes->count && numbers; i++)
        numbers = whole_number(classes->items[i].text, classes->items[i].length, &value);
    bool good = numbers ? finish_numbers(classes, meaning, error)
                        : finish_names(classes, &table->columns[column], meaning, error);
    int32_t *rows = table->columns[column].values;
    for (int64_t row = classes->first_row; good && row < table->rows; row++)
        rows[row] = meaning[rows[row]];
    free(meaning);
    return good;
}
