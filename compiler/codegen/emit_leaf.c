/* emit_leaf.c: values that need no operand: constants, run-time numbers (draws: emit_draw.c).
 *
 * Inputs, variables and literals arrive through bindings; reaching one here is a bug of the plan.
 */
#include "codegen/value.h"
#include "runtime/abi.h"

#include <stddef.h>

/* A scalar as the index wants it. */
static LLVMValueRef spread(KernelEmitter *k, const ValueFrame *frame, LLVMValueRef scalar) {
    return frame->index->uniform ? scalar : emit_splat(k->module, scalar, k->lanes);
}

static LLVMValueRef emit_constant_node(KernelEmitter *k, const ValueFrame *frame) {
    return emit_constant(k->module, k->codegen->precision, frame->index->uniform ? 1 : k->lanes,
                         frame->node->attr.number);
}
const OpEmitter op_emitter_CONSTANT = {NULL, emit_constant_node};

static LLVMValueRef emit_unbound(KernelEmitter *k, const ValueFrame *frame) {
    return spread(k, frame, kernel_fail(k, "reads a value that is not bound", frame->node));
}
const OpEmitter op_emitter_LITERAL = {NULL, emit_unbound};
const OpEmitter op_emitter_INPUT = {NULL, emit_unbound};
const OpEmitter op_emitter_VARIABLE = {NULL, emit_unbound};
const OpEmitter op_emitter_GRADIENT = {NULL, emit_unbound};
const OpEmitter op_emitter_TRAINING = {NULL, emit_unbound};

/* ---- run-time numbers: doubles or integers of the context ---- */

static LLVMValueRef number_from(KernelEmitter *k, LLVMValueRef value, bool is_signed_integer) {
    LLVMTypeRef type = kernel_element_type(k, ELEMENT_REAL);
    bool is_vector = LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind;
    if (is_vector) type = kernel_value_type(k, ELEMENT_REAL, false);
    if (is_signed_integer) return LLVMBuildSIToFP(k->module->builder, value, type, "");
    return type == LLVMTypeOf(value) ? value
                                     : LLVMBuildFPTrunc(k->module->builder, value, type, "");
}

/* Element `number` of the array of doubles at that field of the context. */
static LLVMValueRef array_number(KernelEmitter *k, int64_t field, LLVMValueRef number) {
    LLVMValueRef array = kernel_context(k, field, k->module->pointer);
    LLVMValueRef pointer = emit_offset(k->module, k->module->f64, array, number);
    return emit_load(k->module, k->module->f64, pointer, 8);
}

static LLVMValueRef emit_hyper(KernelEmitter *k, const ValueFrame *frame) {
    LLVMValueRef number = kernel_node_number(k, frame->node);
    number = array_number(k, offsetof(NnrtContext, hypers), number);
    return spread(k, frame, number_from(k, number, false));
}
const OpEmitter op_emitter_HYPER = {NULL, emit_hyper};

static LLVMValueRef emit_runtime(KernelEmitter *k, const ValueFrame *frame) {
    static const int64_t fields[] = {
        [RUNTIME_STEP] = offsetof(NnrtContext, step),
        [RUNTIME_STEPS] = offsetof(NnrtContext, steps),
        [RUNTIME_EPOCH] = offsetof(NnrtContext, epoch),
        [RUNTIME_SAMPLE_COUNT] = offsetof(NnrtContext, count),
    };
    RuntimeNumber runtime = frame->node->attr.runtime;
    LLVMValueRef value;
    if (runtime == RUNTIME_PLATEAUS) {
        LLVMValueRef number = kernel_node_number(k, frame->node);
        value = number_from(k, array_number(k, offsetof(NnrtContext, plateaus), number), false);
    } else {
        value = number_from(k, kernel_context(k, fields[runtime], k->module->i64), true);
    }
    return spread(k, frame, value);
}
const OpEmitter op_emitter_RUNTIME = {NULL, emit_runtime};

static LLVMValueRef emit_accumulated(KernelEmitter *k, const ValueFrame *frame) {
    LLVMValueRef totals = kernel_context(k, offsetof(NnrtContext, totals), k->module->pointer);
    LLVMValueRef first = kernel_node_number(k, frame->node);
    LLVMValueRef base = emit_offset(k->module, k->module->f64, totals, first);
    Axis position = index_get_flat(k, frame->index, frame->node->type);
    /* The totals end with the last one: no lane may be read beyond. */
    if (position.kind == AXIS_CONSECUTIVE && k->mask)
        position = (Axis){AXIS_GENERAL, 1, axis_vector(k, position)};
    return number_from(k, layout_read(k, k->module->f64, base, position, false), false);
}
const OpEmitter op_emitter_ACCUMULATED = {NULL, emit_accumulated};
