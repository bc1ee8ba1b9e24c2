/* matmul_source.c: what a tile of a matrix product reads: the constant shape of its inner loop, and
 * the addresses where it begins.
 */

#include "codegen/matmul_internal.h"

static LLVMValueRef panel_offset(Module *module, LLVMValueRef index, LLVMValueRef panel_stride,
                                 int64_t stride) {
    LLVMValueRef panel = emit_div_constant(module, index, TARGET_PANEL_LANES);
    LLVMValueRef lane = emit_rem_constant(module, index, TARGET_PANEL_LANES);
    return emit_add(module, emit_mul(module, panel, panel_stride),
                    emit_mul_constant(module, lane, stride));
}

/* Offset of (row, column); row NULL counts as 0. */
static LLVMValueRef element_offset(Module *module, const MatmulOperand *operand, LLVMValueRef row,
                                   LLVMValueRef column) {
    LLVMValueRef offset = operand->panel_stride
                              ? panel_offset(module, column, operand->panel_stride, 1)
                              : emit_mul_constant(module, column, operand->column_stride);
    if (!row) return offset;
    int64_t stride = operand->panel_stride ? TARGET_PANEL_LANES : operand->row_stride;
    return emit_add(module, offset, emit_mul_constant(module, row, stride));
}

static LLVMValueRef a_base(const MatmulWork *work, LLVMValueRef row, LLVMValueRef step) {
    const MatmulOperand *a = &work->spec->a;
    bool across = work->spec->a_transposed;
    LLVMValueRef offset = element_offset(work->module, a, across ? step : row, across ? row : step);
    return emit_offset(work->module, work->number, a->base, offset);
}

/* ---- the shape of a block's tiles ---- */

/* Which pointers B's vectors are read from: one a panel, or one a vector where a block's place in
 * a panel is not constant. */
static void place_vectors(const MatmulWork *work, const MatmulBlock *block, MatmulShape *shape) {
    int64_t lanes = work->plan.lanes, columns = work->plan.block_columns;
    const MatmulOperand *b = &work->spec->b;
    bool panels = b->panel_stride && !block->turned;
    bool apart = panels && columns % TARGET_PANEL_LANES && TARGET_PANEL_LANES % columns;
    for (int v = 0; v < block->vectors; v++) {
        int pointer = apart ? v : panels ? (int)(v * lanes / TARGET_PANEL_LANES) : 0;
        shape->b_pointer[v] = pointer;
        shape->b_offset[v] = apart ? 0 : panels ? v * lanes % TARGET_PANEL_LANES : v * lanes;
        shape->b_pointers = pointer + 1;
    }
}

/* Row tiles that share the prefetch of B's next block: a constant, so that products of other shapes
 * share their tile functions. */
#define PREFETCH_PARTS 8

static int64_t prefetch_stride(const MatmulWork *work) {
    int64_t step = work->plan.block_columns * module_number_bytes(work->spec->precision);
    return step / PREFETCH_PARTS;
}

MatmulShape matmul_shape(const MatmulWork *work, const MatmulBlock *block, int height) {
    const MatmulSpec *spec = work->spec;
    const MatmulOperand *a = &spec->a, *b = &spec->b;
    int64_t across = a->panel_stride ? 1 : a->column_stride;
    int64_t down = a->panel_stride ? TARGET_PANEL_LANES : a->row_stride;
    MatmulShape shape = {
        .precision = spec->precision,
        .lanes = work->plan.lanes,
        .vectors = block->vectors,
        .height = height,
        .a_row_stride = spec->a_transposed ? across : down,
        .a_depth_stride = spec->a_transposed ? down : across,
        .a_depth_panels = a->panel_stride && !spec->a_transposed,
        .b_depth_stride = b->panel_stride ? TARGET_PANEL_LANES : b->row_stride,
        .b_active = work->plan.lanes,
        .a_prefetch = a->panel_stride && !spec->a_transposed,
    };
    if (b->panel_stride && !block->turned) shape.prefetch_stride = prefetch_stride(work);
    if (block->turned) shape.b_depth_stride = (int64_t)block->vectors * shape.lanes;
    int bytes = module_number_bytes(spec->precision);
    bool whole = b->panel_stride || block->turned;
    shape.b_align = whole ? shape.lanes * bytes : bytes;
    if (!whole) {
        int last = block->active - (block->vectors - 1) * shape.lanes;
        shape.b_active = last < shape.lanes ? last : shape.lanes;
    }
    place_vectors(work, block, &shape);
    return shape;
}

/* Where this tile's share of the next block starts. Behind the last block lies nothing of use, but
 * asking for it does no harm. */
static LLVMValueRef prefetch_start(const MatmulWork *work, const MatmulBlock *block,
                                   LLVMValueRef row) {
    Module *module = work->module;
    LLVMValueRef next = emit_add_constant(module, block->column, work->plan.block_columns);
    LLVMValueRef offset = element_offset(module, &work->spec->b, NULL, next);
    LLVMValueRef start = matmul_far_offset(module, work->number, work->spec->b.base, offset);
    LLVMValueRef tile = emit_div_constant(module, row, work->plan.heights[0]);
    LLVMValueRef part = emit_rem_constant(module, tile, PREFETCH_PARTS);
    LLVMValueRef bytes = emit_mul_constant(module, work->spec->depth, prefetch_stride(work));
    return matmul_far_offset(module, module->i8, start, emit_mul(module, part, bytes));
}

MatmulSource matmul_source(const MatmulWork *work, const MatmulBlock *block,
                           const MatmulShape *shape, LLVMValueRef row, LLVMValueRef step,
                           LLVMValueRef steps) {
    Module *module = work->module;
    const MatmulOperand *b = &work->spec->b;
    MatmulSource source = {
        .a = a_base(work, row, step), .a_panel_stride = work->spec->a.panel_stride, .depth = steps};
    if (shape->prefetch_stride > 0) source.prefetch = prefetch_start(work, block, row);
    if (block->turned) {
        LLVMValueRef offset = emit_mul_constant(module, step, shape->b_depth_stride);
        source.b[0] = emit_offset(module, work->number, block->turned, offset);
        return source;
    }
    for (int v = block->vectors - 1; v >= 0; v--) {
        LLVMValueRef column =
            emit_add_constant(module, block->column, v * work->plan.lanes - shape->b_offset[v]);
        LLVMValueRef offset = element_offset(module, b, step, column);
        source.b[shape->b_pointer[v]] = emit_offset(module, work->number, b->base, offset);
    }
    return source;
}
