/* grad_move.c: derivatives of movement: g moved back, and summed where one element went to many. */

#include "autodiff/grad.h"

/* The shape restored. */
void grad_RESHAPE(const GradCall *call) {
    grad_give(call, 0, graph_reshape(call->graph, call->g, call->y->operands[0]->type.shape));
}

/* The sum over the repeated axes of each sample, then over the samples if those were repeated. */
void grad_BROADCAST(const GradCall *call) {
    Type from = call->y->operands[0]->type;
    Shape to = call->y->type.shape;
    int missing = to.rank - from.shape.rank;
    uint32_t axes = 0;
    for (int axis = 0; axis < to.rank; axis++) {
        bool repeated = axis < missing || from.shape.dims[axis - missing] == 1;
        if (repeated && to.dims[axis] > 1) axes |= 1u << axis;
    }
    Node *g = graph_reduce(call->graph, OP_SUM, call->g, axes);
    g = graph_reshape(call->graph, g, from.shape);
    if (g->type.batched && !from.batched) g = graph_unary(call->graph, OP_BATCH_SUM, g);
    grad_give(call, 0, g);
}

/* The inverse permutation. */
void grad_TRANSPOSE(const GradCall *call) {
    Attr attr = {0};
    for (int i = 0; i < call->y->type.shape.rank; i++)
        attr.order[call->y->attr.order[i]] = i;
    grad_give(call, 0, graph_node(call->graph, OP_TRANSPOSE, attr, &call->g, 1, NULL));
}

/* g between zeros. */
void grad_SLICE(const GradCall *call) {
    Shape whole = call->y->operands[0]->type.shape;
    int axis = call->y->attr.axis;
    Attr attr = {0};
    attr.before[axis] = call->y->attr.from;
    attr.after[axis] = whole.dims[axis] - call->y->attr.to;
    grad_give(call, 0, graph_node(call->graph, OP_PAD, attr, &call->g, 1, NULL));
}

static Node *slice(const GradCall *call, Node *a, int axis, int64_t from, int64_t to) {
    if (from == 0 && to == a->type.shape.dims[axis]) return a;
    Attr attr = {.axis = axis, .from = from, .to = to};
    return graph_node(call->graph, OP_SLICE, attr, &a, 1, NULL);
}

/* g without the border. */
void grad_PAD(const GradCall *call) {
    Shape inner = call->y->operands[0]->type.shape;
    Node *g = call->g;
    for (int axis = 0; axis < inner.rank; axis++) {
        int64_t before = call->y->attr.before[axis];
        g = slice(call, g, axis, before, before + inner.dims[axis]);
    }
    grad_give(call, 0, g);
}

/* To each operand its part. */
void grad_CONCAT(const GradCall *call) {
    int axis = call->y->attr.axis;
    int64_t begin = 0;
    for (int32_t i = 0; i < call->y->operand_count; i++) {
        int64_t length = call->y->operands[i]->type.shape.dims[axis];
        if (grad_wanted(call, i))
            grad_give(call, i, slice(call, call->g, axis, begin, begin + length));
        begin += length;
    }
}

/* Sample i went to sample i + 1. */
void grad_BATCH_ROLL(const GradCall *call) {
    grad_give(call, 0, graph_unary(call->graph, OP_BATCH_UNROLL, call->g));
}
