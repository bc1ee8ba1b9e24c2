/* autodiff.c: see autodiff.h. Two walks against the order of evaluation, one for what is summed
 * over samples and one for what is not, over the graph as training sees it. Contributions to one
 * node are added in the order in which its users are met, last user first, so the sum has a fixed
 * order. Nothing is simplified here.
 */

#include "autodiff/autodiff.h"

#include "autodiff/clip.h"
#include "autodiff/grad.h"
#include "graph/views.h"

#include <stdio.h>
#include <stdlib.h>

bool grad_wanted(const GradCall *call, int i) {
    return call->derivation->wanted[call->y->operands[i]->id];
}

void grad_give(const GradCall *call, int i, Node *contribution) {
    if (!grad_wanted(call, i)) return;
    const Node *operand = call->y->operands[i];
    if (!type_equal(operand->type, contribution->type)) {
        fprintf(stderr, "nnc: internal error: derivative of %s by operand %d has another type\n",
                op_table[call->y->op].name, i);
        abort();
    }
    Node **adjoint = &call->derivation->adjoint[operand->id];
    *adjoint = *adjoint ? graph_binary(call->graph, OP_ADD, *adjoint, contribution) : contribution;
}

/* ---- one walk ---- */

/* Nodes that depend on a parameter through operations that have a derivative. */
static void find_wanted(Derivation *derivation, const Model *model) {
    for (int64_t id = 0; id < derivation->count; id++) {
        const Node *node = derivation->graph->nodes.items[id];
        bool wanted = false;
        if (node->op == OP_VARIABLE) {
            const Variable *variable = &model->variables.items[node->attr.index];
            wanted = variable->role == ROLE_PARAMETER && !variable->frozen;
        } else if (!(op_table[node->op].properties & OP_IS_NO_GRADIENT)) {
            for (int32_t i = 0; i < node->operand_count; i++)
                wanted = wanted || derivation->wanted[node->operands[i]->id];
        }
        derivation->wanted[id] = wanted;
    }
}

/* Derivatives of the sum of the roots by every node, into derivation->adjoint. */
static void walk(Derivation *derivation, const NodeVec *roots) {
    Graph *graph = derivation->graph;
    derivation->adjoint = ARENA_ARRAY(graph->arena, Node *, derivation->count);
    for (int64_t i = 0; i < roots->count; i++) {
        Node *root = roots->items[i];
        Node **adjoint = &derivation->adjoint[root->id];
        Node *one = graph_full(graph, 1, root->type);
        *adjoint = *adjoint ? graph_binary(graph, OP_ADD, *adjoint, one) : one;
    }
    for (int64_t id = derivation->count; id-- > 0;) {
        if (!derivation->adjoint[id] || !derivation->wanted[id]) continue;
        const Node *node = graph->nodes.items[id];
        GradCall call = {
            .derivation = derivation, .graph = graph, .y = node, .g = derivation->adjoint[id]};
        graph->origin = node->origin;
        grad_table[node->op](&call);
    }
    graph->origin = NULL;
}

/* ---- the gradient of a model ---- */

static void as_trained(Graph *graph, const NodeVec *nodes, bool batched, Node **map, int64_t count,
                       NodeVec *result) {
    for (int64_t i = 0; i < nodes->count; i++) {
        if (nodes->items[i]->type.batched != batched) continue;
        VEC_PUSH(graph->arena, *result, graph_set_training(graph, nodes->items[i], 1, map, count));
    }
}

/* What the walk found for a parameter, NULL when nothing depends on it. */
static Node *found(const Derivation *derivation, const Variable *variable) {
    int32_t id = variable->leaf->id;
    return id < derivation->count && derivation->wanted[id] ? derivation->adjoint[id] : NULL;
}

static Node *sample_mean(Graph *graph, Node *sum) {
    Attr count = {.runtime = RUNTIME_SAMPLE_COUNT};
    Node *n = graph_node(graph, OP_RUNTIME, count, NULL, 0, NULL);
    return graph_binary_broadcast(graph, OP_DIVIDE, sum, n);
}

static void find_gradients(Model *model) {
    Graph *graph = &model->graph;
    NodeVec each = {0}, once = {0};
    int64_t count = graph->nodes.count;
    Node **map = ARENA_ARRAY(graph->arena, Node *, count);
    as_trained(graph, &model->losses, true, map, count, &each);
    as_trained(graph, &model->losses, false, map, count, &once);
    as_trained(graph, &model->penalties, false, map, count, &once);

    graph->forms_closed = true;
    Derivation derivation = {
        .graph = graph, .facts = {.graph = graph}, .count = graph->nodes.count};
    derivation.wanted = ARENA_ARRAY(graph->arena, bool, derivation.count);
    find_wanted(&derivation, model);
    walk(&derivation, &each);
    for (int64_t i = 0; i < model->variables.count; i++) {
        Variable *variable = &model->variables.items[i];
        variable->gradient = found(&derivation, variable);
        if (variable->gradient) variable->gradient = sample_mean(graph, variable->gradient);
    }
    walk(&derivation, &once);
    for (int64_t i = 0; i < model->variables.count; i++) {
        Variable *variable = &model->variables.items[i];
        if (variable->role != ROLE_PARAMETER || variable->frozen) continue;
        Node *more = found(&derivation, variable), *data = variable->gradient;
        if (data && more)
            variable->gradient = graph_binary(graph, OP_ADD, data, more);
        else if (more)
            variable->gradient = more;
        else if (!data)
            variable->gradient = graph_full(graph, 0, variable->type);
    }
}

/* ---- updates ---- */

static bool stands_still(const Model *model, const Variable *variable) {
    if (variable->role == ROLE_PARAMETER) return variable->frozen;
    if (variable->role != ROLE_OPTIMIZER || variable->owner < 0) return false;
    return model->variables.items[variable->owner].frozen;
}

static void replace_gradients(Model *model) {
    Graph *graph = &model->graph;
    Node **clipped = clip_gradients(model);
    int64_t count = graph->nodes.count;
    Node **map = ARENA_ARRAY(graph->arena, Node *, count);
    for (int64_t i = 0; i < model->variables.count; i++) {
        if (!clipped[i]) continue;
        Node *leaf = graph_leaf(graph, OP_GRADIENT, i, model->variables.items[i].type);
        if (leaf->id < count) map[leaf->id] = clipped[i];
    }
    for (int64_t i = 0; i < model->variables.count; i++) {
        Variable *variable = &model->variables.items[i];
        if (stands_still(model, variable)) variable->next = NULL;
        if (variable->next) variable->next = graph_replace(graph, variable->next, map, count);
    }
}

void autodiff(Model *model) {
    if (!model->losses.count) return;
    model->graph.origin = NULL;
    find_gradients(model);
    replace_gradients(model);
    model->graph.forms_closed = false;
}
