/* views.c: cutting a differentiated model into its views. See views.h.
 *
 *     train_step  variables <- their `next`, loss, penalty, learning rate   (training = 1)
 *     gradient    gradients, loss, penalty                                  (training = 1)
 *     grain       what train_step sees of the samples, with grains          (training = 1)
 *     augment     pictures as a step sees them                              (training = 1)
 *     the others                                                            (training = 0)
 */

#include "graph/augmented.h"

const char *const view_names[VIEW_KIND_COUNT] = {
    [VIEW_INITIALIZE] = "initialize", [VIEW_STATISTICS] = "statistics",
    [VIEW_TRAIN_STEP] = "train_step", [VIEW_GRADIENT] = "gradient",
    [VIEW_EVALUATE] = "evaluate",     [VIEW_REPORT] = "report",
    [VIEW_PREDICT] = "predict",       [VIEW_GRAIN] = "grain",
    [VIEW_AUGMENT] = "augment",
};

/* One way to see the graph: with training on or off. */
typedef struct Side {
    Model *model;
    double training;
    Node **map;
    int64_t map_count;
} Side;

static Side side_of(Model *model, double training) {
    int64_t count = model->graph.nodes.count;
    return (Side){.model = model,
                  .training = training,
                  .map = ARENA_ARRAY(model->graph.arena, Node *, count),
                  .map_count = count};
}

static Node *seen(const Side *side, Node *node) {
    Graph *graph = &side->model->graph;
    return graph_set_training(graph, node, side->training, side->map, side->map_count);
}

static View new_view(ViewKind kind, const char *name) {
    return (View){.kind = kind, .name = name};
}

static void add(const Side *side, View *view, ResultKind kind, int64_t index, Node *node) {
    ViewResult result = {.kind = kind, .index = index, .node = seen(side, node)};
    VEC_PUSH(side->model->graph.arena, view->results, result);
}

static void keep(const Side *side, ViewVec *views, View view) {
    if (view.results.count) VEC_PUSH(side->model->graph.arena, *views, view);
}

/* ---- losses ---- */

/* The sum of those of the losses that are (not) batched, NULL when there are none. */
static Node *sum_of(const Side *side, const NodeVec *losses, bool batched) {
    Node *sum = NULL;
    for (int64_t i = 0; i < losses->count; i++) {
        if (losses->items[i]->type.batched != batched) continue;
        Node *loss = seen(side, losses->items[i]);
        sum = sum ? graph_binary(&side->model->graph, OP_ADD, sum, loss) : loss;
    }
    return sum;
}

/* Mean over the samples of what is batched, plus what is not. */
static Node *batch_loss(const Side *side) {
    Graph *graph = &side->model->graph;
    Node *each = sum_of(side, &side->model->losses, true);
    Node *once = sum_of(side, &side->model->losses, false);
    if (!each) return once;
    Attr count = {.runtime = RUNTIME_SAMPLE_COUNT};
    Node *n = graph_node(graph, OP_RUNTIME, count, NULL, 0, NULL);
    Node *mean = graph_binary(graph, OP_DIVIDE, graph_unary(graph, OP_BATCH_SUM, each), n);
    return once ? graph_binary(graph, OP_ADD, mean, once) : mean;
}

static Node *sample_loss(const Side *side) {
    Graph *graph = &side->model->graph;
    Node *each = sum_of(side, &side->model->losses, true);
    Node *once = sum_of(side, &side->model->losses, false);
    if (once) once = graph_broadcast(graph, once, type_real(true, shape_scalar()));
    if (!each || !once) return each ? each : once;
    return graph_binary(graph, OP_ADD, each, once);
}

static void add_loss_and_penalty(const Side *side, View *view) {
    const Model *model = side->model;
    bool samples = view->kind == VIEW_EVALUATE;
    bool joined = view->kind == VIEW_TRAIN_STEP && model->step_loss;
    add(side, view, samples ? RESULT_SAMPLE_LOSS : RESULT_LOSS, 0,
        samples  ? sample_loss(side)
        : joined ? model->step_loss
                 : batch_loss(side));
    Node *penalty = sum_of(side, &side->model->penalties, false);
    if (!penalty) penalty = graph_constant(&side->model->graph, 0);
    add(side, view, RESULT_PENALTY, 0, penalty);
}

/* ---- the views ---- */

static void view_initialize(const Side *side, ViewVec *views) {
    View view = new_view(VIEW_INITIALIZE, view_names[VIEW_INITIALIZE]);
    const VariableVec *variables = &side->model->variables;
    for (int64_t i = 0; i < variables->count; i++)
        if (variables->items[i].initial)
            add(side, &view, RESULT_VARIABLE, i, variables->items[i].initial);
    keep(side, views, view);
}

static void view_statistics(const Side *side, ViewVec *views) {
    const VariableVec *variables = &side->model->variables;
    int levels = 0;
    for (int64_t i = 0; i < variables->count; i++)
        if (variables->items[i].role == ROLE_STATISTIC && variables->items[i].level >= levels)
            levels = variables->items[i].level + 1;
    for (int level = 0; level < levels; level++) {
        View view = new_view(VIEW_STATISTICS, arena_format(side->model->graph.arena, "%s_%d",
                                                           view_names[VIEW_STATISTICS], level));
        view.level = level;
        for (int64_t i = 0; i < variables->count; i++)
            if (variables->items[i].role == ROLE_STATISTIC && variables->items[i].level == level)
                add(side, &view, RESULT_STATISTIC, i, variables->items[i].sample_value);
        keep(side, views, view);
    }
}

static void view_train_step(const Side *side, ViewVec *views) {
    Model *model = side->model;
    if (!model->losses.count) return;
    View view = new_view(VIEW_TRAIN_STEP, view_names[VIEW_TRAIN_STEP]);
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        if (variable->next && !variable->frozen)
            add(side, &view, RESULT_VARIABLE, i, variable->next);
    }
    add_loss_and_penalty(side, &view);
    if (model->learning_rate) add(side, &view, RESULT_LEARNING_RATE, 0, model->learning_rate);
    keep(side, views, view);
}

static void view_gradient(const Side *side, ViewVec *views) {
    Model *model = side->model;
    if (!model->losses.count) return;
    View view = new_view(VIEW_GRADIENT, view_names[VIEW_GRADIENT]);
    for (int64_t i = 0; i < model->variables.count; i++)
        if (model->variables.items[i].gradient)
            add(side, &view, RESULT_GRADIENT, i, model->variables.items[i].gradient);
    add_loss_and_penalty(side, &view);
    keep(side, views, view);
}

static void add_outputs(const Side *side, View *view) {
    const NamedNodeVec *outputs = &side->model->outputs;
    for (int64_t i = 0; i < outputs->count; i++)
        add(side, view, RESULT_OUTPUT, i, outputs->items[i].node);
}

static void view_evaluate(const Side *side, ViewVec *views) {
    Model *model = side->model;
    View view = new_view(VIEW_EVALUATE, view_names[VIEW_EVALUATE]);
    if (model->losses.count) add_loss_and_penalty(side, &view);
    for (int64_t i = 0; i < model->accumulators.count; i++)
        add(side, &view, RESULT_ACCUMULATOR, i, model->accumulators.items[i].value);
    add_outputs(side, &view);
    keep(side, views, view);
}

static void view_report(const Side *side, ViewVec *views) {
    View view = new_view(VIEW_REPORT, view_names[VIEW_REPORT]);
    const NamedNodeVec *metrics = &side->model->metrics;
    for (int64_t i = 0; i < metrics->count; i++)
        add(side, &view, RESULT_METRIC, i, metrics->items[i].node);
    keep(side, views, view);
}

static void view_predict(const Side *side, ViewVec *views) {
    View view = new_view(VIEW_PREDICT, view_names[VIEW_PREDICT]);
    add_outputs(side, &view);
    keep(side, views, view);
}

static void view_grain(const Side *side, ViewVec *views) {
    View view = new_view(VIEW_GRAIN, view_names[VIEW_GRAIN]);
    const VariableVec *variables = &side->model->variables;
    for (int64_t i = 0; i < variables->count; i++)
        if (variables->items[i].grain)
            add(side, &view, RESULT_VARIABLE, i, variables->items[i].grain);
    keep(side, views, view);
}

static void view_augment(const Side *side, ViewVec *views) {
    if (!side->model->losses.count) return;
    const LayerLineVec *lines = &side->model->layers;
    NodeVec layers = {0};
    for (int64_t i = 0; i < lines->count; i++)
        VEC_PUSH(side->model->graph.arena, layers, seen(side, lines->items[i].result));
    int64_t input;
    Node *picture = augmented_picture(side->model, &layers, &input);
    if (!picture) return;
    View view = new_view(VIEW_AUGMENT, view_names[VIEW_AUGMENT]);
    VEC_PUSH(side->model->graph.arena, view.results,
             ((ViewResult){.kind = RESULT_PICTURE, .index = input, .node = picture}));
    keep(side, views, view);
}

void graph_views(Model *model, ViewVec *views) {
    model->graph.origin = NULL;
    Side training = side_of(model, 1), off = side_of(model, 0);
    view_initialize(&off, views);
    view_statistics(&off, views);
    view_train_step(&training, views);
    view_gradient(&training, views);
    view_evaluate(&off, views);
    view_report(&off, views);
    view_predict(&off, views);
    view_grain(&training, views);
    view_augment(&training, views);
    model->graph.forms_closed = true;
}

NodeVec view_nodes(Arena *arena, const View *view) {
    int64_t limit = 0;
    for (int64_t i = 0; i < view->results.count; i++)
        if (view->results.items[i].node->id >= limit) limit = view->results.items[i].node->id + 1;
    Node **needed = ARENA_ARRAY(arena, Node *, limit);
    for (int64_t i = 0; i < view->results.count; i++)
        needed[view->results.items[i].node->id] = view->results.items[i].node;
    int64_t count = 0;
    for (int64_t id = limit; id-- > 0;) {
        if (!needed[id]) continue;
        count++;
        for (int32_t k = 0; k < needed[id]->operand_count; k++)
            needed[needed[id]->operands[k]->id] = needed[id]->operands[k];
    }
    NodeVec nodes = {.items = ARENA_ARRAY(arena, Node *, count), .capacity = count};
    for (int64_t id = 0; id < limit; id++)
        if (needed[id]) nodes.items[nodes.count++] = needed[id];
    return nodes;
}
