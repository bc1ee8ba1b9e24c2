/* emit_conv_weights.c: gradients of the weights of convolutions, with their epilogue.
 *
 *   out[r, c, k, j] = epilogue(sum over samples s, then pixels p, ascending, of
 *                              x[s, pixel of p under tap (r, c), k] * g[s, p, j])
 *
 * A tile's rows are taps and channels, which lie at fixed distances in an image with its halo; its
 * lanes run along j. A task is a tile; a call works on all its tasks at once:
 *
 *   for as many tasks as their sums fit into the cache:
 *       for each chunk of whole samples, at most 4,096 pixels:
 *           for each image (or row of results): copy it with its halo; for each task: add to its
 *           sums
 *           join the chunk's sums to the tree
 *       for each task: epilogue
 */
#include "codegen/convolution.h"
#include "codegen/matmul_internal.h"
#include "codegen/product.h"

enum {
    SUMS_BYTES = 64 << 10, /* of the tasks that pass over the images together */
    TREE_LEVELS = 24,      /* 2^24 chunks */
    LISTED_ROWS = 64       /* taps and channels whose distances may be listed tile by tile */
};

/* How the rows (tap and channel) of a group are cut into tiles. */
typedef struct RowTiles {
    bool listed; /* each tile has its own list of distances; else runs of neighbours in memory */
    int64_t rows, run, tiles_per_run, tiles;
    ConvolutionCut cut; /* of a run, or of all rows */
} RowTiles;

/* How the columns of a group are cut. */
typedef struct ColumnBlocks {
    int vectors, last_vectors;
    int64_t width, blocks;
} ColumnBlocks;

typedef struct Weights {
    Codegen *codegen;
    const Kernel *kernel;
    KernelEmitter *k;
    Module *module;
    Convolution shape;
    RowTiles rows;
    ColumnBlocks columns;
    int lanes;
    int64_t tasks, sums; /* numbers of one task's sums */
    int64_t g_columns;
    LLVMTypeRef number, vector;
    LLVMValueRef scratch, memory, slots;
} Weights;

/* ---- how it is cut ---- */

static int64_t channels_of(const Convolution *shape) {
    return shape->each_channel ? 1 : shape->channels;
}

static RowTiles cut_rows(const Convolution *shape, int tallest) {
    int64_t channels = channels_of(shape);
    bool columns_join = shape->columns.tap_step == 1 && shape->groups == 1 && !shape->each_channel;
    RowTiles rows = {.rows = shape->kernel_rows * shape->kernel_columns * channels,
                     .run = columns_join ? shape->kernel_columns * channels : channels};
    rows.listed = rows.rows <= LISTED_ROWS && rows.run < tallest && rows.run < rows.rows;
    if (rows.listed) rows.run = rows.rows;
    rows.cut = convolution_cut(rows.run, tallest);
    rows.tiles_per_run = rows.cut.tall + rows.cut.others;
    rows.tiles = rows.rows / rows.run * rows.tiles_per_run;
    return rows;
}

static Weights weights_of(Codegen *codegen, const Kernel *kernel) {
    Weights w = {.codegen = codegen,
                 .kernel = kernel,
                 .module = codegen->module,
                 .lanes = codegen->lanes,
                 .g_columns = kernel->heart->type.shape.dims[3]};
    w.shape = convolution_of_weights(codegen->arena, kernel->heart,
                                     module_number_bytes(codegen->precision));
    int vectors = convolution_vectors(codegen->module, w.lanes, w.shape.filters);
    int tallest = convolution_tallest(codegen->module, vectors, product_is_compact(codegen));
    w.rows = cut_rows(&w.shape, tallest);
    w.columns.vectors = vectors;
    w.columns.width = (int64_t)vectors * w.lanes;
    w.columns.blocks = (w.shape.filters + w.columns.width - 1) / w.columns.width;
    int64_t rest = w.shape.filters - (w.columns.blocks - 1) * w.columns.width;
    w.columns.last_vectors = (int)((rest + w.lanes - 1) / w.lanes);
    w.sums = w.rows.cut.size * w.columns.width;
    w.tasks = w.shape.groups * w.columns.blocks * w.rows.tiles;
    return w;
}

/* Where row `row` of a group lies in the scratch, from the tap 0 and channel 0. */
static int64_t distance(const Weights *w, int64_t row) {
    const Convolution *shape = &w->shape;
    int64_t channels = channels_of(shape), tap = row / channels;
    int64_t down = shape->whole_image ? shape->rows.tap_step : 1;
    int64_t y = tap / shape->kernel_columns * down;
    int64_t x = tap % shape->kernel_columns * shape->columns.tap_step;
    return (y * shape->scratch_columns + x) * shape->image_channels + row % channels;
}

/* The tile that begins at row `first` of a run, or of all. */
static ConvolutionTile tile_of(const Weights *w, int vectors, int64_t first, int height) {
    const Convolution *shape = &w->shape;
    MathPrecision precision = w->codegen->precision;
    ConvolutionTile tile = {.precision = precision,
                            .lanes = w->lanes,
                            .vectors = vectors,
                            .height = height,
                            .a_is_vector = shape->each_channel,
                            .b_align = module_number_bytes(precision),
                            .a_step = shape->columns.step * shape->image_channels,
                            .b_step = w->g_columns,
                            .loops = shape->whole_image ? 2 : 1};
    if (shape->groups == 1 && w->g_columns % w->lanes == 0) tile.b_align *= w->lanes;
    for (int r = 0; r < height; r++)
        tile.a_offset[r] = distance(w, first + r) - distance(w, first);
    for (int v = 0; v < vectors; v++)
        tile.b_offset[v] = (int64_t)v * w->lanes;
    return tile;
}

/* ---- a task ---- */

typedef struct Task {
    LLVMValueRef group, block, row; /* row: the first, of the group */
    LLVMValueRef a;                 /* distance of that row in the scratch, with the group's */
    LLVMValueRef column;            /* of the result */
    LLVMValueRef kernel_row;        /* NULL: the tile has several */
    LLVMValueRef height, function;  /* function: of the tile, from the sums in memory on */
} Task;

static LLVMValueRef choose(Module *module, LLVMValueRef number, int64_t below, LLVMValueRef yes,
                           LLVMValueRef no) {
    LLVMValueRef is_below =
        LLVMBuildICmp(module->builder, LLVMIntSLT, number, emit_index(module, below), "");
    return LLVMBuildSelect(module->builder, is_below, yes, no, "");
}

/* Listed tiles: first row, distance, height and function of number `tile`, chosen from all. */
static void choose_listed(const Weights *w, LLVMValueRef tile, int vectors, Task *task,
                          LLVMValueRef *function) {
    Module *module = w->module;
    const ConvolutionCut *cut = &w->rows.cut;
    for (int64_t t = w->rows.tiles - 1; t >= 0; t--) {
        int height = t < cut->tall ? cut->size : cut->size - 1;
        int64_t first = t * cut->size - (t > cut->tall ? t - cut->tall : 0);
        ConvolutionTile shape = tile_of(w, vectors, first, height);
        LLVMValueRef here = convolution_tile_function(module, &shape, false);
        LLVMValueRef row = emit_index(module, first), high = emit_index(module, height);
        LLVMValueRef a = emit_index(module, distance(w, first));
        bool last = t == w->rows.tiles - 1;
        *function = last ? here : choose(module, tile, t + 1, here, *function);
        task->row = last ? row : choose(module, tile, t + 1, row, task->row);
        task->height = last ? high : choose(module, tile, t + 1, high, task->height);
        task->a = last ? a : choose(module, tile, t + 1, a, task->a);
    }
}

/* Runs: the tile's place follows from its number. */
static void choose_in_run(const Weights *w, LLVMValueRef tile, int vectors, Task *task,
                          LLVMValueRef *function) {
    Module *module = w->module;
    const Convolution *shape = &w->shape;
    const ConvolutionCut *cut = &w->rows.cut;
    LLVMValueRef run = emit_div_constant(module, tile, w->rows.tiles_per_run);
    LLVMValueRef number = emit_rem_constant(module, tile, w->rows.tiles_per_run);
    LLVMValueRef tall = emit_min(module, number, emit_index(module, cut->tall));
    LLVMValueRef in_run =
        emit_add(module, emit_mul_constant(module, tall, cut->size),
                 emit_mul_constant(module, emit_sub(module, number, tall), cut->size - 1));
    task->row = emit_add(module, emit_mul_constant(module, run, w->rows.run), in_run);
    int64_t runs_per_row = w->rows.rows / w->rows.run / shape->kernel_rows;
    task->kernel_row = emit_div_constant(module, run, runs_per_row);
    LLVMValueRef across = emit_rem_constant(module, run, runs_per_row);
    int64_t down = shape->whole_image ? shape->rows.tap_step : 1;
    int64_t row_elements = shape->scratch_columns * shape->image_channels;
    LLVMValueRef y = emit_mul_constant(module, task->kernel_row, down * row_elements);
    LLVMValueRef x =
        emit_mul_constant(module, across, shape->columns.tap_step * shape->image_channels);
    task->a = emit_add(module, emit_add(module, y, x), in_run);
    ConvolutionTile shapes[2] = {tile_of(w, vectors, 0, cut->size)};
    *function = convolution_tile_function(module, &shapes[0], false);
    task->height = emit_index(module, cut->size);
    if (cut->others == 0 || cut->size == 1) return;
    shapes[1] = tile_of(w, vectors, 0, cut->size - 1);
    LLVMValueRef lower = convolution_tile_function(module, &shapes[1], false);
    *function = choose(module, number, cut->tall, *function, lower);
    task->height =
        choose(module, number, cut->tall, task->height, emit_index(module, cut->size - 1));
}

static Task task_at(const Weights *w, LLVMValueRef number) {
    Module *module = w->module;
    const Convolution *shape = &w->shape;
    Task task = {0};
    LLVMValueRef tile = emit_rem_constant(module, number, w->rows.tiles);
    LLVMValueRef rest = emit_div_constant(module, number, w->rows.tiles);
    task.block = emit_rem_constant(module, rest, w->columns.blocks);
    task.group = emit_div_constant(module, rest, w->columns.blocks);
    LLVMValueRef functions[2];
    for (int last = 0; last < 2; last++) {
        int vectors = last ? w->columns.last_vectors : w->columns.vectors;
        if (last && vectors == w->columns.vectors) {
            functions[1] = functions[0];
            break;
        }
        if (w->rows.listed)
            choose_listed(w, tile, vectors, &task, &functions[last]);
        else
            choose_in_run(w, tile, vectors, &task, &functions[last]);
    }
    task.function = choose(module, task.block, w->columns.blocks - 1, functions[0], functions[1]);
    task.column = emit_add(module, emit_mul_constant(module, task.group, shape->filters),
                           emit_mul_constant(module, task.block, w->columns.width));
    LLVMValueRef channel =
        shape->each_channel ? task.column : emit_mul_constant(module, task.group, shape->channels);
    task.a = emit_add(module, task.a, channel);
    return task;
}

/* ---- adding images ---- */

static LLVMValueRef sums_of(const Weights *w, LLVMValueRef first, LLVMValueRef number) {
    LLVMValueRef at = emit_mul_constant(w->module, emit_sub(w->module, number, first), w->sums);
    return emit_offset(w->module, w->number, w->memory, at);
}

/* The rows of results [*first, *last) whose tap in `kernel_row` lies in the image. */
static void valid_rows(const Weights *w, LLVMValueRef kernel_row, LLVMValueRef *first,
                       LLVMValueRef *last) {
    Module *module = w->module;
    LLVMBuilderRef builder = module->builder;
    const ConvolutionAxis *axis = &w->shape.rows;
    LLVMValueRef zero = emit_index(module, 0);
    LLVMValueRef pixel = emit_add_constant(
        module, emit_mul_constant(module, kernel_row, axis->tap_step), axis->phases[0].first);
    LLVMValueRef above = emit_sub(module, zero, pixel);
    above = LLVMBuildSelect(builder, LLVMBuildICmp(builder, LLVMIntSLT, above, zero, ""), zero,
                            above, "");
    LLVMValueRef below = emit_sub(module, emit_index(module, axis->pixels), pixel);
    below = LLVMBuildSelect(builder, LLVMBuildICmp(builder, LLVMIntSLT, below, zero, ""), zero,
                            below, "");
    *last = emit_min(module, domain_ceil_div(module, below, axis->step),
                     emit_index(module, axis->results));
    *first = emit_min(module, domain_ceil_div(module, above, axis->step), *last);
}

/* Pixels of g in rows [row, row_end) of results, or, by rows, columns [column, column_end). */
typedef struct Region {
    LLVMValueRef sample, row, column, column_end;
} Region;

static LLVMValueRef pixel_of_g(const Weights *w, const Region *region) {
    Module *module = w->module;
    const Convolution *shape = &w->shape;
    LLVMValueRef at = emit_mul_constant(module, region->sample, shape->rows.results);
    at = emit_mul_constant(module, emit_add(module, at, region->row), shape->columns.results);
    at = emit_mul_constant(module, emit_add(module, at, region->column), w->g_columns);
    return emit_offset(module, w->number, w->k->inputs[1].base, at);
}

static void add_task(const Weights *w, const Region *region, const Task *task, LLVMValueRef sums) {
    Module *module = w->module;
    const Convolution *shape = &w->shape;
    LLVMValueRef a = task->a, b = task->column;
    ConvolutionSteps steps = {0};
    int inner = shape->whole_image ? 1 : 0;
    steps.count[inner] = emit_sub(module, region->column_end, region->column);
    if (shape->whole_image) {
        LLVMValueRef first = emit_index(module, 0);
        LLVMValueRef last = emit_index(module, shape->rows.results);
        if (task->kernel_row) valid_rows(w, task->kernel_row, &first, &last);
        int64_t a_row = shape->rows.step * shape->scratch_columns * shape->image_channels;
        int64_t b_row = shape->columns.results * w->g_columns;
        steps.count[0] = emit_sub(module, last, first);
        steps.a_step[0] = emit_index(module, a_row);
        steps.b_step[0] = emit_index(module, b_row);
        a = emit_add(module, a, emit_mul_constant(module, first, a_row));
        b = emit_add(module, b, emit_mul_constant(module, first, b_row));
    }
    steps.a = emit_offset(module, w->number, w->scratch, a);
    steps.b = emit_offset(module, w->number, pixel_of_g(w, region), b);
    convolution_tile_call_function(module, task->function, shape->whole_image ? 2 : 1, &steps,
                                   sums);
}

static void add_region(const Weights *w, const Region *region, LLVMValueRef first,
                       LLVMValueRef last) {
    Module *module = w->module;
    EmitLoop loop = emit_for_begin(module, first, last, 1, NULL, 0);
    Task task = task_at(w, loop.index);
    if (w->shape.whole_image || !task.kernel_row) {
        add_task(w, region, &task, sums_of(w, first, loop.index));
    } else {
        /* By rows, those under a kernel row in the padding are not there. */
        LLVMValueRef begin, end;
        valid_rows(w, task.kernel_row, &begin, &end);
        LLVMBuilderRef builder = module->builder;
        LLVMValueRef there =
            LLVMBuildAnd(builder, LLVMBuildICmp(builder, LLVMIntSLE, begin, region->row, ""),
                         LLVMBuildICmp(builder, LLVMIntSLT, region->row, end, ""), "");
        EmitIf branch = emit_if_begin(module, there);
        add_task(w, region, &task, sums_of(w, first, loop.index));
        emit_if_end(module, &branch);
    }
    emit_for_end(module, &loop, NULL);
}

static LLVMValueRef image_of(const Weights *w, LLVMValueRef sample) {
    const Convolution *shape = &w->shape;
    int64_t elements = shape->rows.pixels * shape->columns.pixels * shape->image_channels;
    return emit_offset(w->module, w->number, w->k->inputs[0].base,
                       emit_mul_constant(w->module, sample, elements));
}

static void add_image(const Weights *w, LLVMValueRef sample, LLVMValueRef first,
                      LLVMValueRef last) {
    Module *module = w->module;
    const Convolution *shape = &w->shape;
    LLVMValueRef zero = emit_index(module, 0);
    convolution_fill(module, shape, w->codegen->precision, w->scratch, image_of(w, sample), zero,
                     emit_index(module, shape->scratch_rows), emit_index(module, shape->rows.low),
                     1, emit_index(module, shape->columns.low));
    Region region = {sample, zero, zero, emit_index(module, shape->columns.results)};
    add_region(w, &region, first, last);
}

static void add_rows(const Weights *w, LLVMValueRef sample, LLVMValueRef first, LLVMValueRef last) {
    Module *module = w->module;
    const Convolution *shape = &w->shape;
    EmitLoop loop =
        emit_for_begin(module, emit_index(module, 0),
                       emit_index(module, shape->rows.results * shape->segments), 1, NULL, 0);
    LLVMValueRef segment = emit_rem_constant(module, loop.index, shape->segments);
    Region region = {.sample = sample,
                     .row = emit_div_constant(module, loop.index, shape->segments)};
    region.column = emit_mul_constant(module, segment, shape->segment);
    region.column_end = emit_min(module, emit_add_constant(module, region.column, shape->segment),
                                 emit_index(module, shape->columns.results));
    LLVMValueRef pixel_row = emit_add_constant(
        module, emit_mul_constant(module, region.row, shape->rows.step), shape->rows.low);
    LLVMValueRef pixel_column = emit_add_constant(
        module, emit_mul_constant(module, region.column, shape->columns.step), shape->columns.low);
    convolution_fill(module, shape, w->codegen->precision, w->scratch, image_of(w, sample),
                     emit_index(module, 0), emit_index(module, shape->scratch_rows), pixel_row,
                     shape->rows.tap_step, pixel_column);
    add_region(w, &region, first, last);
    emit_for_end(module, &loop, NULL);
}

/* ---- chunks ---- */

static void clear(const Weights *w, LLVMValueRef numbers) {
    Module *module = w->module;
    int bytes = module_number_bytes(w->codegen->precision);
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), numbers, w->lanes, NULL, 0);
    emit_store(module, emit_zero(w->vector), emit_offset(module, w->number, w->memory, loop.index),
               w->lanes * bytes);
    emit_for_end(module, &loop, NULL);
}

/* Samples [begin, end) into the sums of tasks [first, last). */
static void add_chunk(const Weights *w, LLVMValueRef begin, LLVMValueRef end, LLVMValueRef first,
                      LLVMValueRef last, LLVMValueRef numbers) {
    Module *module = w->module;
    clear(w, numbers);
    EmitLoop loop = emit_for_begin(module, begin, end, 1, NULL, 0);
    if (w->shape.whole_image)
        add_image(w, loop.index, first, last);
    else
        add_rows(w, loop.index, first, last);
    emit_for_end(module, &loop, NULL);
}

static void join(const Weights *w, LLVMValueRef function, LLVMValueRef numbers,
                 LLVMValueRef chunk) {
    LLVMValueRef arguments[] = {w->slots, w->memory, numbers, chunk};
    emit_call(w->module, function, arguments, 4);
}

static void add_chunks(const Weights *w, LLVMValueRef first, LLVMValueRef last,
                       LLVMValueRef numbers) {
    Module *module = w->module;
    MathPrecision precision = w->codegen->precision;
    const Convolution *shape = &w->shape;
    int64_t pixels = shape->rows.results * shape->columns.results;
    int64_t samples = matmul_chunk(pixels) / pixels;
    LLVMValueRef zero = emit_index(module, 0), step = emit_index(module, samples);
    LLVMValueRef several = LLVMBuildICmp(module->builder, LLVMIntSLT, step, w->k->count, "");
    EmitLoop loop = emit_for_begin(module, zero, w->k->count, samples, &zero, 1);
    LLVMValueRef end = emit_min(module, emit_add(module, loop.index, step), w->k->count);
    add_chunk(w, loop.index, end, first, last, numbers);
    EmitIf branch = emit_if_begin(module, several);
    join(w, matmul_tree_add(module, precision), numbers, loop.carried[0]);
    emit_if_end(module, &branch);
    LLVMValueRef next = emit_add_constant(module, loop.carried[0], 1);
    emit_for_end(module, &loop, &next);
    branch = emit_if_begin(module, several);
    join(w, matmul_tree_finish(module, precision), numbers, loop.carried[0]);
    emit_if_end(module, &branch);
}

/* ---- epilogue ---- */

static void store_row(const Weights *w, const Task *task, LLVMValueRef row, LLVMValueRef from,
                      int vectors, int64_t active) {
    Module *module = w->module;
    KernelEmitter *k = w->k;
    int align = w->lanes * module_number_bytes(w->codegen->precision);
    LLVMValueRef values[CONVOLUTION_MAX_VECTORS];
    for (int v = 0; v < vectors; v++)
        values[v] =
            emit_load(module, w->vector, emit_offset_constant(module, w->vector, from, v), align);
    for (int v = 0; v < vectors; v++) {
        KernelScope scope = kernel_scope_begin(k);
        kernel_scope_tail(k, active - (int64_t)v * w->lanes);
        LLVMValueRef column = emit_add_constant(module, task->column, (int64_t)v * w->lanes);
        ProductPlace place = {.row = emit_add(module, task->row, row),
                              .column =
                                  axis_consecutive(column, w->shape.groups == 1 ? w->lanes : 1)};
        product_store(k, &place, values[v]);
        kernel_scope_end(k, scope);
    }
}

static void store_rows(const Weights *w, const Task *task, LLVMValueRef sums, int vectors,
                       int64_t active) {
    Module *module = w->module;
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), task->height, 1, NULL, 0);
    LLVMValueRef from =
        emit_offset(module, w->vector, sums, emit_mul_constant(module, loop.index, vectors));
    store_row(w, task, loop.index, from, vectors, active);
    emit_for_end(module, &loop, NULL);
}

static void store_tasks(const Weights *w, LLVMValueRef first, LLVMValueRef last) {
    Module *module = w->module;
    const Convolution *shape = &w->shape;
    EmitLoop loop = emit_for_begin(module, first, last, 1, NULL, 0);
    Task task = task_at(w, loop.index);
    LLVMValueRef sums = sums_of(w, first, loop.index);
    int64_t blocks = w->columns.blocks, width = w->columns.width;
    int64_t rest = shape->filters - (blocks - 1) * width;
    if (rest == width) {
        store_rows(w, &task, sums, w->columns.vectors, width);
    } else if (blocks == 1) {
        store_rows(w, &task, sums, w->columns.vectors, rest);
    } else {
        LLVMValueRef whole = LLVMBuildICmp(module->builder, LLVMIntSLT, task.block,
                                           emit_index(module, blocks - 1), "");
        EmitIf branch = emit_if_begin(module, whole);
        store_rows(w, &task, sums, w->columns.vectors, width);
        emit_else(module, &branch);
        store_rows(w, &task, sums, w->columns.last_vectors, rest);
        emit_if_end(module, &branch);
    }
    emit_for_end(module, &loop, NULL);
}

/* ---- the kernel ---- */

static void weights_body(KernelEmitter *k) {
    Module *module = k->module;
    Weights w = weights_of(k->codegen, k->kernel);
    w.k = k;
    w.number = kernel_element_type(k, ELEMENT_REAL);
    w.vector = kernel_value_type(k, ELEMENT_REAL, false);
    int64_t bytes = module_number_bytes(k->codegen->precision);
    int64_t together = SUMS_BYTES / (w.sums * bytes);
    if (together < 1) together = 1;
    if (together > w.tasks) together = w.tasks;
    w.scratch = convolution_new_scratch(module, &w.shape, k->codegen->precision);
    w.memory = emit_stack(module, w.number, together * w.sums, MATMUL_LINE);
    w.slots = emit_stack(module, w.number, together * w.sums * TREE_LEVELS, MATMUL_LINE);
    EmitLoop loop = emit_for_begin(module, k->first, k->last, together, NULL, 0);
    LLVMValueRef last = emit_min(module, emit_add_constant(module, loop.index, together), k->last);
    LLVMValueRef numbers = emit_mul_constant(module, emit_sub(module, last, loop.index), w.sums);
    add_chunks(&w, loop.index, last, numbers);
    KernelScope scope = kernel_scope_begin(k);
    store_tasks(&w, loop.index, last);
    kernel_scope_end(k, scope);
    emit_for_end(module, &loop, NULL);
}

static LLVMValueRef weights_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    Weights w = weights_of(codegen, kernel);
    (void)count;
    return emit_index(codegen->module, w.tasks);
}

const KernelFamilyEmitter emit_conv_weights = {weights_body, weights_tasks};
