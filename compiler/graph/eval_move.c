/* eval_move.c: movement, each operation as the question "which element of the operand is this?",
 * asked for every element of the result. */

#include "graph/eval_rules.h"

/* The operand's element for each element of the result, within one sample; -1: the padding. */
typedef int64_t MoveRule(const Node *node, const int64_t at[MAX_RANK]);

static void move(const EvalCall *call, MoveRule *rule) {
    Shape shape = call->node->type.shape;
    int64_t elements = shape_elements(shape);
    for (int64_t sample = 0; sample < result_samples(call); sample++) {
        const double *x = sample_of(call, 0, sample);
        for (int64_t i = 0; i < elements; i++) {
            int64_t at[MAX_RANK];
            index_split(shape, i, at);
            int64_t from = rule(call->node, at);
            call->result[sample * elements + i] = from < 0 ? call->node->attr.number : x[from];
        }
    }
}

void eval_reshape(const EvalCall *call) {
    int64_t count = eval_elements(call->node, call->samples);
    for (int64_t i = 0; i < count; i++)
        call->result[i] = call->operands[0][i];
}

static int64_t broadcast_from(const Node *node, const int64_t at[MAX_RANK]) {
    Shape from = node->operands[0]->type.shape;
    int missing = node->type.shape.rank - from.rank;
    int64_t source[MAX_RANK];
    for (int axis = 0; axis < from.rank; axis++)
        source[axis] = from.dims[axis] == 1 ? 0 : at[axis + missing];
    return index_join(from, source);
}

void eval_broadcast(const EvalCall *call) {
    move(call, broadcast_from);
}

static int64_t transpose_from(const Node *node, const int64_t at[MAX_RANK]) {
    int64_t source[MAX_RANK];
    for (int axis = 0; axis < node->type.shape.rank; axis++)
        source[node->attr.order[axis]] = at[axis];
    return index_join(node->operands[0]->type.shape, source);
}

void eval_transpose(const EvalCall *call) {
    move(call, transpose_from);
}

static int64_t slice_from(const Node *node, const int64_t at[MAX_RANK]) {
    int64_t source[MAX_RANK];
    for (int axis = 0; axis < node->type.shape.rank; axis++)
        source[axis] = at[axis] + (axis == node->attr.axis ? node->attr.from : 0);
    return index_join(node->operands[0]->type.shape, source);
}

void eval_slice(const EvalCall *call) {
    move(call, slice_from);
}

static int64_t pad_from(const Node *node, const int64_t at[MAX_RANK]) {
    Shape from = node->operands[0]->type.shape;
    int64_t source[MAX_RANK];
    for (int axis = 0; axis < from.rank; axis++) {
        source[axis] = at[axis] - node->attr.before[axis];
        if (source[axis] < 0 || source[axis] >= from.dims[axis]) return -1;
    }
    return index_join(from, source);
}

void eval_pad(const EvalCall *call) {
    move(call, pad_from);
}

void eval_concat(const EvalCall *call) {
    const Node *node = call->node;
    Shape shape = node->type.shape;
    int64_t elements = shape_elements(shape), begin = 0;
    for (int32_t operand = 0; operand < node->operand_count; operand++) {
        Shape part = node->operands[operand]->type.shape;
        for (int64_t sample = 0; sample < result_samples(call); sample++) {
            const double *x = sample_of(call, operand, sample);
            for (int64_t i = 0; i < shape_elements(part); i++) {
                int64_t at[MAX_RANK];
                index_split(part, i, at);
                at[node->attr.axis] += begin;
                call->result[sample * elements + index_join(shape, at)] = x[i];
            }
        }
        begin += part.dims[node->attr.axis];
    }
}

void eval_roll(const EvalCall *call) {
    int64_t elements = shape_elements(call->node->type.shape), n = call->samples;
    for (int64_t sample = 0; sample < n; sample++) {
        bool back = call->node->op == OP_BATCH_ROLL;
        const double *x = sample_of(call, 0, (sample + (back ? n - 1 : 1)) % n);
        for (int64_t i = 0; i < elements; i++)
            call->result[sample * elements + i] = x[i];
    }
}
