/* replace.c: rebuilding what stands below a node with some nodes exchanged, without recursion, and
 * the choice of what training leaves of it. See views.h.
 *
 * A node whose operands stay the same stays the same node; a rebuilt one keeps its place in the
 * source.
 */

#include "graph/views.h"

typedef struct Rebuild {
    Graph *graph;
    Node **map;
    int64_t map_count;
    bool decides; /* fold conditions, and keep the chosen side only */
} Rebuild;

/* The new node for an old one, NULL when it is not made yet. */
static Node *new_of(const Rebuild *rebuild, Node *node) {
    return node && node->id < rebuild->map_count ? rebuild->map[node->id] : node;
}

static Node *rebuilt(const Rebuild *rebuild, Node *node) {
    Graph *graph = rebuild->graph;
    Node *few[4], **operands = few;
    if (node->operand_count > 4) operands = ARENA_ARRAY(graph->arena, Node *, node->operand_count);
    bool same = true;
    for (int32_t i = 0; i < node->operand_count; i++) {
        operands[i] = new_of(rebuild, node->operands[i]);
        same = same && operands[i] == node->operands[i];
    }
    if (same) return node;
    const Origin *origin = graph->origin;
    graph->origin = node->origin;
    Node *result =
        graph_node(graph, node->op, node->attr, operands, node->operand_count, &node->type);
    graph->origin = origin;
    return result;
}

/* ---- conditions ---- */

/* The value of a logical operation on constants, also when one of them decides alone. */
static bool decided(const Node *node, double *value) {
    double a = 0, b = 0;
    int32_t count = node->operand_count;
    if (count < 1 || count > 2 || op_table[node->op].properties & OP_IS_LEAF) return false;
    bool knows_a = node_is_constant(node->operands[0], &a);
    bool knows_b = count == 2 && node_is_constant(node->operands[1], &b);
    bool knows = knows_a && (count == 1 || knows_b);
    switch (node->op) {
    case OP_NOT: *value = a == 0; return knows;
    case OP_EQUAL: *value = a == b; return knows;
    case OP_NOT_EQUAL: *value = a != b; return knows;
    case OP_LESS: *value = a < b; return knows;
    case OP_LESS_EQUAL: *value = a <= b; return knows;
    case OP_AND:
        *value = knows && a != 0 && b != 0;
        return knows || (knows_a && a == 0) || (knows_b && b == 0);
    case OP_OR:
        *value = !knows || a != 0 || b != 0;
        return knows || (knows_a && a != 0) || (knows_b && b != 0);
    default: return false;
    }
}

/* The side of a choice that its constant condition takes, NULL when the condition is open. */
static Node *chosen_side(const Rebuild *rebuild, const Node *node) {
    double condition;
    if (!rebuild->decides || node->op != OP_SELECT) return NULL;
    Node *now = new_of(rebuild, node->operands[0]);
    if (!now || !node_is_constant(now, &condition)) return NULL;
    return node->operands[condition != 0 ? 1 : 2];
}

/* ---- the walk ---- */

/* Pushes what must be known before `node`; false when everything is. */
static bool push_missing(const Rebuild *rebuild, NodeVec *stack, Node *node) {
    Node *side = chosen_side(rebuild, node);
    if (side) {
        if (new_of(rebuild, side)) return false;
        VEC_PUSH(rebuild->graph->arena, *stack, side);
        return true;
    }
    bool missing = false;
    int32_t count = node->operand_count;
    if (rebuild->decides && node->op == OP_SELECT && !new_of(rebuild, node->operands[0]))
        count = 1; /* the condition first */
    for (int32_t i = count; i-- > 0;) {
        if (new_of(rebuild, node->operands[i])) continue;
        VEC_PUSH(rebuild->graph->arena, *stack, node->operands[i]);
        missing = true;
    }
    return missing;
}

static Node *finish(const Rebuild *rebuild, Node *node) {
    Node *side = chosen_side(rebuild, node);
    if (side) return new_of(rebuild, side);
    Node *result = rebuilt(rebuild, node);
    double value;
    if (rebuild->decides && decided(result, &value))
        return graph_full(rebuild->graph, value, result->type);
    return result;
}

static Node *walk(const Rebuild *rebuild, Node *root) {
    NodeVec stack = {0};
    Arena *arena = rebuild->graph->arena;
    VEC_PUSH(arena, stack, root);
    while (stack.count) {
        Node *node = stack.items[stack.count - 1];
        if (!new_of(rebuild, node)) {
            if (push_missing(rebuild, &stack, node)) continue;
            rebuild->map[node->id] = finish(rebuild, node);
        }
        stack.count--;
    }
    return new_of(rebuild, root);
}

Node *graph_replace(Graph *graph, Node *root, Node **map, int64_t map_count) {
    Rebuild rebuild = {.graph = graph, .map = map, .map_count = map_count};
    return walk(&rebuild, root);
}

Node *graph_set_training(Graph *graph, Node *root, double training, Node **map, int64_t map_count) {
    Rebuild rebuild = {.graph = graph, .map = map, .map_count = map_count, .decides = true};
    Node *leaf = graph_node(graph, OP_TRAINING, (Attr){0}, NULL, 0, NULL);
    if (leaf->id < map_count) map[leaf->id] = graph_constant(graph, training);
    return walk(&rebuild, root);
}
