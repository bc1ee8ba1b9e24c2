/* matmul_tree.c: joins the sums of the chunks of a long contraction.
 *
 * A binary counter of partial sums: slot l holds the sum of 2^l neighbouring chunks, or nothing.
 *
 *   add(chunk c):    sum = its sum; for l = 0, 1, ... while bit l of c is set: sum = slot[l] + sum;
 *                    slot[l] = sum
 *   finish(count C): sum = the lowest slot whose bit is set in C; then for each higher one
 *                    sum = slot[l] + sum
 *
 * which adds neighbours level by level, an odd last one moving up unchanged. The two functions are
 * written once a module.
 */

#include "codegen/debug_info.h"
#include "codegen/matmul_internal.h"

/* to[i] = left[i] + right[i] for `numbers` numbers; a copy of right when left is NULL. */
static void combine(Module *m, MathPrecision precision, LLVMValueRef left, LLVMValueRef right,
                    LLVMValueRef to, LLVMValueRef numbers) {
    int lanes = module_lanes(m, precision), align = lanes * module_number_bytes(precision);
    LLVMTypeRef number = module_number_type(m, precision);
    LLVMTypeRef vector = emit_vector_type(m, precision, lanes);
    EmitLoop loop = emit_for_begin(m, emit_index(m, 0), numbers, lanes, NULL, 0);
    LLVMValueRef value = emit_load(m, vector, emit_offset(m, number, right, loop.index), align);
    if (left) {
        LLVMValueRef other = emit_load(m, vector, emit_offset(m, number, left, loop.index), align);
        value = LLVMBuildFAdd(m->builder, other, value, "");
    }
    emit_store(m, value, emit_offset(m, number, to, loop.index), align);
    emit_for_end(m, &loop, NULL);
}

static LLVMValueRef begin(Module *m, MathPrecision precision, const char *name, bool *exists) {
    const char *full = debug_info_helper_name(
        m, arena_format(m->arena, "matmul_tree_%s_f%d", name, 8 * module_number_bytes(precision)));
    LLVMValueRef function = LLVMGetNamedFunction(m->module, full);
    *exists = function != NULL;
    if (function) return function;
    LLVMTypeRef types[] = {m->pointer, m->pointer, m->i64, m->i64};
    static const uint8_t promises[] = {EMIT_NOALIAS, EMIT_NOALIAS, 0, 0};
    function = emit_function_begin(m, full, m->void_type, types, 4, promises, MATMUL_LINE, true);
    emit_function_outline(m, function);
    debug_info_helper_begin(m, function, full);
    return function;
}

static LLVMValueRef slot_at(Module *m, MathPrecision precision, LLVMValueRef slots,
                            LLVMValueRef level, LLVMValueRef numbers) {
    return emit_offset(m, module_number_type(m, precision), slots, emit_mul(m, level, numbers));
}

static LLVMValueRef bit_of(Module *m, LLVMValueRef bits, LLVMValueRef level) {
    LLVMValueRef shifted = LLVMBuildLShr(m->builder, bits, level, "");
    return LLVMBuildTrunc(m->builder, shifted, m->i1, "");
}

/* Trailing ones of `bits`. */
static LLVMValueRef trailing_ones(Module *m, LLVMValueRef bits) {
    LLVMValueRef arguments[] = {LLVMBuildNot(m->builder, bits, ""), LLVMConstNull(m->i1)};
    return emit_intrinsic(m, "llvm.cttz", m->i64, arguments, 2);
}

LLVMValueRef matmul_tree_add(Module *m, MathPrecision precision) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(m->builder);
    bool exists;
    LLVMValueRef f = begin(m, precision, "add", &exists);
    if (exists) return f;
    LLVMValueRef slots = LLVMGetParam(f, 0), sum = LLVMGetParam(f, 1);
    LLVMValueRef numbers = LLVMGetParam(f, 2), level = trailing_ones(m, LLVMGetParam(f, 3));
    EmitLoop loop = emit_for_begin(m, emit_index(m, 0), level, 1, NULL, 0);
    combine(m, precision, slot_at(m, precision, slots, loop.index, numbers), sum, sum, numbers);
    emit_for_end(m, &loop, NULL);
    combine(m, precision, NULL, sum, slot_at(m, precision, slots, level, numbers), numbers);
    LLVMBuildRetVoid(m->builder);
    debug_info_helper_end(m, here);
    return f;
}

LLVMValueRef matmul_tree_finish(Module *m, MathPrecision precision) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(m->builder);
    bool exists;
    LLVMValueRef f = begin(m, precision, "finish", &exists);
    if (exists) return f;
    LLVMValueRef slots = LLVMGetParam(f, 0), sum = LLVMGetParam(f, 1);
    LLVMValueRef numbers = LLVMGetParam(f, 2), count = LLVMGetParam(f, 3);
    LLVMValueRef arguments[] = {count, LLVMConstNull(m->i1)};
    LLVMValueRef lowest = emit_intrinsic(m, "llvm.cttz", m->i64, arguments, 2);
    combine(m, precision, NULL, slot_at(m, precision, slots, lowest, numbers), sum, numbers);
    EmitLoop loop = emit_for_begin(m, emit_add_constant(m, lowest, 1),
                                   emit_index(m, MATMUL_TREE_LEVELS), 1, NULL, 0);
    EmitIf branch = emit_if_begin(m, bit_of(m, count, loop.index));
    combine(m, precision, slot_at(m, precision, slots, loop.index, numbers), sum, sum, numbers);
    emit_if_end(m, &branch);
    emit_for_end(m, &loop, NULL);
    LLVMBuildRetVoid(m->builder);
    debug_info_helper_end(m, here);
    return f;
}
