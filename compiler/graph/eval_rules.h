/* eval_rules.h: one evaluation, and the families of rules. For eval.c and eval_*.c only. */
#ifndef NNC_GRAPH_EVAL_RULES_H
#define NNC_GRAPH_EVAL_RULES_H

#include "graph/eval.h"

typedef struct EvalCall {
    const Node *node;
    const double *const *operands; /* values of node->operands */
    double *result;                /* eval_elements() numbers, zero at first */
    int64_t samples;               /* n */
    const EvalInputs *inputs;
} EvalCall;

void eval_leaf(const EvalCall *call);
void eval_draw(const EvalCall *call);
void eval_unary(const EvalCall *call);
void eval_binary(const EvalCall *call);
void eval_select(const EvalCall *call);
void eval_softmax(const EvalCall *call); /* and log_softmax */
void eval_matmul(const EvalCall *call);
void eval_contract(const EvalCall *call);
void eval_conv2d(const EvalCall *call);
void eval_conv2d_transpose(const EvalCall *call);
void eval_conv2d_weights(const EvalCall *call);
void eval_pool(const EvalCall *call); /* maxpool2d and avgpool2d */
void eval_maxpool2d_input(const EvalCall *call);
void eval_avgpool2d_input(const EvalCall *call);
void eval_resample(const EvalCall *call); /* and resample_slope */
void eval_resample_input(const EvalCall *call);
void eval_reduce(const EvalCall *call); /* sum, reduce_max, reduce_min, first_max */
void eval_argmax(const EvalCall *call);
void eval_batch_sum(const EvalCall *call);
void eval_reshape(const EvalCall *call);
void eval_broadcast(const EvalCall *call);
void eval_transpose(const EvalCall *call);
void eval_slice(const EvalCall *call);
void eval_pad(const EvalCall *call);
void eval_concat(const EvalCall *call);
void eval_roll(const EvalCall *call); /* batch_roll and batch_unroll */
void eval_take(const EvalCall *call);
void eval_one_hot(const EvalCall *call);
void eval_scatter_sum(const EvalCall *call);

/* The position of a flat index along each axis, and back. */
void index_split(Shape shape, int64_t flat, int64_t at[MAX_RANK]);
int64_t index_join(Shape shape, const int64_t at[MAX_RANK]);

/* Where sample i of a value begins: a value that is not batched is the same for every sample. */
static inline const double *sample_of(const EvalCall *call, int operand, int64_t i) {
    const Type *type = &call->node->operands[operand]->type;
    return call->operands[operand] + (type->batched ? i * shape_elements(type->shape) : 0);
}

/* How many samples the result of a call has: n, or 1 when it is not batched. */
static inline int64_t result_samples(const EvalCall *call) {
    return call->node->type.batched ? call->samples : 1;
}

#endif
