/* eval_reduce.c: reductions over axes of one sample and over the samples, and the rows of softmax.
 * Elements are met in row-major order, so the first of equal maxima is the one with the smallest
 * index. */

#include "graph/eval_rules.h"

#include <math.h>

/* The flat index in the reduced shape that element `flat` of the operand falls to. */
static int64_t reduced_index(Shape whole, Shape reduced, int64_t flat) {
    int64_t at[MAX_RANK];
    index_split(whole, flat, at);
    for (int axis = 0; axis < whole.rank; axis++)
        if (reduced.dims[axis] == 1) at[axis] = 0;
    return index_join(reduced, at);
}

/* For each reduced element the operand's element that wins: the first largest (sign = 1) or first
 * smallest (sign = -1), or the first NaN. */
static void find_first(const double *x, Shape whole, Shape reduced, double way, int64_t *first) {
    int64_t count = shape_elements(reduced), elements = shape_elements(whole);
    for (int64_t i = 0; i < count; i++)
        first[i] = -1;
    for (int64_t i = 0; i < elements; i++) {
        int64_t *best = &first[reduced_index(whole, reduced, i)];
        if (*best < 0) *best = i;
        if (isnan(x[*best])) continue;
        if (isnan(x[i]) || way * x[i] > way * x[*best]) *best = i;
    }
}

static Shape shape_without(Shape shape, uint32_t axes) {
    for (int axis = 0; axis < shape.rank; axis++)
        if (axes >> axis & 1) shape.dims[axis] = 1;
    return shape;
}

void eval_reduce(const EvalCall *call) {
    Shape whole = call->node->operands[0]->type.shape;
    Shape reduced = shape_without(whole, call->node->attr.axes);
    int64_t count = shape_elements(reduced), elements = shape_elements(whole);
    int64_t result_elements = shape_elements(call->node->type.shape);
    OpKind op = call->node->op;
    Arena scratch;
    arena_init(&scratch);
    int64_t *first = ARENA_ARRAY(&scratch, int64_t, count);
    for (int64_t sample = 0; sample < result_samples(call); sample++) {
        const double *x = sample_of(call, 0, sample);
        double *y = call->result + sample * result_elements;
        if (op == OP_SUM) {
            for (int64_t i = 0; i < elements; i++)
                y[reduced_index(whole, reduced, i)] += x[i];
            continue;
        }
        find_first(x, whole, reduced, op == OP_REDUCE_MIN ? -1 : 1, first);
        for (int64_t i = 0; i < count; i++) {
            if (op == OP_FIRST_MAX)
                y[first[i]] = 1;
            else
                y[i] = x[first[i]];
        }
    }
    arena_free(&scratch);
}

void eval_argmax(const EvalCall *call) {
    Shape whole = call->node->operands[0]->type.shape;
    int axis = call->node->attr.axis;
    int64_t inner = 1, length = whole.dims[axis];
    for (int i = axis + 1; i < whole.rank; i++)
        inner *= whole.dims[i];
    int64_t elements = shape_elements(call->node->type.shape);
    for (int64_t sample = 0; sample < result_samples(call); sample++) {
        const double *x = sample_of(call, 0, sample);
        for (int64_t i = 0; i < elements; i++) {
            const double *row = x + i / inner * inner * length + i % inner;
            int64_t best = 0;
            for (int64_t k = 1; k < length; k++) {
                if (isnan(row[best * inner])) break;
                if (isnan(row[k * inner]) || row[k * inner] > row[best * inner]) best = k;
            }
            call->result[sample * elements + i] = (double)best;
        }
    }
}

void eval_batch_sum(const EvalCall *call) {
    int64_t elements = shape_elements(call->node->type.shape);
    for (int64_t sample = 0; sample < call->samples; sample++)
        for (int64_t i = 0; i < elements; i++)
            call->result[i] += sample_of(call, 0, sample)[i];
}

/* softmax(x) = e^(x - m) / sum(e^(x - m)) with m the largest x of the row, and its logarithm
 * x - m - log(sum(e^(x - m))). */
void eval_softmax(const EvalCall *call) {
    Shape shape = call->node->type.shape;
    int64_t length = shape.dims[shape.rank - 1];
    int64_t rows = eval_elements(call->node, call->samples) / length;
    for (int64_t row = 0; row < rows; row++) {
        const double *x = call->operands[0] + row * length;
        double *y = call->result + row * length;
        double largest = x[0], sum = 0;
        for (int64_t i = 1; i < length; i++)
            if (x[i] > largest || isnan(x[i])) largest = x[i];
        for (int64_t i = 0; i < length; i++)
            sum += exp(x[i] - largest);
        for (int64_t i = 0; i < length; i++) {
            if (call->node->op == OP_SOFTMAX)
                y[i] = exp(x[i] - largest) / sum;
            else
                y[i] = x[i] - largest - log(sum);
        }
    }
}
