/* csv_bind.c: columns by their names, vectors by name[0], name[1], ..., and what is left over.
 *
 * Names are found by binary search over the sorted header, so that a header and a model of any size
 * are matched in time n log n.
 */
#include "runtime/csv_bind.h"
#include "runtime/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Header {
    const char *name;
    int64_t cell;
} Header;

typedef struct Bind {
    const CsvScanner *scanner;
    const NnrtReadOptions *options;
    NnrtTable *table;
    Header *sorted; /* by name, then by cell */
    int64_t count;
    CsvPlace *places;
} Bind;

enum { NOWHERE = -1, PUT_ASIDE = -2 }; /* PUT_ASIDE: ignored, or a target that is not read */

static int compare_headers(const void *a, const void *b) {
    const Header *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->cell > y->cell) - (x->cell < y->cell);
}

static bool fail(const Bind *bind, const char *format, const char *name) {
    char text[300];
    snprintf(text, sizeof text, format, name);
    return nnrt_fail(bind->scanner->error, NNRT_EXIT_DISAGREE, "%s: %s", bind->scanner->stream.path,
                     text);
}

/* The first place of a name in the sorted header, -1 when there is none. */
static int64_t find_sorted(const Bind *bind, const char *name) {
    int64_t low = 0, high = bind->count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (strcmp(bind->sorted[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < bind->count && strcmp(bind->sorted[low].name, name) == 0 ? low : -1;
}

/* Sends the column called `name` to a value. *found is false when there is no such column. */
static bool bind_name(Bind *bind, const char *name, int field, int64_t element, bool *found) {
    int64_t at = find_sorted(bind, name);
    *found = at >= 0;
    if (!*found) return true;
    if (at + 1 < bind->count && strcmp(bind->sorted[at + 1].name, name) == 0)
        return fail(bind, "two columns are called %s",
                    nnrt_quote(name, (int64_t)strlen(name)).text);
    CsvPlace *place = &bind->places[bind->sorted[at].cell];
    if (place->field >= 0 || (place->field == PUT_ASIDE && field != PUT_ASIDE))
        return fail(bind,
                    place->field >= 0 ? "column %s is wanted twice"
                                      : "column %s is ignored, and the model has an input or "
                                        "target of that name",
                    nnrt_quote(name, (int64_t)strlen(name)).text);
    *place = (CsvPlace){field, element};
    return true;
}

/* "a", "b", "c" and so on, of the columns bound to nothing (or of all). */
static const char *list_columns(const Bind *bind, bool only_left, char *text, size_t size) {
    size_t used = 0;
    text[0] = 0;
    for (int64_t i = 0; i < bind->count; i++) {
        if (only_left && bind->places[i].field != NOWHERE) continue;
        const CsvCell *cell = &bind->scanner->cells[i];
        NnrtQuoted name = nnrt_quote(bind->scanner->text + cell->start, cell->length);
        if (used + strlen(name.text) + 8 > size) {
            memcpy(text + used, ", ...", 6);
            break;
        }
        used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "", name.text);
    }
    return text;
}

static bool no_column(const Bind *bind, const NnrtField *field, const char *name) {
    char list[200];
    return nnrt_fail(bind->scanner->error, NNRT_EXIT_DISAGREE,
                     "%s: no column %s for the %s '%s'; the columns are %s",
                     bind->scanner->stream.path, nnrt_quote(name, (int64_t)strlen(name)).text,
                     field->target ? "target" : "input", field->name,
                     list_columns(bind, false, list, sizeof list));
}

/* The columns that were used before, by their names. */
static bool bind_known(Bind *bind, int index) {
    const NnrtColumn *column = &bind->table->columns[index];
    for (int64_t i = 0; i < column->width; i++) {
        bool found;
        const char *name = column->field.column_names[i];
        if (!bind_name(bind, name, index, i, &found)) return false;
        if (!found) return no_column(bind, &column->field, name);
    }
    return true;
}

/* name[0], name[1], ...: all of them, or none and *found is false. */
static bool bind_vector(Bind *bind, int index, bool *found) {
    const NnrtColumn *column = &bind->table->columns[index];
    const NnrtField *field = &column->field;
    char name[300];
    snprintf(name, sizeof name, "%.200s[0]", field->name);
    *found = find_sorted(bind, name) >= 0;
    for (int64_t i = 0; *found && i < column->width; i++) {
        bool there;
        snprintf(name, sizeof name, "%.200s[%lld]", field->name, (long long)i);
        if (!bind_name(bind, name, index, i, &there)) return false;
        if (!there) return no_column(bind, field, name);
    }
    snprintf(name, sizeof name, "%.200s[%lld]", field->name, (long long)column->width);
    if (*found && find_sorted(bind, name) >= 0)
        return fail(bind, "there is a column %s, more values than the model's",
                    nnrt_quote(name, (int64_t)strlen(name)).text);
    return true;
}

/* Binds one field by names. *rest is set to an input that found nothing and may take the rest. */
static bool bind_field(Bind *bind, int index, int *rest) {
    const NnrtColumn *column = &bind->table->columns[index];
    const NnrtField *field = &column->field;
    bool found = false;
    if (field->column_names) return bind_known(bind, index);
    if (column->width == 1 && !bind_name(bind, field->name, index, 0, &found)) return false;
    if (!found && field->rank > 0 && !bind_vector(bind, index, &found)) return false;
    if (found) return true;
    if (field->target || field->rank == 0) return no_column(bind, field, field->name);
    if (*rest >= 0)
        return nnrt_fail(bind->scanner->error, NNRT_EXIT_DISAGREE,
                         "%s: neither '%s' nor '%s' has columns of its name (%s[0], %s[1], ...), "
                         "and only one input can take the columns that are left",
                         bind->scanner->stream.path, bind->table->columns[*rest].field.name,
                         field->name, field->name, field->name);
    *rest = index;
    return true;
}

/* Puts aside what is ignored, and targets that need not be there. */
static bool put_aside(Bind *bind) {
    bool found;
    for (int64_t i = 0; i < bind->options->ignore_count; i++) {
        const char *name = bind->options->ignore[i];
        int64_t at = find_sorted(bind, name);
        if (at < 0 && !bind->options->skip_targets)
            return fail(bind, "there is no column %s to ignore",
                        nnrt_quote(name, (int64_t)strlen(name)).text);
        for (; at >= 0 && at < bind->count && strcmp(bind->sorted[at].name, name) == 0; at++)
            bind->places[bind->sorted[at].cell].field = PUT_ASIDE;
    }
    for (int f = 0; f < bind->table->column_count; f++) {
        NnrtColumn *column = &bind->table->columns[f];
        if (column->present) continue;
        char name[300];
        snprintf(name, sizeof name, "%.200s", column->field.name);
        if (!bind_name(bind, name, PUT_ASIDE, 0, &found)) return false;
        for (int64_t i = 0; (i == 0 || found) && i < bind->count; i++) {
            snprintf(name, sizeof name, "%.200s[%lld]", column->field.name, (long long)i);
            if (!bind_name(bind, name, PUT_ASIDE, 0, &found)) return false;
        }
    }
    return true;
}

static bool remember_names(Bind *bind, NnrtColumn *column) {
    NnrtError *error = bind->scanner->error;
    if (column->columns_found) return true;
    column->columns_found = nnrt_allocate(column->width, sizeof *column->columns_found, error);
    if (!column->columns_found) return false;
    int64_t used = 0;
    for (int64_t i = 0; i < bind->count; i++) {
        const CsvCell *cell = &bind->scanner->cells[i];
        if (bind->places[i].field != NOWHERE) continue;
        char *copy = nnrt_copy_text(bind->scanner->text + cell->start, cell->length, error);
        if (!copy) return false;
        column->columns_found[used++] = copy;
    }
    return true;
}

static bool bind_rest(Bind *bind, int index) {
    NnrtColumn *column = &bind->table->columns[index];
    int64_t left = 0;
    for (int64_t i = 0; i < bind->count; i++)
        left += bind->places[i].field == NOWHERE;
    if (left != column->width) {
        char list[200];
        return nnrt_fail(bind->scanner->error, NNRT_EXIT_DISAGREE,
                         "%s: input '%s' has %lld values, but %lld columns are left for it%s%s",
                         bind->scanner->stream.path, column->field.name, (long long)column->width,
                         (long long)left, left ? ": " : "",
                         list_columns(bind, true, list, sizeof list));
    }
    if (!remember_names(bind, column)) return false;
    int64_t used = 0;
    for (int64_t i = 0; i < bind->count; i++)
        if (bind->places[i].field == NOWHERE) bind->places[i] = (CsvPlace){index, used++};
    return true;
}

static bool bind_all(Bind *bind) {
    qsort(bind->sorted, (size_t)bind->count, sizeof *bind->sorted, compare_headers);
    if (!put_aside(bind)) return false;
    int rest = -1;
    for (int f = 0; f < bind->table->column_count; f++)
        if (bind->table->columns[f].present && !bind_field(bind, f, &rest)) return false;
    return rest < 0 || bind_rest(bind, rest);
}

CsvPlace *csv_bind(const CsvScanner *scanner, const NnrtReadOptions *options, NnrtTable *table) {
    Bind bind = {.scanner = scanner, .options = options, .table = table};
    bind.count = scanner->cell_count;
    bind.sorted = nnrt_allocate(bind.count, sizeof *bind.sorted, scanner->error);
    bind.places = nnrt_allocate(bind.count, sizeof *bind.places, scanner->error);
    bool good = bind.sorted && bind.places;
    for (int64_t i = 0; good && i < bind.count; i++) {
        bind.sorted[i] = (Header){scanner->text + scanner->cells[i].start, i};
        bind.places[i].field = NOWHERE;
    }
    good = good && bind_all(&bind);
    free(bind.sorted);
    if (good) return bind.places;
    free(bind.places);
    return NULL;
}
