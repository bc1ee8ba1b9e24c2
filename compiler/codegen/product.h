/* product.h: matrix products as kernels: their operands, and the epilogue between finished sums and
 * memory. For emit_matmul.c and emit_contract.c; the loops are matmul.h's. */
#ifndef NNC_CODEGEN_PRODUCT_H
#define NNC_CODEGEN_PRODUCT_H

#include "codegen/domain.h"
#include "codegen/matmul.h"

/* A bound matrix: of all samples (rows behind one another), or, with `sample` (i64), of one. */
MatmulOperand product_operand(KernelEmitter *k, const Access *access, LLVMValueRef sample);
/* Stands for "in this layout" where only the plan of a product is asked for and no code exists. */
MatmulOperand product_operand_shape(const Codegen *codegen, const Kernel *kernel, int i);

/* Whether this is the twin in double, which only checks gradients: small code before speed. */
bool product_is_compact(const Codegen *codegen);

/* Whether the epilogue is short enough to be written out for every row of a tile. */
bool product_is_short(const Kernel *kernel);

/* What product_epilogue wants to know. */
typedef struct ProductEpilogue {
    KernelEmitter *k;
    LLVMValueRef first_row; /* of this product in the matrix of all samples, i64; NULL: 0 */
    const bool *late;       /* product_late_roots, where the epilogue comes in two parts; or NULL */
} ProductEpilogue;

/* Where a vector of finished sums stands: a row of the product's matrix and its column; or, known
 * better, the axes before the last one. */
typedef struct ProductPlace {
    LLVMValueRef row;
    bool has_axes; /* batch and axes count, for values of the heart's own type */
    Axis batch, axes[MAX_RANK];
    Axis column;
} ProductPlace;

/* Stores the kernel's roots at a place where the product is `value`. */
void product_store(KernelEmitter *k, const ProductPlace *place, LLVMValueRef value);
/* Stores only the roots for which late[i] is `part`; the late ones read the others from memory. */
void product_store_part(KernelEmitter *k, const ProductPlace *place, LLVMValueRef value,
                        const bool *late, bool part);

/* A MatmulEpilogue; `user` is a ProductEpilogue. Stores the kernel's roots, which may have other
 * shapes of the product's matrix. */
void product_epilogue(void *user, Module *module, const MatmulTile *tile);

#endif
