/* lanes.c: calls of LLVM's masked intrinsics. See lanes.h. */

#include "codegen/lanes.h"
#include "codegen/llvm_compat.h"

#include <string.h>

typedef struct MaskedCall {
    const char *name;
    LLVMTypeRef overloads[2];
    LLVMValueRef arguments[4]; /* without the alignment */
    int count;
    int pointer; /* which argument is the pointer: the alignment follows it */
} MaskedCall;

static LLVMValueRef call_masked(Module *module, const MaskedCall *call, int align) {
    LLVMValueRef arguments[5];
    int count = 0;
    for (int i = 0; i < call->count; i++) {
        arguments[count++] = call->arguments[i];
        if (llvm_compat_masked_align_operand() && i == call->pointer)
            arguments[count++] = LLVMConstInt(module->i32, (unsigned)align, 0);
    }
    unsigned id = LLVMLookupIntrinsicID(call->name, strlen(call->name));
    LLVMTypeRef overloads[2] = {call->overloads[0], call->overloads[1]};
    LLVMValueRef function = LLVMGetIntrinsicDeclaration(module->module, id, overloads, 2);
    LLVMTypeRef type = LLVMIntrinsicGetType(module->context, id, overloads, 2);
    LLVMValueRef result =
        LLVMBuildCall2(module->builder, type, function, arguments, (unsigned)count, "");
    if (!llvm_compat_masked_align_operand()) {
        unsigned kind = LLVMGetEnumAttributeKindForName("align", 5);
        LLVMAttributeRef attribute =
            LLVMCreateEnumAttribute(module->context, kind, (uint64_t)align);
        LLVMAddCallSiteAttribute(result, (unsigned)call->pointer + 1, attribute);
    }
    return result;
}

LLVMValueRef lanes_gather(Module *module, LLVMTypeRef type, LLVMValueRef pointers, int align,
                          LLVMValueRef mask) {
    MaskedCall call = {"llvm.masked.gather",
                       {type, LLVMTypeOf(pointers)},
                       {pointers, mask, LLVMConstNull(type)},
                       3,
                       0};
    return call_masked(module, &call, align);
}

void lanes_scatter(Module *module, LLVMValueRef value, LLVMValueRef pointers, int align,
                   LLVMValueRef mask) {
    MaskedCall call = {"llvm.masked.scatter",
                       {LLVMTypeOf(value), LLVMTypeOf(pointers)},
                       {value, pointers, mask},
                       3,
                       1};
    call_masked(module, &call, align);
}

void lanes_store(Module *module, LLVMValueRef value, LLVMValueRef pointer, int align,
                 LLVMValueRef mask) {
    MaskedCall call = {"llvm.masked.store",
                       {LLVMTypeOf(value), LLVMTypeOf(pointer)},
                       {value, pointer, mask},
                       3,
                       1};
    call_masked(module, &call, align);
}
