/* product.h: the epilogue of matrix products: what happens to finished sums on their way to memory.
 * For emit_matmul.c and emit_contract.c. */
#ifndef NNC_CODEGEN_PRODUCT_H
#define NNC_CODEGEN_PRODUCT_H

#include "codegen/domain.h"

/* Stores the kernel's roots at row (i64, of the product seen as a matrix of all samples) and a
 * vector of columns, where the product is `value`. Its nodes may have other shapes of the same
 * matrix. The scope's mask says which lanes are columns. */
void product_store(KernelEmitter *k, LLVMValueRef row, Axis column, LLVMValueRef value);

#endif
