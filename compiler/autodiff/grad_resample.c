/* grad_resample.c: derivatives of affine pictures (graph/resample.h): by the picture, and by the
 * six numbers through the slopes along columns and rows. */

#include "autodiff/grad.h"
#include "graph/resample.h"

static Node *resample_node(const GradCall *call, OpKind op, Node *a, int64_t bits) {
    Node *operands[2] = {a, call->y->operands[1]};
    Attr attr = {.index = (call->y->attr.index & RESAMPLE_EDGE) | bits};
    return graph_node(call->graph, op, attr, operands, 2, NULL);
}

/* Pixels from the middle along one axis, as an image of the result's type. */
static Node *from_middle(const GradCall *call, int axis) {
    Graph *graph = call->graph;
    int64_t length = call->y->type.shape.dims[axis];
    double *values = ARENA_ARRAY(graph->arena, double, length);
    for (int64_t i = 0; i < length; i++)
        values[i] = (double)i - (double)(length - 1) / 2;
    Type type = type_real(false, (Shape){.rank = 3, .dims = {1, 1, 1}});
    type.shape.dims[axis] = length;
    Attr attr = {.literal = values};
    Node *literal = graph_node(graph, OP_LITERAL, attr, NULL, 0, &type);
    return graph_broadcast(graph, literal, call->y->type);
}

/* The sum over a sample's picture as [1]. */
static Node *sum_of(const GradCall *call, Node *image) {
    Node *sum = graph_reduce(call->graph, OP_SUM, image, 7);
    return graph_reshape(call->graph, sum, (Shape){.rank = 1, .dims = {1}});
}

/* With p = m0 u + m1 v + m2 + ..: dm0 = sum g slope u, dm1 = sum g slope v, dm2 = sum g slope; the
 * same along rows. */
static Node *by_numbers(const GradCall *call) {
    Node *parts[RESAMPLE_NUMBERS];
    Node *x = call->y->operands[0];
    for (int axis = 0; axis < 2; axis++) {
        Node *slope = resample_node(call, OP_RESAMPLE_SLOPE, x, axis ? RESAMPLE_ROWS : 0);
        Node *part = grad_times(call, call->g, slope);
        parts[3 * axis] = sum_of(call, grad_times(call, part, from_middle(call, 1)));
        parts[3 * axis + 1] = sum_of(call, grad_times(call, part, from_middle(call, 0)));
        parts[3 * axis + 2] = sum_of(call, part);
    }
    return graph_node(call->graph, OP_CONCAT, (Attr){0}, parts, RESAMPLE_NUMBERS, NULL);
}

void grad_RESAMPLE(const GradCall *call) {
    if (grad_wanted(call, 0))
        grad_give(call, 0, resample_node(call, OP_RESAMPLE_INPUT, call->g, 0));
    if (grad_wanted(call, 1)) grad_give(call, 1, by_numbers(call));
}
