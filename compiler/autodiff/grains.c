/* grains.c: see grains.h. */

#include "autodiff/grains.h"

#include "graph/views.h"

bool grains_cut(const Model *model) {
    return model->train.grains > 1;
}

bool grains_sees_samples(const Graph *graph, const Node *node) {
    bool *met = ARENA_ARRAY(graph->arena, bool, node->id + 1);
    met[node->id] = true;
    for (int64_t id = node->id; id >= 0; id--) {
        if (!met[id]) continue;
        const Node *reached = graph->nodes.items[id];
        if (reached->type.batched ||
            (reached->op == OP_RUNTIME && reached->attr.runtime == RUNTIME_SAMPLE_COUNT))
            return true;
        for (int32_t i = 0; i < reached->operand_count; i++)
            met[reached->operands[i]->id] = true;
    }
    return false;
}

/* The sum of a value over all grains, as a variable that the runtime fills. */
static Node *joined(Model *model, Node *value, const char *name) {
    Graph *graph = &model->graph;
    Variable variable = {
        .name = arena_format(graph->arena, "%s/joined", name),
        .role = ROLE_JOINED,
        .type = value->type,
        .grain = value,
        .owner = -1,
        .origin = value->origin,
    };
    variable.leaf = graph_leaf(graph, OP_VARIABLE, model->variables.count, value->type);
    VEC_PUSH(graph->arena, model->variables, variable);
    return variable.leaf;
}

/* The number of grains, which is smaller when there are fewer samples: each adds 1. */
static Node *grain_count(Model *model) {
    return joined(model, graph_constant(&model->graph, 1), "grains");
}

static Node *mean_of(Model *model, Node *value, const char *name, Node *grains) {
    Node *sum = joined(model, value, name);
    return graph_binary_broadcast(&model->graph, OP_DIVIDE, sum, grains);
}

static void join_states(Model *model, Node *grains) {
    Graph *graph = &model->graph;
    int64_t nodes = graph->nodes.count, count = model->variables.count;
    Node **map = ARENA_ARRAY(graph->arena, Node *, nodes);
    for (int64_t i = 0; i < count; i++) {
        Variable *state = &model->variables.items[i];
        if (state->role != ROLE_STATE || !state->next) continue;
        Node *next = graph_set_training(graph, state->next, 1, map, nodes);
        if (!grains_sees_samples(graph, next)) continue;
        Node *mean = mean_of(model, next, state->name, grains);
        model->variables.items[i].next = mean; /* the vector may have moved */
    }
}

/* The losses of a step: those of samples, those that look at samples, the others. */
static void join_loss(Model *model, Node *grains) {
    Graph *graph = &model->graph;
    int64_t nodes = graph->nodes.count;
    Node **map = ARENA_ARRAY(graph->arena, Node *, nodes);
    Node *each = NULL, *whole = NULL, *free = NULL;
    for (int64_t i = 0; i < model->losses.count; i++) {
        Node *loss = graph_set_training(graph, model->losses.items[i], 1, map, nodes);
        Node **sum = loss->type.batched ? &each : grains_sees_samples(graph, loss) ? &whole : &free;
        *sum = *sum ? graph_binary(graph, OP_ADD, *sum, loss) : loss;
    }
    Node *total = NULL;
    if (each) {
        Attr count = {.runtime = RUNTIME_SAMPLE_COUNT};
        Node *n = graph_node(graph, OP_RUNTIME, count, NULL, 0, NULL);
        Node *sum = joined(model, graph_unary(graph, OP_BATCH_SUM, each), "loss");
        total = graph_binary(graph, OP_DIVIDE, sum, n);
    }
    if (whole) {
        Node *mean = mean_of(model, whole, "batch_loss", grains);
        total = total ? graph_binary(graph, OP_ADD, total, mean) : mean;
    }
    if (free) total = total ? graph_binary(graph, OP_ADD, total, free) : free;
    model->step_loss = total;
}

void grains_join(Model *model, GradientParts *parts, int64_t count) {
    Graph *graph = &model->graph;
    Node *grains = grain_count(model);
    for (int64_t i = 0; i < count; i++) {
        const char *name = model->variables.items[i].name;
        if (parts[i].samples) parts[i].samples = joined(model, parts[i].samples, name);
        if (parts[i].whole)
            parts[i].whole = mean_of(model, parts[i].whole,
                                     arena_format(graph->arena, "%s/batch", name), grains);
    }
    join_states(model, grains);
    join_loss(model, grains);
}
