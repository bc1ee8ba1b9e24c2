/* kernel_info.h: what a program knows of its kernels, for --profile and --trap. */
#ifndef NNC_CODEGEN_KERNEL_INFO_H
#define NNC_CODEGEN_KERNEL_INFO_H

#include "codegen/kernel.h"

/* A line for each kernel of a program's training step or prediction, in order; NULL for other
 * views. Fields are separated by tabs:
 *
 *     place            "digits.nn:9 dense_2"; "" when nobody knows
 *     operations       "matmul add max": what it computes
 *     f or b           b: for the gradient or the update only
 *     work             floating-point operations, then those of each sample
 *     parallel_from    samples from which it goes to a pool
 *     inputs           how many of NnrtCall.buffers come before its results
 *     results          each a letter, rows (of a sample) and columns: "s1,64"; s and q are of
 *                      samples, q and p in panels, c classes, r none of these
 */
const char *kernel_info_text(const Codegen *codegen, const ViewPlan *view);

#endif
