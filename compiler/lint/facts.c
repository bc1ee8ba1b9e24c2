/* facts.c: walking the graph for lints. Operands have smaller ids than their users, so one sweep
 * downwards finds everything a node depends on. */
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

/* A sweep from the node down to the leaves. */
static bool search(const Graph *graph, const Node *node, OpKind op, bool any, int64_t index) {
    bool *met = ARENA_ARRAY(graph->arena, bool, node->id + 1);
    met[node->id] = true;
    for (int32_t id = node->id; id >= 0; id--) {
        if (!met[id]) continue;
        const Node *at = graph->nodes.items[id];
        if (at->op == op && (any || at->attr.index == index)) return true;
        for (int32_t i = 0; i < at->operand_count; i++)
            met[at->operands[i]->id] = true;
    }
    return false;
}

bool depends_on(const Graph *graph, const Node *node, OpKind op, int64_t index) {
    return search(graph, node, op, false, index);
}

bool depends_on_any(const Graph *graph, const Node *node, OpKind op) {
    return search(graph, node, op, true, 0);
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
