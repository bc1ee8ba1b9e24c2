/* extremes.c: a comparison of two values reads their maximum or minimum, if that is computed
 * anyway.
 *
 *     h = max(a, b), b < a   ->   b < h            relu: the backward pass reads the activation,
 *     h = min(a, b), a < b   ->   h < b            so the value before it need not be stored
 *
 * Needs: verified views. Keeps: every number, exactly, also for NaN (max and min hand it on, and
 * comparing with it is false). Changes: which values the backward pass reads.
 */

#include "passes/schedule.h"

typedef struct Rewriter {
    Graph *graph;
    Arena *arena;
    NodeVec *users; /* by node id, of the view */
    Node **map;     /* by node id: what stands for the node now */
    int64_t map_count;
} Rewriter;

/* The maximum or minimum of a and b, if the view computes it. */
static Node *find_extreme(const Rewriter *rewriter, OpKind op, const Node *a, const Node *b) {
    const NodeVec *users = &rewriter->users[a->id], *others = &rewriter->users[b->id];
    if (others->count < users->count) users = others;
    for (int64_t i = 0; i < users->count; i++) {
        Node *user = users->items[i];
        if (user->op != op) continue;
        if ((user->operands[0] == a && user->operands[1] == b) ||
            (user->operands[0] == b && user->operands[1] == a))
            return user;
    }
    return NULL;
}

static bool rewrite_less(Rewriter *rewriter, const Node *less) {
    Graph *graph = rewriter->graph;
    Node *a = less->operands[0], *b = less->operands[1];
    Node *larger = find_extreme(rewriter, OP_MAXIMUM, a, b);
    Node *smaller = larger ? NULL : find_extreme(rewriter, OP_MINIMUM, a, b);
    if (!larger && !smaller) return false;
    a = graph_replace(graph, smaller ? smaller : a, rewriter->map, rewriter->map_count);
    b = graph_replace(graph, larger ? larger : b, rewriter->map, rewriter->map_count);
    const Origin *origin = graph->origin;
    graph->origin = less->origin;
    rewriter->map[less->id] = graph_binary(graph, OP_LESS, a, b);
    graph->origin = origin;
    return true;
}

void extremes_reuse(Arena *arena, Model *model, View *view) {
    int64_t count = model->graph.nodes.count;
    Rewriter rewriter = {
        .graph = &model->graph,
        .arena = arena,
        .users = ARENA_ARRAY(arena, NodeVec, count),
        .map = ARENA_ARRAY(arena, Node *, count),
        .map_count = count,
    };
    NodeVec nodes = view_nodes(arena, view);
    for (int64_t i = 0; i < nodes.count; i++)
        for (int j = 0; j < nodes.items[i]->operand_count; j++)
            VEC_PUSH(arena, rewriter.users[nodes.items[i]->operands[j]->id], nodes.items[i]);
    bool changed = false;
    for (int64_t i = 0; i < nodes.count; i++)
        if (nodes.items[i]->op == OP_LESS && rewrite_less(&rewriter, nodes.items[i]))
            changed = true;
    if (!changed) return;
    ViewResultVec results = {0};
    for (int64_t i = 0; i < view->results.count; i++) {
        ViewResult result = view->results.items[i];
        result.node = graph_replace(rewriter.graph, result.node, rewriter.map, count);
        VEC_PUSH(arena, results, result);
    }
    view->results = results;
}
