/* conv_weights.c: see conv_weights.h. Rows of a tile are taps and channels that lie behind one
 * another in the scratch (a run), or, of small kernels, anywhere: then each tile has its own list.
 */

#include "codegen/conv_weights.h"

enum { LISTED_ROWS = 64 }; /* taps and channels whose distances may be listed tile by tile */

/* ---- how it is cut ---- */

static int64_t channels_of(const Convolution *shape) {
    return shape->each_channel ? 1 : shape->channels;
}

static ConvRowTiles cut_rows(const Convolution *shape, int tallest) {
    int64_t channels = channels_of(shape);
    bool columns_join = shape->columns.tap_step == 1 && shape->groups == 1 && !shape->each_channel;
    ConvRowTiles rows = {.rows = shape->kernel_rows * shape->kernel_columns * channels,
                         .run = columns_join ? shape->kernel_columns * channels : channels};
    rows.listed = rows.rows <= LISTED_ROWS && rows.run < tallest && rows.run < rows.rows;
    if (rows.listed) rows.run = rows.rows;
    rows.cut = convolution_cut(rows.run, tallest);
    rows.tiles_per_run = rows.cut.tall + rows.cut.others;
    rows.tiles = rows.rows / rows.run * rows.tiles_per_run;
    return rows;
}

ConvWeights conv_weights_of(Codegen *codegen, const Kernel *kernel) {
    ConvWeights w = {.codegen = codegen,
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
static int64_t distance(const ConvWeights *w, int64_t row) {
    const Convolution *shape = &w->shape;
    int64_t channels = channels_of(shape), tap = row / channels;
    int64_t down = shape->whole_image ? shape->rows.tap_step : 1;
    int64_t y = tap / shape->kernel_columns * down;
    int64_t x = tap % shape->kernel_columns * shape->columns.tap_step;
    return (y * shape->scratch_columns + x) * shape->image_channels + row % channels;
}

/* The tile that begins at row `first` of a run, or of all. */
static ConvolutionTile tile_of(const ConvWeights *w, int vectors, int64_t first, int height) {
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

static LLVMValueRef choose(Module *module, LLVMValueRef number, int64_t below, LLVMValueRef yes,
                           LLVMValueRef no) {
    LLVMValueRef is_below =
        LLVMBuildICmp(module->builder, LLVMIntSLT, number, emit_index(module, below), "");
    return LLVMBuildSelect(module->builder, is_below, yes, no, "");
}

/* Listed tiles: first row, distance, height and function of number `tile`, chosen from all. */
static void choose_listed(const ConvWeights *w, LLVMValueRef tile, int vectors,
                          ConvWeightsTask *task, LLVMValueRef *function) {
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
static void choose_in_run(const ConvWeights *w, LLVMValueRef tile, int vectors,
                          ConvWeightsTask *task, LLVMValueRef *function) {
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

ConvWeightsTask conv_weights_task(const ConvWeights *w, LLVMValueRef number) {
    Module *module = w->module;
    const Convolution *shape = &w->shape;
    ConvWeightsTask task = {0};
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
