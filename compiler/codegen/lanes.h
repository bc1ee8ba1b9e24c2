/* lanes.h: memory operations in which each lane has its own address or may be switched off. */
#ifndef NNC_CODEGEN_LANES_H
#define NNC_CODEGEN_LANES_H

#include "codegen/module.h"

/* `pointers` and `mask` (<n x i1>) are vectors; lanes switched off read as zero and touch nothing.
 * `align` in bytes. */
LLVMValueRef lanes_gather(Module *module, LLVMTypeRef type, LLVMValueRef pointers, int align,
                          LLVMValueRef mask);
void lanes_scatter(Module *module, LLVMValueRef value, LLVMValueRef pointers, int align,
                   LLVMValueRef mask);
/* One address, lanes side by side. */
void lanes_store(Module *module, LLVMValueRef value, LLVMValueRef pointer, int align,
                 LLVMValueRef mask);

#endif
