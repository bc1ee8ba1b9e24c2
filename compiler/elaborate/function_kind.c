/* function_kind.c: what the kind of a declared function adds: an activation keeps the shape of its
 * argument, a loss or metric compares a prediction with a target and gives one number a sample, a
 * regularizer and a schedule give one number, an initializer a tensor of the size asked for, an
 * optimizer assigns its first parameter. */
#include "elaborate/call.h"
#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"

/* "[3, 4]" */
static const char *shape_words(Elaborator *e, Shape shape) {
    Text text;
    text_init(&text, e->arena);
    shape_print(&text, shape);
    return text.chars;
}

/* A loss and a metric of the same two values have one mistake. */
static bool is_known_mismatch(Elaborator *e, const Node *prediction, const Node *target) {
    for (int64_t i = 0; i < e->mismatches.count; i++)
        if (e->mismatches.items[i].prediction == prediction &&
            e->mismatches.items[i].target == target)
            return true;
    Mismatch mismatch = {prediction, target};
    VEC_PUSH(e->arena, e->mismatches, mismatch);
    return false;
}

/* The message with where prediction and target come from; `help` may be NULL. */
static bool mismatch(Elaborator *e, const Bound *bound, const char *message, const char *help) {
    if (is_known_mismatch(e, bound->values[0].node, bound->values[1].node)) return false;
    Diagnostic *diag = report_error(e, bound->range, "target-mismatch", "%s", message);
    if (help) diag_help(e->diags, diag, "%s", help);
    for (int i = 0; i < 2; i++)
        report_where_from(e, diag, bound->exprs[i], bound->values[i]);
    report_trail(e, diag, bound->range);
    return false;
}

/* A prediction of one element meets a single number. */
static void make_single(Elaborator *e, const Bound *bound, int index) {
    Node *node = make_scalar(e, bound->ranges[index], bound->values[index].node);
    if (node) bound->values[index] = value_tensor(node);
}

/* k values need k elements; two values also one. */
static bool prepare_class(Elaborator *e, const char *name, const Bound *bound) {
    Value p = bound->values[0], y = bound->values[1];
    Shape shape = p.node->type.shape;
    int64_t count = y.classes ? y.classes->count : 0, elements = shape_elements(shape);
    if (count == 2 && elements == 1) {
        make_single(e, bound, 0);
        return true;
    }
    if (elements == 1)
        return mismatch(e, bound,
                        arena_format(e->arena,
                                     "%s compares a single number with a class of %lld; the "
                                     "prediction needs %lld elements",
                                     name, (long long)count, (long long)count),
                        NULL);
    if (shape.rank == 1 && shape.dims[0] == count) return true;
    const char *help = NULL;
    if (shape.rank == 3 && shape.dims[2] == count)
        help = "this is one prediction a pixel; put flatten or global_avgpool before the dense "
               "layer";
    else if (shape.rank > 1)
        help = "a class needs one row of numbers: put flatten before the last layer";
    return mismatch(e, bound,
                    arena_format(e->arena, "%s compares %s with a class of %lld", name,
                                 shape_words(e, shape), (long long)count),
                    help);
}

/* Equal shapes, or both a single element; numbers at compile time pass. */
static bool prepare_comparison(Elaborator *e, const char *name, const Bound *bound) {
    Value p = bound->values[0], y = bound->values[1];
    if (p.kind != VALUE_TENSOR || y.kind != VALUE_TENSOR || p.classes) return true;
    if (y.node->type.element == ELEMENT_CLASS) return prepare_class(e, name, bound);
    Shape a = p.node->type.shape, b = y.node->type.shape;
    if (shape_equal(a, b)) return true;
    if (shape_elements(a) == 1 && shape_elements(b) == 1) {
        make_single(e, bound, 0);
        make_single(e, bound, 1);
        return true;
    }
    return mismatch(e, bound,
                    arena_format(e->arena, "%s compares a prediction %s with a target %s", name,
                                 shape_words(e, a), shape_words(e, b)),
                    NULL);
}

bool kind_prepare(Elaborator *e, Declaration *declaration, Bound *bound) {
    const Item *item = declaration->item;
    FunctionKind kind = item->function_kind;
    if ((kind == FUNCTION_LOSS || kind == FUNCTION_METRIC) && item->params.count >= 2 &&
        bound->values[1].kind != VALUE_NONE)
        return prepare_comparison(e, item->name.text, bound);
    return true;
}

/* The result as a tensor of one number. */
static Value check_single(Elaborator *e, const Item *item, SourceRange range, Value result) {
    if (result.kind == VALUE_NUMBER) return result;
    Node *node =
        want_tensor(e, result, range, arena_format(e->arena, "the result of %s", item->name.text));
    if (!node) return value_error();
    if (shape_elements(node->type.shape) == 1) return value_tensor(make_scalar(e, range, node));
    Diagnostic *diag = report_error(
        e, range, "result-shape", "%s %s ends in %s, not in one number%s",
        function_kind_text(item->function_kind), item->name.text, shape_words(e, node->type.shape),
        item->function_kind == FUNCTION_LOSS || item->function_kind == FUNCTION_METRIC ? " a sample"
                                                                                       : "");
    diag_help(e->diags, diag, "reduce it: mean(...) or sum(...)");
    report_trail(e, diag, range);
    return value_error();
}

/* An activation works on each element. */
static Value check_activation(Elaborator *e, const Item *item, const Bound *bound, Value result) {
    Shape before, after;
    if (!value_tensor_shape(bound->values[0], &before) || !value_tensor_shape(result, &after) ||
        shape_equal(before, after))
        return result;
    return fail(e, bound->range, "result-shape",
                "activation %s makes %s of %s; an activation keeps the shape", item->name.text,
                shape_words(e, after), shape_words(e, before));
}

/* A single number fills the tensor; anything else has the size asked for. */
static Value check_initializer(Elaborator *e, const Item *item, const Bound *bound, Value result) {
    Shape wanted, got;
    if (!want_shape(e, bound->values[0], bound->range, "the size", &wanted)) return value_error();
    if (!value_tensor_shape(result, &got))
        return fail(e, bound->range, "result-shape", "initializer %s gives %s, not a tensor",
                    item->name.text, value_describe(e->arena, result));
    if (got.rank == 0 || shape_equal(wanted, got)) return result;
    return fail(e, bound->range, "result-shape", "initializer %s gives %s for a parameter of %s",
                item->name.text, shape_words(e, got), shape_words(e, wanted));
}

/* What the user gave to a loss of the library; other formulas are not judged. */
static void keep_loss_call(Elaborator *e, const Declaration *declaration, const Bound *bound,
                           Value result) {
    const Declaration *caller = e->frame->caller->function;
    if (!declaration->is_library || (caller && caller->is_library) || e->purpose != PURPOSE_MODEL ||
        bound->signature->count < 2 || result.kind != VALUE_TENSOR ||
        bound->values[0].kind != VALUE_TENSOR || bound->values[1].kind != VALUE_TENSOR)
        return;
    LossCall call = {.name = declaration->item->name.text,
                     .prediction = bound->values[0].node,
                     .target = bound->values[1].node,
                     .result = result.node,
                     .origin = e->frame->origin};
    VEC_PUSH(e->arena, e->model->loss_calls, call);
}

Value kind_check_result(Elaborator *e, Declaration *declaration, const Bound *bound, Value result) {
    const Item *item = declaration->item;
    SourceRange range = item->has_body ? item->name.range : item->value->range;
    switch (item->function_kind) {
    case FUNCTION_ACTIVATION: return check_activation(e, item, bound, result);
    case FUNCTION_LOSS:
        result = check_single(e, item, range, result);
        keep_loss_call(e, declaration, bound, result);
        return result;
    case FUNCTION_METRIC:
    case FUNCTION_REGULARIZER:
    case FUNCTION_SCHEDULE: return check_single(e, item, range, result);
    case FUNCTION_INITIALIZER: return check_initializer(e, item, bound, result);
    case FUNCTION_OPTIMIZER: {
        Binding *first = scope_find_here(e->frame->scope, item->params.items[0].name.text);
        if (!first->assigned)
            return fail(e, item->name.range, "unassigned", "optimizer %s never assigns '%s'",
                        item->name.text, first->name);
        return result;
    }
    case FUNCTION_LAYER: return result;
    }
    return result;
}
