/* simplify_move.c: movement joined with movement, and movement that products and reductions can do
 * without. See simplify.c. */

#include "passes/simplify.h"

static int leading_ones(Shape shape) {
    int count = 0;
    while (count < shape.rank && shape.dims[count] == 1)
        count++;
    return count;
}

/* Equal but for axes of length 1 in front. */
static bool same_behind_ones(Shape a, Shape b) {
    int i = leading_ones(a), k = leading_ones(b);
    if (a.rank - i != b.rank - k) return false;
    for (; i < a.rank; i++, k++)
        if (a.dims[i] != b.dims[k]) return false;
    return true;
}

static Node *simplify_reshape(Graph *graph, Node *node) {
    Node *a = node->operands[0];
    if (type_equal(a->type, node->type)) return a;
    if (a->op == OP_RESHAPE) return graph_reshape(graph, a->operands[0], node->type.shape);
    /* reshape(broadcast(x)) of one number a sample, or with axes of length 1 in front */
    if (a->op != OP_BROADCAST) return node;
    Node *x = a->operands[0];
    if (shape_elements(x->type.shape) == 1)
        return graph_broadcast(graph, graph_reshape(graph, x, shape_scalar()), node->type);
    if (same_behind_ones(a->type.shape, node->type.shape) &&
        x->type.shape.rank <= node->type.shape.rank)
        return graph_broadcast(graph, x, node->type);
    return node;
}

static Node *simplify_broadcast(Graph *graph, Node *node) {
    Node *a = node->operands[0];
    if (type_equal(a->type, node->type)) return a;
    if (a->op == OP_BROADCAST) return graph_broadcast(graph, a->operands[0], node->type);
    if (a->op == OP_RESHAPE) {
        Node *x = a->operands[0];
        if (same_behind_ones(x->type.shape, a->type.shape) &&
            x->type.shape.rank <= node->type.shape.rank)
            return graph_broadcast(graph, x, node->type);
    }
    return node;
}

static Node *simplify_transpose(Graph *graph, Node *node) {
    Node *a = node->operands[0];
    int rank = node->type.shape.rank;
    if (a->op == OP_TRANSPOSE) {
        Attr attr = {0};
        for (int i = 0; i < rank; i++)
            attr.order[i] = a->attr.order[node->attr.order[i]];
        return graph_node(graph, OP_TRANSPOSE, attr, &a->operands[0], 1, NULL);
    }
    /* axes of length 1 move freely: if the others keep their order it is a reshape */
    int last = -1;
    for (int i = 0; i < rank; i++) {
        if (node->type.shape.dims[i] == 1) continue;
        if (node->attr.order[i] < last) return node;
        last = node->attr.order[i];
    }
    return graph_reshape(graph, a, node->type.shape);
}

static Node *simplify_slice(Graph *graph, Node *node) {
    Node *a = node->operands[0];
    if (type_equal(a->type, node->type)) return a;
    if (a->op != OP_SLICE || a->attr.axis != node->attr.axis) return node;
    Attr attr = node->attr;
    attr.from += a->attr.from;
    attr.to += a->attr.from;
    return graph_node(graph, OP_SLICE, attr, &a->operands[0], 1, NULL);
}

/* ---- products ---- */

/* The matrix behind a transposition, which the product can do itself. */
static Node *behind_transpose(Node *a) {
    if (a->op != OP_TRANSPOSE || a->type.shape.rank != 2) return NULL;
    return a->operands[0];
}

static Node *simplify_matmul(Graph *graph, Node *node) {
    Node *a = behind_transpose(node->operands[0]), *b = behind_transpose(node->operands[1]);
    if (!a && !b) return node;
    bool ta = node->attr.transpose_a != (a != NULL), tb = node->attr.transpose_b != (b != NULL);
    return graph_matmul(graph, a ? a : node->operands[0], b ? b : node->operands[1], ta, tb);
}

Node *simplify_movement(Graph *graph, Node *node) {
    switch (node->op) {
    case OP_RESHAPE: return simplify_reshape(graph, node);
    case OP_BROADCAST: return simplify_broadcast(graph, node);
    case OP_TRANSPOSE: return simplify_transpose(graph, node);
    case OP_SLICE: return simplify_slice(graph, node);
    case OP_PAD: return type_equal(node->operands[0]->type, node->type) ? node->operands[0] : node;
    case OP_CONCAT: return node->operand_count == 1 ? node->operands[0] : node;
    case OP_MATMUL: return simplify_matmul(graph, node);
    default: return node;
    }
}

/* ---- reductions ---- */

/* sum(if one_hot(y) then c else 0) along the axis of the class is c: only one element is not 0.
 * Classes are within their range; readers see to that. */
static bool is_one_of_row(const Node *node, uint32_t axes, double *number) {
    if (node->op != OP_SELECT || !simplify_is(node->operands[2], 0)) return false;
    const Node *condition = node->operands[0];
    int rank = node->type.shape.rank;
    if (condition->op != OP_ONE_HOT || rank < 1 || axes != 1u << (rank - 1)) return false;
    return node_is_constant(node->operands[1], number);
}

Node *simplify_reduction(Graph *graph, Node *node) {
    if (node->op != OP_SUM && node->op != OP_REDUCE_MAX && node->op != OP_REDUCE_MIN) return node;
    Node *a = node->operands[0];
    uint32_t axes = 0;
    for (int axis = 0; axis < a->type.shape.rank; axis++)
        if (node->attr.axes >> axis & 1 && a->type.shape.dims[axis] > 1) axes |= 1u << axis;
    if (axes && axes != node->attr.axes) return graph_reduce(graph, node->op, a, axes);
    /* a sum begins with +0, so it turns -0 to 0 */
    if (!axes && (node->op != OP_SUM || simplify_no_minus_zero(a))) return a;
    double number;
    if (node->op == OP_SUM && is_one_of_row(a, node->attr.axes, &number))
        return graph_full(graph, number, node->type);
    return node;
}
