/* emit_memory.c: numbers, vectors and memory of emit.h. */

#include "codegen/emit.h"
#include "codegen/llvm_compat.h"

#include <string.h>

/* ---- numbers and vectors ---- */

LLVMTypeRef emit_vector_type(Module *module, MathPrecision precision, int lanes) {
    LLVMTypeRef number = module_number_type(module, precision);
    return lanes == 1 ? number : LLVMVectorType(number, (unsigned)lanes);
}

LLVMTypeRef emit_integer_vector_type(Module *module, int bits, int lanes) {
    LLVMTypeRef integer = LLVMIntTypeInContext(module->context, (unsigned)bits);
    return lanes == 1 ? integer : LLVMVectorType(integer, (unsigned)lanes);
}

static bool is_vector(LLVMTypeRef type) {
    return LLVMGetTypeKind(type) == LLVMVectorTypeKind;
}

LLVMValueRef emit_constant(Module *module, MathPrecision precision, int lanes, double value) {
    return emit_splat(module, LLVMConstReal(module_number_type(module, precision), value), lanes);
}

LLVMValueRef emit_zero(LLVMTypeRef type) {
    return LLVMConstNull(type);
}

LLVMValueRef emit_splat(Module *module, LLVMValueRef scalar, int lanes) {
    if (lanes == 1) return scalar;
    if (LLVMIsConstant(scalar)) {
        LLVMValueRef *copies = ARENA_ARRAY(module->arena, LLVMValueRef, lanes);
        for (int i = 0; i < lanes; i++)
            copies[i] = scalar;
        return LLVMConstVector(copies, (unsigned)lanes);
    }
    LLVMTypeRef type = LLVMVectorType(LLVMTypeOf(scalar), (unsigned)lanes);
    LLVMValueRef any = LLVMGetPoison(type), zero = LLVMConstNull(module->i32);
    LLVMValueRef first = LLVMBuildInsertElement(module->builder, any, scalar, zero, "");
    LLVMValueRef zeros = LLVMConstNull(LLVMVectorType(module->i32, (unsigned)lanes));
    return LLVMBuildShuffleVector(module->builder, first, any, zeros, "");
}

static LLVMValueRef call_intrinsic(Module *module, const char *name, LLVMTypeRef *types,
                                   size_t type_count, LLVMValueRef *arguments, int count) {
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMValueRef function = LLVMGetIntrinsicDeclaration(module->module, id, types, type_count);
    return emit_call(module, function, arguments, count);
}

LLVMValueRef emit_intrinsic(Module *module, const char *name, LLVMTypeRef type,
                            const LLVMValueRef *arguments, int count) {
    LLVMValueRef copy[4];
    memcpy(copy, arguments, (size_t)count * sizeof *copy);
    return call_intrinsic(module, name, &type, 1, copy, count);
}

LLVMValueRef emit_fma(Module *module, LLVMValueRef a, LLVMValueRef b, LLVMValueRef c) {
    LLVMValueRef arguments[] = {a, b, c};
    return emit_intrinsic(module, "llvm.fma", LLVMTypeOf(a), arguments, 3);
}

/* ---- memory ---- */

LLVMValueRef emit_offset(Module *module, LLVMTypeRef type, LLVMValueRef pointer,
                         LLVMValueRef offset) {
    return LLVMBuildInBoundsGEP2(module->builder, type, pointer, &offset, 1, "");
}

LLVMValueRef emit_offset_constant(Module *module, LLVMTypeRef type, LLVMValueRef pointer,
                                  int64_t offset) {
    return offset == 0 ? pointer : emit_offset(module, type, pointer, emit_index(module, offset));
}

LLVMValueRef emit_load(Module *module, LLVMTypeRef type, LLVMValueRef pointer, int align) {
    LLVMValueRef load = LLVMBuildLoad2(module->builder, type, pointer, "");
    LLVMSetAlignment(load, (unsigned)align);
    return load;
}

void emit_store(Module *module, LLVMValueRef value, LLVMValueRef pointer, int align) {
    LLVMSetAlignment(LLVMBuildStore(module->builder, value, pointer), (unsigned)align);
}

static LLVMValueRef lane_mask(Module *module, int lanes, int active) {
    LLVMValueRef *bits = ARENA_ARRAY(module->arena, LLVMValueRef, lanes);
    for (int i = 0; i < lanes; i++)
        bits[i] = LLVMConstInt(module->i1, i < active, false);
    return LLVMConstVector(bits, (unsigned)lanes);
}

static bool every_lane(LLVMTypeRef type, int active) {
    return !is_vector(type) || active >= (int)LLVMGetVectorSize(type);
}

static void align_argument(Module *module, LLVMValueRef call, unsigned argument, int align) {
    LLVMAddCallSiteAttribute(call, argument,
                             llvm_compat_attribute(module->context, "align", (uint64_t)align));
}

LLVMValueRef emit_load_lanes(Module *module, LLVMTypeRef type, LLVMValueRef pointer, int align,
                             int active) {
    if (active <= 0) return emit_zero(type);
    if (every_lane(type, active)) return emit_load(module, type, pointer, align);
    LLVMValueRef mask = lane_mask(module, (int)LLVMGetVectorSize(type), active);
    LLVMTypeRef types[] = {type, module->pointer};
    if (llvm_compat_masked_align_operand()) {
        LLVMValueRef arguments[] = {pointer, LLVMConstInt(module->i32, (unsigned)align, false),
                                    mask, emit_zero(type)};
        return call_intrinsic(module, "llvm.masked.load", types, 2, arguments, 4);
    }
    LLVMValueRef arguments[] = {pointer, mask, emit_zero(type)};
    LLVMValueRef call = call_intrinsic(module, "llvm.masked.load", types, 2, arguments, 3);
    align_argument(module, call, 1, align);
    return call;
}

void emit_store_lanes(Module *module, LLVMValueRef value, LLVMValueRef pointer, int align,
                      int active) {
    LLVMTypeRef type = LLVMTypeOf(value);
    if (active <= 0) return;
    if (every_lane(type, active)) {
        emit_store(module, value, pointer, align);
        return;
    }
    LLVMValueRef mask = lane_mask(module, (int)LLVMGetVectorSize(type), active);
    LLVMTypeRef types[] = {type, module->pointer};
    if (llvm_compat_masked_align_operand()) {
        LLVMValueRef arguments[] = {value, pointer,
                                    LLVMConstInt(module->i32, (unsigned)align, false), mask};
        call_intrinsic(module, "llvm.masked.store", types, 2, arguments, 4);
        return;
    }
    LLVMValueRef arguments[] = {value, pointer, mask};
    LLVMValueRef call = call_intrinsic(module, "llvm.masked.store", types, 2, arguments, 3);
    align_argument(module, call, 2, align);
}

/* llvm.prefetch(pointer, 0 read / 1 write, locality 3 = keep, 1 = data) */
void emit_prefetch(Module *module, LLVMValueRef pointer, bool write) {
    LLVMValueRef arguments[] = {pointer, LLVMConstInt(module->i32, write, false),
                                LLVMConstInt(module->i32, 3, false),
                                LLVMConstInt(module->i32, 1, false)};
    call_intrinsic(module, "llvm.prefetch", &module->pointer, 1, arguments, 4);
}

LLVMValueRef emit_shuffle(Module *module, LLVMValueRef a, LLVMValueRef b, const int *lanes,
                          int count) {
    LLVMValueRef *mask = ARENA_ARRAY(module->arena, LLVMValueRef, count);
    for (int i = 0; i < count; i++)
        mask[i] = lanes[i] < 0 ? LLVMGetPoison(module->i32)
                               : LLVMConstInt(module->i32, (unsigned)lanes[i], false);
    return LLVMBuildShuffleVector(module->builder, a, b, LLVMConstVector(mask, (unsigned)count),
                                  "");
}

/* a0 b0 a1 b1 ...: twice the lanes. */
static LLVMValueRef interleave(Module *module, LLVMValueRef a, LLVMValueRef b, int lanes) {
    int *mask = ARENA_ARRAY(module->arena, int, 2 * lanes);
    for (int i = 0; i < 2 * lanes; i++)
        mask[i] = i / 2 + (i % 2) * lanes;
    return emit_shuffle(module, a, b, mask, 2 * lanes);
}

void emit_interleave4(Module *module, LLVMValueRef values[4], int lanes) {
    if (lanes == 1) return;
    /* 0 2 0 2 ... and 1 3 1 3 ... make 0 1 2 3 ... */
    LLVMValueRef even = interleave(module, values[0], values[2], lanes);
    LLVMValueRef odd = interleave(module, values[1], values[3], lanes);
    LLVMValueRef all = interleave(module, even, odd, 2 * lanes);
    for (int part = 0; part < 4; part++) {
        int *mask = ARENA_ARRAY(module->arena, int, lanes);
        for (int i = 0; i < lanes; i++)
            mask[i] = part * lanes + i;
        values[part] = emit_shuffle(module, all, all, mask, lanes);
    }
}
