/* live.c: which variables anything depends on, and removing the others from the model. */
#include "elaborate/live.h"

#include "graph/views.h"

/* ---- finding ---- */

typedef struct Walk {
    Elaborator *e;
    bool *alive; /* by variable */
    bool *met;   /* by node */
    NodeVec stack;
} Walk;

/* Adds a node to the walk once. */
static void reach(Walk *walk, Node *node) {
    if (!node || walk->met[node->id]) return;
    walk->met[node->id] = true;
    VEC_PUSH(walk->e->arena, walk->stack, node);
}

/* A variable that is read brings in what makes its next value. */
static void reach_variable(Walk *walk, int64_t index) {
    if (walk->alive[index]) return;
    walk->alive[index] = true;
    const Variable *variable = &walk->e->model->variables.items[index];
    reach(walk, variable->next);
    reach(walk, variable->sample_value);
    reach(walk, variable->initial);
}

/* Until nothing new is met. */
static void run(Walk *walk) {
    while (walk->stack.count > 0) {
        Node *node = walk->stack.items[--walk->stack.count];
        if (node->op == OP_VARIABLE) reach_variable(walk, node->attr.index);
        for (int32_t i = 0; i < node->operand_count; i++)
            reach(walk, node->operands[i]);
    }
}

/* Everything that outputs, losses, penalties and metrics depend on. */
static Walk walk_from_ends(Elaborator *e) {
    const Model *model = e->model;
    Walk walk = {.e = e,
                 .alive = ARENA_ARRAY(e->arena, bool, model->variables.count),
                 .met = ARENA_ARRAY(e->arena, bool, e->graph->nodes.count)};
    for (int64_t i = 0; i < model->outputs.count; i++)
        reach(&walk, model->outputs.items[i].node);
    for (int64_t i = 0; i < model->losses.count; i++)
        reach(&walk, model->losses.items[i]);
    for (int64_t i = 0; i < model->penalties.count; i++)
        reach(&walk, model->penalties.items[i]);
    for (int64_t i = 0; i < model->metrics.count; i++)
        reach(&walk, model->metrics.items[i].node);
    for (int64_t i = 0; i < model->accumulators.count; i++)
        reach(&walk, model->accumulators.items[i].value);
    run(&walk);
    return walk;
}

const bool *live_variables(Elaborator *e) {
    return walk_from_ends(e).alive;
}

/* ---- removing ---- */

typedef struct Renumbering {
    Elaborator *e;
    Node **map;
    int64_t count;
} Renumbering;

/* The node with all variables below it numbered anew. */
static void replace(const Renumbering *renumbering, Node **node) {
    if (*node)
        *node = graph_replace(renumbering->e->graph, *node, renumbering->map, renumbering->count);
}

/* New numbers for the living; -1 for the others. True when a variable is removed. */
static bool number_anew(const Walk *walk, int64_t *numbers) {
    int64_t next = 0, count = walk->e->model->variables.count;
    for (int64_t i = 0; i < count; i++)
        numbers[i] = walk->alive[i] ? next++ : -1;
    return next < count;
}

/* Layers whose result nothing needs are not summarised. */
static void keep_needed_layers(Model *model, const bool *met) {
    int64_t kept = 0;
    for (int64_t i = 0; i < model->layers.count; i++)
        if (met[model->layers.items[i].result->id])
            model->layers.items[kept++] = model->layers.items[i];
    model->layers.count = kept;
}

/* All named ends of the model but the variables themselves. */
static void replace_ends(Model *model, const Renumbering *renumbering) {
    for (int64_t i = 0; i < model->outputs.count; i++)
        replace(renumbering, &model->outputs.items[i].node);
    for (int64_t i = 0; i < model->losses.count; i++)
        replace(renumbering, &model->losses.items[i]);
    for (int64_t i = 0; i < model->penalties.count; i++)
        replace(renumbering, &model->penalties.items[i]);
    for (int64_t i = 0; i < model->metrics.count; i++)
        replace(renumbering, &model->metrics.items[i].node);
    for (int64_t i = 0; i < model->accumulators.count; i++)
        replace(renumbering, &model->accumulators.items[i].value);
    for (int64_t i = 0; i < model->layers.count; i++)
        replace(renumbering, &model->layers.items[i].result);
}

void live_prune(Elaborator *e) {
    Model *model = e->model;
    Walk walk = walk_from_ends(e);
    keep_needed_layers(model, walk.met);
    int64_t count = model->variables.count;
    int64_t *numbers = ARENA_ARRAY(e->arena, int64_t, count);
    if (!number_anew(&walk, numbers)) return;
    Renumbering renumbering = {.e = e, .count = e->graph->nodes.count};
    renumbering.map = ARENA_ARRAY(e->arena, Node *, renumbering.count);
    for (int64_t id = 0; id < renumbering.count; id++) {
        const Node *node = e->graph->nodes.items[id];
        if (!walk.met[id] || (node->op != OP_VARIABLE && node->op != OP_GRADIENT)) continue;
        e->graph->origin = node->origin;
        renumbering.map[id] = graph_leaf(e->graph, node->op, numbers[node->attr.index], node->type);
    }
    replace_ends(model, &renumbering);
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!walk.alive[i]) continue;
        Variable *variable = &model->variables.items[kept++];
        *variable = model->variables.items[i];
        replace(&renumbering, &variable->leaf);
        replace(&renumbering, &variable->initial);
        replace(&renumbering, &variable->next);
        replace(&renumbering, &variable->sample_value);
        if (variable->owner >= 0) variable->owner = numbers[variable->owner];
    }
    model->variables.count = kept;
}
