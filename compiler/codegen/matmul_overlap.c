/* matmul_overlap.c: a product whose epilogue runs inside the loops of the tiles that follow.
 *
 *   for each tile of the tasks, and once more:              (the last round has no tile)
 *       for r in 0 .. height:
 *           a part of the tile's steps                      (sums stay in registers)
 *           epilogue of row r of the tile before            (its sums lie in the first-level cache)
 *       put the sums aside
 *
 * An epilogue in two parts gets the first for row r and then the second for row r - 1, and so one
 * more round.
 *
 * The two halves do not depend on each other, so the processor makes sums while it waits for the
 * epilogue's divisions and square roots. All tiles have one height; where rows are left over, the
 * last tile of a column block begins earlier and its first rows, which the tile before has
 * treated, get no epilogue.
 */

#include "codegen/matmul_internal.h"

/* The tiles of blocks of columns that share code. */
typedef struct Run {
    const MatmulWork *work;
    MatmulBlock block; /* of the tile being written */
    MatmulShape shape;
    int64_t tiles;       /* of a block of columns */
    LLVMValueRef from;   /* the first tile of the run */
    LLVMValueRef sums;   /* of the tile before */
    LLVMValueRef slots;  /* of the tree over chunks; NULL when there are none */
    int64_t row_numbers; /* numbers a row of sums */
} Run;

/* Rows of a tile that get an epilogue. */
typedef struct Rows {
    MatmulBlock block;
    LLVMValueRef first, begin, end; /* row 0 of the tile; r in begin .. end */
} Rows;

/* A tile's block of columns and first row. */
static void place_tile(const Run *run, LLVMValueRef tile, MatmulBlock *block, Rows *rows) {
    const MatmulWork *work = run->work;
    Module *module = work->module;
    int64_t height = run->shape.height, count = work->spec->rows_constant;
    LLVMValueRef own =
        emit_mul_constant(module, emit_rem_constant(module, tile, run->tiles), height);
    bool aligned = work->spec->a.panel_stride != NULL;
    rows->first = aligned ? own : emit_min(module, own, emit_index(module, count - height));
    rows->begin = emit_sub(module, own, rows->first);
    LLVMValueRef left = emit_sub(module, emit_index(module, count), rows->first);
    rows->end = emit_min(module, left, emit_index(module, height));
    LLVMValueRef column = emit_div_constant(module, tile, run->tiles);
    block->column = emit_mul_constant(module, column, work->plan.block_columns);
    rows->block = *block;
}

static void emit_row(const Run *run, const Rows *rows, LLVMValueRef r, bool late) {
    Module *module = run->work->module;
    LLVMBuilderRef builder = module->builder;
    LLVMValueRef from = LLVMBuildICmp(builder, LLVMIntSGE, r, rows->begin, "");
    LLVMValueRef to = LLVMBuildICmp(builder, LLVMIntSLT, r, rows->end, "");
    EmitIf branch = emit_if_begin(module, LLVMBuildAnd(builder, from, to, ""));
    LLVMValueRef at = emit_offset(module, run->work->number, run->sums,
                                  emit_mul_constant(module, r, run->row_numbers));
    matmul_row_epilogue(run->work, &rows->block, at, emit_add(module, rows->first, r), late);
    emit_if_end(module, &branch);
}

/* `steps` steps from `step` on of the tile at `row`, with the rows of the tile before; then the
 * sums. */
static void emit_sums(const Run *run, LLVMValueRef row, LLVMValueRef step, LLVMValueRef steps,
                      const Rows *before) {
    const MatmulWork *work = run->work;
    Module *module = work->module;
    const MatmulShape *shape = &run->shape;
    MatmulSource source = matmul_source(work, &run->block, shape, row, step, steps);
    MatmulState state = matmul_state_begin(module, shape, &source);
    LLVMValueRef part = emit_add_constant(module, steps, shape->height - 1);
    part = emit_div_constant(module, part, shape->height);
    LLVMValueRef rounds = emit_index(module, shape->height + work->spec->two_parts);
    EmitLoop loop =
        emit_for_begin(module, emit_index(module, 0), rounds, 1, state.values, state.count);
    MatmulState inside = {.count = state.count};
    for (int i = 0; i < state.count; i++)
        inside.values[i] = loop.carried[i];
    LLVMValueRef left = emit_sub(module, steps, emit_mul(module, loop.index, part));
    matmul_steps(module, shape, &inside, emit_min(module, part, left));
    emit_row(run, before, loop.index, false);
    if (work->spec->two_parts)
        emit_row(run, before, emit_add_constant(module, loop.index, -1), true);
    emit_for_end(module, &loop, inside.values);
    LLVMTypeRef vector = emit_vector_type(module, shape->precision, shape->lanes);
    for (int i = 0; i < shape->height * shape->vectors; i++)
        emit_store(module, loop.carried[i], emit_offset_constant(module, vector, run->sums, i),
                   shape->lanes * module_number_bytes(shape->precision));
}

static void emit_tree_call(const Run *run, LLVMValueRef function, LLVMValueRef chunk) {
    Module *module = run->work->module;
    LLVMValueRef numbers = emit_index(module, run->row_numbers * run->shape.height);
    LLVMValueRef arguments[] = {run->slots, run->sums, numbers, chunk};
    emit_call(module, function, arguments, 4);
}

/* The tile's contraction over `depth` steps, in chunks where it is long; the rows of the tile
 * before in the first of them. */
static void emit_chunks(const Run *run, LLVMValueRef row, LLVMValueRef depth, const Rows *before) {
    Module *module = run->work->module;
    const MatmulSpec *spec = run->work->spec;
    LLVMValueRef zero = emit_index(module, 0), chunk = emit_index(module, spec->depth_chunk);
    LLVMValueRef is_long = LLVMBuildICmp(module->builder, LLVMIntSGT, depth, chunk, "");
    LLVMValueRef last = LLVMBuildSelect(module->builder, is_long, depth, emit_index(module, 1), "");
    EmitLoop loop = emit_for_begin(module, zero, last, spec->depth_chunk, &zero, 1);
    LLVMValueRef number = loop.carried[0], next = emit_add_constant(module, number, 1);
    Rows rows = *before;
    LLVMValueRef is_first = LLVMBuildICmp(module->builder, LLVMIntEQ, number, zero, "");
    rows.end = LLVMBuildSelect(module->builder, is_first, rows.end, zero, "");
    LLVMValueRef steps = emit_min(module, chunk, emit_sub(module, depth, loop.index));
    emit_sums(run, row, loop.index, steps, &rows);
    EmitIf branch = emit_if_begin(module, is_long);
    emit_tree_call(run, matmul_tree_add(module, spec->precision), number);
    emit_if_end(module, &branch);
    emit_for_end(module, &loop, &next);
    branch = emit_if_begin(module, is_long);
    emit_tree_call(run, matmul_tree_finish(module, spec->precision), loop.carried[0]);
    emit_if_end(module, &branch);
}

/* Tiles begin <= tile < end, all of blocks like number `index`. */
static void emit_run(const MatmulWork *work, int64_t index, int64_t tiles, LLVMValueRef begin,
                     LLVMValueRef end) {
    Module *module = work->module;
    LLVMBuilderRef builder = module->builder;
    LLVMValueRef zero = emit_index(module, 0);
    Run run = {.work = work, .tiles = tiles};
    matmul_block_columns(work, index, &run.block);
    run.block.column = zero; /* any: the shape is the same for all */
    run.shape = matmul_shape(work, &run.block, work->plan.heights[0]);
    run.row_numbers = (int64_t)run.block.vectors * work->plan.lanes;
    int64_t numbers = run.row_numbers * run.shape.height;
    run.sums = emit_stack(module, work->number, numbers, MATMUL_LINE);
    bool may_be_long = matmul_may_be_long(work->spec);
    if (may_be_long)
        run.slots = emit_stack(module, work->number, numbers * MATMUL_TREE_LEVELS, MATMUL_LINE);

    LLVMValueRef rounds = emit_add_constant(module, end, 1); /* none when there are no tiles */
    LLVMValueRef some = LLVMBuildICmp(builder, LLVMIntSLT, begin, end, "");
    rounds = LLVMBuildSelect(builder, some, rounds, begin, "");
    EmitLoop loop = emit_for_begin(module, begin, rounds, 1, &begin, 1);
    LLVMValueRef tile = loop.index, is_first = LLVMBuildICmp(builder, LLVMIntEQ, tile, begin, "");
    Rows before, rows;
    place_tile(&run, loop.carried[0], &run.block, &before);
    before.end = LLVMBuildSelect(builder, is_first, zero, before.end, "");
    LLVMValueRef is_tile = LLVMBuildICmp(builder, LLVMIntSLT, tile, end, "");
    LLVMValueRef depth = LLVMBuildSelect(builder, is_tile, work->spec->depth, zero, "");
    LLVMValueRef next = LLVMBuildSelect(builder, is_tile, tile, loop.carried[0], "");
    place_tile(&run, next, &run.block, &rows);
    if (may_be_long)
        emit_chunks(&run, rows.first, depth, &before);
    else
        emit_sums(&run, rows.first, zero, depth, &before);
    emit_for_end(module, &loop, &next);
}

/* The first tile of a task, when all tiles are numbered block of columns by block of columns. */
static LLVMValueRef first_tile(const MatmulWork *work, LLVMValueRef task, int64_t tiles) {
    Module *module = work->module;
    int64_t each = work->plan.tiles_per_task;
    if (each == 0) return emit_mul_constant(module, task, tiles);
    int64_t groups = (tiles + each - 1) / each;
    LLVMValueRef group = emit_mul_constant(module, emit_rem_constant(module, task, groups), each);
    LLVMValueRef column = emit_div_constant(module, task, groups);
    return emit_add(module, emit_mul_constant(module, column, tiles),
                    emit_min(module, group, emit_index(module, tiles)));
}

static LLVMValueRef emit_max(Module *module, LLVMValueRef a, LLVMValueRef b) {
    LLVMValueRef less = LLVMBuildICmp(module->builder, LLVMIntSLT, a, b, "");
    return LLVMBuildSelect(module->builder, less, b, a, "");
}

void matmul_overlap(const MatmulWork *work, LLVMValueRef first, LLVMValueRef last) {
    Module *module = work->module;
    const MatmulPlan *plan = &work->plan;
    int64_t height = plan->heights[0];
    int64_t tiles = (work->spec->rows_constant + height - 1) / height;
    LLVMValueRef begin = first_tile(work, first, tiles), end = first_tile(work, last, tiles);
    int64_t alike = work->spec->columns / plan->block_columns;
    for (int64_t index = alike > 0 ? alike - 1 : 0; index < plan->column_blocks; index++) {
        int64_t low = index < alike ? 0 : index;
        if (low == 0 && index == plan->column_blocks - 1) {
            emit_run(work, index, tiles, begin, end);
            return;
        }
        emit_run(work, index, tiles, emit_max(module, begin, emit_index(module, low * tiles)),
                 emit_min(module, end, emit_index(module, (index + 1) * tiles)));
    }
}
