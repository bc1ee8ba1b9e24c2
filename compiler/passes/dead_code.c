/* dead_code.c: what nobody needs.
 *
 * Needs: nothing. Keeps: every result but those dropped. Changes: an update that gives a variable
 * its own value is no update; nodes that neither a view nor the model's own fields reach leave the
 * graph, and those that stay are numbered anew, without gaps and in the same order.
 *
 *     variable 3 = %7 = variable index=3     ->   (gone)
 */

#include "passes/passes.h"

static void drop_idle_updates(Arena *arena, View *view) {
    if (view->kind != VIEW_TRAIN_STEP) return;
    ViewResultVec kept = {0};
    for (int64_t i = 0; i < view->results.count; i++) {
        ViewResult result = view->results.items[i];
        bool idle = result.kind == RESULT_VARIABLE && result.node->op == OP_VARIABLE &&
                    result.node->attr.index == result.index;
        if (!idle) VEC_PUSH(arena, kept, result);
    }
    view->results = kept;
}

static void mark(bool *needed, const Node *node) {
    if (node) needed[node->id] = true;
}

static void mark_named(bool *needed, const NamedNodeVec *nodes) {
    for (int64_t i = 0; i < nodes->count; i++)
        mark(needed, nodes->items[i].node);
}

static void mark_model(bool *needed, const Model *model) {
    for (int64_t i = 0; i < model->inputs.count; i++)
        mark(needed, model->inputs.items[i].leaf);
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        mark(needed, variable->leaf);
        mark(needed, variable->initial);
        mark(needed, variable->next);
        mark(needed, variable->gradient);
        mark(needed, variable->grain);
        mark(needed, variable->sample_value);
    }
    for (int64_t i = 0; i < model->accumulators.count; i++) {
        mark(needed, model->accumulators.items[i].value);
        mark(needed, model->accumulators.items[i].leaf);
    }
    for (int64_t i = 0; i < model->hypers.count; i++)
        mark(needed, model->hypers.items[i].leaf);
    for (int64_t i = 0; i < model->layers.count; i++)
        mark(needed, model->layers.items[i].result);
    for (int64_t i = 0; i < model->losses.count; i++)
        mark(needed, model->losses.items[i]);
    for (int64_t i = 0; i < model->penalties.count; i++)
        mark(needed, model->penalties.items[i]);
    mark_named(needed, &model->outputs);
    mark_named(needed, &model->metrics);
    mark(needed, model->learning_rate);
    mark(needed, model->step_loss);
}

void pass_dead_code(Model *model, ViewVec *views) {
    Graph *graph = &model->graph;
    for (int64_t v = 0; v < views->count; v++)
        drop_idle_updates(graph->arena, &views->items[v]);
    bool *needed = ARENA_ARRAY(graph->arena, bool, graph->nodes.count);
    mark_model(needed, model);
    for (int64_t v = 0; v < views->count; v++)
        for (int64_t i = 0; i < views->items[v].results.count; i++)
            mark(needed, views->items[v].results.items[i].node);
    for (int64_t id = graph->nodes.count; id-- > 0;) {
        const Node *node = graph->nodes.items[id];
        for (int32_t i = 0; needed[id] && i < node->operand_count; i++)
            mark(needed, node->operands[i]);
    }
    graph_keep(graph, needed);
}
