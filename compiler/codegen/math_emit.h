/* math_emit.h: the builder of math_builder.h that writes vector instructions.
 *
 *     MathBuilder builder = math_emit_builder(module, MATH_F32, 16);
 *     LLVMValueRef y = math_emit_call(&builder, math_exp, x);     // <16 x float>
 *
 * Any lane count; one lane means plain scalars. Integers are <lanes x i32> beside f32 and
 * <lanes x i64> beside f64; conditions <lanes x i1>.
 */
#ifndef NNC_CODEGEN_MATH_EMIT_H
#define NNC_CODEGEN_MATH_EMIT_H

#include "codegen/module.h"

/* The state lives in the module's arena. */
MathBuilder math_emit_builder(Module *module, MathPrecision precision, int lanes);

static inline MathValue math_emit_value(LLVMValueRef value) {
    return (MathValue){.handle = value};
}
static inline LLVMValueRef math_emit_call(MathBuilder *builder,
                                          MathValue (*function)(MathBuilder *, MathValue),
                                          LLVMValueRef x) {
    return (LLVMValueRef)function(builder, math_emit_value(x)).handle;
}
static inline LLVMValueRef
math_emit_call2(MathBuilder *builder, MathValue (*function)(MathBuilder *, MathValue, MathValue),
                LLVMValueRef x, LLVMValueRef y) {
    return (LLVMValueRef)function(builder, math_emit_value(x), math_emit_value(y)).handle;
}

#endif
