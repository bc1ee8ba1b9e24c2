/* infer_shape.c: the shape rules of reductions and of movement. See infer.c. */

#include "graph/infer.h"

#include <inttypes.h>

static const char *one_axis(const Inference *call, int axis) {
    Shape shape = call->operands[0].shape;
    if (axis >= 0 && axis < shape.rank) return "";
    return arena_format(call->arena, "%s has no axis %d", shape_words(call->arena, shape), axis);
}

static const char *needs_real(const Inference *call) {
    if (call->operands[0].element == ELEMENT_REAL) return "";
    return arena_format(call->arena, "%s needs numbers, not a class", op_table[call->op].name);
}

/* ---- reductions ---- */

const char *infer_reduction(const Inference *call) {
    const char *problem = needs_real(call);
    if (problem[0]) return problem;
    Type type = call->operands[0];
    uint32_t axes = call->attr->axes;
    if (!axes && call->op != OP_FIRST_MAX)
        return arena_format(call->arena, "%s over no axis", op_table[call->op].name);
    for (int axis = 0; axis < 32; axis++) {
        if (!(axes >> axis & 1)) continue;
        problem = one_axis(call, axis);
        if (problem[0]) return problem;
        if (call->op != OP_FIRST_MAX) type.shape.dims[axis] = 1;
    }
    *call->result = type;
    return "";
}

const char *infer_argmax(const Inference *call) {
    const char *problem = needs_real(call);
    if (!problem[0]) problem = one_axis(call, call->attr->axis);
    if (problem[0]) return problem;
    Type type = call->operands[0];
    type.element = ELEMENT_CLASS;
    type.shape.rank--;
    for (int i = call->attr->axis; i < type.shape.rank; i++)
        type.shape.dims[i] = type.shape.dims[i + 1];
    *call->result = type;
    return "";
}

const char *infer_batch_sum(const Inference *call) {
    const char *problem = needs_real(call);
    if (problem[0]) return problem;
    if (!call->operands[0].batched)
        return arena_format(call->arena,
                            "%s is the same for every sample: there is no batch to "
                            "sum over",
                            shape_words(call->arena, call->operands[0].shape));
    *call->result = call->operands[0];
    call->result->batched = false;
    return "";
}

/* ---- movement ---- */

const char *infer_reshape(const Inference *call) {
    Type type = call->operands[0];
    if (!call->given) return "the new shape is not given";
    if (!shape_is_valid(call->given->shape))
        return arena_format(call->arena, "%s is not a shape",
                            shape_words(call->arena, call->given->shape));
    int64_t before = shape_elements(type.shape), after = shape_elements(call->given->shape);
    if (before != after)
        return arena_format(call->arena,
                            "cannot reshape %s to %s: %" PRId64 " elements are not %" PRId64,
                            shape_words(call->arena, type.shape),
                            shape_words(call->arena, call->given->shape), before, after);
    type.shape = call->given->shape;
    *call->result = type;
    return "";
}

const char *infer_broadcast(const Inference *call) {
    Type type = call->operands[0];
    if (!call->given) return "the new shape is not given";
    Shape both;
    if (type.element != call->given->element || (type.batched && !call->given->batched) ||
        !shape_is_valid(call->given->shape) ||
        !shape_broadcast(type.shape, call->given->shape, &both) ||
        !shape_equal(both, call->given->shape))
        return arena_format(call->arena, "cannot broadcast %s to %s", type_words(call->arena, type),
                            type_words(call->arena, *call->given));
    *call->result = *call->given;
    return "";
}

const char *infer_transpose(const Inference *call) {
    Type type = call->operands[0];
    uint32_t seen = 0;
    for (int i = 0; i < type.shape.rank; i++) {
        int from = call->attr->order[i];
        if (from < 0 || from >= type.shape.rank || (seen >> from & 1))
            return arena_format(call->arena, "the order does not name each axis of %s once",
                                shape_words(call->arena, type.shape));
        seen |= 1u << from;
        call->result->shape.dims[i] = type.shape.dims[from];
    }
    Shape shape = shape_of(type.shape.rank, call->result->shape.dims);
    *call->result = type;
    call->result->shape = shape;
    return "";
}

const char *infer_slice(const Inference *call) {
    Type type = call->operands[0];
    int axis = call->attr->axis;
    const char *problem = one_axis(call, axis);
    if (problem[0]) return problem;
    int64_t from = call->attr->from, to = call->attr->to;
    if (from < 0 || to > type.shape.dims[axis] || from >= to)
        return arena_format(call->arena,
                            "elements %" PRId64 " .. %" PRId64 " are not all there along axis %d "
                            "of %s",
                            from, to - 1, axis, shape_words(call->arena, type.shape));
    type.shape.dims[axis] = to - from;
    *call->result = type;
    return "";
}

const char *infer_pad(const Inference *call) {
    const char *problem = needs_real(call);
    if (problem[0]) return problem;
    Type type = call->operands[0];
    for (int i = 0; i < type.shape.rank; i++) {
        int64_t before = call->attr->before[i], after = call->attr->after[i];
        if (before < 0 || after < 0 || before > MAX_ELEMENTS || after > MAX_ELEMENTS)
            return "a padding is a whole number from 0 on";
        type.shape.dims[i] += before + after;
    }
    if (!shape_is_valid(type.shape))
        return arena_format(call->arena, "%s has more than 2^40 elements",
                            shape_words(call->arena, type.shape));
    *call->result = type;
    return "";
}

const char *infer_concat(const Inference *call) {
    if (call->count < 1) return "concat of nothing";
    int axis = call->attr->axis;
    const char *problem = one_axis(call, axis);
    if (problem[0]) return problem;
    Type type = call->operands[0];
    for (int i = 1; i < call->count; i++) {
        Type other = call->operands[i];
        bool fits = other.shape.rank == type.shape.rank && other.element == type.element &&
                    other.batched == type.batched;
        for (int k = 0; fits && k < type.shape.rank; k++)
            fits = k == axis || other.shape.dims[k] == type.shape.dims[k];
        if (!fits)
            return arena_format(call->arena, "cannot concatenate %s and %s along axis %d",
                                type_words(call->arena, call->operands[0]),
                                type_words(call->arena, other), axis);
        type.shape.dims[axis] += other.shape.dims[axis];
        if (!shape_is_valid(type.shape)) return "the result has more than 2^40 elements";
    }
    *call->result = type;
    return "";
}

const char *infer_batch_roll(const Inference *call) {
    if (!call->operands[0].batched)
        return arena_format(call->arena,
                            "%s is the same for every sample: there is no batch to "
                            "roll",
                            shape_words(call->arena, call->operands[0].shape));
    *call->result = call->operands[0];
    return "";
}
