/* view_driver.h: the functions that run a view's kernels in order. */
#ifndef NNC_CODEGEN_VIEW_DRIVER_H
#define NNC_CODEGEN_VIEW_DRIVER_H

#include "codegen/kernel.h"

/* void nnc_view_NAME(const NnrtContext *): writes it with all kernels it needs. */
LLVMValueRef view_driver(Codegen *codegen, const ViewPlan *view);
/* The same function where another object has it. */
LLVMValueRef view_driver_elsewhere(Codegen *codegen, const ViewPlan *view);

/* The smallest number of samples for which the kernel is worth a pool. */
int64_t view_driver_enough_samples(const Codegen *codegen, const Kernel *kernel);

/* Multiply-adds of a product or convolution; of one sample when its type or an operand's is
 * batched. */
double view_driver_multiplications(const Node *heart);

/* Estimated nanoseconds of a kernel on one core: `fixed` and for each sample. */
void view_driver_cost(const Codegen *codegen, const Kernel *kernel, double *fixed,
                      double *per_sample);

#endif
