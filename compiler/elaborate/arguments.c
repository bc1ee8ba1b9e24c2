/* arguments.c: positional, then named arguments; unknown, repeated and missing ones are reported
 * with the function's parameters as help. */
#include "elaborate/arguments.h"

#include <string.h>

#include "elaborate/builtin.h"
#include "elaborate/call.h"
#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "support/nearest.h"

/* ---- signatures ---- */

/* True for a default that is a function: the argument is then a stage, relu or leaky_relu(0.1). */
static bool names_function(const Scope *scope, const Expr *expr) {
    if (!expr || (expr->kind != EXPR_NAME && expr->kind != EXPR_CALL)) return false;
    const Binding *binding =
        scope_find(scope, expr->kind == EXPR_NAME ? expr->name : expr->call.name.text);
    if (!binding) return false;
    if (expr->kind == EXPR_NAME)
        return binding->kind == BINDING_FUNCTION ||
               (binding->kind == BINDING_BUILTIN && binding->builtin->parameters);
    if (binding->kind != BINDING_FUNCTION) return false;
    FunctionKind kind = binding->declaration->item->function_kind;
    return kind == FUNCTION_ACTIVATION || kind == FUNCTION_INITIALIZER;
}

/* Made at the first call and kept. */
static Signature *declared_signature(Elaborator *e, Declaration *declaration) {
    if (declaration->signature) return declaration->signature;
    const Item *item = declaration->item;
    Signature *signature = ARENA_NEW(e->arena, Signature);
    signature->name = item->name.text;
    signature->count = item->params.count;
    signature->parameters =
        arena_array(e->arena, (size_t)item->params.count, sizeof *signature->parameters);
    for (int64_t i = 0; i < item->params.count; i++) {
        const Param *param = &item->params.items[i];
        signature->parameters[i].name = param->name.text;
        signature->parameters[i].optional = param->default_value != NULL;
        signature->parameters[i].takes_function =
            names_function(declaration->scope, param->default_value);
    }
    declaration->signature = signature;
    return signature;
}

int64_t function_needs(FunctionKind kind) {
    if (kind == FUNCTION_LAYER || kind == FUNCTION_SCHEDULE) return 0;
    return kind == FUNCTION_OPTIMIZER ? 2 : 1;
}

const Signature *signature_of(Elaborator *e, const FunctionValue *function) {
    if (function->declaration) return declared_signature(e, function->declaration);
    return builtin_signature(e, function->builtin);
}

const char *signature_text(Elaborator *e, const FunctionValue *function) {
    Text text;
    text_init(&text, e->arena);
    if (function->builtin) {
        text_format(&text, "%s(%s)", function->builtin->name, function->builtin->parameters);
        return text.chars;
    }
    const Item *item = function->declaration->item;
    text_format(&text, "%s(", item->name.text);
    for (int64_t i = 0; i < item->params.count; i++) {
        const Param *param = &item->params.items[i];
        text_format(&text, "%s%s", i ? ", " : "", param->name.text);
        if (param->default_value)
            text_format(&text, " = %s", source_excerpt(e->arena, param->default_value->range, 30));
    }
    text_add(&text, ")");
    return text.chars;
}

/* ---- arguments ---- */

void arguments_add_call(Elaborator *e, ArgumentVec *arguments, const Call *call) {
    for (int64_t i = 0; i < call->args.count; i++) {
        const Arg *arg = &call->args.items[i];
        Argument argument = {.name = arg->name.text,
                             .name_range = arg->name.range,
                             .range = arg->value->range,
                             .expr = arg->value};
        VEC_PUSH(e->arena, *arguments, argument);
    }
}

void arguments_add_value(Elaborator *e, ArgumentVec *arguments, Value value, const Expr *expr,
                         SourceRange range) {
    Argument argument = {.range = range, .expr = expr, .value = value};
    VEC_PUSH(e->arena, *arguments, argument);
}

/* "widths..." takes all further positional arguments. */
static bool is_rest(const Signature *signature, int64_t index) {
    const char *name = signature->parameters[index].name;
    size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, "...") == 0;
}

/* Number of the parameter of this name; -1: there is none. */
static int64_t find_parameter(const Signature *signature, const char *name) {
    for (int64_t i = 0; i < signature->count; i++)
        if (signature->parameters[i].name == name) return i;
    return -1;
}

/* With the nearest parameter, or all of them. */
static void report_unknown_parameter(Elaborator *e, const FunctionValue *function,
                                     const Signature *signature, const Argument *argument) {
    Diagnostic *diag = report_error(e, argument->name_range, "unknown-argument",
                                    "%s has no parameter '%s'", signature->name, argument->name);
    Nearest nearest = {.name = argument->name};
    for (int64_t i = 0; i < signature->count; i++)
        nearest_offer(&nearest, signature->parameters[i].name);
    if (nearest.best)
        diag_help(e->diags, diag, "did you mean '%s'?", nearest.best);
    else
        diag_help(e->diags, diag, "its parameters are %s", signature_text(e, function));
    report_trail(e, diag, argument->name_range);
}

/* The parameter that the argument is for; -1 after a report. */
static int64_t parameter_of(Elaborator *e, const FunctionValue *function,
                            const Signature *signature, const Argument *argument,
                            int64_t *position) {
    if (argument->name) {
        int64_t index = find_parameter(signature, argument->name);
        if (index < 0) report_unknown_parameter(e, function, signature, argument);
        return index;
    }
    const Declaration *declaration = function->declaration;
    if (declaration && signature->count < function_needs(declaration->item->function_kind))
        return -1; /* the check of names has reported it */
    if (*position >= signature->count) {
        Diagnostic *diag = report_error(e, argument->range, "too-many-arguments",
                                        "%s takes no further argument", signature->name);
        diag_help(e->diags, diag, "its parameters are %s", signature_text(e, function));
        report_trail(e, diag, argument->range);
        return -1;
    }
    return is_rest(signature, *position) ? *position : (*position)++;
}

/* A further positional argument joins the list of a "rest..." parameter. */
static Value append_to_list(Elaborator *e, Value list, Value item) {
    int64_t count = list.kind == VALUE_LIST ? list.list->count : 0;
    ValueList *longer = value_new_list(e->arena, count + 1);
    for (int64_t i = 0; i < count; i++)
        longer->items[i] = list.list->items[i];
    longer->items[count] = item;
    return value_list(longer);
}

bool bind_arguments(Elaborator *e, const FunctionValue *function, int64_t first_parameter,
                    const ArgumentVec *arguments, SourceRange range, Bound *bound) {
    const Signature *signature = signature_of(e, function);
    *bound = (Bound){.signature = signature, .range = range};
    bound->values = ARENA_ARRAY(e->arena, Value, signature->count);
    bound->exprs = ARENA_ARRAY(e->arena, const Expr *, signature->count);
    bound->ranges = ARENA_ARRAY(e->arena, SourceRange, signature->count);
    for (int64_t i = 0; i < signature->count; i++)
        bound->ranges[i] = range;
    bool ok = true;
    int64_t position = first_parameter;
    for (int64_t i = 0; i < arguments->count; i++) {
        const Argument *argument = &arguments->items[i];
        int64_t index = parameter_of(e, function, signature, argument, &position);
        ok = ok && index >= 0;
        bool takes_function = index >= 0 && signature->parameters[index].takes_function;
        Value value = argument->value;
        if (value.kind == VALUE_NONE)
            value =
                takes_function ? evaluate_function(e, argument->expr) : evaluate(e, argument->expr);
        bound->has_error = bound->has_error || value_is_error(value);
        if (index < 0) continue;
        if (is_rest(signature, index) && !argument->name) {
            bound->values[index] = append_to_list(e, bound->values[index], value);
        } else if (index < first_parameter || bound->values[index].kind != VALUE_NONE) {
            fail(e, argument->name ? argument->name_range : argument->range, "repeated-argument",
                 "'%s' of %s is given twice", signature->parameters[index].name, signature->name);
            ok = false;
        } else {
            bound->values[index] = value;
        }
        bound->exprs[index] = argument->expr;
        bound->ranges[index] = argument->range;
    }
    return ok;
}

bool bind_is_complete(Elaborator *e, const FunctionValue *function, int64_t first_parameter,
                      const Bound *bound) {
    const Signature *signature = bound->signature;
    for (int64_t i = first_parameter; i < signature->count; i++) {
        if (signature->parameters[i].optional || bound->values[i].kind != VALUE_NONE) continue;
        Diagnostic *diag = report_error(e, bound->range, "missing-argument", "%s needs '%s'",
                                        signature->name, signature->parameters[i].name);
        diag_help(e->diags, diag, "its parameters are %s", signature_text(e, function));
        report_trail(e, diag, bound->range);
        return false;
    }
    return true;
}
