/* product_parts.h: an epilogue in two parts, so that a product need not wait for it. */
#ifndef NNC_CODEGEN_PRODUCT_PARTS_H
#define NNC_CODEGEN_PRODUCT_PARTS_H

#include "codegen/kernel.h"

/* The roots that may be computed later than the others, from what these have stored:
 *
 *   m' = m + (g - m) * 0.1      v' = v + (g^2 - v) * 0.001         early: they read the product
 *   w' = w - rate * m' / (sqrt(v') + 1e-7)                         late: it reads m' and v' again
 *
 * A bool for each output of the kernel, true for late ones; NULL when there is no such root, or
 * it is not worth while (neither a division nor a root is in it). Late roots read neither the
 * product nor what an early root has written over. */
const bool *product_late_roots(const Codegen *codegen, const Kernel *kernel);

#endif
