/* matmul.c: the loops around the tiles of a matrix product.
 *
 *   for each task in [first, last):                         (block of columns, block of rows)
 *       for each tile of the row block, tallest height first:
 *           inner loop (matmul_tile.c), over chunks of the contraction if it is long
 *           epilogue                                      (both matmul_tiles.c, matmul_overlap.c)
 *
 * Column blocks are the outer loop, so that a block of B stays in the second-level cache while all
 * rows pass; the next block is prefetched meanwhile.
 */

#include "codegen/matmul.h"

#include "codegen/matmul_internal.h"

/* ---- tasks ---- */

void matmul_block_columns(const MatmulWork *work, int64_t index, MatmulBlock *block) {
    const MatmulPlan *plan = &work->plan;
    block->vectors = index == plan->column_blocks - 1 ? plan->last_vectors : plan->vectors;
    int64_t left = work->spec->columns - index * plan->block_columns;
    int64_t whole = (int64_t)block->vectors * plan->lanes;
    block->active = left < 0 ? 0 : left < whole ? (int)left : (int)whole;
}

static void emit_block(const MatmulWork *work, MatmulBlock block, int64_t index) {
    matmul_block_columns(work, index, &block);
    if (work->spec->b_transposed) {
        block.turned = work->scratch;
        matmul_pack_block(work->module, work->spec, block.turned, block.column, block.vectors,
                          block.active);
    }
    matmul_tiles(work, &block);
}

/* The blocks that are wholly columns of the matrix share code; each of the others, at most two, has
 * its own. */
static void emit_blocks(const MatmulWork *work, const MatmulBlock *block, LLVMValueRef number) {
    Module *module = work->module;
    const MatmulPlan *plan = &work->plan;
    int64_t alike = work->spec->columns / plan->block_columns, kinds = 0;
    EmitIf branches[TARGET_PANEL_LANES + 1];
    for (int64_t index = alike > 0 ? alike - 1 : 0; index < plan->column_blocks; index++) {
        if (index == plan->column_blocks - 1) {
            emit_block(work, *block, index);
            break;
        }
        LLVMValueRef behind = emit_index(module, index + 1);
        branches[kinds] =
            emit_if_begin(module, LLVMBuildICmp(module->builder, LLVMIntSLT, number, behind, ""));
        emit_block(work, *block, index);
        emit_else(module, &branches[kinds++]);
    }
    while (kinds > 0)
        emit_if_end(module, &branches[--kinds]);
}

/* rows / heights[0] tiles, but the balanced number when rows is the hint. */
static LLVMValueRef first_tiles(Module *module, const MatmulPlan *plan, LLVMValueRef rows) {
    LLVMValueRef whole = emit_div_constant(module, rows, plan->heights[0]);
    if (plan->hint <= 0) return whole;
    LLVMValueRef usual =
        LLVMBuildICmp(module->builder, LLVMIntEQ, rows, emit_index(module, plan->hint), "");
    return LLVMBuildSelect(module->builder, usual, emit_index(module, plan->hint_tiles), whole, "");
}

/* Blocks of tiles_per_task tiles, the rows behind the first height counted in tiles of the
 * second. */
static LLVMValueRef row_blocks(Module *module, const MatmulPlan *plan, LLVMValueRef rows) {
    if (plan->tiles_per_task == 0) return emit_index(module, 1);
    LLVMValueRef tiles = first_tiles(module, plan, rows);
    LLVMValueRef rest = emit_sub(module, rows, emit_mul_constant(module, tiles, plan->heights[0]));
    rest = emit_add_constant(module, rest, matmul_second_height(plan) - 1);
    tiles = emit_add(module, tiles, emit_div_constant(module, rest, matmul_second_height(plan)));
    return emit_div_constant(module, emit_add_constant(module, tiles, plan->tiles_per_task - 1),
                             plan->tiles_per_task);
}

LLVMValueRef matmul_emit_tasks(Module *module, const MatmulPlan *plan, LLVMValueRef rows) {
    return emit_mul_constant(module, row_blocks(module, plan, rows), plan->column_blocks);
}

/* The first row of a tile, at most `rows`. */
static LLVMValueRef tile_row(const MatmulWork *work, LLVMValueRef tile) {
    Module *module = work->module;
    const MatmulPlan *plan = &work->plan;
    LLVMValueRef low = emit_min(module, tile, work->first_tiles);
    LLVMValueRef high =
        emit_mul_constant(module, emit_sub(module, tile, low), matmul_second_height(plan));
    LLVMValueRef row = emit_add(module, emit_mul_constant(module, low, plan->heights[0]), high);
    return emit_min(module, row, work->spec->rows);
}

void matmul_emit(Module *module, const MatmulSpec *spec, LLVMValueRef first, LLVMValueRef last) {
    MatmulWork work = {.module = module,
                       .spec = spec,
                       .plan = matmul_plan(module, spec),
                       .number = module_number_type(module, spec->precision)};
    const MatmulPlan *plan = &work.plan;
    work.first_tiles = first_tiles(module, plan, spec->rows);
    work.first_height_rows = emit_mul_constant(module, work.first_tiles, plan->heights[0]);
    work.scratch = spec->b_scratch;
    if (spec->b_transposed && !work.scratch)
        work.scratch = emit_stack(module, work.number, matmul_scratch(plan, spec), MATMUL_LINE);
    if (spec->overlap) {
        matmul_overlap(&work, first, last);
        return;
    }
    LLVMValueRef groups = row_blocks(module, plan, spec->rows);
    EmitLoop loop = emit_for_begin(module, first, last, 1, NULL, 0);
    LLVMValueRef column_block = loop.index;
    MatmulBlock block = {.row = emit_index(module, 0), .row_end = spec->rows};
    if (plan->tiles_per_task > 0) {
        column_block = LLVMBuildUDiv(module->builder, loop.index, groups, "");
        LLVMValueRef group = LLVMBuildURem(module->builder, loop.index, groups, "");
        LLVMValueRef tile = emit_mul_constant(module, group, plan->tiles_per_task);
        block.row = tile_row(&work, tile);
        block.row_end = tile_row(&work, emit_add_constant(module, tile, plan->tiles_per_task));
    }
    block.column = emit_mul_constant(module, column_block, plan->block_columns);
    emit_blocks(&work, &block, column_block);
    emit_for_end(module, &loop, NULL);
}
