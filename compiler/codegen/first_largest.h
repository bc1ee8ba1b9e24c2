/* first_largest.h: where the first maximum of a row stands; the first NaN if there is one. */
#ifndef NNC_CODEGEN_FIRST_LARGEST_H
#define NNC_CODEGEN_FIRST_LARGEST_H

#include "codegen/fixed_sum.h"

/* Lanes along x (result i64), or along results (<lanes x i64>, or i64 if `uniform`); `largest` is
 * what fixed_along or fixed_across gave for FIXED_MAX. */
LLVMValueRef first_largest_along(KernelEmitter *k, LLVMValueRef largest, int64_t length,
                                 FixedTerm *term, void *user);
LLVMValueRef first_largest_across(KernelEmitter *k, LLVMValueRef largest, int64_t length,
                                  bool uniform, FixedTerm *term, void *user);

#endif
