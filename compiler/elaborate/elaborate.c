/* elaborate.c: the course of an elaboration: declarations, check of names, settings, the model's
 * body, then what needs all parameters: regularization and the optimizer. */
#include "elaborate/elaborate.h"

#include <string.h>

#include "elaborate/builtin.h"
#include "elaborate/call.h"
#include "elaborate/declare.h"
#include "elaborate/live.h"
#include "elaborate/loss.h"
#include "elaborate/names.h"
#include "elaborate/optimizer.h"
#include "elaborate/report.h"
#include "elaborate/settings.h"
#include "elaborate/statement.h"
#include "elaborate/tensor.h"

/* ---- targets and outputs ---- */

/* The leaf of input number *user. */
static bool is_input(const Node *leaf, void *user) {
    return leaf->op == OP_INPUT && leaf->attr.index == *(int64_t *)user;
}

/* True when any loss depends on this input. */
static bool used_by_loss(Elaborator *e, int64_t input) {
    for (int64_t i = 0; i < e->model->losses.count; i++)
        if (node_reaches(e, e->model->losses.items[i], is_input, &input)) return true;
    return false;
}

/* A target is there for a loss; with a hint when `loss = ...` bound a name instead. */
static void check_targets(Elaborator *e, const Scope *scope) {
    if (e->loss_failed) return;
    for (int64_t i = 0; i < e->model->inputs.count; i++) {
        const ModelInput *input = &e->model->inputs.items[i];
        if (!input->is_target || used_by_loss(e, i)) continue;
        Diagnostic *diag = report_error(e, input->origin->range, "unused-target",
                                        "no loss uses the target '%s'", input->name);
        const Binding *loss = scope_find_here(scope, intern_text(e->interner, "loss"));
        if (loss && loss->kind == BINDING_LOCAL) {
            diag_note(e->diags, diag, loss->range, "this binds a name 'loss'");
            diag_help(e->diags, diag, "a loss is written without '=': loss %s",
                      loss->expr ? source_excerpt(e->arena, loss->expr->range, 40) : "mse(p, y)");
        } else if (e->model->losses.count == 0) {
            diag_help(e->diags, diag, "add a line: loss %s(..., %s)",
                      input->class_count ? "cross_entropy" : "mse", input->name);
        }
    }
}

/* A model has an input and an output; said only when nothing else is wrong. */
static void check_ends(Elaborator *e) {
    if (diag_failed(e->diags)) return;
    if (e->model->outputs.count == 0) {
        Diagnostic *diag =
            report_error(e, e->model_item->name.range, "no-output", "the model has no output");
        diag_help(e->diags, diag, "output y = ...");
    }
    bool has_input = false;
    for (int64_t i = 0; i < e->model->inputs.count; i++)
        has_input = has_input || !e->model->inputs.items[i].is_target;
    if (!has_input) {
        Diagnostic *diag =
            report_error(e, e->model_item->name.range, "no-input", "the model has no input");
        diag_help(e->diags, diag, "input x : real[4]");
    }
}

/* Each prefix of `freeze` must have met a layer. */
static void check_freeze(Elaborator *e) {
    const Names *freeze = &e->model->train.freeze;
    for (int64_t i = 0; i < freeze->count; i++)
        if (!e->freeze_used[i])
            report_error(e, e->freeze_range, "unknown-path",
                         "'freeze' names \"%s\", but no layer has that path", freeze->items[i]);
}

/* ---- the course ---- */

/* The model itself, then what needs all of its parameters. */
static void elaborate_body(Elaborator *e) {
    Frame *frame = frame_push(e, scope_new(e->arena, e->user));
    frame->is_model = true;
    e->purpose = PURPOSE_MODEL;
    execute_block(e, &e->model_item->body);
    if (!e->stopped) {
        check_targets(e, frame->scope);
        check_ends(e);
        data_source_check(e);
    }
    if (!diag_failed(e->diags)) {
        check_freeze(e);
        const bool *alive = live_variables(e);
        apply_regularizations(e, alive);
        optimizer_elaborate(e, alive);
    }
    frame_pop(e);
}

bool elaborate(Arena *arena, Interner *interner, Sources *sources, Diagnostics *diags,
               const File *file, const ElaborateOptions *options, Model *out) {
    static const ElaborateOptions no_options;
    *out = (Model){.name = "", .source_path = file->source->path};
    graph_init(&out->graph, arena);
    out->graph.model = out;
    Elaborator e = {
        .arena = arena,
        .interner = interner,
        .sources = sources,
        .diags = diags,
        .options = options ? options : &no_options,
        .model = out,
        .graph = &out->graph,
        .repeat_product = 1,
    };
    clock_gettime(CLOCK_MONOTONIC, &e.started);
    e.core = scope_new(arena, NULL);
    e.library = scope_new(arena, e.core);
    e.user = scope_new(arena, e.library);
    e.variable_names = scope_new(arena, NULL);
    e.metric_names = scope_new(arena, NULL);
    builtins_declare(&e);
    declare_library(&e);
    frame_push(&e, e.user);
    declare_file(&e, file, true);
    names_check(&e);
    declare_values(&e);
    settings_elaborate(&e);
    if (e.model_item) {
        out->name = e.model_item->name.text;
        elaborate_body(&e);
    }
    if (diag_failed(diags)) return false;
    names_warn_unused(&e);
    live_prune(&e);
    out->graph.origin = NULL;
    return true;
}
