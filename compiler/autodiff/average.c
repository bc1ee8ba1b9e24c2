/* average.c: see average.h.
 *
 *     average <- average + s (w - average),   s = max(1 - decay, 9 / (10 + step))
 *
 * from w's first value on. Without the second bound an average of long memory would stay near the
 * first weights for thousands of steps. (TensorFlow: ExponentialMovingAverage with num_updates,
 * decay min(d, (1 + n) / (10 + n)).)
 */

#include "autodiff/average.h"

static Node *share_of_new(Model *model) {
    Graph *graph = &model->graph;
    Attr attr = {.runtime = RUNTIME_STEP};
    Node *step = graph_node(graph, OP_RUNTIME, attr, NULL, 0, NULL);
    Node *below = graph_binary(graph, OP_ADD, graph_constant(graph, 10), step);
    Node *early = graph_binary(graph, OP_DIVIDE, graph_constant(graph, 9), below);
    return graph_binary(graph, OP_MAXIMUM, graph_constant(graph, 1 - model->train.average), early);
}

static void average_parameter(Model *model, int64_t index, Node *share) {
    Graph *graph = &model->graph;
    const Variable *parameter = &model->variables.items[index];
    Node *next = parameter->next;
    graph->origin = next->origin;
    Variable average = {
        .name = arena_format(graph->arena, "%s/average", parameter->name),
        .role = ROLE_OPTIMIZER,
        .is_average = true,
        .type = parameter->type,
        .initial = parameter->initial,
        .owner = index,
        .origin = parameter->origin,
    };
    average.leaf = graph_leaf(graph, OP_VARIABLE, model->variables.count, average.type);
    Node *away = graph_binary(graph, OP_SUBTRACT, next, average.leaf);
    Node *step = graph_binary_broadcast(graph, OP_MULTIPLY, away, share);
    average.next = graph_binary(graph, OP_ADD, average.leaf, step);
    VEC_PUSH(graph->arena, model->variables, average);
}

void average_add(Model *model) {
    if (!(model->train.average > 0)) return;
    Node *share = share_of_new(model);
    int64_t count = model->variables.count;
    for (int64_t i = 0; i < count; i++) {
        const Variable *variable = &model->variables.items[i];
        if (variable->role == ROLE_PARAMETER && !variable->frozen && variable->next)
            average_parameter(model, i, share);
    }
    model->graph.origin = NULL;
}
