/* kernel_info.h: what a program knows of its kernels, for --profile and --trap. */
#ifndef NNC_CODEGEN_KERNEL_INFO_H
#define NNC_CODEGEN_KERNEL_INFO_H

#include "codegen/kernel.h"

/* True for the views whose kernels can be observed: training steps and predictions of a program. */
bool kernel_info_is_kept(const Codegen *codegen, const ViewPlan *view);
/* The NnrtKernelInfo of each kernel, in order; a null pointer for other views. */
LLVMValueRef kernel_info_table(Codegen *codegen, const ViewPlan *view);

#endif
