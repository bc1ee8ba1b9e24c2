/* eval.c: the walk of reference evaluation: nodes in order of their ids, each once, and the values
 * of leaves. The switch has no default, so that a new row of ops.def without an evaluation does not
 * compile. */

#include "graph/eval.h"

#include "graph/eval_rules.h"

#include <stdio.h>
#include <stdlib.h>

int64_t eval_elements(const Node *node, int64_t samples) {
    return shape_elements(node->type.shape) * (node->type.batched ? samples : 1);
}

void index_split(Shape shape, int64_t flat, int64_t at[MAX_RANK]) {
    for (int axis = shape.rank; axis-- > 0;) {
        at[axis] = flat % shape.dims[axis];
        flat /= shape.dims[axis];
    }
}

int64_t index_join(Shape shape, const int64_t at[MAX_RANK]) {
    int64_t flat = 0;
    for (int axis = 0; axis < shape.rank; axis++)
        flat = flat * shape.dims[axis] + at[axis];
    return flat;
}

/* ---- leaves ---- */

static double runtime_number(const EvalCall *call) {
    switch (call->node->attr.runtime) {
    case RUNTIME_STEP: return call->inputs->step;
    case RUNTIME_STEPS: return call->inputs->steps;
    case RUNTIME_EPOCH: return call->inputs->epoch;
    case RUNTIME_PLATEAUS: return call->inputs->plateaus;
    case RUNTIME_SAMPLE_COUNT: return (double)call->samples;
    }
    return 0;
}

static const double *tensor_of(const EvalCall *call) {
    const EvalInputs *inputs = call->inputs;
    const double *const *tensors = NULL;
    switch (call->node->op) {
    case OP_LITERAL: return call->node->attr.literal;
    case OP_INPUT: tensors = inputs->inputs; break;
    case OP_VARIABLE: tensors = inputs->variables; break;
    case OP_GRADIENT: tensors = inputs->gradients; break;
    case OP_ACCUMULATED: tensors = inputs->accumulated; break;
    default: break;
    }
    return tensors ? tensors[call->node->attr.index] : NULL;
}

void eval_leaf(const EvalCall *call) {
    switch (call->node->op) {
    case OP_CONSTANT: call->result[0] = call->node->attr.number; return;
    case OP_HYPER: call->result[0] = call->inputs->hypers[call->node->attr.index]; return;
    case OP_RUNTIME: call->result[0] = runtime_number(call); return;
    case OP_TRAINING: call->result[0] = call->inputs->training; return;
    default: break;
    }
    const double *tensor = tensor_of(call);
    if (!tensor) {
        fprintf(stderr, "nnc: internal error: evaluation without a value for %s %d\n",
                op_table[call->node->op].name, (int)call->node->attr.index);
        abort();
    }
    int64_t count = eval_elements(call->node, call->samples);
    for (int64_t i = 0; i < count; i++)
        call->result[i] = tensor[i];
}

/* ---- all operations ---- */

static void eval_call(const EvalCall *call) {
    switch (call->node->op) {
    case OP_CONSTANT:
    case OP_LITERAL:
    case OP_INPUT:
    case OP_VARIABLE:
    case OP_GRADIENT:
    case OP_HYPER:
    case OP_RUNTIME:
    case OP_TRAINING:
    case OP_ACCUMULATED: eval_leaf(call); return;
    case OP_DRAW_UNIFORM:
    case OP_DRAW_NORMAL: eval_draw(call); return;
    case OP_NEGATE:
    case OP_EXP:
    case OP_LOG:
    case OP_LOG1P:
    case OP_SQRT:
    case OP_SIN:
    case OP_COS:
    case OP_TANH:
    case OP_ERF:
    case OP_ABS:
    case OP_SIGN:
    case OP_FLOOR:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_NOT:
    case OP_AS_REAL: eval_unary(call); return;
    case OP_ADD:
    case OP_SUBTRACT:
    case OP_MULTIPLY:
    case OP_DIVIDE:
    case OP_POWER:
    case OP_MINIMUM:
    case OP_MAXIMUM:
    case OP_EQUAL:
    case OP_NOT_EQUAL:
    case OP_LESS:
    case OP_LESS_EQUAL:
    case OP_AND:
    case OP_OR: eval_binary(call); return;
    case OP_SELECT: eval_select(call); return;
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX: eval_softmax(call); return;
    case OP_MATMUL: eval_matmul(call); return;
    case OP_CONTRACT: eval_contract(call); return;
    case OP_CONVOLUTION: eval_conv2d(call); return;
    case OP_CONV_INPUT: eval_conv2d_transpose(call); return;
    case OP_CONV_WEIGHTS: eval_conv2d_weights(call); return;
    case OP_MAXPOOL:
    case OP_AVGPOOL: eval_pool(call); return;
    case OP_MAXPOOL_INPUT: eval_maxpool2d_input(call); return;
    case OP_AVGPOOL_INPUT: eval_avgpool2d_input(call); return;
    case OP_RESAMPLE:
    case OP_RESAMPLE_SLOPE: eval_resample(call); return;
    case OP_RESAMPLE_INPUT: eval_resample_input(call); return;
    case OP_SUM:
    case OP_REDUCE_MAX:
    case OP_REDUCE_MIN:
    case OP_FIRST_MAX: eval_reduce(call); return;
    case OP_ARGMAX: eval_argmax(call); return;
    case OP_BATCH_SUM: eval_batch_sum(call); return;
    case OP_RESHAPE: eval_reshape(call); return;
    case OP_BROADCAST: eval_broadcast(call); return;
    case OP_TRANSPOSE: eval_transpose(call); return;
    case OP_SLICE: eval_slice(call); return;
    case OP_PAD: eval_pad(call); return;
    case OP_CONCAT: eval_concat(call); return;
    case OP_BATCH_ROLL:
    case OP_BATCH_UNROLL: eval_roll(call); return;
    case OP_TAKE: eval_take(call); return;
    case OP_ONE_HOT: eval_one_hot(call); return;
    case OP_SCATTER_SUM: eval_scatter_sum(call); return;
    case OP_COUNT: return;
    }
}

const double **eval_view(Arena *arena, const View *view, const EvalInputs *inputs) {
    NodeVec nodes = view_nodes(arena, view);
    int64_t count = nodes.count ? nodes.items[nodes.count - 1]->id + 1 : 0;
    const double **values = ARENA_ARRAY(arena, const double *, count);
    VEC(const double *) operands = {0};
    for (int64_t i = 0; i < nodes.count; i++) {
        const Node *node = nodes.items[i];
        operands.count = 0;
        for (int32_t k = 0; k < node->operand_count; k++)
            VEC_PUSH(arena, operands, values[node->operands[k]->id]);
        double *result = ARENA_ARRAY(arena, double, eval_elements(node, inputs->samples));
        EvalCall call = {.node = node,
                         .operands = operands.items,
                         .result = result,
                         .samples = inputs->samples,
                         .inputs = inputs};
        eval_call(&call);
        values[node->id] = result;
    }
    const double **results = ARENA_ARRAY(arena, const double *, view->results.count);
    for (int64_t i = 0; i < view->results.count; i++)
        results[i] = values[view->results.items[i].node->id];
    return results;
}

const double *eval_node(Arena *arena, Node *node, const EvalInputs *inputs) {
    ViewResult result = {.kind = RESULT_OUTPUT, .node = node};
    View view = {.results = {.items = &result, .count = 1, .capacity = 1}};
    return eval_view(arena, &view, inputs)[0];
}
