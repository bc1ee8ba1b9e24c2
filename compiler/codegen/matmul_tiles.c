/* matmul_tiles.c: the tiles of a block of columns, one after the other.
 *
 * Inline: the inner loop and its epilogue are written out for each height, sums stay in registers.
 * Outlined: the inner loop is a function that products share, its sums are put aside in the
 * first-level cache, and the epilogue is written once, in a loop over the rows of the tile.
 */

#include "codegen/matmul_internal.h"

/* ---- inline ---- */

/* Tiles of one height while they fit below `end`; gives the row behind them. */
static LLVMValueRef emit_height(const MatmulWork *work, const MatmulBlock *block, int height,
                                LLVMValueRef row, LLVMValueRef end) {
    Module *module = work->module;
    LLVMValueRef last = emit_add_constant(module, end, 1 - height); /* row + height <= end */
    EmitLoop loop = emit_for_begin(module, row, last, height, &row, 1);
    MatmulShape shape = matmul_shape(work, block, height);
    MatmulSource source =
        matmul_source(work, block, &shape, loop.index, emit_index(module, 0), work->spec->depth);
    LLVMValueRef values[EMIT_MAX_CARRIED];
    matmul_tile_inline(module, &shape, &source, values);
    MatmulTile tile = {.row = loop.index,
                       .column = block->column,
                       .rows = height,
                       .vectors = block->vectors,
                       .lanes = work->plan.lanes,
                       .active = block->active,
                       .values = values};
    work->spec->epilogue(work->spec->user, module, &tile);
    LLVMValueRef next = emit_add_constant(module, loop.index, height);
    emit_for_end(module, &loop, &next);
    return loop.carried[0];
}

/* ---- outlined ---- */

typedef struct Outline {
    LLVMValueRef function, height; /* of this tile, chosen at run time */
    LLVMValueRef out, slots;
    int64_t row_numbers; /* numbers a row of the tile */
} Outline;

/* True when a tile may begin before the rows that are left for it. */
static bool may_begin_early(const MatmulSpec *spec) {
    return !(spec->a_transposed && spec->a.panel_stride);
}

/* The height of the tile for the rows from `row` on: heights[0] below first_height_rows, else the
 * tallest that fits; of heights[first] onwards. The one before single rows fits where enough rows
 * stand before it. */
static void choose_tile(const MatmulWork *work, const MatmulBlock *block, int first,
                        LLVMValueRef row, Outline *outline) {
    Module *module = work->module;
    const MatmulPlan *plan = &work->plan;
    LLVMBuilderRef builder = module->builder;
    LLVMValueRef left = emit_sub(module, block->row_end, row);
    for (int h = plan->height_count - 1; h >= first; h--) {
        MatmulShape shape = matmul_shape(work, block, plan->heights[h]);
        LLVMValueRef function = matmul_tile_function(module, &shape);
        LLVMValueRef height = emit_index(module, plan->heights[h]);
        if (h == plan->height_count - 1) {
            outline->function = function;
            outline->height = height;
            continue;
        }
        bool early = may_begin_early(work->spec) && plan->heights[h + 1] == 1;
        LLVMValueRef rows = early ? block->row_end : left;
        LLVMValueRef fits =
            h || early ? LLVMBuildICmp(builder, LLVMIntSGE, rows, height, "")
                       : LLVMBuildICmp(builder, LLVMIntSLT, row, work->first_height_rows, "");
        outline->function = LLVMBuildSelect(builder, fits, function, outline->function, "");
        outline->height = LLVMBuildSelect(builder, fits, height, outline->height, "");
    }
}

static void call_tile(const MatmulWork *work, const MatmulBlock *block, const Outline *outline,
                      LLVMValueRef row, LLVMValueRef step, LLVMValueRef steps) {
    Module *module = work->module;
    MatmulShape shape = matmul_shape(work, block, work->plan.heights[0]);
    MatmulSource source = matmul_source(work, block, &shape, row, step, steps);
    LLVMValueRef null = LLVMConstNull(module->pointer);
    LLVMValueRef arguments[9] = {
        source.a,     source.a_panel_stride ? source.a_panel_stride : emit_index(module, 0),
        source.depth, source.prefetch ? source.prefetch : null,
        outline->out, null,
        null,         null,
        null};
    for (int i = 0; i < shape.b_pointers; i++)
        arguments[5 + i] = source.b[i];
    LLVMBuildCall2(module->builder, matmul_tile_function_type(module), outline->function, arguments,
                   9, "");
}

static void emit_tree_call(const MatmulWork *work, const Outline *outline, LLVMValueRef function,
                           LLVMValueRef chunk) {
    Module *module = work->module;
    LLVMValueRef numbers = emit_mul_constant(module, outline->height, outline->row_numbers);
    LLVMValueRef arguments[] = {outline->slots, outline->out, numbers, chunk};
    emit_call(module, function, arguments, 4);
}

/* The tile's sums into outline->out. */
static void emit_sums(const MatmulWork *work, const MatmulBlock *block, Outline *outline,
                      LLVMValueRef row) {
    Module *module = work->module;
    const MatmulSpec *spec = work->spec;
    LLVMValueRef zero = emit_index(module, 0), depth = spec->depth;
    if (!matmul_may_be_long(spec)) {
        call_tile(work, block, outline, row, zero, depth);
        return;
    }
    LLVMValueRef chunk = emit_index(module, spec->depth_chunk);
    LLVMValueRef fits = LLVMBuildICmp(module->builder, LLVMIntSLE, depth, chunk, "");
    EmitIf branch = emit_if_begin(module, fits);
    call_tile(work, block, outline, row, zero, depth);
    emit_else(module, &branch);
    EmitLoop loop = emit_for_begin(module, zero, depth, spec->depth_chunk, &zero, 1);
    LLVMValueRef steps = emit_min(module, chunk, emit_sub(module, depth, loop.index));
    call_tile(work, block, outline, row, loop.index, steps);
    LLVMValueRef number = loop.carried[0], next = emit_add_constant(module, number, 1);
    emit_tree_call(work, outline, matmul_tree_add(module, spec->precision), number);
    emit_for_end(module, &loop, &next);
    emit_tree_call(work, outline, matmul_tree_finish(module, spec->precision), loop.carried[0]);
    emit_if_end(module, &branch);
}

void matmul_row_epilogue(const MatmulWork *work, const MatmulBlock *block, LLVMValueRef from,
                         LLVMValueRef row, bool late) {
    Module *module = work->module;
    const MatmulSpec *spec = work->spec;
    int lanes = work->plan.lanes;
    LLVMTypeRef vector = emit_vector_type(module, spec->precision, lanes);
    LLVMValueRef values[MATMUL_MAX_VECTORS];
    for (int v = 0; v < block->vectors; v++)
        values[v] = emit_load(module, vector, emit_offset_constant(module, vector, from, v),
                              lanes * module_number_bytes(spec->precision));
    MatmulTile tile = {.row = row,
                       .column = block->column,
                       .rows = 1,
                       .vectors = block->vectors,
                       .lanes = lanes,
                       .active = block->active,
                       .values = values,
                       .late = late};
    spec->epilogue(spec->user, module, &tile);
}

/* Of the rows of the tile at `tile_row` from `row` on. */
static void emit_row_epilogues(const MatmulWork *work, const MatmulBlock *block,
                               const Outline *outline, LLVMValueRef tile_row, LLVMValueRef row) {
    Module *module = work->module;
    LLVMValueRef done = emit_sub(module, row, tile_row);
    EmitLoop loop = emit_for_begin(module, done, outline->height, 1, NULL, 0);
    LLVMValueRef from = emit_offset(module, work->number, outline->out,
                                    emit_mul_constant(module, loop.index, outline->row_numbers));
    matmul_row_epilogue(work, block, from, emit_add(module, tile_row, loop.index), false);
    emit_for_end(module, &loop, NULL);
}

/* row = first; while (row < end) { choose; sums; epilogue; row += height; } written as a counted
 * loop of at most (end - first) rounds would need the count first, so it is a loop by hand. */
static void emit_outline(const MatmulWork *work, const MatmulBlock *block, int first) {
    Module *module = work->module;
    LLVMBuilderRef builder = module->builder;
    Outline outline = {.row_numbers = (int64_t)block->vectors * work->plan.lanes};
    int64_t most = outline.row_numbers * work->plan.heights[first];
    outline.out = emit_stack(module, work->number, most, MATMUL_LINE);
    if (matmul_may_be_long(work->spec))
        outline.slots = emit_stack(module, work->number, most * MATMUL_TREE_LEVELS, MATMUL_LINE);

    LLVMBasicBlockRef before = LLVMGetInsertBlock(builder);
    LLVMValueRef function = LLVMGetBasicBlockParent(before);
    LLVMBasicBlockRef body = LLVMAppendBasicBlockInContext(module->context, function, "tile");
    LLVMBasicBlockRef exit = LLVMAppendBasicBlockInContext(module->context, function, "tiles.exit");
    LLVMValueRef enter = LLVMBuildICmp(builder, LLVMIntSLT, block->row, block->row_end, "");
    LLVMBuildCondBr(builder, enter, body, exit);
    LLVMPositionBuilderAtEnd(builder, body);
    LLVMValueRef row = LLVMBuildPhi(builder, module->i64, "");
    choose_tile(work, block, first, row, &outline);
    LLVMValueRef tile_row = emit_min(module, row, emit_sub(module, block->row_end, outline.height));
    emit_sums(work, block, &outline, tile_row);
    emit_row_epilogues(work, block, &outline, tile_row, row);
    LLVMValueRef next = emit_add(module, tile_row, outline.height);
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(builder);
    LLVMValueRef values[] = {block->row, next};
    LLVMBasicBlockRef from[] = {before, latch};
    LLVMAddIncoming(row, values, from, 2);
    LLVMValueRef again = LLVMBuildICmp(builder, LLVMIntSLT, next, block->row_end, "");
    LLVMBuildCondBr(builder, again, body, exit);
    LLVMMoveBasicBlockAfter(exit, latch);
    LLVMPositionBuilderAtEnd(builder, exit);
}

/* The heights of usual tiles inline; the few rows that a run-time number leaves over, by shared
 * functions. */
static void emit_inline(const MatmulWork *work, const MatmulBlock *block) {
    const MatmulPlan *plan = &work->plan;
    bool known = work->spec->rows_constant > 0;
    int inside = known ? plan->height_count : plan->hint > 0 ? 2 : 1;
    MatmulBlock rest = *block;
    LLVMValueRef first_end = emit_min(work->module, block->row_end, work->first_height_rows);
    for (int h = 0; h < inside && h < plan->height_count; h++)
        rest.row =
            emit_height(work, block, plan->heights[h], rest.row, h ? block->row_end : first_end);
    if (inside < plan->height_count) emit_outline(work, &rest, inside);
}

void matmul_tiles(const MatmulWork *work, const MatmulBlock *block) {
    const MatmulSpec *spec = work->spec;
    if (matmul_is_inline(spec))
        emit_inline(work, block);
    else
        emit_outline(work, block, 0);
}
