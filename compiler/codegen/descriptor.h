/* descriptor.h: the constant NnrtModel that tells the runtime everything about a model. */
#ifndef NNC_CODEGEN_DESCRIPTOR_H
#define NNC_CODEGEN_DESCRIPTOR_H

#include "codegen/kernel.h"

/* `views[i]` is the driver of plan->views.items[i]; `twin` the address of the descriptor in double
 * or NULL. Gives the record, to become a global. */
LLVMValueRef descriptor_record(Codegen *codegen, const LLVMValueRef *views, LLVMValueRef twin);
/* Whether a path of the source ends in .gz. */
bool descriptor_reads_gz(const DataSource *source);

#endif
