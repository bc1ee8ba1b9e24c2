/* common_subexpressions.c: one node for values that are the same.
 *
 * Needs: nothing. Keeps: every bit; a + b is b + a. Changes: operands of commutative operations
 * come in the order of their ids, and hash consing (graph.c) does the rest:
 *
 *     %4 = add %1 %2
 *     %5 = add %2 %1      ->   %4
 *
 * Draws are equal only with equal streams, so no randomness is shared.
 */

#include "passes/passes.h"
#include "passes/rewrite.h"

static Node *in_order(Model *model, Node *node) {
    if (!(op_table[node->op].properties & OP_IS_COMMUTATIVE)) return node;
    Node *a = node->operands[0], *b = node->operands[1];
    double number;
    bool a_last = node_is_constant(a, &number), b_last = node_is_constant(b, &number);
    bool swapped = a_last != b_last ? a_last : a->id > b->id;
    return swapped ? graph_binary(&model->graph, node->op, b, a) : node;
}

void pass_common_subexpressions(Model *model, ViewVec *views) {
    rewrite_views(model, views, in_order);
}
