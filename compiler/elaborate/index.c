/* index.c: a[i], a[i, j], a[y]. Each index takes the first axis that is left: a whole number known
 * at compile time cuts out a slice, a class takes the element (or row) of that class. */
#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"

/* A class is the only index that is known at run time. */
static bool is_class(Value value) {
    return value.kind == VALUE_TENSOR && value.node->type.element == ELEMENT_CLASS;
}

/* shape(x)[-1] inside of a layer, where x is a single number. */
static void help_single_number(Elaborator *e, Diagnostic *diag) {
    const Declaration *function = e->frame->function;
    if (!function || function->item->params.count == 0) return;
    const Binding *first =
        scope_find_here(e->frame->scope, function->item->params.items[0].name.text);
    Shape shape;
    if (first && value_tensor_shape(first->value, &shape) && shape.rank == 0)
        diag_help(e->diags, diag, "%s is given a single number; a row of one is real[1]",
                  function->item->name.text);
}

/* A whole number as a position from 0; counted from the end when negative. */
static bool position(Elaborator *e, Value index, SourceRange range, int64_t count, const char *what,
                     int64_t *at) {
    int64_t whole;
    if (!value_whole(index, &whole)) {
        if (value_is_error(index)) return false;
        Diagnostic *diag =
            report_error(e, range, "wrong-type", "an index is a whole number or a class, not %s",
                         value_describe(e->arena, index));
        if (index.kind == VALUE_TENSOR)
            diag_help(e->diags, diag, "only classes are indices at run time");
        report_trail(e, diag, range);
        return false;
    }
    if (whole < -count || whole >= count) {
        Diagnostic *diag =
            report_error(e, range, "out-of-range", "index %lld of %s", (long long)whole, what);
        if (count == 0) help_single_number(e, diag);
        report_trail(e, diag, range);
        return false;
    }
    *at = whole < 0 ? whole + count : whole;
    return true;
}

/* The element or row of the class: its number of values is the length of the first axis. */
static Value index_by_class(Elaborator *e, const Expr *expr, Value base, Value class,
                            SourceRange range) {
    Node *node = want_tensor(e, base, expr->index.base->range, "what is indexed");
    if (!node) return value_error();
    if (node->type.shape.rank == 0)
        return fail(e, range, "shape-mismatch", "a single number has no element of a class");
    int64_t count = class.classes ? class.classes->count : node->type.shape.dims[0];
    if (node->type.shape.dims[0] != count) {
        Diagnostic *diag = report_error(
            e, range, "class-mismatch", "a class of %lld cannot index %lld %s", (long long)count,
            (long long)node->type.shape.dims[0], node->type.shape.rank == 1 ? "elements" : "rows");
        report_where_from(e, diag, expr->index.base, base);
        report_trail(e, diag, range);
        return value_error();
    }
    Node *operands[2] = {node, class.node};
    return value_tensor(make_node(e, range, OP_TAKE, (Attr){0}, operands, 2, NULL));
}

/* A slice of the first axis, without that axis. */
static Value index_tensor(Elaborator *e, Value base, Value index, SourceRange range) {
    Node *node = base.node;
    Shape shape = node->type.shape;
    if (shape.rank == 0) return fail(e, range, "shape-mismatch", "a single number has no elements");
    int64_t at;
    Text what;
    text_init(&what, e->arena);
    text_add(&what, "a tensor ");
    shape_print(&what, shape);
    if (!position(e, index, range, shape.dims[0], what.chars, &at)) return value_error();
    if (shape.dims[0] != 1)
        node = make_node(e, range, OP_SLICE, (Attr){.axis = 0, .from = at, .to = at + 1}, &node, 1,
                         NULL);
    Value value =
        value_tensor(make_reshape(e, range, node, shape_of(shape.rank - 1, shape.dims + 1)));
    value.classes = base.classes;
    return value;
}

/* One index of a[i, j]. */
static Value index_once(Elaborator *e, const Expr *expr, Value base, Value index,
                        SourceRange range) {
    if (value_is_error(index)) return index;
    if (is_class(index)) return index_by_class(e, expr, base, index, range);
    if (base.kind == VALUE_TENSOR) return index_tensor(e, base, index, range);
    if (base.kind != VALUE_LIST)
        return fail(e, expr->index.base->range, "wrong-type", "%s has no elements",
                    value_describe(e->arena, base));
    int64_t at;
    const char *what = arena_format(e->arena, "a list of %lld", (long long)base.list->count);
    if (!position(e, index, range, base.list->count, what, &at)) return value_error();
    return base.list->items[at];
}

Value index_value(Elaborator *e, const Expr *expr, Value base) {
    for (int64_t i = 0; i < expr->index.indices.count; i++) {
        const Expr *written = expr->index.indices.items[i];
        Value index = evaluate(e, written);
        if (value_is_error(base)) continue;
        base = index_once(e, expr, base, index, written->range);
    }
    return base;
}
