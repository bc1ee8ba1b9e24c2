/* loss.c: loss, metric and regularize: what training descends and what is reported. */
#include "elaborate/loss.h"
#include <string.h>

#include "elaborate/call.h"
#include "elaborate/expression.h"
#include "elaborate/layer_path.h"
#include "elaborate/operator.h"
#include "elaborate/report.h"
#include "elaborate/statement.h"
#include "elaborate/tensor.h"

/* One number (a sample) from the value. NULL after a report. */
static Node *single_number(Elaborator *e, Value value, SourceRange range, const char *what) {
    Node *node = want_tensor(e, value, range, what);
    if (!node) return NULL;
    if (shape_elements(node->type.shape) == 1) return make_scalar(e, range, node);
    Text text;
    text_init(&text, e->arena);
    shape_print(&text, node->type.shape);
    Diagnostic *diag = report_error(e, range, "result-shape",
                                    "%s is one number a sample, this is %s", what, text.chars);
    diag_help(e->diags, diag, "reduce it: mean(...) or sum(...)");
    report_trail(e, diag, range);
    return NULL;
}

void add_loss(Elaborator *e, const Statement *statement) {
    if (e->purpose != PURPOSE_MODEL) {
        fail(e, statement->keyword, "wrong-place", "'loss' stands in a model or layer");
        return;
    }
    Value value = evaluate(e, statement->value);
    e->loss_failed = e->loss_failed || value_is_error(value);
    Node *node = single_number(e, value, statement->value->range, "a loss");
    if (node)
        VEC_PUSH(e->arena, e->model->losses, node);
    else
        e->loss_failed = true;
}

/* ---- metrics ---- */

/* "accuracy" of accuracy(p, y); then "accuracy_2". */
static const char *metric_name(Elaborator *e, const Expr *expr) {
    const char *name = "metric";
    if (expr->kind == EXPR_CALL)
        name = expr->call.name.text;
    else if (expr->kind == EXPR_PIPE) {
        const Stage *last = expr->pipe.stages.items[expr->pipe.stages.count - 1];
        if (!last->repeat_count) name = last->call.name.text;
    }
    name = intern_text(e->interner, name);
    const char *numbered = name;
    for (int64_t i = 2; scope_find_here(e->metric_names, numbered); i++)
        numbered = intern_text(e->interner, arena_format(e->arena, "%s_%lld", name, (long long)i));
    scope_add(e->metric_names, numbered, BINDING_LOCAL, expr->range);
    return numbered;
}

/* The finished total of a metric. */
static bool is_accumulated(const Node *leaf, void *user) {
    (void)user;
    return leaf->op == OP_ACCUMULATED;
}

/* total(value), as if it had been written. */
static Value total_of(Elaborator *e, Value value, SourceRange range) {
    const Binding *total = scope_find_here(e->core, intern_text(e->interner, "total"));
    FunctionValue function = {.builtin = total->builtin, .repeat = 1, .text = "total"};
    return call_function(e, &function, &value, 1, range);
}

void add_metric(Elaborator *e, const Statement *statement) {
    SourceRange range = statement->value->range;
    if (e->purpose != PURPOSE_MODEL) {
        fail(e, statement->keyword, "wrong-place", "'metric' stands in a model or layer");
        return;
    }
    e->purpose = PURPOSE_METRIC;
    Value value = evaluate(e, statement->value);
    Node *node = single_number(e, value, range, "a metric");
    if (node && node->type.batched) {
        if (node_reaches(e, node, is_accumulated, NULL)) {
            fail(e, range, "wrong-place",
                 "this metric mixes totals with values of the single sample");
            node = NULL;
        } else {
            /* One number a sample: its mean over all samples. */
            Value sum = total_of(e, value_tensor(node), range);
            Value count = total_of(e, value_number(1), range);
            Value mean = apply_binary(e, OPERATOR_DIVIDE, range, NULL, sum, NULL, count);
            node = want_tensor(e, mean, range, "a metric");
        }
    }
    e->purpose = PURPOSE_MODEL;
    if (!node) return;
    NamedNode metric = {
        .name = metric_name(e, statement->value), .node = node, .origin = origin_here(e, range)};
    VEC_PUSH(e->arena, e->model->metrics, metric);
}

/* ---- regularization ---- */

/* A shared layer is regularized once, however often it is called. */
static bool is_repeated(const Elaborator *e, const Statement *statement) {
    for (int64_t i = 0; e->frame->is_shared && i < e->regularizations.count; i++) {
        const Regularization *other = &e->regularizations.items[i];
        if (other->range.begin == statement->stage->range.begin &&
            other->range.source == statement->stage->range.source &&
            strcmp(other->path, e->frame->path) == 0)
            return true;
    }
    return false;
}

void add_regularization(Elaborator *e, const Statement *statement) {
    if (e->purpose != PURPOSE_MODEL) {
        fail(e, statement->keyword, "wrong-place", "'regularize' stands in a model or layer");
        return;
    }
    const FunctionValue *function = stage_as_function(e, statement->stage);
    if (!function || is_repeated(e, statement)) return;
    Regularization regularization = {.function = function,
                                     .path = e->frame->path,
                                     .frame = e->frame,
                                     .range = statement->stage->range};
    VEC_PUSH(e->arena, e->regularizations, regularization);
}

/* One penalty: the regularizer applied to one weight. */
static void regularize_weight(Elaborator *e, const Regularization *rule, int64_t index) {
    Value weight = value_tensor(e->model->variables.items[index].leaf);
    weight.variable = index + 1;
    Value penalty = call_function(e, rule->function, &weight, 1, rule->range);
    Node *node = single_number(e, penalty, rule->range, "a penalty");
    if (!node) return;
    if (node->type.batched)
        fail(e, rule->range, "wrong-place", "a penalty cannot depend on samples");
    else
        VEC_PUSH(e->arena, e->model->penalties, node);
}

void apply_regularizations(Elaborator *e, const bool *alive) {
    for (int64_t r = 0; r < e->regularizations.count; r++) {
        const Regularization *rule = &e->regularizations.items[r];
        int64_t met = 0;
        Frame *frame = e->frame;
        /* The frame of the statement, for its trail and paths. */
        Frame copy = *rule->frame;
        e->frame = &copy;
        e->purpose = PURPOSE_REGULARIZER;
        for (int64_t i = 0; i < e->model->variables.count; i++) {
            const Variable *variable = &e->model->variables.items[i];
            if (variable->role != ROLE_PARAMETER || !variable->is_weight || !alive[i] ||
                !path_is_below(variable->name, rule->path))
                continue;
            met++;
            regularize_weight(e, rule, i);
        }
        e->purpose = PURPOSE_MODEL;
        if (met == 0) {
            Diagnostic *diag = report_warning(e, rule->range, "regularizes-nothing",
                                              "there is no weight to regularize");
            diag_help(e->diags, diag,
                      "weights are parameters declared with '~'; for another one write loss "
                      "l2(b, 1e-4)");
        }
        e->frame = frame;
    }
}
