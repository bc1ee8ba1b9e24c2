/* kernel_cost.h: estimates of what a kernel takes. */
#ifndef NNC_CODEGEN_KERNEL_COST_H
#define NNC_CODEGEN_KERNEL_COST_H

#include "codegen/kernel.h"

/* The smallest number of samples for which kernels run together are worth a pool. */
int64_t kernels_enough_samples(const Codegen *codegen, const Kernel *kernels, int64_t count);

/* Multiply-adds of a product or convolution; of one sample when its type or an operand's is
 * batched. */
double kernel_multiplications(const Node *heart);

/* Estimated nanoseconds of a kernel on one core: `fixed` and for each sample. */
void kernel_cost(const Codegen *codegen, const Kernel *kernel, double *fixed, double *per_sample);

#endif
