/* want.c: what a place needs of a value, with the report when it is something else. */
#include <math.h>

#include "elaborate/expression.h"
#include "elaborate/report.h"

/* Reports a value of the wrong type once; the error value stays silent. */
static bool wrong(Elaborator *e, Value value, SourceRange range, const char *what,
                  const char *wanted) {
    if (value_is_error(value)) return false;
    Diagnostic *diag = report_error(e, range, "wrong-type", "%s is %s, not %s", what,
                                    value_describe(e->arena, value), wanted);
    if (value.kind == VALUE_TENSOR)
        diag_help(e->diags, diag, "this must be known when the model is compiled");
    report_trail(e, diag, range);
    return false;
}

bool want_number(Elaborator *e, Value value, SourceRange range, const char *what, double *number) {
    if (value.kind != VALUE_NUMBER) return wrong(e, value, range, what, "a number");
    *number = value.number;
    return true;
}

bool want_boolean(Elaborator *e, Value value, SourceRange range, const char *what, bool *boolean) {
    if (value.kind != VALUE_BOOLEAN) return wrong(e, value, range, what, "true or false");
    *boolean = value.boolean;
    return true;
}

bool want_text(Elaborator *e, Value value, SourceRange range, const char *what, const char **text) {
    if (value.kind != VALUE_TEXT) return wrong(e, value, range, what, "a text");
    *text = value.text;
    return true;
}

bool want_whole(Elaborator *e, Value value, SourceRange range, const char *what, int64_t from,
                int64_t to, int64_t *whole) {
    if (!value_whole(value, whole)) return wrong(e, value, range, what, "a whole number");
    if (*whole >= from && *whole <= to) return true;
    fail(e, range, "out-of-range", "%s is %lld; it must be from %lld to %lld", what,
         (long long)*whole, (long long)from, (long long)to);
    return false;
}

bool want_shape(Elaborator *e, Value value, SourceRange range, const char *what, Shape *shape) {
    if (value_is_error(value)) return false;
    ValueList single = {.count = 1, .items = &value};
    const ValueList *list = value.kind == VALUE_LIST ? value.list : &single;
    if (value.kind != VALUE_LIST && value.kind != VALUE_NUMBER)
        return wrong(e, value, range, what, "a list of sizes");
    if (list->count > MAX_RANK) {
        fail(e, range, "out-of-range", "%s has %lld axes; a tensor has at most %d", what,
             (long long)list->count, MAX_RANK);
        return false;
    }
    *shape = (Shape){.rank = (int)list->count};
    for (int i = 0; i < shape->rank; i++) {
        int64_t size;
        if (!want_whole(e, list->items[i], range, arena_format(e->arena, "a size in %s", what), 1,
                        MAX_ELEMENTS, &size))
            return false;
        shape->dims[i] = size;
    }
    if (shape_is_valid(*shape)) return true;
    Text text;
    text_init(&text, e->arena);
    shape_print(&text, *shape);
    fail(e, range, "too-large", "%s is %s: more than 2^40 elements", what, text.chars);
    return false;
}

bool want_axis(Elaborator *e, Value value, SourceRange range, int rank, int *axis) {
    int64_t whole;
    if (!value_whole(value, &whole)) return wrong(e, value, range, "the axis", "a whole number");
    if (whole >= -rank && whole < rank) {
        *axis = (int)(whole < 0 ? whole + rank : whole);
        return true;
    }
    if (rank == 0)
        fail(e, range, "out-of-range", "a single number has no axis");
    else
        fail(e, range, "out-of-range", "axis %lld of a tensor with %d ax%s", (long long)whole, rank,
             rank == 1 ? "is" : "es");
    return false;
}
