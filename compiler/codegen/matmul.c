/* matmul.c: the loops around the tiles of a matrix product.
 *
 *   for each task in [first, last):                         (block of columns, block of rows)
 *       for each tile of the row block, tallest height first:
 *           inner loop (matmul_tile.c), over chunks of the contraction if it is long
 *           epilogue
 *
 * Column blocks are the outer loop, so that a block of B stays in the second-level cache while all
 * rows pass; the next block is prefetched meanwhile.
 */

#include "codegen/matmul.h"

#include "codegen/matmul_internal.h"

typedef struct Work {
    Module *module;
    const MatmulSpec *spec;
    MatmulPlan plan;
    LLVMTypeRef number;
    LLVMValueRef first_tiles;       /* tiles of heights[0] */
    LLVMValueRef first_height_rows; /* the rows in them */
    LLVMValueRef scratch;           /* for b_transposed */
} Work;

/* One block of columns. */
typedef struct Block {
    int vectors, active;
    LLVMValueRef column, row, row_end;
    LLVMValueRef turned; /* b_transposed: the block of B, [depth][vectors * lanes]; else NULL */
} Block;

/* ---- addresses ---- */

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

static LLVMValueRef a_base(const Work *work, LLVMValueRef row, LLVMValueRef step) {
    const MatmulOperand *a = &work->spec->a;
    bool across = work->spec->a_transposed;
    LLVMValueRef offset = element_offset(work->module, a, across ? step : row, across ? row : step);
    return emit_offset(work->module, work->number, a->base, offset);
}

/* ---- the shape of a block's tiles ---- */

/* Which pointers B's vectors are read from: one a panel, or one a vector where a block's place in
 * a panel is not constant. */
static void place_vectors(const Work *work, const Block *block, MatmulShape *shape) {
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

static int64_t prefetch_stride(const Work *work) {
    int64_t step = work->plan.block_columns * module_number_bytes(work->spec->precision);
    return step / PREFETCH_PARTS;
}

static MatmulShape shape_of(const Work *work, const Block *block, int height) {
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
static LLVMValueRef prefetch_start(const Work *work, const Block *block, LLVMValueRef row) {
    Module *module = work->module;
    LLVMValueRef next = emit_add_constant(module, block->column, work->plan.block_columns);
    LLVMValueRef offset = element_offset(module, &work->spec->b, NULL, next);
    LLVMValueRef start = matmul_far_offset(module, work->number, work->spec->b.base, offset);
    LLVMValueRef tile = emit_div_constant(module, row, work->plan.heights[0]);
    LLVMValueRef part = emit_rem_constant(module, tile, PREFETCH_PARTS);
    LLVMValueRef bytes = emit_mul_constant(module, work->spec->depth, prefetch_stride(work));
    return matmul_far_offset(module, module->i8, start, emit_mul(module, part, bytes));
}

static MatmulSource source_of(const Work *work, const Block *block, const MatmulShape *shape,
                              LLVMValueRef row, LLVMValueRef step, LLVMValueRef steps) {
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

/* ---- tiles with the epilogue inside ---- */

/* Tiles of one height while they fit below `end`; gives the row behind them. */
static LLVMValueRef emit_height(const Work *work, const Block *block, int height, LLVMValueRef row,
                                LLVMValueRef end) {
    Module *module = work->module;
    LLVMValueRef last = emit_add_constant(module, end, 1 - height); /* row + height <= end */
    EmitLoop loop = emit_for_begin(module, row, last, height, &row, 1);
    MatmulShape shape = shape_of(work, block, height);
    MatmulSource source =
        source_of(work, block, &shape, loop.index, emit_index(module, 0), work->spec->depth);
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

/* ---- tiles by shared functions, the epilogue in a loop over their rows ---- */

typedef struct Outline {
    LLVMValueRef function, height; /* of this tile, chosen at run time */
    LLVMValueRef out, slots;
    int64_t row_numbers; /* numbers a row of the tile */
} Outline;

/* The height of the tile at `row`: heights[0] below first_height_rows, else the tallest that fits;
 * of heights[first] onwards. */
static void choose_tile(const Work *work, const Block *block, int first, LLVMValueRef row,
                        Outline *outline) {
    Module *module = work->module;
    const MatmulPlan *plan = &work->plan;
    LLVMBuilderRef builder = module->builder;
    LLVMValueRef left = emit_sub(module, block->row_end, row);
    for (int h = plan->height_count - 1; h >= first; h--) {
        MatmulShape shape = shape_of(work, block, plan->heights[h]);
        LLVMValueRef function = matmul_tile_function(module, &shape);
        LLVMValueRef height = emit_index(module, plan->heights[h]);
        if (h == plan->height_count - 1) {
            outline->function = function;
            outline->height = height;
            continue;
        }
        LLVMValueRef fits =
            h ? LLVMBuildICmp(builder, LLVMIntSGE, left, height, "")
              : LLVMBuildICmp(builder, LLVMIntSLT, row, work->first_height_rows, "");
        outline->function = LLVMBuildSelect(builder, fits, function, outline->function, "");
        outline->height = LLVMBuildSelect(builder, fits, height, outline->height, "");
    }
}

static void call_tile(const Work *work, const Block *block, const Outline *outline,
                      LLVMValueRef row, LLVMValueRef step, LLVMValueRef steps) {
    Module *module = work->module;
    MatmulShape shape = shape_of(work, block, work->plan.heights[0]);
    MatmulSource source = source_of(work, block, &shape, row, step, steps);
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

static void emit_tree_call(const Work *work, const Outline *outline, LLVMValueRef function,
                           LLVMValueRef chunk) {
    Module *module = work->module;
    LLVMValueRef numbers = emit_mul_constant(module, outline->height, outline->row_numbers);
    LLVMValueRef arguments[] = {outline->slots, outline->out, numbers, chunk};
    emit_call(module, function, arguments, 4);
}

static bool may_be_long(const MatmulSpec *spec) {
    if (spec->depth_chunk <= 0) return false;
    return spec->depth_constant < 0 || spec->depth_constant > spec->depth_chunk;
}

/* The tile's sums into outline->out. */
static void emit_sums(const Work *work, const Block *block, Outline *outline, LLVMValueRef row) {
    Module *module = work->module;
    const MatmulSpec *spec = work->spec;
    LLVMValueRef zero = emit_index(module, 0), depth = spec->depth;
    if (!may_be_long(spec)) {
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

static void emit_row_epilogue(const Work *work, const Block *block, const Outline *outline,
                              LLVMValueRef row) {
    Module *module = work->module;
    const MatmulSpec *spec = work->spec;
    int lanes = work->plan.lanes;
    LLVMTypeRef vector = emit_vector_type(module, spec->precision, lanes);
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), outline->height, 1, NULL, 0);
    LLVMValueRef from = emit_offset(module, work->number, outline->out,
                                    emit_mul_constant(module, loop.index, outline->row_numbers));
    LLVMValueRef values[MATMUL_MAX_VECTORS];
    for (int v = 0; v < block->vectors; v++)
        values[v] = emit_load(module, vector, emit_offset_constant(module, vector, from, v),
                              lanes * module_number_bytes(spec->precision));
    MatmulTile tile = {.row = emit_add(module, row, loop.index),
                       .column = block->column,
                       .rows = 1,
                       .vectors = block->vectors,
                       .lanes = lanes,
                       .active = block->active,
                       .values = values};
    spec->epilogue(spec->user, module, &tile);
    emit_for_end(module, &loop, NULL);
}

/* row = first; while (row < end) { choose; sums; epilogue; row += height; } written as a counted
 * loop of at most (end - first) rounds would need the count first, so it is a loop by hand. */
static void emit_outline(const Work *work, const Block *block, int first) {
    Module *module = work->module;
    LLVMBuilderRef builder = module->builder;
    Outline outline = {.row_numbers = (int64_t)block->vectors * work->plan.lanes};
    int64_t most = outline.row_numbers * work->plan.heights[first];
    outline.out = emit_stack(module, work->number, most, MATMUL_LINE);
    if (may_be_long(work->spec))
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
    emit_sums(work, block, &outline, row);
    emit_row_epilogue(work, block, &outline, row);
    LLVMValueRef next = emit_add(module, row, outline.height);
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
static void emit_inline(const Work *work, const Block *block) {
    const MatmulPlan *plan = &work->plan;
    bool known = work->spec->rows_constant > 0;
    int inside = known ? plan->height_count : plan->hint > 0 ? 2 : 1;
    Block rest = *block;
    LLVMValueRef first_end = emit_min(work->module, block->row_end, work->first_height_rows);
    for (int h = 0; h < inside && h < plan->height_count; h++)
        rest.row =
            emit_height(work, block, plan->heights[h], rest.row, h ? block->row_end : first_end);
    if (inside < plan->height_count) emit_outline(work, &rest, inside);
}

/* ---- tasks ---- */

/* Block number `index`, or any block that is wholly columns of the matrix. */
static void emit_block(const Work *work, Block block, int64_t index) {
    const MatmulPlan *plan = &work->plan;
    block.vectors = index == plan->column_blocks - 1 ? plan->last_vectors : plan->vectors;
    int64_t left = work->spec->columns - index * plan->block_columns;
    int64_t whole = (int64_t)block.vectors * plan->lanes;
    block.active = left < 0 ? 0 : left < whole ? (int)left : (int)whole;
    if (work->spec->b_transposed) {
        block.turned = work->scratch;
        matmul_pack_block(work->module, work->spec, block.turned, block.column, block.vectors,
                          block.active);
    }
    if (work->spec->inline_epilogue && !work->spec->compact && !may_be_long(work->spec))
        emit_inline(work, &block);
    else
        emit_outline(work, &block, 0);
}

/* The blocks that are wholly columns of the matrix share code; each of the others, at most two, has
 * its own. */
static void emit_blocks(const Work *work, const Block *block, LLVMValueRef number) {
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

static int64_t second_height(const MatmulPlan *plan) {
    return plan->heights[plan->height_count > 1];
}

/* Blocks of tiles_per_task tiles, the rows behind the first height counted in tiles of the
 * second. */
static LLVMValueRef row_blocks(Module *module, const MatmulPlan *plan, LLVMValueRef rows) {
    if (plan->tiles_per_task == 0) return emit_index(module, 1);
    LLVMValueRef tiles = first_tiles(module, plan, rows);
    LLVMValueRef rest = emit_sub(module, rows, emit_mul_constant(module, tiles, plan->heights[0]));
    rest = emit_add_constant(module, rest, second_height(plan) - 1);
    tiles = emit_add(module, tiles, emit_div_constant(module, rest, second_height(plan)));
    return emit_div_constant(module, emit_add_constant(module, tiles, plan->tiles_per_task - 1),
                             plan->tiles_per_task);
}

LLVMValueRef matmul_emit_tasks(Module *module, const MatmulPlan *plan, LLVMValueRef rows) {
    return emit_mul_constant(module, row_blocks(module, plan, rows), plan->column_blocks);
}

/* The first row of a tile, at most `rows`. */
static LLVMValueRef tile_row(const Work *work, LLVMValueRef tile) {
    Module *module = work->module;
    const MatmulPlan *plan = &work->plan;
    LLVMValueRef low = emit_min(module, tile, work->first_tiles);
    LLVMValueRef high = emit_mul_constant(module, emit_sub(module, tile, low), second_height(plan));
    LLVMValueRef row = emit_add(module, emit_mul_constant(module, low, plan->heights[0]), high);
    return emit_min(module, row, work->spec->rows);
}

void matmul_emit(Module *module, const MatmulSpec *spec, LLVMValueRef first, LLVMValueRef last) {
    Work work = {.module = module,
                 .spec = spec,
                 .plan = matmul_plan(module, spec),
                 .number = module_number_type(module, spec->precision)};
    const MatmulPlan *plan = &work.plan;
    work.first_tiles = first_tiles(module, plan, spec->rows);
    work.first_height_rows = emit_mul_constant(module, work.first_tiles, plan->heights[0]);
    work.scratch = spec->b_scratch;
    if (spec->b_transposed && !work.scratch)
        work.scratch = emit_stack(module, work.number, matmul_scratch(plan, spec), MATMUL_LINE);
    LLVMValueRef groups = row_blocks(module, plan, spec->rows);
    EmitLoop loop = emit_for_begin(module, first, last, 1, NULL, 0);
    LLVMValueRef column_block = loop.index;
    Block block = {.row = emit_index(module, 0), .row_end = spec->rows};
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
