/* optimizer.c: optimizer = adam(lr = 1e-3).
 *
 * The setting is a stage that lacks the parameter and its gradient. Numbers written in it become
 * hyper-parameters, so that the program has an option for each; what is left at its default stays
 * known at compile time. States of the optimizer are named "dense.w/adam.m".
 */
#include "elaborate/optimizer.h"

#include <string.h>

#include "elaborate/call.h"
#include "elaborate/declare.h"
#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "elaborate/settings.h"
#include "elaborate/tensor.h"

/* True for what is a number as it stands: 1e-3, -0.5, 1 / 128. */
static bool is_written_number(const Expr *expr) {
    switch (expr->kind) {
    case EXPR_NUMBER: return true;
    case EXPR_UNARY:
        return expr->unary.operator== OPERATOR_NEGATE && is_written_number(expr->unary.operand);
    case EXPR_POWER:
        return is_written_number(expr->binary.left) && is_written_number(expr->binary.right);
    case EXPR_CHAIN:
        for (int64_t i = 0; i < expr->chain.rest.count; i++)
            if (!is_written_number(expr->chain.rest.items[i].operand)) return false;
        return is_written_number(expr->chain.first);
    default: return false;
    }
}

/* One with too few parameters was reported where it is declared. */
static bool check_is_optimizer(Elaborator *e, const FunctionValue *function) {
    const Declaration *declaration = function->declaration;
    if (declaration && declaration->item->function_kind == FUNCTION_OPTIMIZER)
        return declaration->item->params.count >= function_needs(FUNCTION_OPTIMIZER);
    Diagnostic *diag =
        report_error(e, function->range, "wrong-value", "%s is no optimizer", function->text);
    diag_help(e->diags, diag, "optimizers are sgd, adam, adamw, rmsprop, adagrad and lion");
    return false;
}

/* The name of the parameter that an argument is for; positions count from the third. */
static const char *parameter_name(const FunctionValue *function, int64_t position) {
    const Argument *argument = &function->bound.items[position];
    if (argument->name) return argument->name;
    return function->declaration->item->params.items[position + 2].name.text;
}

/* Only what is known at compile time can be judged. */
static void warn_learning_rate(Elaborator *e, const Argument *argument) {
    if (argument->value.kind != VALUE_NUMBER || argument->value.number > 0) return;
    Text text;
    text_init(&text, e->arena);
    text_number(&text, argument->value.number);
    report_warning(e, argument->range, "learning-rate",
                   "the learning rate is %s; nothing is learned unless it is above 0", text.chars);
}

/* The same function, its written numbers as hyper-parameters. */
static const FunctionValue *numbers_to_hypers(Elaborator *e, const FunctionValue *function) {
    FunctionValue *result = ARENA_NEW(e->arena, FunctionValue);
    *result = *function;
    result->bound = (ArgumentVec){0};
    for (int64_t i = 0; i < function->bound.count; i++) {
        Argument argument = function->bound.items[i];
        const char *name = parameter_name(function, i);
        if (strcmp(name, "lr") == 0) warn_learning_rate(e, &argument);
        if (argument.value.kind == VALUE_NUMBER && argument.expr &&
            is_written_number(argument.expr))
            argument.value = hyper_add(
                e, name, argument.value.number,
                arena_format(e->arena, "%s of %s", name, function->declaration->item->name.text),
                argument.range);
        VEC_PUSH(e->arena, result->bound, argument);
    }
    return result;
}

/* The stage with hyper-parameters in place of written numbers. */
static const FunctionValue *evaluate_optimizer(Elaborator *e, const Expr *expr) {
    Value value = evaluate_function(e, expr);
    if (value_is_error(value) || !check_is_optimizer(e, value.function)) return NULL;
    return numbers_to_hypers(e, value.function);
}

void optimizer_setting(Elaborator *e, const Expr *expr) {
    Purpose purpose = e->purpose;
    e->purpose = PURPOSE_OPTIMIZER;
    e->optimizer = evaluate_optimizer(e, expr);
    e->purpose = purpose;
    if (e->optimizer) e->model->train.optimizer_text = e->optimizer->text;
}

/* ---- the updates ---- */

/* Without a setting: adam as the library has it. */
static const FunctionValue *default_optimizer(Elaborator *e) {
    const Binding *adam = scope_find_here(e->library, intern_text(e->interner, "adam"));
    return adam && adam->declaration
               ? function_of_declaration(e, adam->declaration, e->model_item->name.range)
               : NULL;
}

/* The value of its parameter `lr`, given or default. */
static void find_learning_rate(Elaborator *e) {
    const FunctionValue *function = e->optimizer;
    const Item *item = function->declaration->item;
    Value value = value_none();
    SourceRange range = function->range;
    for (int64_t i = 0; i < function->bound.count; i++)
        if (strcmp(parameter_name(function, i), "lr") == 0) value = function->bound.items[i].value;
    for (int64_t i = 2; i < item->params.count && value.kind == VALUE_NONE; i++) {
        const Expr *expr = item->params.items[i].default_value;
        if (strcmp(item->params.items[i].name.text, "lr") == 0 && expr && is_written_number(expr)) {
            frame_push(e, function->declaration->scope);
            value = evaluate(e, expr);
            frame_pop(e);
        }
    }
    if (value.kind != VALUE_NUMBER && value.kind != VALUE_TENSOR) return;
    Node *node = want_tensor(e, value, range, "the learning rate");
    if (node && shape_elements(node->type.shape) == 1)
        e->model->learning_rate = make_scalar(e, range, node);
}

/* The optimizer's body for one parameter; its last `w <-` is the value after the step. */
static void update_parameter(Elaborator *e, int64_t index) {
    const Variable *variable = &e->model->variables.items[index];
    Type type = variable->type;
    Frame *frame = frame_push(e, e->user);
    frame->path =
        arena_format(e->arena, "%s/%s", variable->name, e->optimizer->declaration->item->name.text);
    frame->owner = index + 1;
    origin_set(e, e->optimizer->range);
    Value supplied[2] = {
        value_tensor(variable->leaf),
        value_tensor(graph_leaf(e->graph, OP_GRADIENT, index, type)),
    };
    supplied[0].variable = index + 1;
    Value result = call_function(e, e->optimizer, supplied, 2, e->optimizer->range);
    if (!value_is_error(result) && frame->returned.kind == VALUE_TENSOR)
        e->model->variables.items[index].next = frame->returned.node;
    frame_pop(e);
}

void optimizer_elaborate(Elaborator *e, const bool *alive) {
    if (e->model->losses.count == 0 || e->options->no_training) return;
    if (!e->optimizer) e->optimizer = default_optimizer(e);
    if (!e->optimizer) return;
    e->model->train.optimizer_text = e->optimizer->text;
    e->purpose = PURPOSE_OPTIMIZER;
    find_learning_rate(e);
    /* Optimizer states are added behind, so the count is taken before. */
    int64_t count = e->model->variables.count;
    for (int64_t i = 0; i < count && !diag_failed(e->diags); i++) {
        const Variable *variable = &e->model->variables.items[i];
        if (variable->role == ROLE_PARAMETER && !variable->frozen && alive[i])
            update_parameter(e, i);
    }
    e->purpose = PURPOSE_MODEL;
    e->model->has_optimizer = !diag_failed(e->diags);
}
