/* axis.c: arithmetic on one axis of an index. See index.h.
 *
 * Uniform and consecutive axes stay scalars as long as they can: the address of a vector is then
 * one scalar. What no longer counts on by one from lane to lane becomes a vector.
 */
#include "codegen/index.h"

/* Of zero: a multiple of everything that matters. */
#define MULTIPLE_OF_ZERO ((int64_t)1 << 30)

static int64_t common_divisor(int64_t a, int64_t b) {
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

Axis axis_constant(KernelEmitter *k, int64_t value) {
    int64_t multiple = value < 0 ? -value : value;
    return (Axis){AXIS_UNIFORM, multiple ? multiple : MULTIPLE_OF_ZERO,
                  emit_index(k->module, value)};
}

Axis axis_uniform(LLVMValueRef value, int64_t multiple) {
    return (Axis){AXIS_UNIFORM, multiple, value};
}

Axis axis_consecutive(LLVMValueRef value, int64_t multiple) {
    return (Axis){AXIS_CONSECUTIVE, multiple, value};
}

static Axis general(LLVMValueRef vector) {
    return (Axis){AXIS_GENERAL, 1, vector};
}

bool axis_is_aligned(const KernelEmitter *k, Axis a) {
    return a.kind != AXIS_GENERAL && a.multiple % k->lanes == 0;
}

LLVMValueRef axis_vector(KernelEmitter *k, Axis axis) {
    if (axis.kind == AXIS_GENERAL) return axis.value;
    LLVMValueRef splat = emit_splat(k->module, axis.value, k->lanes);
    if (axis.kind == AXIS_UNIFORM) return splat;
    LLVMValueRef *lanes = ARENA_ARRAY(k->arena, LLVMValueRef, k->lanes);
    for (int i = 0; i < k->lanes; i++)
        lanes[i] = emit_index(k->module, i);
    return LLVMBuildAdd(k->module->builder, splat, LLVMConstVector(lanes, (unsigned)k->lanes), "");
}

Axis axis_add(KernelEmitter *k, Axis a, Axis b) {
    if (a.kind == AXIS_UNIFORM && b.kind != AXIS_UNIFORM) return axis_add(k, b, a);
    int64_t multiple = common_divisor(a.multiple, b.multiple);
    if (b.kind == AXIS_UNIFORM && a.kind != AXIS_GENERAL)
        return (Axis){a.kind, multiple, emit_add(k->module, a.value, b.value)};
    return general(LLVMBuildAdd(k->module->builder, axis_vector(k, a), axis_vector(k, b), ""));
}

Axis axis_add_constant(KernelEmitter *k, Axis a, int64_t b) {
    return b == 0 ? a : axis_add(k, a, axis_constant(k, b));
}

Axis axis_scale(KernelEmitter *k, Axis a, int64_t factor) {
    if (factor == 1) return a;
    if (a.kind == AXIS_UNIFORM)
        return axis_uniform(emit_mul_constant(k->module, a.value, factor),
                            a.multiple >= MULTIPLE_OF_ZERO || factor >= MULTIPLE_OF_ZERO
                                ? MULTIPLE_OF_ZERO
                                : a.multiple * factor);
    LLVMValueRef by = emit_splat(k->module, emit_index(k->module, factor), k->lanes);
    return general(LLVMBuildMul(k->module->builder, axis_vector(k, a), by, ""));
}

Axis axis_scale_by(KernelEmitter *k, Axis a, LLVMValueRef factor) {
    if (a.kind == AXIS_UNIFORM)
        return axis_uniform(emit_mul(k->module, a.value, factor), a.multiple);
    LLVMValueRef by = emit_splat(k->module, factor, k->lanes);
    return general(LLVMBuildMul(k->module->builder, axis_vector(k, a), by, ""));
}

/* Vectors are divided in 32 bits where that is known to be enough: 64-bit lanes have no fast
 * multiplication. */
static Axis divide_vector(KernelEmitter *k, LLVMValueRef vector, int64_t divisor, int64_t bound,
                          Axis *rest) {
    LLVMBuilderRef builder = k->module->builder;
    LLVMTypeRef wide = LLVMTypeOf(vector);
    bool narrow = bound > 0 && bound + 64 < INT32_MAX && divisor < INT32_MAX;
    LLVMTypeRef type = narrow ? emit_integer_vector_type(k->module, 32, k->lanes) : wide;
    LLVMTypeRef element = narrow ? k->module->i32 : k->module->i64;
    if (narrow) vector = LLVMBuildTrunc(builder, vector, type, "");
    LLVMValueRef by =
        emit_splat(k->module, LLVMConstInt(element, (unsigned long long)divisor, 0), k->lanes);
    LLVMValueRef quotient = LLVMBuildUDiv(builder, vector, by, "");
    LLVMValueRef left = LLVMBuildSub(builder, vector, LLVMBuildMul(builder, quotient, by, ""), "");
    if (narrow) {
        quotient = LLVMBuildZExt(builder, quotient, wide, "");
        left = LLVMBuildZExt(builder, left, wide, "");
    }
    *rest = general(left);
    return general(quotient);
}

Axis axis_divide(KernelEmitter *k, Axis a, int64_t divisor, int64_t bound, Axis *rest) {
    if (divisor == 1) {
        *rest = axis_constant(k, 0);
        return a;
    }
    bool stays = a.kind == AXIS_CONSECUTIVE && axis_is_aligned(k, a) && divisor % k->lanes == 0;
    if (a.kind == AXIS_UNIFORM || stays) {
        int64_t quotient_multiple = a.multiple % divisor == 0 ? a.multiple / divisor : 1;
        *rest = (Axis){a.kind, common_divisor(a.multiple, divisor),
                       emit_rem_constant(k->module, a.value, divisor)};
        return axis_uniform(emit_div_constant(k->module, a.value, divisor),
                            quotient_multiple ? quotient_multiple : 1);
    }
    return divide_vector(k, axis_vector(k, a), divisor, bound, rest);
}

Axis axis_select(KernelEmitter *k, LLVMValueRef condition, Axis a, Axis b) {
    if (LLVMTypeOf(condition) == k->module->i1 && a.kind == b.kind)
        return (Axis){a.kind, a.kind == AXIS_GENERAL ? 1 : common_divisor(a.multiple, b.multiple),
                      LLVMBuildSelect(k->module->builder, condition, a.value, b.value, "")};
    return general(
        LLVMBuildSelect(k->module->builder, condition, axis_vector(k, a), axis_vector(k, b), ""));
}

LLVMValueRef axis_compare(KernelEmitter *k, LLVMIntPredicate predicate, Axis a, int64_t b) {
    LLVMValueRef number = emit_index(k->module, b);
    if (a.kind == AXIS_UNIFORM)
        return LLVMBuildICmp(k->module->builder, predicate, a.value, number, "");
    return LLVMBuildICmp(k->module->builder, predicate, axis_vector(k, a),
                         emit_splat(k->module, number, k->lanes), "");
}
