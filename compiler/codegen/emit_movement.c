/* emit_movement.c: operations that compute nothing: they ask for their operand at another index.
 *
 * Where a result's element may come from several places (concat) or from none (pad), every place is
 * read at an index brought into its range, and the value is selected: no branches, so lanes may
 * differ.
 */
#include "codegen/value.h"

static LLVMValueRef emit_same(KernelEmitter *k, const ValueFrame *frame) {
    LLVMValueRef value = frame->requests[0].value;
    bool spread = frame->requests[0].index->uniform && !frame->index->uniform;
    return spread ? emit_splat(k->module, value, k->lanes) : value;
}

/* ---- broadcast ---- */

/* The same elements in the same order, at most without leading axes of length 1. */
static bool keeps_order(Type from, Type to) {
    return from.batched == to.batched && shape_elements(from.shape) == shape_elements(to.shape);
}

static bool ask_broadcast(KernelEmitter *k, ValueFrame *frame) {
    if (frame->stage > 0) return false;
    const Node *operand = frame->node->operands[0];
    Type from = operand->type, to = frame->node->type;
    if (!from.batched && shape_elements(from.shape) == 1) {
        value_request(k, frame, operand, index_zero(k, from));
        return true;
    }
    if (frame->index->form == INDEX_PHYSICAL) {
        value_request(k, frame, operand, frame->index);
        return true;
    }
    if (frame->index->form == INDEX_FLAT && keeps_order(from, to)) {
        value_request(k, frame, operand, index_flat(k, from, frame->index->flat));
        return true;
    }
    Axis batch, axes[MAX_RANK];
    index_get_axes(k, frame->index, to, &batch, axes);
    int missing = to.shape.rank - from.shape.rank;
    value_request(k, frame, operand, index_axes(k, from, batch, axes + missing));
    return true;
}
const OpEmitter op_emitter_BROADCAST = {ask_broadcast, emit_same};

/* ---- reshape ---- */

/* Dims other than 1 agree: axes can be carried over one by one. */
static bool reshape_axes(Shape from, Shape to, const Axis *axes, Axis one, Axis *result) {
    int i = 0, j = 0;
    for (;;) {
        while (i < from.rank && from.dims[i] == 1)
            i++;
        while (j < to.rank && to.dims[j] == 1)
            result[j++] = one;
        if (i == from.rank || j == to.rank) return i == from.rank && j == to.rank;
        if (from.dims[i] != to.dims[j]) return false;
        result[j++] = axes[i++];
    }
}

static bool ask_reshape(KernelEmitter *k, ValueFrame *frame) {
    if (frame->stage > 0) return false;
    const Node *operand = frame->node->operands[0];
    Type to = operand->type, from = frame->node->type;
    const Index *index = frame->index;
    if (index->form == INDEX_AXES) {
        Axis axes[MAX_RANK];
        if (reshape_axes(from.shape, to.shape, index->axes, axis_constant(k, 0), axes))
            index = index_axes(k, to, index->batch, axes);
        else
            index = index_flat(k, to, index_get_flat(k, index, from));
    }
    value_request(k, frame, operand, index);
    return true;
}
const OpEmitter op_emitter_RESHAPE = {ask_reshape, emit_same};

/* ---- transpose, slice ---- */

static bool ask_transpose(KernelEmitter *k, ValueFrame *frame) {
    if (frame->stage > 0) return false;
    const Node *node = frame->node;
    Axis batch, axes[MAX_RANK], moved[MAX_RANK];
    index_get_axes(k, frame->index, node->type, &batch, axes);
    for (int i = 0; i < node->type.shape.rank; i++)
        moved[node->attr.order[i]] = axes[i];
    Type from = node->operands[0]->type;
    value_request(k, frame, node->operands[0], index_axes(k, from, batch, moved));
    return true;
}
const OpEmitter op_emitter_TRANSPOSE = {ask_transpose, emit_same};

static bool ask_slice(KernelEmitter *k, ValueFrame *frame) {
    if (frame->stage > 0) return false;
    const Node *node = frame->node;
    Axis batch, axes[MAX_RANK];
    index_get_axes(k, frame->index, node->type, &batch, axes);
    axes[node->attr.axis] = axis_add_constant(k, axes[node->attr.axis], node->attr.from);
    value_request(k, frame, node->operands[0], index_axes(k, node->operands[0]->type, batch, axes));
    return true;
}
const OpEmitter op_emitter_SLICE = {ask_slice, emit_same};

/* ---- pad, concat ---- */

/* Brings an axis into 0 .. length-1; *inside: whether it was there (NULL stays: always). */
static Axis into_range(KernelEmitter *k, Axis axis, int64_t length, LLVMValueRef *inside) {
    LLVMValueRef low = axis_compare(k, LLVMIntSGE, axis, 0);
    LLVMValueRef high = axis_compare(k, LLVMIntSLT, axis, length);
    LLVMValueRef both = LLVMBuildAnd(k->module->builder, low, high, "");
    *inside = both;
    return axis_select(k, both, axis, axis_constant(k, 0));
}

static LLVMValueRef spread_condition(KernelEmitter *k, const ValueFrame *frame,
                                     LLVMValueRef condition) {
    if (frame->index->uniform || LLVMTypeOf(condition) != k->module->i1) return condition;
    return emit_splat(k->module, condition, k->lanes);
}

static LLVMValueRef spread_value(KernelEmitter *k, const ValueFrame *frame, int i) {
    const ValueRequest *request = &frame->requests[i];
    bool spread = request->index->uniform && !frame->index->uniform;
    return spread ? emit_splat(k->module, request->value, k->lanes) : request->value;
}

static bool ask_pad(KernelEmitter *k, ValueFrame *frame) {
    if (frame->stage > 0) return false;
    const Node *node = frame->node;
    Type from = node->operands[0]->type;
    Axis batch, axes[MAX_RANK];
    LLVMValueRef inside = NULL;
    index_get_axes(k, frame->index, node->type, &batch, axes);
    for (int i = 0; i < from.shape.rank; i++) {
        if (from.shape.dims[i] == node->type.shape.dims[i]) continue;
        LLVMValueRef here;
        axes[i] = axis_add_constant(k, axes[i], -node->attr.before[i]);
        axes[i] = into_range(k, axes[i], from.shape.dims[i], &here);
        here = spread_condition(k, frame, here);
        inside = inside ? LLVMBuildAnd(k->module->builder, inside, here, "") : here;
    }
    frame->conditions = arena_copy(k->arena, &inside, sizeof inside);
    value_request(k, frame, node->operands[0], index_axes(k, from, batch, axes));
    return true;
}

static LLVMValueRef emit_pad(KernelEmitter *k, const ValueFrame *frame) {
    LLVMValueRef value = spread_value(k, frame, 0);
    if (!frame->conditions[0]) return value;
    LLVMValueRef outside =
        emit_constant(k->module, k->codegen->precision, frame->index->uniform ? 1 : k->lanes,
                      frame->node->attr.number);
    return LLVMBuildSelect(k->module->builder, frame->conditions[0], value, outside, "");
}
const OpEmitter op_emitter_PAD = {ask_pad, emit_pad};

static bool ask_concat(KernelEmitter *k, ValueFrame *frame) {
    if (frame->stage > 0) return false;
    const Node *node = frame->node;
    Axis batch, axes[MAX_RANK];
    index_get_axes(k, frame->index, node->type, &batch, axes);
    Axis whole = axes[node->attr.axis];
    int64_t start = 0;
    frame->conditions = ARENA_ARRAY(k->arena, LLVMValueRef, node->operand_count);
    for (int i = 0; i < node->operand_count; i++) {
        Type from = node->operands[i]->type;
        int64_t length = from.shape.dims[node->attr.axis];
        LLVMValueRef inside;
        axes[node->attr.axis] = into_range(k, axis_add_constant(k, whole, -start), length, &inside);
        frame->conditions[i] = spread_condition(k, frame, inside);
        value_request(k, frame, node->operands[i], index_axes(k, from, batch, axes));
        start += length;
    }
    return true;
}

static LLVMValueRef emit_concat(KernelEmitter *k, const ValueFrame *frame) {
    LLVMValueRef value = spread_value(k, frame, 0);
    for (int i = 1; i < frame->count; i++)
        value = LLVMBuildSelect(k->module->builder, frame->conditions[i], spread_value(k, frame, i),
                                value, "");
    return value;
}
const OpEmitter op_emitter_CONCAT = {ask_concat, emit_concat};

/* ---- along the batch ---- */

static bool ask_neighbour(KernelEmitter *k, ValueFrame *frame, bool next) {
    if (frame->stage > 0) return false;
    const Node *node = frame->node;
    Axis batch, axes[MAX_RANK];
    index_get_axes(k, frame->index, node->type, &batch, axes);
    Axis last = axis_uniform(emit_sub(k->module, k->count, emit_index(k->module, 1)), 1);
    LLVMValueRef edge = next ? last.value : emit_index(k->module, 0);
    LLVMValueRef at_edge = batch.kind == AXIS_UNIFORM
                               ? LLVMBuildICmp(k->module->builder, LLVMIntEQ, batch.value, edge, "")
                               : LLVMBuildICmp(k->module->builder, LLVMIntEQ, axis_vector(k, batch),
                                               emit_splat(k->module, edge, k->lanes), "");
    Axis beyond = next ? axis_constant(k, 0) : last;
    batch = axis_select(k, at_edge, beyond, axis_add_constant(k, batch, next ? 1 : -1));
    value_request(k, frame, node->operands[0], index_axes(k, node->operands[0]->type, batch, axes));
    return true;
}

static bool ask_roll(KernelEmitter *k, ValueFrame *frame) {
    return ask_neighbour(k, frame, false);
}
static bool ask_unroll(KernelEmitter *k, ValueFrame *frame) {
    return ask_neighbour(k, frame, true);
}
const OpEmitter op_emitter_BATCH_ROLL = {ask_roll, emit_same};
const OpEmitter op_emitter_BATCH_UNROLL = {ask_unroll, emit_same};

/* ---- by a class ---- */

/* First the class, then the element; a class out of range reads the last row rather than foreign
 * memory (readers refuse such data). */
static bool ask_take(KernelEmitter *k, ValueFrame *frame) {
    const Node *table = frame->node->operands[0], *class = frame->node->operands[1];
    Axis batch, axes[MAX_RANK + 1];
    if (frame->stage > 1) return false;
    index_get_axes(k, frame->index, frame->node->type, &batch, axes + 1);
    if (frame->stage == 0) {
        value_request(k, frame, class, index_axes(k, class->type, batch, NULL));
        return true;
    }
    const ValueRequest *which = &frame->requests[0];
    LLVMBuilderRef builder = k->module->builder;
    LLVMTypeRef wide =
        which->index->uniform ? k->module->i64 : emit_integer_vector_type(k->module, 64, k->lanes);
    LLVMValueRef row = LLVMBuildZExt(builder, which->value, wide, "");
    LLVMValueRef limit = emit_index(k->module, table->type.shape.dims[0] - 1);
    if (!which->index->uniform) limit = emit_splat(k->module, limit, k->lanes);
    LLVMValueRef below = LLVMBuildICmp(builder, LLVMIntULT, row, limit, "");
    row = LLVMBuildSelect(builder, below, row, limit, "");
    axes[0] = (Axis){which->index->uniform ? AXIS_UNIFORM : AXIS_GENERAL, 1, row};
    value_request(k, frame, table, index_axes(k, table->type, batch, axes));
    return true;
}

static LLVMValueRef emit_take(KernelEmitter *k, const ValueFrame *frame) {
    return spread_value(k, frame, 1);
}
const OpEmitter op_emitter_TAKE = {ask_take, emit_take};

static bool ask_one_hot(KernelEmitter *k, ValueFrame *frame) {
    if (frame->stage > 0) return false;
    const Node *class = frame->node->operands[0];
    Axis batch, axes[MAX_RANK];
    index_get_axes(k, frame->index, frame->node->type, &batch, axes);
    value_request(k, frame, class, index_axes(k, class->type, batch, axes));
    return true;
}

static LLVMValueRef emit_one_hot(KernelEmitter *k, const ValueFrame *frame) {
    LLVMBuilderRef builder = k->module->builder;
    Axis batch, axes[MAX_RANK];
    bool uniform = frame->index->uniform;
    Type type = frame->node->type;
    index_get_axes(k, frame->index, type, &batch, axes);
    Axis last = axes[type.shape.rank - 1];
    LLVMTypeRef narrow = kernel_value_type(k, ELEMENT_CLASS, uniform);
    LLVMValueRef column =
        LLVMBuildTrunc(builder, uniform ? last.value : axis_vector(k, last), narrow, "");
    LLVMValueRef hit = LLVMBuildICmp(builder, LLVMIntEQ, spread_value(k, frame, 0), column, "");
    int lanes = uniform ? 1 : k->lanes;
    MathPrecision precision = k->codegen->precision;
    return LLVMBuildSelect(builder, hit, emit_constant(k->module, precision, lanes, 1),
                           emit_constant(k->module, precision, lanes, 0), "");
}
const OpEmitter op_emitter_ONE_HOT = {ask_one_hot, emit_one_hot};
