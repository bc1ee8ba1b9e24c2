/* node_kinds.c: what the core operations are to the planner.
 *
 * Facts about single nodes that every step of planning asks for: which values come from where,
 * which are dear, which kernel family computes them, and when two types are the same matrix.
 */

#include "passes/schedule.h"

bool node_is_inline_leaf(const Node *node) {
    switch (node->op) {
    case OP_CONSTANT:
    case OP_HYPER:
    case OP_RUNTIME:
    case OP_TRAINING:
    case OP_ACCUMULATED: return true;
    default: return false;
    }
}

bool node_is_bound_leaf(const Node *node) {
    return node->op == OP_INPUT || node->op == OP_VARIABLE || node->op == OP_LITERAL;
}

bool node_is_expensive(const Node *node) {
    switch (node->op) {
    case OP_EXP:
    case OP_LOG:
    case OP_LOG1P:
    case OP_SQRT:
    case OP_SIN:
    case OP_COS:
    case OP_TANH:
    case OP_ERF:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_DIVIDE:
    case OP_DRAW_UNIFORM:
    case OP_DRAW_NORMAL: return true;
    case OP_POWER: { /* squares and the like are multiplications */
        double exponent;
        return !(node_is_constant(node->operands[1], &exponent) && exponent >= 1 && exponent <= 4 &&
                 exponent == (int)exponent);
    }
    case OP_ONE_HOT:
    case OP_TAKE: return false;
    default:
        return !(op_table[node->op].properties & (OP_IS_LEAF | OP_IS_ELEMENTWISE | OP_IS_MOVEMENT));
    }
}

bool node_is_reduction(const Node *node) {
    switch (node->op) {
    case OP_SUM:
    case OP_REDUCE_MAX:
    case OP_REDUCE_MIN:
    case OP_FIRST_MAX:
    case OP_ARGMAX: return true;
    default: return false;
    }
}

bool node_is_pool(const Node *node) {
    return op_table[node->op].attr == ATTR_WINDOW && !node_is_product(node);
}

bool node_is_resample(const Node *node) {
    return node->op == OP_RESAMPLE || node->op == OP_RESAMPLE_SLOPE;
}

bool node_is_row_operation(const Node *node) {
    if (node->op == OP_SOFTMAX || node->op == OP_LOG_SOFTMAX) return true;
    if (!node_is_reduction(node)) return false;
    int rank = node->operands[0]->type.shape.rank;
    if (rank == 0) return false;
    if (node->op == OP_ARGMAX) return node->attr.axis == rank - 1;
    return node->attr.axes == (uint32_t)1 << (rank - 1);
}

bool node_is_product(const Node *node) {
    switch (node->op) {
    case OP_MATMUL:
    case OP_CONTRACT:
    case OP_CONVOLUTION:
    case OP_CONV_INPUT:
    case OP_CONV_WEIGHTS: return true;
    default: return false;
    }
}

bool family_is_product(KernelFamily family) {
    return family == KERNEL_MATMUL || family == KERNEL_CONTRACT || family == KERNEL_CONVOLUTION ||
           family == KERNEL_CONV_WEIGHTS;
}

bool node_turns_operand(const Node *heart) {
    return heart->op == OP_CONV_INPUT || (heart->op == OP_MATMUL && heart->attr.transpose_b);
}

bool node_wants_panels(const Node *heart) {
    switch (heart->op) {
    case OP_MATMUL:
    case OP_CONTRACT: return true;
    case OP_CONVOLUTION:
    case OP_CONV_INPUT: return heart->attr.window.groups == 1;
    default: return false;
    }
}

bool types_same_elements(Type a, Type b) {
    return a.element == b.element && a.batched == b.batched &&
           shape_elements(a.shape) == shape_elements(b.shape);
}

bool types_same_matrix(Type a, Type b) {
    return types_same_elements(a, b) && type_matrix_columns(a) == type_matrix_columns(b);
}

bool type_is_of_rows(Type type, Type domain) {
    int rank = domain.shape.rank;
    if (type.batched != domain.batched || type_matrix_columns(domain) == 1) return false;
    if (!domain.batched && type_matrix_rows(domain) == 1) return false;
    if (type.shape.rank != rank && type.shape.rank != rank - 1) return false;
    for (int i = 0; i < rank - 1; i++)
        if (type.shape.dims[i] != domain.shape.dims[i]) return false;
    return type.shape.rank == rank - 1 || type.shape.dims[rank - 1] == 1;
}

KernelFamily node_family(const Node *node) {
    switch (node->op) {
    case OP_MATMUL: return KERNEL_MATMUL;
    case OP_CONTRACT: return KERNEL_CONTRACT;
    case OP_CONVOLUTION:
    case OP_CONV_INPUT: return KERNEL_CONVOLUTION;
    case OP_CONV_WEIGHTS: return KERNEL_CONV_WEIGHTS;
    case OP_BATCH_SUM: return KERNEL_BATCH_SUM;
    case OP_SCATTER_SUM:
    case OP_RESAMPLE_INPUT: return KERNEL_SCATTER;
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX: return KERNEL_ROW;
    default: break;
    }
    if (!node_is_reduction(node)) return KERNEL_MAP;
    return node_is_row_operation(node) && node->type.batched ? KERNEL_ROW : KERNEL_REDUCE;
}

Type node_domain(const Node *node) {
    return node_family(node) == KERNEL_ROW ? node->operands[0]->type : node->type;
}
