/* expression.c: evaluating an expression: one function a form. Recursion goes as deep as
 * expressions nest, which the parser limits; through calls it is limited by EVAL_DEPTH_LIMIT. */
#include "elaborate/expression.h"

#include "elaborate/builtin.h"
#include "elaborate/call.h"
#include "elaborate/declare.h"
#include "elaborate/names.h"
#include "elaborate/operator.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"

/* ---- names ---- */

Value fail_unknown_name(Elaborator *e, const Scope *scope, const char *name, SourceRange range,
                        const char *what) {
    Diagnostic *diag = report_error(e, range, "unknown-name", "unknown %s '%s'", what, name);
    /* Only so many messages are printed; a long list of names is not searched for each of them. */
    const char *nearest = name_of_other(name);
    if (!nearest && e->reports <= DIAG_ERRORS_PRINTED) nearest = scope_nearest(scope, name);
    if (nearest) diag_help(e->diags, diag, "did you mean '%s'?", nearest);
    report_trail(e, diag, range);
    return value_error();
}

/* A name of the core: its value, or the function itself. */
static Value read_builtin(Elaborator *e, const Builtin *builtin, SourceRange range) {
    if (!builtin->parameters) {
        Bound none = {.range = range};
        return builtin->handler(e, builtin, &none);
    }
    FunctionValue *function = ARENA_NEW(e->arena, FunctionValue);
    *function =
        (FunctionValue){.builtin = builtin, .repeat = 1, .text = builtin->name, .range = range};
    return value_function(function);
}

/* A parameter or state as it stands at this point of the elaboration. */
static Value read_variable(Elaborator *e, const Binding *binding) {
    Value value = value_tensor(e->notes.items[binding->variable].current);
    value.variable = binding->variable + 1;
    return value;
}

Value read_name(Elaborator *e, const char *name, SourceRange range) {
    Binding *binding = scope_find(e->frame->scope, name);
    if (!binding) return fail_unknown_name(e, e->frame->scope, name, range, "name");
    switch (binding->kind) {
    case BINDING_LOCAL:
    case BINDING_OPTIMIZED:
    case BINDING_INPUT:
    case BINDING_TARGET:
    case BINDING_OUTPUT: return binding->value;
    case BINDING_PARAM:
    case BINDING_STATE: return binding->variable < 0 ? value_error() : read_variable(e, binding);
    case BINDING_CONST:
    case BINDING_HYPER: return declaration_value(e, binding->declaration, range);
    case BINDING_FUNCTION:
        return value_function(function_of_declaration(e, binding->declaration, range));
    case BINDING_BUILTIN: return read_builtin(e, binding->builtin, range);
    }
    return value_error();
}

/* `training` is decided in optimizers and frozen layers; elsewhere each view of the graph
 * decides it. */
static Value evaluate_training(Elaborator *e, SourceRange range) {
    if (e->purpose == PURPOSE_OPTIMIZER) return value_boolean(true);
    if (e->purpose == PURPOSE_SETTINGS)
        return fail(e, range, "wrong-place", "'training' means something only inside of a model");
    if (e->frame->is_frozen) return value_boolean(false);
    origin_set(e, range);
    return value_tensor(graph_node(e->graph, OP_TRAINING, (Attr){0}, NULL, 0, NULL));
}

/* ---- lists and choice ---- */

/* All elements are evaluated, so that each mistake in the list is reported. */
static Value evaluate_list(Elaborator *e, const Expr *expr) {
    if (!limit_elements(e, expr->range, expr->list.count)) return value_error();
    ValueList *list = value_new_list(e->arena, expr->list.count);
    bool ok = true;
    for (int64_t i = 0; i < expr->list.count; i++) {
        list->items[i] = evaluate(e, expr->list.items[i]);
        ok = ok && !value_is_error(list->items[i]);
    }
    if (!ok) return value_error();
    Value value = value_list(list);
    if (list->leaves > LIST_LEAVES_LIMIT || list->depth > LIST_DEPTH_LIMIT)
        return fail(e, expr->range, "too-large", "a list holds at most %d values, %d lists deep",
                    LIST_LEAVES_LIMIT, LIST_DEPTH_LIMIT);
    return value;
}

/* Both sides of a choice with their shapes and where they come from. */
static Value cannot_choose(Elaborator *e, const Expr *expr, const Expr *left, Value a,
                           const Expr *right, Value b, const char *why) {
    Text text;
    text_init(&text, e->arena);
    value_print(&text, a);
    text_add(&text, " and ");
    value_print(&text, b);
    Diagnostic *diag = report_error(e, expr->range, "shape-mismatch", "%s: %s", why, text.chars);
    report_where_from(e, diag, left, a);
    report_where_from(e, diag, right, b);
    report_trail(e, diag, expr->range);
    return value_error();
}

/* Both sides of the same class stay a class. */
static Value choose_class(Elaborator *e, const Expr *expr, Node *condition, Value a, Value b) {
    Type type = a.node->type;
    type.batched = type.batched || b.node->type.batched || condition->type.batched;
    Type truth = type_real(type.batched, type.shape);
    Node *operands[3] = {make_broadcast(e, expr->range, condition, truth),
                         make_broadcast(e, expr->range, a.node, type),
                         make_broadcast(e, expr->range, b.node, type)};
    Value value = value_tensor(make_node(e, expr->range, OP_SELECT, (Attr){0}, operands, 3, NULL));
    value.classes = a.classes;
    return value;
}

/* if on a run-time condition: both sides are computed, and chosen element by element. */
static Value choose_at_run_time(Elaborator *e, const Expr *expr, Node *condition) {
    Value a = evaluate(e, expr->choice.then_value), b = evaluate(e, expr->choice.else_value);
    if (value_is_error(a) || value_is_error(b)) return value_error();
    if (a.kind == VALUE_TENSOR && b.kind == VALUE_TENSOR && a.classes && b.classes &&
        a.classes->count == b.classes->count)
        return choose_class(e, expr, condition, a, b);
    Node *yes = want_tensor(e, a, expr->choice.then_value->range, "the value behind 'then'");
    Node *no = want_tensor(e, b, expr->choice.else_value->range, "the value behind 'else'");
    if (!yes || !no) return value_error();
    if (condition->op == OP_TRAINING && a.kind == VALUE_TENSOR && b.kind == VALUE_TENSOR &&
        !shape_equal(yes->type.shape, no->type.shape))
        return cannot_choose(e, expr, expr->choice.then_value, a, expr->choice.else_value, b,
                             "'training' chooses between values of one shape");
    Type type =
        type_real(condition->type.batched || yes->type.batched || no->type.batched, shape_scalar());
    Shape sides;
    if (!shape_broadcast(yes->type.shape, no->type.shape, &sides))
        return cannot_choose(e, expr, expr->choice.then_value, a, expr->choice.else_value, b,
                             "cannot choose between");
    if (!shape_broadcast(sides, condition->type.shape, &type.shape))
        return cannot_choose(e, expr, expr->choice.condition, value_tensor(condition),
                             expr->choice.then_value, a, "the condition does not fit the values");
    Node *operands[3] = {make_broadcast(e, expr->range, condition, type),
                         make_broadcast(e, expr->range, yes, type),
                         make_broadcast(e, expr->range, no, type)};
    return value_tensor(make_node(e, expr->range, OP_SELECT, (Attr){0}, operands, 3, NULL));
}

/* A condition known at compile time: only the chosen side is evaluated. */
static Value evaluate_if(Elaborator *e, const Expr *expr) {
    Value condition = evaluate(e, expr->choice.condition);
    if (value_is_error(condition)) return condition;
    if (condition.kind == VALUE_BOOLEAN)
        return evaluate(e, condition.boolean ? expr->choice.then_value : expr->choice.else_value);
    if (condition.kind != VALUE_TENSOR)
        return fail(e, expr->choice.condition->range, "wrong-type",
                    "a condition is true or false, not %s", value_describe(e->arena, condition));
    Node *node = want_tensor(e, condition, expr->choice.condition->range, "the condition");
    return node ? choose_at_run_time(e, expr, node) : value_error();
}

/* ---- chains and pipelines ---- */

/* From the left; `range` grows with each operand, so carets show what was combined. */
static Value evaluate_chain(Elaborator *e, const Expr *expr) {
    Value value = evaluate(e, expr->chain.first);
    for (int64_t i = 0; i < expr->chain.rest.count; i++) {
        const ChainLink *link = &expr->chain.rest.items[i];
        /* What is decided needs no right side: n > 0 and x / n > 1. */
        if (value.kind == VALUE_BOOLEAN && ((link->operator== OPERATOR_AND && !value.boolean) ||
                                            (link->operator== OPERATOR_OR && value.boolean)))
            return value;
        if (e->stopped) return value_error();
        Value right = evaluate(e, link->operand);
        SourceRange range = source_join(expr->chain.first->range, link->operand->range);
        value = apply_binary(e, link->operator, range, i == 0 ? expr->chain.first : NULL, value,
                             link->operand, right);
    }
    return value;
}

/* Nested repeats multiply; the product is checked before the first turn. */
static Value apply_stage(Elaborator *e, const Stage *stage, Value input, const Expr *input_expr) {
    if (!stage->repeat_count) return call_written(e, &stage->call, &input, input_expr);
    int64_t count;
    if (!want_whole(e, evaluate(e, stage->repeat_count), stage->repeat_count->range,
                    "the number behind 'repeat'", 0, STEPS_LIMIT, &count))
        return value_error();
    int64_t outer = e->repeat_product, product;
    if (__builtin_mul_overflow(outer, count, &product) || product > STEPS_LIMIT)
        return fail(e, stage->range, "too-many-steps", "this repeats more than %d times",
                    STEPS_LIMIT);
    e->repeat_product = product > 0 ? product : outer;
    for (int64_t turn = 0; turn < count && !value_is_error(input); turn++)
        input = limit_step(e, stage->range)
                    ? apply_stage(e, stage->inner, input, turn ? NULL : input_expr)
                    : value_error();
    e->repeat_product = outer;
    return input;
}

Value evaluate_stage(Elaborator *e, const Stage *stage, Value input) {
    return apply_stage(e, stage, input, NULL);
}

static Value evaluate_pipe(Elaborator *e, const Expr *expr) {
    Value value = evaluate(e, expr->pipe.value);
    for (int64_t i = 0; i < expr->pipe.stages.count; i++) {
        if (value_is_error(value)) return value;
        value = apply_stage(e, expr->pipe.stages.items[i], value, i ? NULL : expr->pipe.value);
    }
    return value;
}

/* ---- all forms ---- */

static Value evaluate_form(Elaborator *e, const Expr *expr) {
    switch (expr->kind) {
    case EXPR_NUMBER: return finite_number(e, expr->range, expr->number);
    case EXPR_TEXT: return value_text(expr->text);
    case EXPR_BOOLEAN: return value_boolean(expr->boolean);
    case EXPR_TRAINING: return evaluate_training(e, expr->range);
    case EXPR_NAME: return read_name(e, expr->name, expr->range);
    case EXPR_CALL: return call_written(e, &expr->call, NULL, NULL);
    case EXPR_LIST: return evaluate_list(e, expr);
    case EXPR_INDEX: return index_value(e, expr, evaluate(e, expr->index.base));
    case EXPR_UNARY:
        return apply_unary(e, expr->unary.operator, expr->range, evaluate(e, expr->unary.operand));
    case EXPR_CHAIN: return evaluate_chain(e, expr);
    case EXPR_COMPARISON:
    case EXPR_POWER: {
        Value left = evaluate(e, expr->binary.left);
        Value right = evaluate(e, expr->binary.right);
        return apply_binary(e, expr->binary.operator, expr->range, expr->binary.left, left,
                            expr->binary.right, right);
    }
    case EXPR_IF: return evaluate_if(e, expr);
    case EXPR_PIPE: return evaluate_pipe(e, expr);
    }
    return value_error();
}

Value evaluate(Elaborator *e, const Expr *expr) {
    if (e->stopped) return value_error();
    if (e->depth >= EVAL_DEPTH_LIMIT)
        return fail(e, expr->range, "too-deep", "expressions and calls go deeper than %d",
                    EVAL_DEPTH_LIMIT);
    e->depth++;
    Value value = evaluate_form(e, expr);
    e->depth--;
    return value;
}
