/* declare.c: declarations, in any order. Constants are evaluated when first read, so one may use
 * another that stands below it; a circle of them is an error. */
#include "elaborate/declare.h"

#include <stdlib.h>
#include <string.h>

#include "elaborate/call.h"
#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"
#include "grammar/parser.h"
#include "library/library_text.h"
#include "support/nearest.h"
#include "support/number.h"

/* Options that every program has: a hyper-parameter cannot take their names (docs/language.md). */
static const char *const option_names[] = {
    "batch", "data",    "digest", "epochs",   "folds",   "format",  "from",    "help", "limit",
    "json",  "log",     "out",    "patience", "quiet",   "report",  "resume",  "seed", "shuffle",
    "split", "threads", "top",    "trap",     "verbose", "version", "weights",
};

/* Declares one constant, hyper-parameter or function; each name once a scope. */
static void declare_name(Elaborator *e, const Item *item, BindingKind kind, Scope *scope,
                         bool is_library) {
    Binding *other = scope_find_here(scope, item->name.text);
    if (other) {
        report_duplicate(e, item->name.range, other->range,
                         arena_format(e->arena, "'%s' is %s already", item->name.text,
                                      binding_kind_text(other->kind)));
        return;
    }
    Declaration *declaration = ARENA_NEW(e->arena, Declaration);
    declaration->item = item;
    declaration->scope = scope;
    declaration->is_library = is_library;
    Binding *binding = scope_add(scope, item->name.text, kind, item->name.range);
    binding->declaration = declaration;
    VEC_PUSH(e->arena, e->declarations, declaration);
}

void declare_library(Elaborator *e) {
    for (size_t i = 0; i < library_text_count; i++) {
        const LibraryText *text = &library_texts[i];
        const Source *source =
            sources_add(e->sources, arena_format(e->arena, "library/%s", text->name), text->text,
                        text->length, true);
        const File *file = parse_source(e->arena, e->interner, e->diags, source);
        for (int64_t k = 0; k < file->items.count; k++)
            declare_name(e, file->items.items[k], BINDING_FUNCTION, e->library, true);
    }
}

/* ---- the user's files ---- */

/* Only noted: the body is run when all declarations are known. */
static void declare_model(Elaborator *e, const Item *item) {
    if (!e->model_item) {
        e->model_item = item;
        return;
    }
    report_duplicate(e, item->name.range, e->model_item->name.range, "a file holds one model");
}

static void declare_settings(Elaborator *e, const Item *item, const Item **slot) {
    if (*slot)
        report_duplicate(e, item->keyword, (*slot)->keyword,
                         item->kind == ITEM_DATA ? "a file holds one 'data'"
                                                 : "a file holds one 'train'");
    else
        *slot = item;
}

/* The items of one file, its includes in their place. */
static void declare_items(Elaborator *e, const File *file, bool is_main, int depth) {
    for (int64_t i = 0; i < file->items.count; i++) {
        const Item *item = file->items.items[i];
        bool main_only =
            item->kind == ITEM_MODEL || item->kind == ITEM_DATA || item->kind == ITEM_TRAIN;
        if (main_only && !is_main) {
            Diagnostic *diag =
                report_error(e, item->keyword, "wrong-place",
                             "an included file brings declarations and constants only");
            diag_help(e->diags, diag, "the main file holds model, data and train");
            continue;
        }
        switch (item->kind) {
        case ITEM_INCLUDE: {
            const File *included = include_read(e, file->source, item, depth);
            if (included) /* at most INCLUDE_DEPTH deep */
                declare_items(e, included, false, depth + 1);
            break;
        }
        case ITEM_CONST: declare_name(e, item, BINDING_CONST, e->user, false); break;
        case ITEM_HYPER: declare_name(e, item, BINDING_HYPER, e->user, false); break;
        case ITEM_FUNCTION: declare_name(e, item, BINDING_FUNCTION, e->user, false); break;
        case ITEM_MODEL: declare_model(e, item); break;
        case ITEM_DATA: declare_settings(e, item, &e->data_item); break;
        case ITEM_TRAIN: declare_settings(e, item, &e->train_item); break;
        }
    }
}

void declare_file(Elaborator *e, const File *file, bool is_main) {
    declare_items(e, file, is_main, 0);
    if (!is_main || e->model_item) return;
    Diagnostic *diag = diag_error(e->diags, (SourceRange){.source = file->source}, "no-model",
                                  "there is no model in this file");
    diag_help(e->diags, diag, "model name { input x : real[4] ... output y = ... }");
}

/* ---- values ---- */

Value value_of_option(Elaborator *e, const char *text) {
    size_t length = strlen(text);
    bool percent = length > 1 && text[length - 1] == '%';
    double number;
    if (number_read(text, length - percent, &number))
        return value_number(percent ? number / 100 : number);
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) return value_boolean(*text == 't');
    if (length >= 2 && *text == '"' && text[length - 1] == '"')
        return value_text(arena_text(e->arena, text + 1, length - 2));
    return value_text(text);
}

/* The last -D for this name, or NULL. */
static const char *define_of(const Elaborator *e, const char *name) {
    for (int64_t i = e->options->defines.count; i-- > 0;)
        if (strcmp(e->options->defines.items[i].name, name) == 0)
            return e->options->defines.items[i].value;
    return NULL;
}

/* The written value, or that of -D, which must be of the same kind. */
static Value written_or_defined(Elaborator *e, const Item *item) {
    Value value = evaluate(e, item->value);
    const char *define = define_of(e, item->name.text);
    if (!define || value_is_error(value)) return value;
    Value defined = value_of_option(e, define);
    if (defined.kind == value.kind) return defined;
    return fail(e, source_nowhere(), "wrong-type", "-D %s=%s: '%s' is %s in the file",
                item->name.text, define, item->name.text, value_describe(e->arena, value));
}

Value hyper_add(Elaborator *e, const char *name, double number, const char *help,
                SourceRange range) {
    for (size_t i = 0; i < sizeof option_names / sizeof *option_names; i++)
        if (strcmp(option_names[i], name) == 0)
            return fail(e, range, "duplicate",
                        "a hyper-parameter cannot be named '%s': every program has that option",
                        name);
    for (int64_t i = 0; i < e->model->hypers.count; i++) {
        const Hyper *other = &e->model->hypers.items[i];
        if (strcmp(other->name, name) != 0) continue;
        report_duplicate(e, range, other->origin->range,
                         arena_format(e->arena, "'%s' is a hyper-parameter already", name));
        return value_error();
    }
    origin_set(e, range);
    Hyper hyper = {.name = name, .value = number, .help = help, .origin = e->graph->origin};
    hyper.leaf =
        graph_leaf(e->graph, OP_HYPER, e->model->hypers.count, type_real(false, shape_scalar()));
    VEC_PUSH(e->arena, e->model->hypers, hyper);
    return value_tensor(hyper.leaf);
}

/* The value of a const; of a hyper a new hyper-parameter of the model. */
static Value evaluate_declaration(Elaborator *e, const Declaration *declaration) {
    const Item *item = declaration->item;
    Value value = written_or_defined(e, item);
    if (value_is_error(value)) return value;
    if (item->kind == ITEM_HYPER) {
        double number;
        if (!want_number(e, value, item->value->range, "a hyper-parameter", &number))
            return value_error();
        return hyper_add(e, item->name.text, number,
                         arena_format(e->arena, "hyper-parameter %s", item->name.text),
                         item->name.range);
    }
    if (value_is_static(value)) return value;
    return fail(e, item->value->range, "wrong-type",
                "a constant is known at compile time, but this is %s",
                value_describe(e->arena, value));
}

Value declaration_value(Elaborator *e, Declaration *declaration, SourceRange range) {
    if (declaration->progress == BEING_EVALUATED)
        return fail(e, range, "recursion", "the value of '%s' depends on itself",
                    declaration->item->name.text);
    if (declaration->progress == NOT_EVALUATED) {
        declaration->progress = BEING_EVALUATED;
        Purpose purpose = e->purpose;
        e->purpose = PURPOSE_SETTINGS;
        frame_push(e, declaration->scope);
        declaration->value = evaluate_declaration(e, declaration);
        frame_pop(e);
        e->purpose = purpose;
        declaration->progress = EVALUATED;
    }
    return declaration->value;
}

/* Each -D must name a constant or hyper-parameter. */
static void check_defines(Elaborator *e) {
    for (int64_t i = 0; i < e->options->defines.count; i++) {
        const char *name = e->options->defines.items[i].name;
        const Binding *binding = scope_find_here(e->user, intern_text(e->interner, name));
        if (binding && (binding->kind == BINDING_CONST || binding->kind == BINDING_HYPER)) continue;
        Diagnostic *diag = diag_error(e->diags, source_nowhere(), "unknown-name",
                                      "-D %s: there is no constant of that name", name);
        Nearest nearest = {.name = name};
        for (int64_t k = 0; k < e->user->list.count; k++)
            if (e->user->list.items[k]->kind == BINDING_CONST ||
                e->user->list.items[k]->kind == BINDING_HYPER)
                nearest_offer(&nearest, e->user->list.items[k]->name);
        if (nearest.best) diag_help(e->diags, diag, "did you mean '%s'?", nearest.best);
    }
}

void declare_values(Elaborator *e) {
    check_defines(e);
    for (int64_t i = 0; i < e->declarations.count; i++) {
        Declaration *declaration = e->declarations.items[i];
        if (declaration->item->kind == ITEM_CONST || declaration->item->kind == ITEM_HYPER)
            declaration_value(e, declaration, declaration->item->name.range);
    }
}
