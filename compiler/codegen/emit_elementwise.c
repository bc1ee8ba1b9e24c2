/* emit_elementwise.c: the value of each elementwise operation from its operands' values.
 *
 * One entry for each operation, scalar or vector alike. No fast-math flag, no contraction: a
 * product and a sum round separately, so fusing kernels never changes a number. Conditions are
 * numbers, 1 and 0.
 */
#include "codegen/value.h"
#include "math/math_functions.h"

#define OPERAND(i) (frame->requests[i].value)

static LLVMBuilderRef builder_of(KernelEmitter *k) {
    return k->module->builder;
}

static LLVMValueRef number(KernelEmitter *k, const ValueFrame *frame, double value) {
    return emit_constant(k->module, k->codegen->precision, frame->index->uniform ? 1 : k->lanes,
                         value);
}

/* 1 where the condition holds, else 0. */
static LLVMValueRef as_number(KernelEmitter *k, const ValueFrame *frame, LLVMValueRef condition) {
    return LLVMBuildSelect(builder_of(k), condition, number(k, frame, 1), number(k, frame, 0), "");
}

static LLVMValueRef compare(KernelEmitter *k, const ValueFrame *frame, LLVMRealPredicate real,
                            LLVMIntPredicate class) {
    LLVMValueRef condition = frame->node->operands[0]->type.element == ELEMENT_CLASS
                                 ? LLVMBuildICmp(builder_of(k), class, OPERAND(0), OPERAND(1), "")
                                 : LLVMBuildFCmp(builder_of(k), real, OPERAND(0), OPERAND(1), "");
    return as_number(k, frame, condition);
}

/* As C does: NaN counts as not zero. */
static LLVMValueRef is_true(KernelEmitter *k, const ValueFrame *frame, LLVMValueRef value) {
    return LLVMBuildFCmp(builder_of(k), LLVMRealUNE, value, number(k, frame, 0), "");
}

/* ---- one operand, from math/ ---- */

#define MATH_UNARY(NAME, function)                                                                 \
    static LLVMValueRef emit_##NAME(KernelEmitter *k, const ValueFrame *frame) {                   \
        return math_emit_call(kernel_math(k, frame->index->uniform), function, OPERAND(0));        \
    }                                                                                              \
    const OpEmitter op_emitter_##NAME = {value_ask_operands, emit_##NAME};

MATH_UNARY(NEGATE, math_negate)
MATH_UNARY(EXP, math_exp)
MATH_UNARY(LOG, math_log)
MATH_UNARY(LOG1P, math_log1p)
MATH_UNARY(SIN, math_sin)
MATH_UNARY(COS, math_cos)
MATH_UNARY(TANH, math_tanh)
MATH_UNARY(ERF, math_erf)
MATH_UNARY(ABS, math_abs)
MATH_UNARY(SIGN, math_sign)
MATH_UNARY(SIGMOID, math_sigmoid)
MATH_UNARY(SOFTPLUS, math_softplus)

/* ---- the others ---- */

#define ELEMENTWISE(NAME, expression)                                                              \
    static LLVMValueRef emit_##NAME(KernelEmitter *k, const ValueFrame *frame) {                   \
        return expression;                                                                         \
    }                                                                                              \
    const OpEmitter op_emitter_##NAME = {value_ask_operands, emit_##NAME};

static LLVMValueRef intrinsic(KernelEmitter *k, const ValueFrame *frame, const char *name) {
    LLVMValueRef argument = OPERAND(0);
    return emit_intrinsic(k->module, name, LLVMTypeOf(argument), &argument, 1);
}

ELEMENTWISE(SQRT, intrinsic(k, frame, "llvm.sqrt"))
ELEMENTWISE(FLOOR, intrinsic(k, frame, "llvm.floor"))
ELEMENTWISE(NOT,
            as_number(k, frame, LLVMBuildNot(builder_of(k), is_true(k, frame, OPERAND(0)), "")))
ELEMENTWISE(AS_REAL, LLVMBuildSIToFP(builder_of(k), OPERAND(0),
                                     kernel_value_type(k, ELEMENT_REAL, frame->index->uniform), ""))
ELEMENTWISE(ADD, LLVMBuildFAdd(builder_of(k), OPERAND(0), OPERAND(1), ""))
ELEMENTWISE(SUBTRACT, LLVMBuildFSub(builder_of(k), OPERAND(0), OPERAND(1), ""))
ELEMENTWISE(MULTIPLY, LLVMBuildFMul(builder_of(k), OPERAND(0), OPERAND(1), ""))
ELEMENTWISE(MINIMUM, math_emit_call2(kernel_math(k, frame->index->uniform), math_min, OPERAND(0),
                                     OPERAND(1)))
ELEMENTWISE(MAXIMUM, math_emit_call2(kernel_math(k, frame->index->uniform), math_max, OPERAND(0),
                                     OPERAND(1)))
ELEMENTWISE(EQUAL, compare(k, frame, LLVMRealOEQ, LLVMIntEQ))
ELEMENTWISE(NOT_EQUAL, compare(k, frame, LLVMRealUNE, LLVMIntNE))
ELEMENTWISE(LESS, compare(k, frame, LLVMRealOLT, LLVMIntSLT))
ELEMENTWISE(LESS_EQUAL, compare(k, frame, LLVMRealOLE, LLVMIntSLE))
ELEMENTWISE(AND, as_number(k, frame,
                           LLVMBuildAnd(builder_of(k), is_true(k, frame, OPERAND(0)),
                                        is_true(k, frame, OPERAND(1)), "")))
ELEMENTWISE(OR, as_number(k, frame,
                          LLVMBuildOr(builder_of(k), is_true(k, frame, OPERAND(0)),
                                      is_true(k, frame, OPERAND(1)), "")))
ELEMENTWISE(SELECT, LLVMBuildSelect(builder_of(k), is_true(k, frame, OPERAND(0)), OPERAND(1),
                                    OPERAND(2), ""))

/* ---- quotients ---- */

static bool is_loaded(const Kernel *kernel, const Node *node) {
    for (int64_t i = 0; i < kernel->inputs.count; i++)
        if (kernel->inputs.items[i].node == node) return true;
    return false;
}

/* The sample count, computed in this kernel. A divisor that is loaded is any number to the
 * function: kernels that divide something else by something else share it. */
static bool is_sample_count(const Kernel *kernel, const Node *node) {
    while (node->op == OP_BROADCAST && !is_loaded(kernel, node))
        node = node->operands[0];
    return node->op == OP_RUNTIME && node->attr.runtime == RUNTIME_SAMPLE_COUNT &&
           !is_loaded(kernel, node);
}

/* x / n for vectors and the sample count n. Where n is a power of two 1/n is exact, x * (1/n) is
 * the same number, and a vector's division, of the slowest instructions there are, is saved: if the
 * fraction bits of n are zero: x * (1 / n), else x / n */
static LLVMValueRef divide_by_count(KernelEmitter *k, LLVMValueRef x, LLVMValueRef count) {
    Module *module = k->module;
    LLVMBuilderRef builder = module->builder;
    bool single = k->codegen->precision == MATH_F32;
    LLVMTypeRef integer = single ? module->i32 : module->i64;
    LLVMValueRef n = LLVMBuildExtractElement(builder, count, emit_index(module, 0), "");
    LLVMValueRef mask = LLVMConstInt(integer, single ? 0x7fffff : 0xfffffffffffff, false);
    LLVMValueRef bits = LLVMBuildBitCast(builder, n, integer, "");
    LLVMValueRef rest = LLVMBuildAnd(builder, bits, mask, "");
    LLVMValueRef is_power = LLVMBuildICmp(builder, LLVMIntEQ, rest, LLVMConstNull(integer), "");
    LLVMValueRef one = emit_constant(module, k->codegen->precision, 1, 1);
    LLVMValueRef inverse = LLVMBuildFDiv(builder, one, n, "");
    EmitIf branch = emit_if_begin(module, is_power);
    LLVMValueRef values[2];
    LLVMBasicBlockRef from[2];
    values[0] = LLVMBuildFMul(builder, x, emit_splat(module, inverse, k->lanes), "");
    from[0] = LLVMGetInsertBlock(builder);
    emit_else(module, &branch);
    values[1] = LLVMBuildFDiv(builder, x, count, "");
    from[1] = LLVMGetInsertBlock(builder);
    emit_if_end(module, &branch);
    LLVMValueRef result = LLVMBuildPhi(builder, LLVMTypeOf(x), "");
    LLVMAddIncoming(result, values, from, 2);
    return result;
}

static LLVMValueRef emit_divide(KernelEmitter *k, const ValueFrame *frame) {
    bool vector = LLVMGetTypeKind(LLVMTypeOf(OPERAND(1))) == LLVMVectorTypeKind;
    if (vector && is_sample_count(k->kernel, frame->node->operands[1]))
        return divide_by_count(k, OPERAND(0), OPERAND(1));
    return LLVMBuildFDiv(builder_of(k), OPERAND(0), OPERAND(1), "");
}
const OpEmitter op_emitter_DIVIDE = {value_ask_operands, emit_divide};

/* ---- power ---- */

static bool whole_power(const Node *node, int *power) {
    double exponent;
    if (!node_is_constant(node->operands[1], &exponent)) return false;
    if (!(exponent >= -MATH_MAX_WHOLE_POWER && exponent <= MATH_MAX_WHOLE_POWER)) return false;
    *power = (int)exponent;
    return *power == exponent;
}

static bool ask_power(KernelEmitter *k, ValueFrame *frame) {
    int power;
    if (frame->stage > 0) return false;
    if (!whole_power(frame->node, &power)) return value_ask_operands(k, frame);
    value_request(k, frame, frame->node->operands[0], frame->index);
    return true;
}

static LLVMValueRef emit_power(KernelEmitter *k, const ValueFrame *frame) {
    MathBuilder *math = kernel_math(k, frame->index->uniform);
    int power;
    if (whole_power(frame->node, &power))
        return (LLVMValueRef)math_whole_power(math, math_emit_value(OPERAND(0)), power).handle;
    return math_emit_call2(math, math_pow, OPERAND(0), OPERAND(1));
}

const OpEmitter op_emitter_POWER = {ask_power, emit_power};
