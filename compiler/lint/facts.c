/* facts.c: walking the graph for lints. Operands have smaller ids than their users, so one sweep
 * downwards finds everything a node depends on, one upwards everything that depends on a leaf. */
#include "lint/facts.h"

#include <string.h>

const char *const activation_names[] = {"no activation", "relu", "sigmoid", "softmax", "tanh"};

/* A constant of this value, also spread over a shape. */
static bool is_number(const Node *node, double number) {
    double value;
    return node_is_constant(node, &value) && value == number;
}

Activation activation_of(const Node *node) {
    switch (node->op) {
    case OP_SOFTMAX: return ACTIVATION_SOFTMAX;
    case OP_SIGMOID: return ACTIVATION_SIGMOID;
    case OP_TANH: return ACTIVATION_TANH;
    case OP_MAXIMUM:
        return is_number(node->operands[0], 0) || is_number(node->operands[1], 0) ? ACTIVATION_RELU
                                                                                  : ACTIVATION_NONE;
    default: return ACTIVATION_NONE;
    }
}

/* if training then ... else ... */
static bool chosen_by_training(const Node *node) {
    if (node->op != OP_SELECT) return false;
    const Node *condition = node->operands[0];
    while (condition->op == OP_BROADCAST)
        condition = condition->operands[0];
    return condition->op == OP_TRAINING;
}

const Node *node_behind_movement(const Node *node) {
    for (;;) {
        if (node->op == OP_RESHAPE || node->op == OP_BROADCAST || node->op == OP_TRANSPOSE)
            node = node->operands[0];
        else if (chosen_by_training(node))
            node = node->operands[2];
        else
            return node;
    }
}

const bool *nodes_on_inputs(const Graph *graph) {
    bool *on_inputs = ARENA_ARRAY(graph->arena, bool, graph->nodes.count);
    for (int64_t id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph->nodes.items[id];
        bool draw = node->op == OP_DRAW_UNIFORM || node->op == OP_DRAW_NORMAL;
        on_inputs[id] = node->op == OP_INPUT || (draw && node->type.batched);
        for (int32_t i = 0; i < node->operand_count; i++)
            on_inputs[id] = on_inputs[id] || on_inputs[node->operands[i]->id];
    }
    return on_inputs;
}

void nodes_below(const Graph *graph, const Node *node, bool *met) {
    memset(met, 0, (size_t)node->id + 1);
    met[node->id] = true;
    for (int32_t id = node->id; id >= 0; id--) {
        const Node *at = graph->nodes.items[id];
        for (int32_t i = 0; met[id] && i < at->operand_count; i++)
            met[at->operands[i]->id] = true;
    }
}

SourceRange user_place(const Origin *origin) {
    while (origin && origin->caller && origin->range.source && origin->range.source->is_library)
        origin = origin->caller;
    return origin ? origin->range : source_nowhere();
}

const char *called_name(Arena *arena, const Origin *origin) {
    while (origin && origin->caller && origin->range.source && origin->range.source->is_library)
        origin = origin->caller;
    if (!origin || !origin->call) return "";
    return arena_text(arena, origin->call, strcspn(origin->call, "("));
}
