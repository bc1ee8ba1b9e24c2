/* view_driver.h: the functions that run a view's kernels in order. */
#ifndef NNC_CODEGEN_VIEW_DRIVER_H
#define NNC_CODEGEN_VIEW_DRIVER_H

#include "codegen/kernel.h"

/* void nnc_view_NAME(const NnrtContext *): writes it with all kernels it needs. */
LLVMValueRef view_driver(Codegen *codegen, const ViewPlan *view);
/* The same function where another object has it. */
LLVMValueRef view_driver_elsewhere(Codegen *codegen, const ViewPlan *view);

#endif
