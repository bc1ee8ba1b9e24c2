/* call.c: calls. A call of a declared function elaborates its body again, in a frame of its own,
 * with the call added to the trail and the path. */
#include "elaborate/call.h"

#include <string.h>

#include "elaborate/builtin.h"
#include "elaborate/expression.h"
#include "elaborate/layer_path.h"
#include "elaborate/report.h"
#include "elaborate/statement.h"
#include "elaborate/tensor.h"

/* ---- frames ---- */

Frame *frame_push(Elaborator *e, Scope *scope) {
    Frame *frame = ARENA_NEW(e->arena, Frame);
    frame->caller = e->frame;
    frame->scope = scope;
    frame->path = "";
    frame->serial = ++e->call_serial;
    e->frame = frame;
    return frame;
}

void frame_pop(Elaborator *e) {
    e->frame = e->frame->caller;
}

/* ---- functions as values ---- */

FunctionValue *function_of_declaration(Elaborator *e, Declaration *declaration, SourceRange range) {
    FunctionValue *function = ARENA_NEW(e->arena, FunctionValue);
    function->declaration = declaration;
    function->repeat = 1;
    function->text = declaration->item->name.text;
    function->range = range;
    return function;
}

const FunctionValue *function_named(Elaborator *e, const Name *name) {
    Value value = read_name(e, name->text, name->range);
    if (value_is_error(value)) return NULL;
    if (value.kind == VALUE_FUNCTION) return value.function;
    fail(e, name->range, "not-a-function", "'%s' is %s, not a function", name->text,
         value_describe(e->arena, value));
    return NULL;
}

/* "leaky_relu(0.1)": the name with the values of what was given. */
static const char *call_text(Elaborator *e, const char *name, const ArgumentVec *arguments,
                             const Bound *bound, int64_t skip) {
    Text text;
    text_init(&text, e->arena);
    text_add(&text, name);
    int64_t shown = 0;
    for (int64_t i = skip; i < arguments->count; i++) {
        const Argument *argument = &arguments->items[i];
        Value value = argument->value;
        for (int64_t k = 0; bound && value.kind == VALUE_NONE && k < bound->signature->count; k++)
            if (bound->exprs[k] == argument->expr) value = bound->values[k];
        text_add(&text, shown++ ? ", " : "(");
        if (argument->name) text_format(&text, "%s = ", argument->name);
        if (value.kind == VALUE_TENSOR && argument->expr)
            text_add(&text, source_excerpt(e->arena, argument->expr->range, 40));
        else
            value_print(&text, value);
    }
    if (shown) text_add(&text, ")");
    return text.chars;
}

/* How many arguments the place of a stage supplies: the value on the left, or parameter and
 * gradient. */
static int64_t supplied_by_place(const FunctionValue *function) {
    const Declaration *declaration = function->declaration;
    return declaration && declaration->item->function_kind == FUNCTION_OPTIMIZER ? 2 : 1;
}

/* The function with the arguments of the call evaluated and kept. */
static const FunctionValue *bind_stage(Elaborator *e, const Call *call) {
    const FunctionValue *function = function_named(e, &call->name);
    if (!function || !call->has_parentheses) return function;
    if (function->bound.count > 0) {
        fail(e, call->range, "not-a-function", "'%s' has its arguments already: %s",
             call->name.text, function->text);
        return NULL;
    }
    ArgumentVec arguments = {0};
    arguments_add_call(e, &arguments, call);
    /* `name = ` is no parameter; it is taken out again when the call is made. */
    ArgumentVec proper = {0};
    for (int64_t i = 0; i < arguments.count; i++)
        if (!arguments.items[i].name || strcmp(arguments.items[i].name, "name") != 0)
            VEC_PUSH(e->arena, proper, arguments.items[i]);
    Bound bound;
    bool ok =
        bind_arguments(e, function, supplied_by_place(function), &proper, call->range, &bound);
    if (!ok || !bind_is_complete(e, function, supplied_by_place(function), &bound) ||
        bound.has_error)
        return NULL;
    FunctionValue *stage = ARENA_NEW(e->arena, FunctionValue);
    *stage = *function;
    stage->range = call->range;
    stage->text = call_text(e, function->text, &arguments, &bound, 0);
    for (int64_t i = 0; i < arguments.count; i++) {
        Argument argument = arguments.items[i];
        for (int64_t k = 0; k < bound.signature->count; k++)
            if (bound.exprs[k] == argument.expr) argument.value = bound.values[k];
        VEC_PUSH(e->arena, stage->bound, argument);
    }
    return stage;
}

const FunctionValue *stage_as_function(Elaborator *e, const Stage *stage) {
    if (!stage->repeat_count) return bind_stage(e, &stage->call);
    int64_t count;
    bool ok = want_whole(e, evaluate(e, stage->repeat_count), stage->repeat_count->range,
                         "the number behind 'repeat'", 0, STEPS_LIMIT, &count);
    const FunctionValue *inner = stage_as_function(e, stage->inner);
    if (!ok || !inner) return NULL;
    FunctionValue *repeated = ARENA_NEW(e->arena, FunctionValue);
    *repeated = *inner;
    if (__builtin_mul_overflow(count, inner->repeat, &repeated->repeat) ||
        repeated->repeat > STEPS_LIMIT) {
        fail(e, stage->range, "too-many-steps", "this repeats more than %d times", STEPS_LIMIT);
        return NULL;
    }
    repeated->text = arena_format(e->arena, "repeat %lld %s", (long long)count, inner->text);
    return repeated;
}

Value evaluate_function(Elaborator *e, const Expr *expr) {
    const FunctionValue *function = NULL;
    if (expr->kind == EXPR_NAME) {
        function = function_named(e, &(Name){.text = expr->name, .range = expr->range});
    } else if (expr->kind == EXPR_CALL) {
        function = bind_stage(e, &expr->call);
    } else if (expr->kind == EXPR_TEXT) {
        Diagnostic *diag =
            report_error(e, expr->range, "not-a-function", "a function is expected, not a text");
        diag_help(e->diags, diag, "write its name without quotes: %s", expr->text);
        report_trail(e, diag, expr->range);
    } else {
        Value value = evaluate(e, expr);
        if (value.kind == VALUE_FUNCTION || value_is_error(value)) return value;
        return fail(e, expr->range, "not-a-function", "a function is expected, not %s",
                    value_describe(e->arena, value));
    }
    return function ? value_function(function) : value_error();
}

/* ---- making a call ---- */

/* Refuses recursion and call chains that would exhaust the C stack. */
static bool check_depth(Elaborator *e, Declaration *declaration, SourceRange range) {
    int depth = 0;
    for (const Frame *frame = e->frame; frame; frame = frame->caller) {
        if (frame->function == declaration) {
            Diagnostic *diag =
                report_error(e, range, "recursion", "%s calls itself; functions do not recurse",
                             declaration->item->name.text);
            diag_help(e->diags, diag, "use 'repeat' or 'for'");
            report_trail(e, diag, range);
            return false;
        }
        depth++;
    }
    if (depth > CALL_DEPTH_LIMIT) {
        fail(e, range, "too-deep", "calls within calls go deeper than %d", CALL_DEPTH_LIMIT);
        return false;
    }
    return true;
}

/* Binds the parameters in the new frame; defaults may use those before them. */
static bool enter_parameters(Elaborator *e, Declaration *declaration, const Bound *bound) {
    const Item *item = declaration->item;
    bool ok = true;
    for (int64_t i = 0; i < item->params.count; i++) {
        const Param *param = &item->params.items[i];
        Value value = bound->values[i];
        if (value.kind == VALUE_NONE && !param->default_value)
            value = value_error();
        else if (value.kind == VALUE_NONE)
            value = bound->signature->parameters[i].takes_function
                        ? evaluate_function(e, param->default_value)
                        : evaluate(e, param->default_value);
        ok = ok && !value_is_error(value);
        Binding *binding = scope_find_here(e->frame->scope, param->name.text);
        if (!binding) /* a repeated name was reported by the check of names */
            binding =
                scope_add(e->frame->scope, param->name.text, BINDING_LOCAL, param->name.range);
        binding->value = value;
        if (i == 0 && item->function_kind == FUNCTION_OPTIMIZER) binding->kind = BINDING_OPTIMIZED;
    }
    return ok;
}

/* The value of the function in the frame that was entered; an optimizer has none. */
static Value run_body(Elaborator *e, Declaration *declaration) {
    const Item *item = declaration->item;
    if (!item->has_body) return evaluate(e, item->value);
    execute_block(e, &item->body);
    if (e->frame->has_returned) return e->frame->returned;
    if (item->function_kind == FUNCTION_OPTIMIZER) return value_number(0);
    if (e->stopped) return value_error();
    return fail(e, item->name.range, "missing-return", "%s %s has no 'return'",
                function_kind_text(item->function_kind), item->name.text);
}

/* Functions that may declare parameters: their calls are steps of paths and take `name =`. */
static bool kind_has_path(FunctionKind kind) {
    return kind == FUNCTION_LAYER || kind == FUNCTION_ACTIVATION || kind == FUNCTION_LOSS;
}

/* What the summary lists. */
static bool is_layer(FunctionKind kind) {
    return kind == FUNCTION_LAYER || kind == FUNCTION_ACTIVATION;
}

/* One call of a declared function, its arguments bound: kind checks, path, frame, body, checks
 * of the result. */
static Value call_declared(Elaborator *e, Declaration *declaration, Bound *bound,
                           const char *explicit_name, const char *text) {
    const Item *item = declaration->item;
    if (item->params.count < function_needs(item->function_kind))
        return value_error(); /* the check of names has reported it */
    if (item->function_kind == FUNCTION_OPTIMIZER &&
        (e->purpose != PURPOSE_OPTIMIZER || e->frame->function))
        return fail(e, bound->range, "wrong-place",
                    "an optimizer stands in train { optimizer = %s(...) }", item->name.text);
    if (!kind_prepare(e, declaration, bound) || !check_depth(e, declaration, bound->range))
        return value_error();
    Frame *outer = e->frame;
    bool shared = false;
    const char *path = outer->path;
    if (kind_has_path(item->function_kind))
        path = path_of_call(e, item->name.text, explicit_name, bound->range, &shared);
    if (!path) return value_error();
    Origin *origin = ARENA_NEW(e->arena, Origin);
    *origin =
        (Origin){.range = bound->range, .caller = outer->origin, .call = text, .path = outer->path};

    Frame *frame = frame_push(e, scope_new(e->arena, declaration->scope));
    frame->function = declaration;
    frame->origin = origin;
    frame->path = path;
    frame->is_shared = shared || outer->is_shared;
    frame->is_frozen = outer->is_frozen || path_is_frozen(e, path);
    frame->owner = outer->owner;
    Value result = value_error();
    if (enter_parameters(e, declaration, bound)) result = run_body(e, declaration);
    if (!value_is_error(result)) result = kind_check_result(e, declaration, bound, result);
    if (item->function_kind == FUNCTION_OPTIMIZER)
        outer->returned = scope_find_here(frame->scope, item->params.items[0].name.text)->value;
    frame_pop(e);
    if (outer->is_model && is_layer(item->function_kind) && result.kind == VALUE_TENSOR) {
        LayerLine line = {.path = path, .call = text, .result = result.node, .origin = origin};
        VEC_PUSH(e->arena, e->model->layers, line);
    }
    return result;
}

/* Letters, digits and '_', at least one: dots would make two steps of it. */
static bool is_path_step(const char *text) {
    for (const char *c = text; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_' ||
              (*c >= '0' && *c <= '9')))
            return false;
    return *text != 0;
}

/* Takes `name = "encoder"` out of the arguments of a layer; NULL without one. False after a report.
 */
static bool take_name(Elaborator *e, const FunctionValue *function, ArgumentVec *arguments,
                      const char **name) {
    *name = NULL;
    const Signature *signature = signature_of(e, function);
    for (int64_t i = 0; i < signature->count; i++)
        if (strcmp(signature->parameters[i].name, "name") == 0) return true;
    int64_t at = 0;
    while (at < arguments->count &&
           (!arguments->items[at].name || strcmp(arguments->items[at].name, "name") != 0))
        at++;
    if (at == arguments->count) return true;
    Argument argument = arguments->items[at];
    arguments->count--;
    for (int64_t i = at; i < arguments->count; i++)
        arguments->items[i] = arguments->items[i + 1];
    if (!function->declaration || !kind_has_path(function->declaration->item->function_kind)) {
        fail(e, argument.name_range, "unknown-argument", "only layers are given a name");
        return false;
    }
    Value value = argument.value.kind == VALUE_NONE ? evaluate(e, argument.expr) : argument.value;
    const char *text;
    if (!want_text(e, value, argument.range, "the name of a layer", &text)) return false;
    if (!is_path_step(text)) {
        fail(e, argument.range, "wrong-value",
             "the name of a layer is made of letters, digits and '_'");
        return false;
    }
    *name = intern_text(e->interner, text);
    return true;
}

/* One application, with all arguments collected; `supplied` of them come from the place. */
static Value call_once(Elaborator *e, const FunctionValue *function, ArgumentVec arguments,
                       int64_t supplied, SourceRange range) {
    if (!limit_step(e, range)) return value_error();
    const char *name;
    bool named = take_name(e, function, &arguments, &name);
    Bound bound;
    bool ok = bind_arguments(e, function, 0, &arguments, range, &bound) && named;
    if (!ok || !bind_is_complete(e, function, 0, &bound) || bound.has_error || e->stopped)
        return value_error();
    if (function->builtin) return function->builtin->handler(e, function->builtin, &bound);
    const char *base = function->declaration->item->name.text;
    if (supplied == 0 && bound.signature->count > 0 && bound.values[0].kind == VALUE_TENSOR &&
        arguments.count > 0 && !arguments.items[0].name)
        supplied = 1; /* dense(x, 4) reads like x -> dense(4) */
    const char *text = call_text(e, base, &arguments, &bound, supplied);
    return call_declared(e, function->declaration, &bound, name, text);
}

Value call_function(Elaborator *e, const FunctionValue *function, const Value *supplied,
                    int64_t count, SourceRange range) {
    Value first = count > 0 ? supplied[0] : value_none();
    for (int64_t turn = 0; turn < function->repeat; turn++) {
        ArgumentVec arguments = {0};
        for (int64_t i = 0; i < count; i++)
            arguments_add_value(e, &arguments, i == 0 ? first : supplied[i], NULL, range);
        for (int64_t i = 0; i < function->bound.count; i++)
            VEC_PUSH(e->arena, arguments, function->bound.items[i]);
        first = call_once(e, function, arguments, count, range);
        if (value_is_error(first)) break;
    }
    return first;
}

Value call_written(Elaborator *e, const Call *call, const Value *first, const Expr *first_expr) {
    const FunctionValue *function = function_named(e, &call->name);
    if (!function) {
        /* Its arguments may hold mistakes of their own. */
        for (int64_t i = 0; i < call->args.count; i++)
            if (call->args.items[i].value->kind != EXPR_NAME)
                evaluate(e, call->args.items[i].value);
        return value_error();
    }
    if (first && value_is_error(*first)) return value_error();
    SourceRange range = call->range;
    Value current = first ? *first : value_none();
    for (int64_t turn = 0; turn < function->repeat; turn++) {
        ArgumentVec arguments = {0};
        if (first) arguments_add_value(e, &arguments, current, turn ? NULL : first_expr, range);
        arguments_add_call(e, &arguments, call);
        int64_t supplied = first != NULL;
        for (int64_t i = 0; i < function->bound.count; i++)
            VEC_PUSH(e->arena, arguments, function->bound.items[i]);
        if (!first && function->repeat > 1)
            return fail(e, range, "not-a-function", "%s stands behind '->' only", function->text);
        current = call_once(e, function, arguments, supplied, range);
        if (value_is_error(current)) break;
    }
    return current;
}
