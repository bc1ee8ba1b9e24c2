/* eval_product.c: matrix products, and indexing by a class. Products are added in ascending order
 * of the contracted index, starting from zero. A class outside its range takes NaN. */

#include "graph/eval_rules.h"

#include <math.h>

/* c[i, m] = sum over k of a[i, k] b[k, m], each matrix read transposed if it says so. */
void eval_matmul(const EvalCall *call) {
    const Attr *attr = &call->node->attr;
    Shape a = call->node->operands[0]->type.shape, b = call->node->operands[1]->type.shape;
    Shape c = call->node->type.shape;
    int64_t length = a.dims[attr->transpose_a ? 0 : 1];
    int64_t a_row = attr->transpose_a ? 1 : a.dims[1], a_step = attr->transpose_a ? a.dims[1] : 1;
    int64_t b_step = attr->transpose_b ? 1 : b.dims[1],
            b_column = attr->transpose_b ? b.dims[1] : 1;
    for (int64_t sample = 0; sample < result_samples(call); sample++) {
        const double *x = sample_of(call, 0, sample), *w = sample_of(call, 1, sample);
        double *y = call->result + sample * shape_elements(c);
        for (int64_t i = 0; i < c.dims[0]; i++)
            for (int64_t m = 0; m < c.dims[1]; m++)
                for (int64_t k = 0; k < length; k++)
                    y[i * c.dims[1] + m] +=
                        x[i * a_row + k * a_step] * w[k * b_step + m * b_column];
    }
}

/* c[k, m] = sum over samples, then i, of a[i, k] b[i, m]. */
void eval_contract(const EvalCall *call) {
    Shape a = call->node->operands[0]->type.shape, b = call->node->operands[1]->type.shape;
    for (int64_t sample = 0; sample < call->samples; sample++)
        for (int64_t i = 0; i < a.dims[0]; i++)
            for (int64_t k = 0; k < a.dims[1]; k++)
                for (int64_t m = 0; m < b.dims[1]; m++)
                    call->result[k * b.dims[1] + m] +=
                        sample_of(call, 0, sample)[i * a.dims[1] + k] *
                        sample_of(call, 1, sample)[i * b.dims[1] + m];
}

/* ---- indexing ---- */

/* The class as an index below `limit`, or -1. */
static int64_t class_index(double class_number, int64_t limit) {
    if (!(class_number >= 0 && class_number < (double)limit)) return -1;
    return (int64_t)class_number;
}

void eval_take(const EvalCall *call) {
    int64_t elements = shape_elements(call->node->type.shape);
    int64_t limit = call->node->operands[0]->type.shape.dims[0];
    for (int64_t sample = 0; sample < result_samples(call); sample++) {
        const double *table = sample_of(call, 0, sample);
        int64_t row = class_index(*sample_of(call, 1, sample), limit);
        for (int64_t i = 0; i < elements; i++)
            call->result[sample * elements + i] = row < 0 ? NAN : table[row * elements + i];
    }
}

void eval_one_hot(const EvalCall *call) {
    int64_t length = call->node->attr.index;
    int64_t count = eval_elements(call->node->operands[0], call->samples);
    for (int64_t i = 0; i < count; i++) {
        int64_t row = class_index(call->operands[0][i], length);
        if (row >= 0) call->result[i * length + row] = 1;
    }
}

void eval_scatter_sum(const EvalCall *call) {
    int64_t elements = shape_elements(call->node->operands[0]->type.shape);
    for (int64_t sample = 0; sample < call->samples; sample++) {
        int64_t row = class_index(*sample_of(call, 1, sample), call->node->attr.index);
        for (int64_t i = 0; row >= 0 && i < elements; i++)
            call->result[row * elements + i] += sample_of(call, 0, sample)[i];
    }
}
