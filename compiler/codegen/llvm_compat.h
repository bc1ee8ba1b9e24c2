/* llvm_compat.h: what differs between LLVM 19 and 22 in the C API and in IR, in one place. */
#ifndef NNC_CODEGEN_LLVM_COMPAT_H
#define NNC_CODEGEN_LLVM_COMPAT_H

#include <llvm-c/Core.h>
#include <llvm/Config/llvm-config.h>
#include <stdbool.h>
#include <string.h>

/* llvm.masked.load and .store name the alignment as an operand up to 21; from 22 on it is the
 * `align` attribute of the pointer, without which they silently become slow. */
static inline bool llvm_compat_masked_align_operand(void) {
    return LLVM_VERSION_MAJOR < 22;
}

/* An attribute by name; kind 0 (unknown to this LLVM) gives NULL. */
static inline LLVMAttributeRef llvm_compat_attribute(LLVMContextRef context, const char *name,
                                                     uint64_t value) {
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    return kind ? LLVMCreateEnumAttribute(context, kind, value) : NULL;
}

/* `nocapture` became `captures(none)` in 21. */
static inline LLVMAttributeRef llvm_compat_nocapture(LLVMContextRef context) {
    LLVMAttributeRef attribute = llvm_compat_attribute(context, "nocapture", 0);
    return attribute ? attribute : llvm_compat_attribute(context, "captures", 0);
}

#endif
