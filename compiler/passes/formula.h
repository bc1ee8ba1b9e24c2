/* formula.h: what a kernel computes, written as a person would: %12 = max(x @ dense.w + dense.b, 0)
 */
#ifndef NNC_PASSES_FORMULA_H
#define NNC_PASSES_FORMULA_H

#include "passes/plan.h"

/* Adds the formula of one output of the kernel, about `width` characters at most (what does not fit
 * is ".."). Values in memory are called by the names of inputs and variables, others %number.
 * `numbers[id]` is a node's number. Movement that only repeats or reshapes is not shown. */
void formula_print(Text *text, const Plan *plan, const Kernel *kernel, Binding output,
                   const int32_t *numbers, size_t width);
/* The name of a value in memory: "dense.w", "pixels", "%12"; a copy's "dense.w'" when transposed.
 */
void formula_print_name(Text *text, const Plan *plan, Binding binding, const int32_t *numbers);

#endif
