/* emit_draw.c: draws of random numbers (math_random.h says which).
 *
 * A block of four words serves four elements in a row. Where a vector's elements lie in a row their
 * blocks are computed once, side by side for all vectors of the loop's round (DrawGroup), and
 * their words put in order; elsewhere each lane computes its own block and takes one word of it.
 * Both give the same numbers. The ten rounds of the generator stand in functions that all kernels
 * share.
 */
#include "codegen/value.h"
#include "math/math_random.h"
#include "runtime/abi.h"

#include <stddef.h>

/* `value` (i64, or a vector of them) as words of the counter, `lanes` wide: integers as wide as the
 * precision, upper half zero. */
static MathValue words(KernelEmitter *k, LLVMValueRef value, int lanes) {
    LLVMBuilderRef builder = k->module->builder;
    bool is_vector = LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind;
    int width = is_vector ? lanes : 1;
    value = LLVMBuildTrunc(builder, value, emit_integer_vector_type(k->module, 32, width), "");
    if (k->codegen->precision == MATH_F64)
        value = LLVMBuildZExt(builder, value, emit_integer_vector_type(k->module, 64, width), "");
    return math_emit_value(is_vector ? value : emit_splat(k->module, value, lanes));
}

static MathStream stream_of(KernelEmitter *k, const Node *node, Axis batch, int lanes) {
    LLVMTypeRef i64 = k->module->i64;
    LLVMValueRef seed = kernel_context(k, offsetof(NnrtContext, seed), i64);
    LLVMValueRef high = LLVMBuildLShr(k->module->builder, seed, emit_index(k->module, 32), "");
    LLVMValueRef sample = emit_index(k->module, 0);
    if (node->type.batched) {
        LLVMValueRef first = kernel_context(k, offsetof(NnrtContext, first_sample), i64);
        Axis at = axis_add(k, batch, axis_uniform(first, 1));
        sample = at.kind == AXIS_UNIFORM ? at.value : axis_vector(k, at);
    }
    return (MathStream){
        .key = {words(k, seed, lanes), words(k, high, lanes)},
        .sample = words(k, sample, lanes),
        .step = words(k, kernel_context(k, offsetof(NnrtContext, step), i64), lanes),
        .stream = words(k, kernel_node_number(k, node), lanes),
    };
}

/* ---- shared functions: a block's four draws, or an element's one ---- */

enum { DRAW_ARGUMENTS = 6 };

static void write_draw(KernelEmitter *k, OpKind op, bool block, int lanes, LLVMValueRef function) {
    Module *module = k->module;
    bool is_uniform = op == OP_DRAW_UNIFORM;
    MathBuilder builder = math_emit_builder(module, k->codegen->precision, lanes);
    MathValue arguments[DRAW_ARGUMENTS], draws[4];
    for (unsigned i = 0; i < DRAW_ARGUMENTS; i++)
        arguments[i] = math_emit_value(LLVMGetParam(function, i));
    MathStream stream = {.key = {arguments[0], arguments[1]},
                         .sample = arguments[2],
                         .step = arguments[3],
                         .stream = arguments[4]};
    if (!block) {
        LLVMBuildRet(module->builder, math_normal_element(&builder, &stream, arguments[5]).handle);
        return;
    }
    (is_uniform ? math_uniform_block : math_normal_block)(&builder, &stream, arguments[5], draws);
    LLVMValueRef values[4];
    for (int i = 0; i < 4; i++)
        values[i] = draws[i].handle;
    LLVMBuildAggregateRet(module->builder, values, 4);
}

/* The function's result for block (or element) `at`. */
static LLVMValueRef call_draw(KernelEmitter *k, OpKind op, bool block, int lanes,
                              const MathStream *stream, MathValue at) {
    Module *module = k->module;
    int bits = 8 * module_number_bytes(k->codegen->precision);
    const char *name =
        arena_format(k->arena, "draw_%s_%s_f%dx%d", op == OP_DRAW_UNIFORM ? "uniform" : "normal",
                     block ? "block" : "element", bits, lanes);
    LLVMValueRef function = LLVMGetNamedFunction(module->module, name);
    if (!function) {
        LLVMBasicBlockRef here = LLVMGetInsertBlock(module->builder);
        LLVMTypeRef draw = emit_vector_type(module, k->codegen->precision, lanes);
        LLVMTypeRef four[] = {draw, draw, draw, draw}, types[DRAW_ARGUMENTS];
        for (int i = 0; i < DRAW_ARGUMENTS; i++)
            types[i] = emit_integer_vector_type(module, bits, lanes);
        LLVMTypeRef result =
            block ? LLVMStructTypeInContext(module->context, four, 4, false) : draw;
        function = emit_function_begin(module, name, result, types, DRAW_ARGUMENTS, NULL, 0, true);
        emit_function_outline(module, function);
        write_draw(k, op, block, lanes, function);
        LLVMPositionBuilderAtEnd(module->builder, here);
    }
    LLVMValueRef arguments[DRAW_ARGUMENTS] = {stream->key[0].handle, stream->key[1].handle,
                                              stream->sample.handle, stream->step.handle,
                                              stream->stream.handle, at.handle};
    return emit_call(module, function, arguments, DRAW_ARGUMENTS);
}

/* `element` with `mask` taken, unlike 0 in each lane. */
static LLVMValueRef has_bit(KernelEmitter *k, LLVMValueRef element, LLVMValueRef mask) {
    LLVMBuilderRef builder = k->module->builder;
    LLVMValueRef rest = LLVMBuildAnd(builder, element, mask, "");
    return LLVMBuildICmp(builder, LLVMIntNE, rest, LLVMConstNull(LLVMTypeOf(rest)), "");
}

/* One of its block's four: the same function as for blocks, so that a module has one of them. */
static LLVMValueRef uniform_element(KernelEmitter *k, int lanes, const MathStream *stream,
                                    LLVMValueRef element) {
    LLVMBuilderRef builder = k->module->builder;
    LLVMTypeRef type =
        emit_integer_vector_type(k->module, 8 * module_number_bytes(k->codegen->precision), 1);
    LLVMValueRef one = emit_splat(k->module, LLVMConstInt(type, 1, 0), lanes);
    LLVMValueRef two = emit_splat(k->module, LLVMConstInt(type, 2, 0), lanes);
    MathValue at = math_emit_value(LLVMBuildLShr(builder, element, two, ""));
    LLVMValueRef draws = call_draw(k, OP_DRAW_UNIFORM, true, lanes, stream, at), draw[4];
    for (unsigned i = 0; i < 4; i++)
        draw[i] = LLVMBuildExtractValue(builder, draws, i, "");
    LLVMValueRef odd = has_bit(k, element, one);
    LLVMValueRef low = LLVMBuildSelect(builder, odd, draw[1], draw[0], "");
    LLVMValueRef high = LLVMBuildSelect(builder, odd, draw[3], draw[2], "");
    return LLVMBuildSelect(builder, has_bit(k, element, two), high, low, "");
}

/* ---- a round's vectors at once ---- */

/* The elements of the round's vectors follow one another from a multiple of four on. */
static bool in_a_row(const KernelEmitter *k, const ValueFrame *frame, Axis batch, Axis element) {
    const DrawGroup *group = &k->group;
    return group->vectors > 0 && (!group->index || frame->index == group->index) &&
           batch.kind == AXIS_UNIFORM && element.kind == AXIS_CONSECUTIVE &&
           element.multiple % 4 == 0 && group->vectors * k->lanes / 4 >= 2;
}

static LLVMValueRef joined(KernelEmitter *k, LLVMValueRef a, LLVMValueRef b, int lanes) {
    int *order = ARENA_ARRAY(k->arena, int, 2 * lanes);
    for (int i = 0; i < 2 * lanes; i++)
        order[i] = i;
    return emit_shuffle(k->module, a, b, order, 2 * lanes);
}

/* The first vector of the round makes them all. */
static GroupDraws make_group(KernelEmitter *k, const ValueFrame *frame, Axis batch, Axis element) {
    int vectors = k->group.vectors, lanes = vectors * k->lanes / 4;
    MathStream stream = stream_of(k, frame->node, batch, lanes);
    LLVMValueRef first = emit_div_constant(k->module, element.value, 4);
    LLVMValueRef *steps = ARENA_ARRAY(k->arena, LLVMValueRef, lanes);
    for (int i = 0; i < lanes; i++)
        steps[i] = emit_index(k->module, i);
    LLVMValueRef blocks = LLVMBuildAdd(k->module->builder, emit_splat(k->module, first, lanes),
                                       LLVMConstVector(steps, (unsigned)lanes), "");
    LLVMValueRef draws =
        call_draw(k, frame->node->op, true, lanes, &stream, words(k, blocks, lanes));
    LLVMValueRef values[4];
    for (unsigned i = 0; i < 4; i++)
        values[i] = LLVMBuildExtractValue(k->module->builder, draws, i, "");
    emit_interleave4(k->module, values, lanes);
    for (int count = 4; count > vectors; count /= 2, lanes *= 2)
        for (int i = 0; i < count / 2; i++)
            values[i] = joined(k, values[2 * i], values[2 * i + 1], lanes);
    GroupDraws made = {.node = frame->node};
    for (int i = 0; i < vectors; i++)
        made.values[i] = values[i];
    VEC_PUSH(k->arena, k->group.made, made);
    return made;
}

static LLVMValueRef group_draw(KernelEmitter *k, const ValueFrame *frame, Axis batch,
                               Axis element) {
    if (k->group.vector == 0) return make_group(k, frame, batch, element).values[0];
    for (int64_t i = 0; i < k->group.made.count; i++)
        if (k->group.made.items[i].node == frame->node)
            return k->group.made.items[i].values[k->group.vector];
    return NULL;
}

/* ---- any elements ---- */

static LLVMValueRef emit_draw(KernelEmitter *k, const ValueFrame *frame) {
    Axis batch = axis_constant(k, 0), axes[MAX_RANK];
    bool uniform = frame->index->uniform;
    if (frame->node->type.batched) index_get_axes(k, frame->index, frame->node->type, &batch, axes);
    Axis element = index_get_in_sample(k, frame->index, frame->node->type);
    if (in_a_row(k, frame, batch, element)) {
        LLVMValueRef value = group_draw(k, frame, batch, element);
        if (value) return value;
    }
    int lanes = uniform ? 1 : k->lanes;
    MathStream stream = stream_of(k, frame->node, batch, lanes);
    LLVMValueRef number = element.kind == AXIS_UNIFORM ? element.value : axis_vector(k, element);
    MathValue at = words(k, number, lanes);
    if (frame->node->op == OP_DRAW_UNIFORM) return uniform_element(k, lanes, &stream, at.handle);
    return call_draw(k, frame->node->op, false, lanes, &stream, at);
}
const OpEmitter op_emitter_DRAW_UNIFORM = {NULL, emit_draw};
const OpEmitter op_emitter_DRAW_NORMAL = {NULL, emit_draw};
