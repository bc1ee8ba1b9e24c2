/* statement.c: statements: each form has its own file or a few lines here. */
#include "elaborate/statement.h"

#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "elaborate/variable.h"

/* Names bound by '=' and parameters of functions; all else is declared once. */
static bool may_be_bound_again(const Binding *binding) {
    return binding->kind == BINDING_LOCAL;
}

/* A name that cannot be bound again, with the place of its first binding. */
static void report_bound(Elaborator *e, const Name *name, const Binding *binding) {
    bool same_place =
        binding->range.source == name->range.source && binding->range.begin == name->range.begin;
    if (same_place) {
        Diagnostic *diag = report_error(e, name->range, "duplicate",
                                        "'%s' is declared again by a turn of 'for'", name->text);
        diag_help(e->diags, diag, "put what is repeated in a layer; each call has its own");
        report_trail(e, diag, name->range);
        return;
    }
    report_duplicate(
        e, name->range, binding->range,
        arena_format(e->arena, "'%s' is %s already", name->text, binding_kind_text(binding->kind)));
}

Binding *bind_once(Elaborator *e, const Name *name, BindingKind kind) {
    Binding *binding = scope_find_here(e->frame->scope, name->text);
    if (binding) {
        report_bound(e, name, binding);
        return NULL;
    }
    return scope_add(e->frame->scope, name->text, kind, name->range);
}

/* name = value, from here on. */
static void bind(Elaborator *e, const Name *name, const Expr *expr, Value value) {
    Binding *binding = scope_find_here(e->frame->scope, name->text);
    if (!binding) {
        binding = scope_add(e->frame->scope, name->text, BINDING_LOCAL, name->range);
    } else if (binding->kind == BINDING_OPTIMIZED || binding->kind == BINDING_STATE) {
        Diagnostic *diag = report_error(e, name->range, "duplicate", "'%s' is %s", name->text,
                                        binding_kind_text(binding->kind));
        diag_note(e->diags, diag, binding->range, "declared here");
        diag_help(e->diags, diag, "its next value is assigned with '<-'");
        report_trail(e, diag, name->range);
        return;
    } else if (!may_be_bound_again(binding)) {
        report_bound(e, name, binding);
        return;
    }
    binding->range = name->range;
    binding->expr = expr;
    binding->value = value;
}

/* The body once for each element; names are those around the loop. */
static void execute_for(Elaborator *e, const Statement *statement) {
    Value list = evaluate(e, statement->value);
    if (value_is_error(list)) {
        bind(e, &statement->name, NULL, value_error());
        execute_block(e, &statement->body); /* once, for the mistakes in it */
        return;
    }
    if (list.kind != VALUE_LIST) {
        Diagnostic *diag =
            report_error(e, statement->value->range, "wrong-type", "'for' walks a list, not %s",
                         value_describe(e->arena, list));
        if (list.kind == VALUE_NUMBER)
            diag_help(e->diags, diag, "to count: range(%s)",
                      source_excerpt(e->arena, statement->value->range, 20));
        report_trail(e, diag, statement->value->range);
        return;
    }
    for (int64_t i = 0; i < list.list->count && limit_step(e, statement->range); i++) {
        bind(e, &statement->name, NULL, list.list->items[i]);
        execute_block(e, &statement->body);
        if (e->frame->has_returned) return;
    }
}

/* The value waits in the frame until the block is left. */
static void execute_return(Elaborator *e, const Statement *statement) {
    if (!e->frame->function) {
        Diagnostic *diag = report_error(e, statement->range, "wrong-place",
                                        "'return' stands in functions; a model has outputs");
        diag_help(e->diags, diag, "output y = ...");
        return;
    }
    e->frame->returned = evaluate(e, statement->value);
    e->frame->has_returned = true;
}

/* What only a model's own body holds. */
static bool in_model(Elaborator *e, const Statement *statement, const char *word) {
    if (e->frame->is_model) return true;
    fail(e, statement->keyword, "wrong-place", "'%s' stands in the model, not in a function", word);
    return false;
}

/* One statement. */
static void execute(Elaborator *e, const Statement *statement) {
    switch (statement->kind) {
    case STATEMENT_BIND:
        bind(e, &statement->name, statement->value, evaluate(e, statement->value));
        break;
    case STATEMENT_ASSIGN: assign_state(e, statement); break;
    case STATEMENT_INPUT:
    case STATEMENT_TARGET:
        if (in_model(e, statement, statement->kind == STATEMENT_INPUT ? "input" : "target"))
            declare_input(e, statement);
        break;
    case STATEMENT_OUTPUT:
        if (in_model(e, statement, "output")) declare_output(e, statement);
        break;
    case STATEMENT_PARAM: declare_param(e, statement); break;
    case STATEMENT_STATE: declare_state(e, statement); break;
    case STATEMENT_LOSS: add_loss(e, statement); break;
    case STATEMENT_METRIC: add_metric(e, statement); break;
    case STATEMENT_REGULARIZE: add_regularization(e, statement); break;
    case STATEMENT_REQUIRE: check_requirement(e, statement); break;
    case STATEMENT_FOR: execute_for(e, statement); break;
    case STATEMENT_RETURN: execute_return(e, statement); break;
    }
}

void execute_block(Elaborator *e, const Block *block) {
    for (int64_t i = 0; i < block->statements.count; i++) {
        const Statement *statement = block->statements.items[i];
        if (!limit_step(e, statement->range)) return;
        execute(e, statement);
        if (e->frame->has_returned) return;
    }
}
