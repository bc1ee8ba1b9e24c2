/* math_emit.c: see math_emit.h. No instruction carries a fast-math flag. */

#include "codegen/math_emit.h"

#include "codegen/emit.h"

typedef struct MathEmit {
    Module *module;
    int lanes;
    LLVMTypeRef number, integer;
} MathEmit;

static MathEmit *state_of(MathBuilder *builder) {
    return builder->user;
}

static LLVMBuilderRef llvm_of(MathBuilder *builder) {
    return state_of(builder)->module->builder;
}

static LLVMValueRef raw(MathValue value) {
    return value.handle;
}

static MathValue made(LLVMValueRef value) {
    return (MathValue){.handle = value};
}

static MathValue build_constant(MathBuilder *builder, double value) {
    MathEmit *state = state_of(builder);
    return made(emit_constant(state->module, builder->precision, state->lanes, value));
}

static MathValue build_binary(MathBuilder *builder, MathBinary op, MathValue a, MathValue b) {
    static const LLVMOpcode opcodes[] = {
        [MATH_ADD] = LLVMFAdd, [MATH_SUB] = LLVMFSub, [MATH_MUL] = LLVMFMul, [MATH_DIV] = LLVMFDiv};
    return made(LLVMBuildBinOp(llvm_of(builder), opcodes[op], raw(a), raw(b), ""));
}

static MathValue build_unary(MathBuilder *builder, MathUnary op, MathValue a) {
    static const char *const names[] = {[MATH_SQRT] = "llvm.sqrt",
                                        [MATH_FLOOR] = "llvm.floor",
                                        [MATH_CEIL] = "llvm.ceil",
                                        [MATH_TRUNC] = "llvm.trunc",
                                        [MATH_ROUND_EVEN] = "llvm.roundeven"};
    MathEmit *state = state_of(builder);
    LLVMValueRef argument = raw(a);
    return made(emit_intrinsic(state->module, names[op], state->number, &argument, 1));
}

static MathValue build_fma(MathBuilder *builder, MathValue a, MathValue b, MathValue c) {
    return made(emit_fma(state_of(builder)->module, raw(a), raw(b), raw(c)));
}

static MathValue build_compare(MathBuilder *builder, MathCompare op, MathValue a, MathValue b) {
    static const LLVMRealPredicate predicates[] = {
        [MATH_LESS] = LLVMRealOLT,      [MATH_LESS_EQUAL] = LLVMRealOLE,
        [MATH_GREATER] = LLVMRealOGT,   [MATH_GREATER_EQUAL] = LLVMRealOGE,
        [MATH_EQUAL] = LLVMRealOEQ,     [MATH_NOT_EQUAL] = LLVMRealUNE,
        [MATH_UNORDERED] = LLVMRealUNO,
    };
    return made(LLVMBuildFCmp(llvm_of(builder), predicates[op], raw(a), raw(b), ""));
}

static MathValue build_select(MathBuilder *builder, MathValue which, MathValue yes, MathValue no) {
    return made(LLVMBuildSelect(llvm_of(builder), raw(which), raw(yes), raw(no), ""));
}

static MathValue build_integer(MathBuilder *builder, int64_t value) {
    MathEmit *state = state_of(builder);
    uint64_t bits = builder->precision == MATH_F32 ? (uint32_t)value : (uint64_t)value;
    LLVMTypeRef type = builder->precision == MATH_F32 ? state->module->i32 : state->module->i64;
    return made(emit_splat(state->module, LLVMConstInt(type, bits, false), state->lanes));
}

static MathValue build_integer_op(MathBuilder *builder, MathInteger op, MathValue a, MathValue b) {
    static const LLVMOpcode opcodes[] = {
        [MATH_INT_ADD] = LLVMAdd,
        [MATH_INT_SUB] = LLVMSub,
        [MATH_INT_MUL] = LLVMMul,
        [MATH_INT_AND] = LLVMAnd,
        [MATH_INT_OR] = LLVMOr,
        [MATH_INT_XOR] = LLVMXor,
        [MATH_INT_SHIFT_LEFT] = LLVMShl,
        [MATH_INT_SHIFT_RIGHT] = LLVMLShr,
        [MATH_INT_SHIFT_RIGHT_SIGNED] = LLVMAShr,
    };
    return made(LLVMBuildBinOp(llvm_of(builder), opcodes[op], raw(a), raw(b), ""));
}

static MathValue build_integer_compare(MathBuilder *builder, MathCompare op, MathValue a,
                                       MathValue b) {
    static const LLVMIntPredicate predicates[] = {
        [MATH_LESS] = LLVMIntSLT,    [MATH_LESS_EQUAL] = LLVMIntSLE,
        [MATH_GREATER] = LLVMIntSGT, [MATH_GREATER_EQUAL] = LLVMIntSGE,
        [MATH_EQUAL] = LLVMIntEQ,    [MATH_NOT_EQUAL] = LLVMIntNE,
    };
    return made(LLVMBuildICmp(llvm_of(builder), predicates[op], raw(a), raw(b), ""));
}

static void build_multiply_words(MathBuilder *builder, MathValue a, MathValue b, MathValue *high,
                                 MathValue *low) {
    MathEmit *state = state_of(builder);
    Module *module = state->module;
    LLVMBuilderRef llvm = module->builder;
    LLVMTypeRef wide = emit_integer_vector_type(module, 64, state->lanes);
    bool extend = builder->precision == MATH_F32;
    LLVMValueRef x = extend ? LLVMBuildZExt(llvm, raw(a), wide, "") : raw(a);
    LLVMValueRef y = extend ? LLVMBuildZExt(llvm, raw(b), wide, "") : raw(b);
    LLVMValueRef product = LLVMBuildMul(llvm, x, y, "");
    LLVMValueRef half = emit_splat(module, emit_index(module, 32), state->lanes);
    LLVMValueRef upper = LLVMBuildLShr(llvm, product, half, "");
    if (extend) {
        *high = made(LLVMBuildTrunc(llvm, upper, state->integer, ""));
        *low = made(LLVMBuildTrunc(llvm, product, state->integer, ""));
    } else {
        LLVMValueRef mask = emit_splat(module, emit_index(module, UINT32_MAX), state->lanes);
        *high = made(upper);
        *low = made(LLVMBuildAnd(llvm, product, mask, ""));
    }
}

static MathValue build_and(MathBuilder *builder, MathValue a, MathValue b) {
    return made(LLVMBuildAnd(llvm_of(builder), raw(a), raw(b), ""));
}

static MathValue build_or(MathBuilder *builder, MathValue a, MathValue b) {
    return made(LLVMBuildOr(llvm_of(builder), raw(a), raw(b), ""));
}

static MathValue build_not(MathBuilder *builder, MathValue a) {
    return made(LLVMBuildNot(llvm_of(builder), raw(a), ""));
}

static MathValue build_as_integer(MathBuilder *builder, MathValue a) {
    return made(LLVMBuildBitCast(llvm_of(builder), raw(a), state_of(builder)->integer, ""));
}

static MathValue build_as_number(MathBuilder *builder, MathValue a) {
    return made(LLVMBuildBitCast(llvm_of(builder), raw(a), state_of(builder)->number, ""));
}

static MathValue build_from_integer(MathBuilder *builder, MathValue a) {
    return made(LLVMBuildSIToFP(llvm_of(builder), raw(a), state_of(builder)->number, ""));
}

MathBuilder math_emit_builder(Module *module, MathPrecision precision, int lanes) {
    MathEmit *state = ARENA_NEW(module->arena, MathEmit);
    *state = (MathEmit){
        .module = module,
        .lanes = lanes,
        .number = emit_vector_type(module, precision, lanes),
        .integer = emit_integer_vector_type(module, precision == MATH_F32 ? 32 : 64, lanes),
    };
    return (MathBuilder){
        .precision = precision,
        .user = state,
        .constant = build_constant,
        .binary = build_binary,
        .unary = build_unary,
        .fma = build_fma,
        .compare = build_compare,
        .select = build_select,
        .integer = build_integer,
        .integer_op = build_integer_op,
        .integer_compare = build_integer_compare,
        .multiply_words = build_multiply_words,
        .condition_and = build_and,
        .condition_or = build_or,
        .condition_not = build_not,
        .as_integer = build_as_integer,
        .as_number = build_as_number,
        .from_integer = build_from_integer,
    };
}
