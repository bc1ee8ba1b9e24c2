/* grad_product.c: derivatives of matrix products and of indexing by a class.
 *
 * An operand that is not batched in a batched product is shared by the samples: its derivative is
 * a sum over them, which `contract` and `scatter_sum` are.
 */

#include "autodiff/grad.h"

static Node *transposed(const GradCall *call, Node *a) {
    return graph_node(call->graph, OP_TRANSPOSE, (Attr){.order = {1, 0}}, &a, 1, NULL);
}

static Node *contract(const GradCall *call, Node *a, Node *b) {
    Node *operands[2] = {a, b};
    return graph_node(call->graph, OP_CONTRACT, (Attr){0}, operands, 2, NULL);
}

/* y = A B with A [i, k], B [k, m]: dA = G B'. Where A is shared, the sum over samples, then m, of
 * G[i, m] B[k, m]. What is stored transposed is returned transposed. */
static Node *by_first(const GradCall *call, Node *a, Node *b, bool ta, bool tb) {
    Node *g = call->g;
    if (g->type.batched && !a->type.batched) {
        Node *gt = transposed(call, g), *bt = tb ? b : transposed(call, b);
        return ta ? contract(call, bt, gt) : contract(call, gt, bt);
    }
    if (ta) return graph_matmul(call->graph, b, g, tb, true);
    return graph_matmul(call->graph, g, b, false, !tb);
}

/* dB = A' G. Where B is shared, the sum over samples, then i, of A[i, k] G[i, m]. */
static Node *by_second(const GradCall *call, Node *a, Node *b, bool ta, bool tb) {
    Node *g = call->g;
    if (g->type.batched && !b->type.batched) {
        Node *straight = ta ? transposed(call, a) : a;
        return tb ? contract(call, g, straight) : contract(call, straight, g);
    }
    if (tb) return graph_matmul(call->graph, g, a, true, ta);
    return graph_matmul(call->graph, a, g, !ta, false);
}

void grad_MATMUL(const GradCall *call) {
    Node *a = call->y->operands[0], *b = call->y->operands[1];
    const Attr *attr = &call->y->attr;
    if (grad_wanted(call, 0))
        grad_give(call, 0, by_first(call, a, b, attr->transpose_a, attr->transpose_b));
    if (grad_wanted(call, 1))
        grad_give(call, 1, by_second(call, a, b, attr->transpose_a, attr->transpose_b));
}

/* d a[class] = g in the row of the class, 0 in the others; of a table that the samples share, each
 * row the sum of g over the samples of its class. */
void grad_TAKE(const GradCall *call) {
    Node *a = call->y->operands[0], *index = call->y->operands[1];
    if (!grad_wanted(call, 0)) return;
    Shape shape = a->type.shape;
    if (call->g->type.batched && !a->type.batched) {
        Node *operands[2] = {call->g, index};
        grad_give(call, 0,
                  graph_node(call->graph, OP_SCATTER_SUM, (Attr){.index = shape.dims[0]}, operands,
                             2, NULL));
        return;
    }
    Node *row =
        graph_node(call->graph, OP_ONE_HOT, (Attr){.index = shape.dims[0]}, &index, 1, NULL);
    Shape column = {.rank = shape.rank, .dims = {shape.dims[0]}};
    Shape one = shape;
    one.dims[0] = 1;
    for (int i = 1; i < shape.rank; i++)
        column.dims[i] = 1;
    row = graph_broadcast(call->graph, graph_reshape(call->graph, row, column), a->type);
    Node *g = graph_broadcast(call->graph, graph_reshape(call->graph, call->g, one), a->type);
    grad_give(call, 0, grad_where(call, row, g));
}
