/* rewrite.c: see rewrite.h. What a rule makes keeps the place in the source of what it replaces. */

#include "passes/rewrite.h"

/* A rule that never ends would be a bug; this bounds its cost, never its result's rightness. */
enum { ROUNDS = 32 };

bool *rewrite_needed(const Model *model, const ViewVec *views) {
    const Graph *graph = &model->graph;
    bool *needed = ARENA_ARRAY(graph->arena, bool, graph->nodes.count);
    for (int64_t v = 0; v < views->count; v++)
        for (int64_t i = 0; i < views->items[v].results.count; i++)
            needed[views->items[v].results.items[i].node->id] = true;
    for (int64_t id = graph->nodes.count; id-- > 0;) {
        const Node *node = graph->nodes.items[id];
        for (int32_t i = 0; needed[id] && i < node->operand_count; i++)
            needed[node->operands[i]->id] = true;
    }
    return needed;
}

static Node *rebuilt(Graph *graph, Node *node, Node *const *map) {
    Node *few[4], **operands = few;
    if (node->operand_count > 4) operands = ARENA_ARRAY(graph->arena, Node *, node->operand_count);
    bool same = true;
    for (int32_t i = 0; i < node->operand_count; i++) {
        operands[i] = map[node->operands[i]->id];
        same = same && operands[i] == node->operands[i];
    }
    if (same) return node;
    return graph_node(graph, node->op, node->attr, operands, node->operand_count, &node->type);
}

void rewrite_views(Model *model, ViewVec *views, RewriteRule *rule) {
    Graph *graph = &model->graph;
    bool *needed = rewrite_needed(model, views);
    int64_t count = graph->nodes.count;
    Node **map = ARENA_ARRAY(graph->arena, Node *, count);
    for (int64_t id = 0; id < count; id++) {
        if (!needed[id]) continue;
        graph->origin = graph->nodes.items[id]->origin;
        Node *node = rebuilt(graph, graph->nodes.items[id], map);
        for (int round = 0; round < ROUNDS; round++) {
            Node *better = rule(model, node);
            if (better == node) break;
            node = better;
        }
        map[id] = node;
    }
    graph->origin = NULL;
    for (int64_t v = 0; v < views->count; v++)
        for (int64_t i = 0; i < views->items[v].results.count; i++) {
            ViewResult *result = &views->items[v].results.items[i];
            result->node = map[result->node->id];
        }
}
