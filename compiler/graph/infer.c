/* infer.c: the shape rule of every operation: types of the operands in, type of the result or words
 * for a person out. Leaves, elementwise operations, rows, products and indexing stand here,
 * reductions and movement in infer_shape.c, windows in infer_window.c. The switch has no default,
 * so that a new row of ops.def without a rule does not compile. */

#include "graph/infer.h"

#include <inttypes.h>

const char *shape_words(Arena *arena, Shape shape) {
    Text text;
    text_init(&text, arena);
    shape_print(&text, shape);
    return text.chars;
}

const char *type_words(Arena *arena, Type type) {
    Text text;
    text_init(&text, arena);
    type_print(&text, type);
    return text.chars;
}

static const char *operation(const Inference *call) {
    return op_table[call->op].name;
}

/* ---- leaves ---- */

static const char *infer_number(const Inference *call) {
    *call->result = type_real(false, shape_scalar());
    return "";
}

/* The value comes from outside, and so does the type. */
static const char *infer_leaf(const Inference *call) {
    if (!call->given)
        return arena_format(call->arena, "the type of '%s' is not given", operation(call));
    if (!shape_is_valid(call->given->shape))
        return arena_format(call->arena, "%s is not a shape, or has more than 2^40 elements",
                            shape_words(call->arena, call->given->shape));
    *call->result = *call->given;
    return "";
}

static const char *infer_not_batched(const Inference *call) {
    const char *problem = infer_leaf(call);
    if (problem[0]) return problem;
    if (call->given->batched)
        return arena_format(call->arena, "'%s' cannot be one value a sample", operation(call));
    return "";
}

static const char *infer_draw(const Inference *call) {
    const char *problem = infer_leaf(call);
    if (problem[0]) return problem;
    return call->given->element == ELEMENT_REAL ? "" : "a draw gives real numbers, not classes";
}

/* ---- elementwise ---- */

static const char *types_differ(const Inference *call, Type a, Type b) {
    const char *x = shape_words(call->arena, a.shape), *y = shape_words(call->arena, b.shape);
    if (shape_equal(a.shape, b.shape)) {
        x = type_words(call->arena, a);
        y = type_words(call->arena, b);
    }
    switch (call->op) {
    case OP_ADD: return arena_format(call->arena, "cannot add %s and %s", x, y);
    case OP_SUBTRACT: return arena_format(call->arena, "cannot subtract %s from %s", y, x);
    case OP_MULTIPLY: return arena_format(call->arena, "cannot multiply %s and %s", x, y);
    case OP_DIVIDE: return arena_format(call->arena, "cannot divide %s by %s", x, y);
    case OP_SELECT: return arena_format(call->arena, "cannot choose between %s and %s", x, y);
    default:
        return arena_format(call->arena, "cannot apply %s to %s and %s", operation(call), x, y);
    }
}

/* All operands real and of one type, which the result has, too. */
static const char *infer_elementwise(const Inference *call) {
    for (int i = 0; i < call->count; i++) {
        if (call->operands[i].element != ELEMENT_REAL)
            return arena_format(call->arena, "%s needs numbers, not a class", operation(call));
        if (!type_equal(call->operands[i], call->operands[0]))
            return types_differ(call, call->operands[0], call->operands[i]);
    }
    *call->result = call->operands[0];
    return "";
}

/* Two numbers or two classes. */
static const char *infer_comparison(const Inference *call) {
    Type a = call->operands[0], b = call->operands[1];
    if (a.element != b.element)
        return arena_format(call->arena, "cannot compare a number with a class (%s)",
                            operation(call));
    if (!type_equal(a, b)) return types_differ(call, a, b);
    *call->result = type_real(a.batched, a.shape);
    return "";
}

static const char *infer_select(const Inference *call) {
    Type condition = call->operands[0], yes = call->operands[1], no = call->operands[2];
    if (condition.element != ELEMENT_REAL) return "a condition is a number, not a class";
    if (!type_equal(yes, no)) return types_differ(call, yes, no);
    if (condition.batched != yes.batched || !shape_equal(condition.shape, yes.shape))
        return arena_format(call->arena, "a condition %s cannot choose between values %s",
                            type_words(call->arena, condition), type_words(call->arena, yes));
    *call->result = yes;
    return "";
}

static const char *infer_as_real(const Inference *call) {
    Type a = call->operands[0];
    if (a.element != ELEMENT_CLASS) return "as_real needs a class";
    *call->result = type_real(a.batched, a.shape);
    return "";
}

/* ---- rows ---- */

static const char *infer_row(const Inference *call) {
    Type a = call->operands[0];
    if (a.element != ELEMENT_REAL)
        return arena_format(call->arena, "%s needs numbers, not a class", operation(call));
    if (a.shape.rank < 1)
        return arena_format(call->arena,
                            "%s needs at least one axis, but the value is a single "
                            "number",
                            operation(call));
    *call->result = a;
    return "";
}

/* ---- products ---- */

static const char *infer_matmul(const Inference *call) {
    Type a = call->operands[0], b = call->operands[1];
    const char *x = shape_words(call->arena, a.shape), *y = shape_words(call->arena, b.shape);
    if (a.element != ELEMENT_REAL || b.element != ELEMENT_REAL)
        return "a matrix product needs numbers, not classes";
    if (a.shape.rank != 2 || b.shape.rank != 2)
        return arena_format(call->arena, "a matrix product needs two axes each, not %s and %s", x,
                            y);
    bool ta = call->attr->transpose_a, tb = call->attr->transpose_b;
    int64_t k = a.shape.dims[ta ? 0 : 1], other = b.shape.dims[tb ? 1 : 0];
    if (k != other)
        return arena_format(call->arena,
                            "cannot multiply the matrices %s and %s: %" PRId64 " is not %" PRId64,
                            x, y, k, other);
    int64_t dims[2] = {a.shape.dims[ta ? 1 : 0], b.shape.dims[tb ? 0 : 1]};
    *call->result = type_real(a.batched || b.batched, shape_of(2, dims));
    if (!shape_is_valid(call->result->shape)) return "the product has more than 2^40 elements";
    return "";
}

static const char *infer_contract(const Inference *call) {
    Type a = call->operands[0], b = call->operands[1];
    if (!a.batched || !b.batched || a.shape.rank != 2 || b.shape.rank != 2 ||
        a.shape.dims[0] != b.shape.dims[0] || a.element != ELEMENT_REAL ||
        b.element != ELEMENT_REAL)
        return arena_format(call->arena, "cannot contract %s and %s", type_words(call->arena, a),
                            type_words(call->arena, b));
    int64_t dims[2] = {a.shape.dims[1], b.shape.dims[1]};
    *call->result = type_real(false, shape_of(2, dims));
    if (!shape_is_valid(call->result->shape)) return "the product has more than 2^40 elements";
    return "";
}

/* ---- indexing by a class ---- */

static const char *infer_take(const Inference *call) {
    Type a = call->operands[0], y = call->operands[1];
    if (y.element != ELEMENT_CLASS || y.shape.rank != 0)
        return arena_format(call->arena, "an index is one class, not %s",
                            type_words(call->arena, y));
    if (a.shape.rank < 1) return "a single number has no elements to take";
    *call->result = a;
    call->result->batched = a.batched || y.batched;
    call->result->shape = shape_of(a.shape.rank - 1, a.shape.dims + 1);
    return "";
}

static const char *infer_one_hot(const Inference *call) {
    Type y = call->operands[0];
    if (y.element != ELEMENT_CLASS)
        return arena_format(call->arena, "one_hot needs a class, not %s",
                            type_words(call->arena, y));
    if (y.shape.rank == MAX_RANK)
        return arena_format(call->arena, "one_hot of %s has too many axes",
                            shape_words(call->arena, y.shape));
    *call->result = type_real(y.batched, y.shape);
    call->result->shape.dims[call->result->shape.rank++] = call->attr->index;
    if (!shape_is_valid(call->result->shape))
        return arena_format(call->arena, "one_hot cannot have length %" PRId64, call->attr->index);
    return "";
}

static const char *infer_scatter_sum(const Inference *call) {
    Type g = call->operands[0], y = call->operands[1];
    if (!g.batched || !y.batched || g.element != ELEMENT_REAL || y.element != ELEMENT_CLASS ||
        y.shape.rank != 0 || g.shape.rank == MAX_RANK)
        return arena_format(call->arena, "cannot scatter %s by %s", type_words(call->arena, g),
                            type_words(call->arena, y));
    Shape shape = {.rank = g.shape.rank + 1, .dims = {call->attr->index}};
    for (int i = 0; i < g.shape.rank; i++)
        shape.dims[i + 1] = g.shape.dims[i];
    if (!shape_is_valid(shape)) return "the scattered sum has more than 2^40 elements";
    *call->result = type_real(false, shape);
    return "";
}

/* ---- all of them ---- */

static InferRule *rule_of(OpKind op) {
    switch (op) {
    case OP_CONSTANT:
    case OP_HYPER:
    case OP_RUNTIME:
    case OP_TRAINING: return infer_number;
    case OP_INPUT: return infer_leaf;
    case OP_LITERAL:
    case OP_VARIABLE:
    case OP_GRADIENT:
    case OP_ACCUMULATED: return infer_not_batched;
    case OP_DRAW_UNIFORM:
    case OP_DRAW_NORMAL: return infer_draw;
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
    case OP_ADD:
    case OP_SUBTRACT:
    case OP_MULTIPLY:
    case OP_DIVIDE:
    case OP_POWER:
    case OP_MINIMUM:
    case OP_MAXIMUM:
    case OP_AND:
    case OP_OR: return infer_elementwise;
    case OP_EQUAL:
    case OP_NOT_EQUAL:
    case OP_LESS:
    case OP_LESS_EQUAL: return infer_comparison;
    case OP_AS_REAL: return infer_as_real;
    case OP_SELECT: return infer_select;
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX: return infer_row;
    case OP_MATMUL: return infer_matmul;
    case OP_CONTRACT: return infer_contract;
    case OP_CONVOLUTION: return infer_conv2d;
    case OP_CONV_INPUT: return infer_conv2d_transpose;
    case OP_CONV_WEIGHTS: return infer_conv2d_weights;
    case OP_MAXPOOL:
    case OP_AVGPOOL: return infer_pool;
    case OP_MAXPOOL_INPUT:
    case OP_AVGPOOL_INPUT: return infer_pool_input;
    case OP_RESAMPLE:
    case OP_RESAMPLE_SLOPE:
    case OP_RESAMPLE_INPUT: return infer_resample;
    case OP_SUM:
    case OP_REDUCE_MAX:
    case OP_REDUCE_MIN:
    case OP_FIRST_MAX: return infer_reduction;
    case OP_ARGMAX: return infer_argmax;
    case OP_BATCH_SUM: return infer_batch_sum;
    case OP_RESHAPE: return infer_reshape;
    case OP_BROADCAST: return infer_broadcast;
    case OP_TRANSPOSE: return infer_transpose;
    case OP_SLICE: return infer_slice;
    case OP_PAD: return infer_pad;
    case OP_CONCAT: return infer_concat;
    case OP_BATCH_ROLL:
    case OP_BATCH_UNROLL: return infer_batch_roll;
    case OP_TAKE: return infer_take;
    case OP_ONE_HOT: return infer_one_hot;
    case OP_SCATTER_SUM: return infer_scatter_sum;
    case OP_COUNT: break;
    }
    return NULL;
}

const char *infer_check(Arena *arena, OpKind op, const Attr *attr, const Type *operands, int count,
                        const Type *given, Type *result) {
    InferRule *rule = rule_of(op);
    if (!rule) return "no such operation";
    int arity = op_table[op].arity;
    if (arity >= 0 && count != arity)
        return arena_format(arena, "%s takes %d operand%s, not %d", op_table[op].name, arity,
                            arity == 1 ? "" : "s", count);
    Inference call = {.arena = arena,
                      .op = op,
                      .attr = attr,
                      .operands = operands,
                      .count = count,
                      .given = given,
                      .result = result};
    return rule(&call);
}
