/* fixed_sum.h: sums, maxima and minima in the fixed order of docs/design.md, Numerics.
 *
 * The order belongs to the meaning: it depends on the length only, never on vector width, tasks or
 * fusion. For x[0 .. L-1], with + the operation and 0 its identity (-inf for maxima):
 *
 *   L <= 16:  ((0 + x[0]) + x[1]) + ...
 *   else, in chunks of 4,096 (the last one may be shorter; t counts within the chunk):
 *             p[j] = ((0 + x[j]) + x[j+64]) + ...             for j = 0 .. 63
 *             for h = 32, 16, 8, 4, 2, 1:  p[j] = p[j] + p[j+h]  for j < h;  p[0] is the chunk's
 * sum chunks are joined by a binary tree, neighbours first: ((c0+c1)+(c2+c3))+c4
 *
 * Partial sums that get no element are 0; adding 0 to a sum that began with 0 changes no bit, so
 * they may be left out.
 *
 * Two ways to compute it: with the lanes along x (one result), or with the lanes along many
 * results (x[t] is a vector).
 */
#ifndef NNC_CODEGEN_FIXED_SUM_H
#define NNC_CODEGEN_FIXED_SUM_H

#include "codegen/kernel.h"

typedef enum FixedKind { FIXED_SUM, FIXED_MAX, FIXED_MIN } FixedKind;

enum { FIXED_IN_ORDER = 16, FIXED_PARTIALS = 64, FIXED_CHUNK = 4096 };

LLVMValueRef fixed_combine(KernelEmitter *k, FixedKind kind, LLVMValueRef a, LLVMValueRef b);
/* 0, -inf, +inf. */
LLVMValueRef fixed_identity(KernelEmitter *k, FixedKind kind, bool uniform);

/* x[t .. t + lanes - 1] as a vector, t an i64; or x[t] for many results. Called in a scope of its
 * own; lanes beyond the length are switched off by the scope's mask. */
typedef LLVMValueRef FixedTerm(void *user, LLVMValueRef t);

/* Lanes along x: the result is a scalar. `length` is an i64, often a constant. */
LLVMValueRef fixed_along(KernelEmitter *k, FixedKind kind, LLVMValueRef length, FixedTerm *term,
                         void *user);
/* Lanes along results: a vector, or a scalar if `uniform`. */
LLVMValueRef fixed_across(KernelEmitter *k, FixedKind kind, LLVMValueRef length, bool uniform,
                          FixedTerm *term, void *user);

#endif
