/* matmul_pack.h: changes of layout around matrix products, written into the current function.
 *
 * A lane-panel matrix [R][C] is [ceil(C/16)][R][16] with zeros in the lanes beyond C. Every
 * function works on a range of tasks [first, last) (i64 values), one task a panel of the result.
 */
#ifndef NNC_CODEGEN_MATMUL_PACK_H
#define NNC_CODEGEN_MATMUL_PACK_H

#include "codegen/module.h"

/* PANELS(W [rows][columns]) to PANELS(W^T [columns][rows]); tasks: ceil(rows / 16). */
void matmul_pack_transpose(Module *module, MathPrecision precision, LLVMValueRef from,
                           LLVMValueRef to, int64_t rows, int64_t columns, LLVMValueRef first,
                           LLVMValueRef last);
/* ROWS [rows][columns] to PANELS whose panels hold `panel_rows` rows; tasks: ceil(columns / 16). */
void matmul_pack_rows(Module *module, MathPrecision precision, LLVMValueRef from, LLVMValueRef to,
                      LLVMValueRef rows, LLVMValueRef panel_rows, int64_t columns,
                      LLVMValueRef first, LLVMValueRef last);
/* The other way; tasks: ceil(columns / 16). */
void matmul_unpack_rows(Module *module, MathPrecision precision, LLVMValueRef from, LLVMValueRef to,
                        LLVMValueRef rows, LLVMValueRef panel_rows, int64_t columns,
                        LLVMValueRef first, LLVMValueRef last);

#endif
