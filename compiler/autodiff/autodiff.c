/* autodiff.c: see autodiff.h. Two walks against the order of evaluation, one for what is summed
 * over samples and one for what is not, over the graph as training sees it. Contributions to one
 * node are added in the order in which its users are met, last user first, so the sum has a fixed
 * order. Nothing is simplified here.
 */

#include "autodiff/autodiff.h"

#include "autodiff/average.h"
#include "autodiff/clip.h"
#include "autodiff/grad.h"
#include "autodiff/grains.h"
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

/* The losses and penalties of a training step, in the three parts of their derivatives. */
typedef struct Roots {
    NodeVec samples, whole, free;
} Roots;

/* As training sees them. What looks at a whole batch is kept apart only where batches are cut. */
static Roots find_roots(Model *model) {
    Graph *graph = &model->graph;
    Roots roots = {0};
    int64_t count = graph->nodes.count;
    Node **map = ARENA_ARRAY(graph->arena, Node *, count);
    for (int64_t i = 0; i < model->losses.count + model->penalties.count; i++) {
        int64_t k = i - model->losses.count;
        Node *root = k < 0 ? model->losses.items[i] : model->penalties.items[k];
        if (k >= 0 && root->type.batched) continue;
        root = graph_set_training(graph, root, 1, map, count);
        NodeVec *to = root->type.batched                                      ? &roots.samples
                      : grains_cut(model) && grains_sees_samples(graph, root) ? &roots.whole
                                                                              : &roots.free;
        VEC_PUSH(graph->arena, *to, root);
    }
    return roots;
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

static bool is_trained(const Variable *variable) {
    return variable->role == ROLE_PARAMETER && !variable->frozen;
}

/* One gradient of its parts; zero when there are none. */
static Node *gradient_of(Model *model, const GradientParts *parts, Type type) {
    Graph *graph = &model->graph;
    Node *sum = parts->mean;
    Node *others[2] = {parts->whole, parts->free};
    for (int i = 0; i < 2; i++)
        if (others[i]) sum = sum ? graph_binary(graph, OP_ADD, sum, others[i]) : others[i];
    return sum ? sum : graph_full(graph, 0, type);
}

/* The parts of every parameter's gradient, by variable. */
static GradientParts *find_parts(Model *model) {
    Graph *graph = &model->graph;
    Roots roots = find_roots(model);
    graph->forms_closed = true;
    Derivation derivation = {
        .graph = graph, .facts = {.graph = graph}, .count = graph->nodes.count};
    derivation.wanted = ARENA_ARRAY(graph->arena, bool, derivation.count);
    find_wanted(&derivation, model);
    int64_t count = model->variables.count;
    GradientParts *parts = ARENA_ARRAY(graph->arena, GradientParts, count);
    walk(&derivation, &roots.samples);
    for (int64_t i = 0; i < count; i++) {
        parts[i].samples = found(&derivation, &model->variables.items[i]);
        if (parts[i].samples) parts[i].mean = sample_mean(graph, parts[i].samples);
    }
    walk(&derivation, &roots.whole);
    for (int64_t i = 0; i < count; i++)
        parts[i].whole = found(&derivation, &model->variables.items[i]);
    walk(&derivation, &roots.free);
    for (int64_t i = 0; i < count; i++)
        parts[i].free = found(&derivation, &model->variables.items[i]);
    return parts;
}

/* Sets `gradient` of every trained parameter; gives what updates see, by variable: the same, or in
 * terms of joined grains. */
static Node **find_gradients(Model *model) {
    GradientParts *parts = find_parts(model);
    int64_t count = model->variables.count;
    Node **gradients = ARENA_ARRAY(model->graph.arena, Node *, count);
    for (int64_t i = 0; i < count; i++) {
        Variable *variable = &model->variables.items[i];
        if (!is_trained(variable)) continue;
        variable->gradient = gradients[i] = gradient_of(model, &parts[i], variable->type);
    }
    if (!grains_cut(model)) return gradients;
    grains_join(model, parts, count);
    for (int64_t i = 0; i < count; i++) {
        if (!gradients[i]) continue;
        if (parts[i].samples) parts[i].mean = sample_mean(&model->graph, parts[i].samples);
        gradients[i] = gradient_of(model, &parts[i], model->variables.items[i].type);
    }
    return gradients;
}

/* ---- updates ---- */

static bool stands_still(const Model *model, const Variable *variable) {
    if (variable->role == ROLE_PARAMETER) return variable->frozen;
    if (variable->role != ROLE_OPTIMIZER || variable->owner < 0) return false;
    return model->variables.items[variable->owner].frozen;
}

/* `gradients` are those of the first `known` variables, as updates see them. */
static void replace_gradients(Model *model, Node **gradients, int64_t known) {
    Graph *graph = &model->graph;
    int64_t count = graph->nodes.count;
    Node **map = ARENA_ARRAY(graph->arena, Node *, count);
    for (int64_t i = 0; i < known; i++) {
        if (!gradients[i]) continue;
        Node *leaf = graph_leaf(graph, OP_GRADIENT, i, model->variables.items[i].type);
        if (leaf->id < count) map[leaf->id] = gradients[i];
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
    int64_t count = model->variables.count;
    Node **gradients = find_gradients(model);
    clip_gradients(model, gradients, count);
    replace_gradients(model, gradients, count);
    average_add(model);
    model->graph.forms_closed = false;
}
