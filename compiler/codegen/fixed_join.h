/* fixed_join.h: how the partial sums of fixed_sum.h become one, in functions that all kernels of a
 * module share. For fixed_sum.c.
 */
#ifndef NNC_CODEGEN_FIXED_JOIN_H
#define NNC_CODEGEN_FIXED_JOIN_H

#include "codegen/fixed_sum.h"

/* p[0 .. 63] in 64 / lanes vectors, spoiled: their sum, a scalar. */
LLVMValueRef fixed_join_partials(KernelEmitter *k, FixedKind kind, LLVMValueRef *partials);
/* p[0 .. 63] in memory, those without an element 0. `length`: how many elements all chunks have;
 * at most 16 are added in order. */
LLVMValueRef fixed_join_numbers(KernelEmitter *k, FixedKind kind, LLVMValueRef slots,
                                LLVMValueRef length);
/* The same of vectors of results (or numbers of one, `uniform`): slots p[0] .. p[used - 1], used
 * counted up to 64, the others unset. Spoils them. */
LLVMValueRef fixed_join_slots(KernelEmitter *k, FixedKind kind, bool uniform, LLVMValueRef slots,
                              LLVMValueRef used, LLVMValueRef length);

/* The tree over chunks: a binary counter, one waiting sum a level. */
typedef struct FixedTree {
    FixedKind kind;
    bool uniform;
    LLVMValueRef levels; /* memory of the waiting sums */
} FixedTree;

FixedTree fixed_tree_begin(KernelEmitter *k, FixedKind kind, bool uniform);
/* The sum of chunk number `chunk` (i64). */
void fixed_tree_push(KernelEmitter *k, const FixedTree *tree, LLVMValueRef chunk, LLVMValueRef sum);
/* The sum of all chunks of `length` elements. */
LLVMValueRef fixed_tree_end(KernelEmitter *k, const FixedTree *tree, LLVMValueRef length);

#endif
