/* matmul_epilogue.c: operands, and what epilogues use to reach matrices of the result's shape. */

#include "codegen/matmul.h"

#include "codegen/emit.h"

MatmulOperand matmul_rows(LLVMValueRef base, int64_t columns) {
    return (MatmulOperand){.base = base, .row_stride = columns, .column_stride = 1};
}

MatmulOperand matmul_panels(Module *module, LLVMValueRef base, LLVMValueRef rows) {
    return (MatmulOperand){.base = base,
                           .row_stride = TARGET_PANEL_LANES,
                           .column_stride = 1,
                           .panel_stride = emit_mul_constant(module, rows, TARGET_PANEL_LANES)};
}

int matmul_active(const MatmulTile *tile, int v) {
    int left = tile->active - v * tile->lanes;
    return left < 0 ? 0 : left < tile->lanes ? left : tile->lanes;
}

LLVMValueRef matmul_element(Module *module, MathPrecision precision, const MatmulOperand *operand,
                            LLVMValueRef row, LLVMValueRef column) {
    LLVMTypeRef number = module_number_type(module, precision);
    LLVMValueRef offset = emit_mul_constant(module, row, operand->row_stride);
    if (operand->panel_stride) {
        LLVMValueRef panel = emit_div_constant(module, column, TARGET_PANEL_LANES);
        LLVMValueRef lane = emit_rem_constant(module, column, TARGET_PANEL_LANES);
        offset = emit_add(module, offset, emit_mul(module, panel, operand->panel_stride));
        offset = emit_add(module, offset, lane);
    } else {
        offset =
            emit_add(module, offset, emit_mul_constant(module, column, operand->column_stride));
    }
    return emit_offset(module, number, operand->base, offset);
}

static LLVMValueRef vector_at(Module *module, MathPrecision precision, const MatmulOperand *operand,
                              const MatmulTile *tile, int r, int v) {
    LLVMValueRef row = emit_add_constant(module, tile->row, r);
    LLVMValueRef column = emit_add_constant(module, tile->column, v * tile->lanes);
    return matmul_element(module, precision, operand, row, column);
}

/* Panels are padded, so their vectors are whole and aligned. */
static int align_of(MathPrecision precision, bool whole, const MatmulTile *tile) {
    return module_number_bytes(precision) * (whole ? tile->lanes : 1);
}

void matmul_store(Module *module, MathPrecision precision, const MatmulOperand *to,
                  const MatmulTile *tile, int r, int v, LLVMValueRef value) {
    bool panels = to->panel_stride != NULL;
    int active = panels ? tile->lanes : matmul_active(tile, v);
    if (active == 0) return;
    LLVMValueRef at = vector_at(module, precision, to, tile, r, v);
    emit_store_lanes(module, value, at, align_of(precision, panels, tile), active);
}

LLVMValueRef matmul_load(Module *module, MathPrecision precision, const MatmulOperand *from,
                         const MatmulTile *tile, int r, int v) {
    bool panels = from->panel_stride != NULL;
    LLVMTypeRef type = emit_vector_type(module, precision, tile->lanes);
    int active = panels ? tile->lanes : matmul_active(tile, v);
    if (active == 0) return emit_zero(type);
    LLVMValueRef at = vector_at(module, precision, from, tile, r, v);
    return emit_load_lanes(module, type, at, align_of(precision, panels, tile), active);
}

LLVMValueRef matmul_load_columns(Module *module, MathPrecision precision, LLVMValueRef base,
                                 bool padded, const MatmulTile *tile, int v) {
    LLVMTypeRef type = emit_vector_type(module, precision, tile->lanes);
    int active = padded ? tile->lanes : matmul_active(tile, v);
    if (active == 0) return emit_zero(type);
    LLVMValueRef column = emit_add_constant(module, tile->column, v * tile->lanes);
    LLVMValueRef at = emit_offset(module, module_number_type(module, precision), base, column);
    return emit_load_lanes(module, type, at, align_of(precision, padded, tile), active);
}
