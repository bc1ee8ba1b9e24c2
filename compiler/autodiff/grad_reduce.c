/* grad_reduce.c: derivatives of rows and reductions. g has length 1 along the reduced axes, so it
 * is broadcast back. */

#include "autodiff/grad.h"

static Node *x_of(const GradCall *call) {
    return call->y->operands[0];
}

static Node *result(const GradCall *call) {
    return call->graph->nodes.items[call->y->id];
}

static uint32_t last_axis(const Node *node) {
    return 1u << (node->type.shape.rank - 1);
}

/* The sum of a row, in every element of it. */
static Node *row_sum(const GradCall *call, Node *a) {
    Node *sum = graph_reduce(call->graph, OP_SUM, a, last_axis(a));
    return graph_broadcast(call->graph, sum, a->type);
}

/* d softmax(x) = y (g - sum(g y)) */
void grad_SOFTMAX(const GradCall *call) {
    Node *y = result(call);
    Node *sum = row_sum(call, grad_times(call, call->g, y));
    Node *rest = graph_binary(call->graph, OP_SUBTRACT, call->g, sum);
    grad_give(call, 0, grad_times(call, y, rest));
}

/* d log_softmax(x) = g - softmax(x) sum(g) */
void grad_LOG_SOFTMAX(const GradCall *call) {
    Node *softmax = graph_unary(call->graph, OP_SOFTMAX, x_of(call));
    Node *share = grad_times(call, softmax, row_sum(call, call->g));
    grad_give(call, 0, graph_binary(call->graph, OP_SUBTRACT, call->g, share));
}

/* d sum(x) = g in every element */
void grad_SUM(const GradCall *call) {
    grad_give(call, 0, graph_broadcast(call->graph, call->g, x_of(call)->type));
}

/* d max(x) = g at the first maximum, else 0 */
void grad_REDUCE_MAX(const GradCall *call) {
    Node *x = x_of(call);
    Node *first = graph_reduce(call->graph, OP_FIRST_MAX, x, call->y->attr.axes);
    grad_give(call, 0, grad_where(call, first, graph_broadcast(call->graph, call->g, x->type)));
}

/* d min(x) = g at the first minimum, which is the first maximum of -x */
void grad_REDUCE_MIN(const GradCall *call) {
    Node *x = x_of(call);
    Node *first = graph_reduce(call->graph, OP_FIRST_MAX, graph_unary(call->graph, OP_NEGATE, x),
                               call->y->attr.axes);
    grad_give(call, 0, grad_where(call, first, graph_broadcast(call->graph, call->g, x->type)));
}

/* d(sum over samples of x) = g for every sample */
void grad_BATCH_SUM(const GradCall *call) {
    grad_give(call, 0, graph_broadcast(call->graph, call->g, x_of(call)->type));
}
