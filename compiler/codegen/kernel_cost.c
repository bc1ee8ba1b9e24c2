/* kernel_cost.c: see kernel_cost.h.
 *
 * Rough: multiply-adds at the speed of vectors, a few hundredths of a nanosecond for each element
 * computed, read or written. Good enough to say what is worth sharing out among threads.
 */
#include "codegen/kernel_cost.h"

#include <math.h>

static double node_nanoseconds(const Node *node) {
    switch (node->op) {
    case OP_EXP:
    case OP_LOG:
    case OP_LOG1P:
    case OP_SIN:
    case OP_COS:
    case OP_TANH:
    case OP_ERF:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_POWER:
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX: return 0.4;
    case OP_DRAW_UNIFORM:
    case OP_DRAW_NORMAL: return 1.5;
    case OP_SQRT:
    case OP_DIVIDE: return 0.15;
    default: return 0.06;
    }
}

static double elements_of(Type type) {
    return (double)shape_elements(type.shape);
}

static void add_cost(Type type, double nanoseconds, double *fixed, double *per_sample) {
    *(type.batched ? per_sample : fixed) += nanoseconds;
}

double kernel_multiplications(const Node *heart) {
    const Window *window = &heart->attr.window;
    if (op_table[heart->op].attr == ATTR_WINDOW) {
        const Node *results =
            heart->op == OP_CONVOLUTION ? heart : heart->operands[heart->op == OP_CONV_WEIGHTS];
        double channels = (double)heart->type.shape.dims[2];
        if (heart->op == OP_CONVOLUTION) channels = (double)heart->operands[0]->type.shape.dims[2];
        if (heart->op != OP_CONV_WEIGHTS) channels /= (double)window->groups;
        return elements_of(results->type) * (double)(window->size[0] * window->size[1]) * channels;
    }
    Shape a = heart->operands[0]->type.shape, b = heart->operands[1]->type.shape;
    if (a.rank < 1 || b.rank < 1) return 0;
    double shared = (double)a.dims[heart->attr.transpose_a ? 0 : a.rank - 1];
    if (heart->op == OP_CONTRACT)
        return elements_of(heart->operands[0]->type) * (double)b.dims[b.rank - 1];
    return elements_of(heart->type) * shared;
}

/* 100 multiply-adds a nanosecond. */
static double product_nanoseconds(const Node *heart) {
    return kernel_multiplications(heart) / 100;
}

void kernel_cost(const Codegen *codegen, const Kernel *kernel, double *fixed, double *per_sample) {
    *fixed = *per_sample = 0;
    double wide = codegen->precision == MATH_F64 ? 2 : 1;
    for (int64_t i = 0; i < kernel->nodes.count; i++) {
        const Node *node = kernel->nodes.items[i];
        Type type = node->type;
        double work = node_nanoseconds(node) * elements_of(type) * wide;
        if (node == kernel->heart) {
            bool product = node->op == OP_MATMUL || node->op == OP_CONTRACT ||
                           op_table[node->op].attr == ATTR_WINDOW;
            type = node->operands[0]->type;
            if (node->op == OP_MATMUL) type.batched |= node->operands[1]->type.batched;
            work = product ? product_nanoseconds(node) * wide : 0.1 * elements_of(type) * wide;
        }
        add_cost(type, work, fixed, per_sample);
    }
    const BindingVec *sets[2] = {&kernel->inputs, &kernel->outputs};
    for (int s = 0; s < 2; s++)
        for (int64_t i = 0; i < sets[s]->count; i++) {
            Type type = sets[s]->items[i].node->type;
            add_cost(type, 0.06 * wide * elements_of(type), fixed, per_sample);
        }
}

/* More samples than a batch can have, but for NNRT_OBSERVE; as short in code as any number. */
static const int64_t never = INT32_MAX;

int64_t kernels_enough_samples(const Codegen *codegen, const Kernel *kernels, int64_t count) {
    double fixed = 0, per_sample = 0, threshold = codegen->options->parallel_threshold;
    for (int64_t i = 0; i < count; i++) {
        double own, each;
        kernel_cost(codegen, &kernels[i], &own, &each);
        fixed += own;
        per_sample += each;
    }
    if (fixed >= threshold) return 0;
    if (per_sample <= 0) return never;
    double samples = ceil((threshold - fixed) / per_sample);
    return samples < (double)never ? (int64_t)samples : never;
}
