/* layout.h: the only place that turns an index into an address.
 *
 * Buffers are read and written one scalar or one vector of lanes at a time. Lanes that lie side by
 * side become plain vector loads and stores, others gathers and scatters. Reading past the end of
 * a row is allowed (plan.h: sizes are padded for it), writing is not: lanes outside of the domain
 * are masked in rows and written as zeros in panels, where they are padding.
 */
#ifndef NNC_CODEGEN_LAYOUT_H
#define NNC_CODEGEN_LAYOUT_H

#include "codegen/index.h"

LLVMValueRef layout_load(KernelEmitter *k, const Access *access, const Index *index);
void layout_store(KernelEmitter *k, const Access *access, const Index *index, LLVMValueRef value);

/* Position of the index in the buffer, in elements. */
Axis layout_position(KernelEmitter *k, const Access *access, const Index *index);
/* Elements `base[position]`; `element` is LLVM's type. For scratch rows and tables. */
LLVMValueRef layout_read(KernelEmitter *k, LLVMTypeRef element, LLVMValueRef base, Axis position,
                         bool invariant);
void layout_write(KernelEmitter *k, LLVMTypeRef element, LLVMValueRef base, Axis position,
                  LLVMValueRef value);

#endif
