/* narrow.c: elementwise operations on values that are only repetitions, done before repeating.
 *
 * Needs: best after simplify. Keeps: every bit. Changes:
 *
 *     %3 = broadcast real[n, 64] %1 (of real[64])
 *     %4 = broadcast real[n, 64] %2 (of real[])
 *     %5 = multiply real[n, 64] %3 %4
 * ->
 *     %3 = multiply real[64] %1 (broadcast real[64] %2)
 *     %4 = broadcast real[n, 64] %3
 *
 * so that a learning rate is computed once a step and sqrt(variance + epsilon) once a channel.
 */

#include "passes/passes.h"
#include "passes/rewrite.h"

/* The smallest type that all operands, seen before their broadcasts, fit. False when one of them is
 * no broadcast: then nothing is repeated by all. */
static bool narrowest(const Node *node, Type *type) {
    bool known = false;
    for (int32_t i = 0; i < node->operand_count; i++) {
        const Node *a = node->operands[i];
        double number;
        if (node_is_constant(a, &number)) continue;
        if (a->op != OP_BROADCAST) return false;
        Type from = a->operands[0]->type;
        if (!known)
            *type = from;
        else if (!shape_broadcast(type->shape, from.shape, &type->shape))
            return false;
        type->batched = (known && type->batched) || from.batched;
        known = true;
    }
    return known;
}

static Node *narrow(Model *model, Node *node) {
    if (!(op_table[node->op].properties & OP_IS_ELEMENTWISE) || node->operand_count > 3)
        return node;
    Type type = {0};
    if (!narrowest(node, &type)) return node;
    bool smaller = shape_elements(type.shape) < shape_elements(node->type.shape) ||
                   (node->type.batched && !type.batched);
    if (!smaller) return node;
    Graph *graph = &model->graph;
    Node *operands[3];
    for (int32_t i = 0; i < node->operand_count; i++) {
        Node *a = node->operands[i];
        double number;
        Type mine = type;
        mine.element = a->type.element;
        if (node_is_constant(a, &number))
            operands[i] = graph_full(graph, number, mine);
        else
            operands[i] = graph_broadcast(graph, a->operands[0], mine);
    }
    Node *result = graph_node(graph, node->op, node->attr, operands, node->operand_count, NULL);
    return graph_broadcast(graph, result, node->type);
}

/* Broadcasts that narrowing puts one on the other are joined, or the next operation would see only
 * the last of them. */
static Node *narrow_or_join(Model *model, Node *node) {
    if (node->op == OP_BROADCAST && node->operands[0]->op == OP_BROADCAST)
        return graph_broadcast(&model->graph, node->operands[0]->operands[0], node->type);
    return narrow(model, node);
}

void pass_narrow(Model *model, ViewVec *views) {
    rewrite_views(model, views, narrow_or_join);
}
