/* names.c: one walk over each body, before anything is elaborated. It knows scopes but no values,
 * so it also checks both sides of every `if`. Recursion goes as deep as the text nests, which the
 * parser limits. */
#include "elaborate/names.h"

#include "elaborate/arguments.h"
#include "elaborate/expression.h"
#include "elaborate/report.h"

static void check_expr(Elaborator *e, Scope *scope, const Expr *expr);

/* Names of the body that is walked, wherever they are bound. */
static void collect_names(Scope *names, const Block *block) {
    for (int64_t i = 0; i < block->statements.count; i++) {
        const Statement *statement = block->statements.items[i];
        if (statement->name.text && !scope_find_here(names, statement->name.text))
            scope_add(names, statement->name.text, BINDING_LOCAL, statement->name.range);
        if (statement->kind == STATEMENT_FOR) collect_names(names, &statement->body);
    }
}

/* Counts a use, or reports the name: bound further down, or unknown. */
static void use_name(Elaborator *e, Scope *scope, const char *name, SourceRange range,
                     const char *what) {
    Binding *binding = scope_find(scope, name);
    const Binding *later = e->body_names ? scope_find_here(e->body_names, name) : NULL;
    if (binding) {
        binding->reads++;
    } else if (later) {
        Diagnostic *diag =
            report_error(e, range, "unknown-name", "'%s' has no value here yet", name);
        diag_note(e->diags, diag, later->range, "it is bound later");
    } else {
        fail_unknown_name(e, scope, name, range, what);
    }
}

/* Whether argument i of the call is for a parameter whose default is a text; `supplied` arguments
 * come from the place of the call. */
static bool takes_text(const Scope *scope, const Call *call, int64_t i, int64_t supplied) {
    const Binding *function = scope_find(scope, call->name.text);
    if (!function || function->kind != BINDING_FUNCTION) return false;
    const ParamList *params = &function->declaration->item->params;
    const char *name = call->args.items[i].name.text;
    int64_t index = name ? 0 : i + supplied;
    while (name && index < params->count && params->items[index].name.text != name)
        index++;
    if (index >= params->count) return false;
    const Expr *usual = params->items[index].default_value;
    return usual && usual->kind == EXPR_TEXT;
}

/* random_flip(horizontal): a choice without its quotes. */
static bool is_unquoted(Elaborator *e, const Scope *scope, const Call *call, int64_t i,
                        int64_t supplied) {
    const Expr *value = call->args.items[i].value;
    if (value->kind != EXPR_NAME || scope_find(scope, value->name) ||
        (e->body_names && scope_find_here(e->body_names, value->name)) ||
        !takes_text(scope, call, i, supplied))
        return false;
    Diagnostic *diag =
        report_error(e, value->range, "unknown-name", "unknown name '%s'", value->name);
    diag_help(e->diags, diag, "a choice is a text: write \"%s\"", value->name);
    return true;
}

/* The function and each argument; names of arguments are checked when the call is made. */
static void check_call(Elaborator *e, Scope *scope, const Call *call, int64_t supplied) {
    use_name(e, scope, call->name.text, call->name.range, "function");
    for (int64_t i = 0; i < call->args.count; i++)
        if (!is_unquoted(e, scope, call, i, supplied))
            check_expr(e, scope, call->args.items[i].value);
}

static void check_stage(Elaborator *e, Scope *scope, const Stage *stage) {
    for (; stage->repeat_count; stage = stage->inner)
        check_expr(e, scope, stage->repeat_count);
    check_call(e, scope, &stage->call, 1);
}

static void check_list(Elaborator *e, Scope *scope, const ExprList *list) {
    for (int64_t i = 0; i < list->count; i++)
        check_expr(e, scope, list->items[i]);
}

static void check_expr(Elaborator *e, Scope *scope, const Expr *expr) {
    if (!expr) return;
    switch (expr->kind) {
    case EXPR_NUMBER:
    case EXPR_TEXT:
    case EXPR_BOOLEAN:
    case EXPR_TRAINING: break;
    case EXPR_NAME: use_name(e, scope, expr->name, expr->range, "name"); break;
    case EXPR_CALL: check_call(e, scope, &expr->call, 0); break;
    case EXPR_LIST: check_list(e, scope, &expr->list); break;
    case EXPR_INDEX:
        check_expr(e, scope, expr->index.base);
        check_list(e, scope, &expr->index.indices);
        break;
    case EXPR_UNARY: check_expr(e, scope, expr->unary.operand); break;
    case EXPR_CHAIN:
        check_expr(e, scope, expr->chain.first);
        for (int64_t i = 0; i < expr->chain.rest.count; i++)
            check_expr(e, scope, expr->chain.rest.items[i].operand);
        break;
    case EXPR_COMPARISON:
    case EXPR_POWER:
        check_expr(e, scope, expr->binary.left);
        check_expr(e, scope, expr->binary.right);
        break;
    case EXPR_IF:
        check_expr(e, scope, expr->choice.condition);
        check_expr(e, scope, expr->choice.then_value);
        check_expr(e, scope, expr->choice.else_value);
        break;
    case EXPR_PIPE:
        check_expr(e, scope, expr->pipe.value);
        for (int64_t i = 0; i < expr->pipe.stages.count; i++)
            check_stage(e, scope, expr->pipe.stages.items[i]);
        break;
    }
}

/* A name is known from here on. What a `for` or `=` binds again stays the same binding. */
static void know(Scope *scope, const Name *name, BindingKind kind) {
    Binding *binding = scope_find_here(scope, name->text);
    if (!binding) binding = scope_add(scope, name->text, kind, name->range);
    if (kind == BINDING_OUTPUT) binding->reads++;
}

static void check_block(Elaborator *e, Scope *scope, const Block *block);

/* Uses first, then what the statement binds: `h = h + 1` needs an earlier h. */
static void check_statement(Elaborator *e, Scope *scope, const Statement *statement) {
    check_list(e, scope, &statement->type.sizes);
    check_expr(e, scope, statement->shape);
    check_expr(e, scope, statement->value);
    check_list(e, scope, &statement->message);
    if (statement->stage) check_stage(e, scope, statement->stage);
    switch (statement->kind) {
    case STATEMENT_BIND: know(scope, &statement->name, BINDING_LOCAL); break;
    case STATEMENT_ASSIGN:
        if (!scope_find(scope, statement->name.text))
            fail_unknown_name(e, scope, statement->name.text, statement->name.range, "name");
        break;
    case STATEMENT_INPUT: know(scope, &statement->name, BINDING_INPUT); break;
    case STATEMENT_TARGET: know(scope, &statement->name, BINDING_TARGET); break;
    case STATEMENT_OUTPUT: know(scope, &statement->name, BINDING_OUTPUT); break;
    case STATEMENT_PARAM: know(scope, &statement->name, BINDING_PARAM); break;
    case STATEMENT_STATE: know(scope, &statement->name, BINDING_STATE); break;
    case STATEMENT_FOR: {
        know(scope, &statement->name, BINDING_LOCAL);
        scope_find_here(scope, statement->name.text)->reads++;
        check_block(e, scope, &statement->body);
        break;
    }
    case STATEMENT_LOSS:
    case STATEMENT_METRIC:
    case STATEMENT_REGULARIZE:
    case STATEMENT_REQUIRE:
    case STATEMENT_RETURN: break;
    }
}

static void check_block(Elaborator *e, Scope *scope, const Block *block) {
    for (int64_t i = 0; i < block->statements.count && !e->stopped; i++)
        check_statement(e, scope, block->statements.items[i]);
}

/* A body with its own names; what it binds anywhere is collected first. */
static void check_body(Elaborator *e, Scope *scope, const Block *body) {
    e->body_names = scope_new(e->arena, NULL);
    collect_names(e->body_names, body);
    check_block(e, scope, body);
    e->body_names = NULL;
}

/* Scopes are kept: what is unread is a warning only when nothing is wrong. */
static void keep_scope(Elaborator *e, const Scope *scope) {
    VEC_PUSH(e->arena, e->checked_scopes, scope);
}

/* Outputs and targets are ends of the model: they are checked elsewhere. */
static void warn_unused(Elaborator *e, const Binding *binding) {
    const char *name = binding->name;
    switch (binding->kind) {
    case BINDING_INPUT:
        report_warning(e, binding->range, "unused-input", "the input '%s' is never used", name);
        break;
    case BINDING_PARAM:
        report_warning(e, binding->range, "unused-parameter", "the parameter '%s' is never used",
                       name);
        break;
    case BINDING_LOCAL:
    case BINDING_STATE:
        report_warning(e, binding->range, "unused-binding", "'%s' is never used", name);
        break;
    default: break;
    }
}

void names_warn_unused(Elaborator *e) {
    for (int64_t i = 0; i < e->user->list.count; i++) {
        const Binding *binding = e->user->list.items[i];
        if (binding->kind == BINDING_HYPER && binding->reads == 0)
            report_warning(e, binding->range, "unused-binding",
                           "the hyper-parameter '%s' is never used", binding->name);
    }
    for (int64_t i = 0; i < e->checked_scopes.count; i++) {
        const Scope *scope = e->checked_scopes.items[i];
        for (int64_t k = 0; k < scope->list.count; k++)
            if (scope->list.items[k]->reads == 0) warn_unused(e, scope->list.items[k]);
    }
}

/* Most kinds are called by a place that supplies their first arguments. */
static void check_parameter_count(Elaborator *e, const Item *item) {
    int64_t needed = function_needs(item->function_kind);
    if (item->params.count >= needed) return;
    Diagnostic *diag = report_error(e, item->name.range, "missing-parameter", "%s %s has %s",
                                    function_kind_text(item->function_kind), item->name.text,
                                    item->params.count ? "one parameter only" : "no parameter");
    diag_help(e->diags, diag, "%s",
              needed == 2 ? "the first two are the parameter and its gradient: f(w, grad)"
                          : "the first is what the place of the call supplies: f(x)");
}

static void check_function(Elaborator *e, const Declaration *declaration) {
    const Item *item = declaration->item;
    Scope *scope = scope_new(e->arena, declaration->scope);
    for (int64_t i = 0; i < item->params.count; i++) {
        const Param *param = &item->params.items[i];
        check_expr(e, scope, param->default_value);
        const Binding *other = scope_find_here(scope, param->name.text);
        if (other)
            report_duplicate(
                e, param->name.range, other->range,
                arena_format(e->arena, "two parameters are named '%s'", param->name.text));
        know(scope, &param->name, BINDING_OPTIMIZED);
    }
    check_parameter_count(e, item);
    check_expr(e, scope, item->value);
    if (item->has_body) check_block(e, scope, &item->body);
    keep_scope(e, scope);
}

/* Settings of train; those of data name sources, which are no functions. */
static void check_settings(Elaborator *e, const Item *item) {
    for (int64_t i = 0; item && i < item->settings.count; i++)
        check_expr(e, e->user, item->settings.items[i].value);
}

void names_check(Elaborator *e) {
    for (int64_t i = 0; i < e->declarations.count; i++) {
        const Declaration *declaration = e->declarations.items[i];
        if (declaration->is_library) continue;
        if (declaration->item->kind == ITEM_FUNCTION)
            check_function(e, declaration);
        else
            check_expr(e, e->user, declaration->item->value);
    }
    check_settings(e, e->train_item);
    if (!e->model_item) return;
    Scope *scope = scope_new(e->arena, e->user);
    check_body(e, scope, &e->model_item->body);
    keep_scope(e, scope);
}
