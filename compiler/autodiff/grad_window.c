/* grad_window.c: derivatives of convolutions and pools. The window stays the same: a convolution,
 * the gradient of its input and that of its weights are one contraction read three ways.
 */

#include "autodiff/grad.h"

static Node *window_node(const GradCall *call, OpKind op, Node *a, Node *b) {
    Node *operands[2] = {a, b};
    return graph_node(call->graph, op, call->y->attr, operands, b ? 2 : 1, NULL);
}

/* y[o] = sum over taps t of x[o + t] w[t]: dx[i] = sum over o of g[o] w[i - o], and
 * dw[t] = sum over samples and o of x[o + t] g[o]. */
void grad_CONVOLUTION(const GradCall *call) {
    Node *x = call->y->operands[0], *w = call->y->operands[1];
    if (grad_wanted(call, 0)) grad_give(call, 0, window_node(call, OP_CONV_INPUT, call->g, w));
    if (grad_wanted(call, 1)) grad_give(call, 1, window_node(call, OP_CONV_WEIGHTS, x, call->g));
}

/* y[i] = sum over o of a[o] w[i - o]: da[o] = sum over taps t of g[o + t] w[t], and
 * dw[t] = sum over samples and o of g[o + t] a[o]. */
void grad_CONV_INPUT(const GradCall *call) {
    Node *a = call->y->operands[0], *w = call->y->operands[1];
    if (grad_wanted(call, 0)) grad_give(call, 0, window_node(call, OP_CONVOLUTION, call->g, w));
    if (grad_wanted(call, 1)) grad_give(call, 1, window_node(call, OP_CONV_WEIGHTS, call->g, a));
}

/* g to the first maximum of each window */
void grad_MAXPOOL(const GradCall *call) {
    Node *x = call->y->operands[0];
    if (grad_wanted(call, 0)) grad_give(call, 0, window_node(call, OP_MAXPOOL_INPUT, x, call->g));
}

/* g / (real pixels of the window) to each of them */
void grad_AVGPOOL(const GradCall *call) {
    if (grad_wanted(call, 0))
        grad_give(call, 0, window_node(call, OP_AVGPOOL_INPUT, call->g, NULL));
}
