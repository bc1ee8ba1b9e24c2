/* emit_convolution.c: convolutions and gradients of their inputs, with their epilogue.
 *
 *   for each image (or row of results) of the tasks:
 *       copy the image, or the rows under that row, with its halo into the scratch
 *       for each phase, group, block of columns, row of results, tile of pixels:
 *           sums over kernel rows, kernel columns, channels; epilogue
 *
 * The order of a sum is that of its taps and channels; rows of the kernel that lie in the padding
 * above and below are skipped, columns meet zeros. Lanes run over channels of the result.
 */
#include "codegen/convolution_emission.h"

/* Steps of a sum below which the epilogue is written out for every pixel of a tile. */
enum { SHORT_SUM = 64 };

/* ---- epilogue ---- */

typedef struct Pixel {
    LLVMValueRef row, column; /* of the phase's results */
} Pixel;

static void store_pixel(const ConvolutionEmission *e, const ConvolutionBlock *block, Pixel pixel,
                        const LLVMValueRef *sums) {
    KernelEmitter *k = e->k;
    Module *module = e->module;
    const Convolution *shape = &e->shape;
    LLVMValueRef y = emit_add(module, block->rows.number,
                              emit_mul_constant(module, pixel.row, shape->rows.phase_count));
    LLVMValueRef x = emit_add(module, block->columns.number,
                              emit_mul_constant(module, pixel.column, shape->columns.phase_count));
    LLVMValueRef row =
        emit_add(module, emit_mul_constant(module, e->sample, shape->rows.results), y);
    row = emit_add(module, emit_mul_constant(module, row, shape->columns.results), x);
    bool group = block->vectors != 3 && kernel_draws(k->kernel);
    if (group) kernel_group_begin(k, block->vectors);
    for (int v = 0; v < block->vectors; v++) {
        if (group) kernel_group_vector(k, v, NULL);
        int64_t active = block->active - (int64_t)v * k->lanes;
        if (active <= 0) continue;
        KernelScope scope = kernel_scope_begin(k);
        kernel_scope_tail(k, active);
        LLVMValueRef column = emit_add_constant(module, block->column, (int64_t)v * k->lanes);
        ProductPlace place = {
            .row = row,
            .has_axes = true,
            .batch = axis_uniform(e->sample, 1),
            .axes = {axis_uniform(y, 1), axis_uniform(x, 1)},
            .column = axis_consecutive(column, block->column_multiple),
        };
        product_store(k, &place, sums[v]);
        kernel_scope_end(k, scope);
    }
    if (group) kernel_group_end(k);
}

static Pixel pixel_at(Module *module, Pixel start, int width, int r) {
    return (Pixel){emit_add_constant(module, start.row, r / width),
                   emit_add_constant(module, start.column, r % width)};
}

/* The epilogue once, in a loop over the pixels of a tile put aside in memory. */
static void store_pixels(const ConvolutionEmission *e, const ConvolutionBlock *block, Pixel start,
                         int height, int width) {
    Module *module = e->module;
    LLVMValueRef sums[CONVOLUTION_MAX_VECTORS];
    int align = e->k->lanes * module_number_bytes(e->k->codegen->precision);
    EmitLoop loop =
        emit_for_begin(module, emit_index(module, 0), emit_index(module, height), 1, NULL, 0);
    LLVMValueRef at = emit_offset(module, e->vector, e->sums,
                                  emit_mul_constant(module, loop.index, block->vectors));
    for (int v = 0; v < block->vectors; v++)
        sums[v] =
            emit_load(module, e->vector, emit_offset_constant(module, e->vector, at, v), align);
    Pixel pixel = {start.row, emit_add(module, start.column, loop.index)};
    if (height > width) {
        pixel.row = emit_add(module, start.row, emit_div_constant(module, loop.index, width));
        pixel.column = emit_add(module, start.column, emit_rem_constant(module, loop.index, width));
    }
    store_pixel(e, block, pixel, sums);
    emit_for_end(module, &loop, NULL);
}

static void one_tile(const ConvolutionEmission *e, const ConvolutionBlock *block, Pixel start,
                     int height, int width, const ConvolutionSteps *steps) {
    Module *module = e->module;
    ConvolutionTile tile = convolution_tile_of(e, block, height, width);
    if (!e->inline_epilogue) {
        convolution_tile_call(module, &tile, steps, e->sums, true);
        store_pixels(e, block, start, height, width);
        return;
    }
    LLVMValueRef sums[EMIT_MAX_CARRIED];
    for (int i = 0; i < height * block->vectors; i++)
        sums[i] = emit_zero(e->vector);
    convolution_tile_inline(module, &tile, steps, sums);
    for (int r = 0; r < height; r++)
        store_pixel(e, block, pixel_at(module, start, width, r), sums + r * block->vectors);
}

/* ---- rows and columns of results ---- */

/* Element of the scratch under result (row, column) of the phase, for the group. `row` NULL: the
 * scratch holds the rows under one row of results. */
static LLVMValueRef a_of(const ConvolutionEmission *e, const ConvolutionBlock *block,
                         LLVMValueRef row, LLVMValueRef column) {
    Module *module = e->module;
    const Convolution *shape = &e->shape;
    LLVMValueRef x = emit_mul_constant(module, emit_sub(module, column, block->column_start),
                                       shape->columns.step);
    x = emit_add(module, x, emit_add_constant(module, block->columns.first, -shape->columns.low));
    LLVMValueRef a = emit_mul_constant(module, x, shape->image_channels);
    if (row) {
        LLVMValueRef y = emit_mul_constant(module, row, shape->rows.step);
        y = emit_add(module, y, emit_add_constant(module, block->rows.first, -shape->rows.low));
        a = emit_add(module, a, emit_mul_constant(module, y, convolution_row_elements(shape)));
    }
    return emit_add(module, a, block->a);
}

/* Tiles of `size` pixels of a row while they fit below `end`; gives the column behind them. */
static LLVMValueRef tiles_of_row(const ConvolutionEmission *e, const ConvolutionBlock *block,
                                 LLVMValueRef row, int size, LLVMValueRef column,
                                 LLVMValueRef end) {
    Module *module = e->module;
    LLVMValueRef last = emit_add_constant(module, end, 1 - size);
    EmitLoop loop = emit_for_begin(module, column, last, size, &column, 1);
    KernelScope scope = kernel_scope_begin(e->k);
    LLVMValueRef first_tap, last_tap;
    convolution_valid_taps(e, &block->rows, row, &first_tap, &last_tap);
    LLVMValueRef a = a_of(e, block, e->shape.whole_image ? row : NULL, loop.index);
    ConvolutionSteps steps = convolution_steps_of(e, block, a, first_tap, last_tap);
    one_tile(e, block, (Pixel){row, loop.index}, size, size, &steps);
    kernel_scope_end(e->k, scope);
    LLVMValueRef next = emit_add_constant(module, loop.index, size);
    emit_for_end(module, &loop, &next);
    return loop.carried[0];
}

static bool has_constant_columns(const Convolution *shape) {
    return convolution_counts_equal(&shape->columns) && shape->segments == 1;
}

static void one_row(const ConvolutionEmission *e, const ConvolutionBlock *block, LLVMValueRef row,
                    int tallest) {
    Module *module = e->module;
    const Convolution *shape = &e->shape;
    int64_t count = shape->segments > 1 ? shape->segment : shape->columns.most_results;
    ConvolutionCut cut = convolution_cut(count, tallest);
    LLVMValueRef column = block->column_start;
    if (has_constant_columns(shape)) {
        LLVMValueRef middle = emit_index(module, cut.tall * cut.size);
        tiles_of_row(e, block, row, cut.size, column, middle);
        if (cut.others) tiles_of_row(e, block, row, cut.size - 1, middle, block->column_end);
        return;
    }
    for (int size = cut.size; size > 0; size = size > 8 ? 8 : size > 4 ? 4 : size / 2)
        column = tiles_of_row(e, block, row, size, column, block->column_end);
}

/* ---- tiles of several whole rows of results, of small images ---- */

static bool takes_rows(const Convolution *shape, int tallest) {
    return shape->whole_image && shape->rows.phase_count == 1 && shape->columns.phase_count == 1 &&
           2 * shape->columns.results <= tallest && shape->rows.results > 1;
}

static void tiles_of_rows(const ConvolutionEmission *e, const ConvolutionBlock *block, int rows,
                          int64_t first, int64_t last) {
    Module *module = e->module;
    if (first == last) return;
    EmitLoop loop =
        emit_for_begin(module, emit_index(module, first), emit_index(module, last), rows, NULL, 0);
    KernelScope scope = kernel_scope_begin(e->k);
    int width = (int)e->shape.columns.results;
    LLVMValueRef zero = emit_index(module, 0);
    LLVMValueRef a = a_of(e, block, loop.index, zero);
    ConvolutionSteps steps = convolution_steps_of(e, block, a, zero, block->rows.taps);
    one_tile(e, block, (Pixel){loop.index, zero}, rows * width, width, &steps);
    kernel_scope_end(e->k, scope);
    emit_for_end(module, &loop, NULL);
}

/* ---- blocks of columns, groups, phases ---- */

static void one_block(const ConvolutionEmission *e, const ConvolutionBlock *block) {
    int tallest = convolution_tallest(e->module, block->vectors, e->compact);
    const Convolution *shape = &e->shape;
    if (takes_rows(shape, tallest)) {
        int most = tallest / (int)shape->columns.results;
        ConvolutionCut cut = convolution_cut(shape->rows.results, most);
        tiles_of_rows(e, block, cut.size, 0, cut.tall * cut.size);
        tiles_of_rows(e, block, cut.size - 1, cut.tall * cut.size, shape->rows.results);
        return;
    }
    EmitLoop loop = emit_for_begin(e->module, block->row_start, block->row_end, 1, NULL, 0);
    one_row(e, block, loop.index, tallest);
    emit_for_end(e->module, &loop, NULL);
}

/* Blocks [first, last) of a group's columns, `active` columns each. */
static void blocks_of(const ConvolutionEmission *e, ConvolutionBlock block, LLVMValueRef group,
                      int64_t width, int64_t first, int64_t last, int64_t active) {
    Module *module = e->module;
    const Convolution *shape = &e->shape;
    if (first == last) return;
    EmitLoop loop =
        emit_for_begin(module, emit_index(module, first), emit_index(module, last), 1, NULL, 0);
    LLVMValueRef start = emit_mul_constant(module, group, shape->filters);
    block.column = emit_add(module, emit_mul_constant(module, loop.index, width), start);
    block.column_multiple = shape->groups == 1 ? width : 1;
    block.vectors = (int)((active + e->k->lanes - 1) / e->k->lanes);
    block.active = active;
    block.a = emit_mul_constant(module, group, shape->channels);
    if (shape->each_channel) block.a = block.column;
    LLVMValueRef b = block.column;
    if (e->panel_stride)
        b = emit_add(
            module, emit_mul_constant(module, emit_div_constant(module, b, PANEL), e->panel_stride),
            emit_rem_constant(module, b, PANEL));
    LLVMValueRef tap =
        emit_add(module, emit_mul_constant(module, block.rows.weight, shape->kernel_columns),
                 block.columns.weight);
    block.b = emit_add(
        module, b, emit_mul_constant(module, tap, convolution_steps_each(shape) * e->weight_row));
    one_block(e, &block);
    emit_for_end(module, &loop, NULL);
}

static void all_blocks(const ConvolutionEmission *e, const ConvolutionBlock *block) {
    Module *module = e->module;
    const Convolution *shape = &e->shape;
    int64_t width = (int64_t)convolution_vectors(module, e->k->lanes, shape->filters) * e->k->lanes;
    int64_t whole = shape->filters / width, rest = shape->filters % width;
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), emit_index(module, shape->groups),
                                   1, NULL, 0);
    blocks_of(e, *block, loop.index, width, 0, whole, width);
    blocks_of(e, *block, loop.index, width, whole, whole + (rest > 0), rest);
    emit_for_end(module, &loop, NULL);
}

static void all_columns(const ConvolutionEmission *e, ConvolutionBlock block,
                        LLVMValueRef segment) {
    Module *module = e->module;
    const Convolution *shape = &e->shape;
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0),
                                   emit_index(module, shape->columns.phase_count), 1, NULL, 0);
    block.columns = convolution_phase(e, &shape->columns, e->column_table, loop.index);
    block.column_start = emit_mul_constant(module, segment, shape->segment);
    block.column_end = emit_min(
        module, emit_add_constant(module, block.column_start, shape->segment), block.columns.count);
    if (shape->segments == 1) block.column_end = block.columns.count;
    all_blocks(e, &block);
    emit_for_end(module, &loop, NULL);
}

/* ---- tasks ---- */

static LLVMValueRef image_of(const ConvolutionEmission *e) {
    const Convolution *shape = &e->shape;
    int64_t elements = shape->rows.pixels * shape->columns.pixels * shape->image_channels;
    return emit_offset(e->module, e->number, e->k->inputs[0].base,
                       emit_mul_constant(e->module, e->sample, elements));
}

/* A task is an image. */
static void image_task(ConvolutionEmission *e, LLVMValueRef task) {
    Module *module = e->module;
    const Convolution *shape = &e->shape;
    e->sample = task;
    convolution_fill(module, shape, e->k->codegen->precision, e->scratch, image_of(e),
                     emit_index(module, 0), emit_index(module, shape->scratch_rows),
                     emit_index(module, shape->rows.low), 1,
                     emit_index(module, shape->columns.low));
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0),
                                   emit_index(module, shape->rows.phase_count), 1, NULL, 0);
    ConvolutionBlock block = {.rows = convolution_phase(e, &shape->rows, e->row_table, loop.index),
                              .row_start = emit_index(module, 0)};
    block.row_end = block.rows.count;
    all_columns(e, block, emit_index(module, 0));
    emit_for_end(module, &loop, NULL);
}

/* A task is a segment of a row of results. */
static void row_task(ConvolutionEmission *e, LLVMValueRef task) {
    Module *module = e->module;
    const Convolution *shape = &e->shape;
    LLVMValueRef segment = emit_rem_constant(module, task, shape->segments);
    LLVMValueRef row = emit_div_constant(module, task, shape->segments);
    LLVMValueRef y = emit_rem_constant(module, row, shape->rows.results);
    e->sample = emit_div_constant(module, row, shape->rows.results);
    LLVMValueRef phase = emit_rem_constant(module, y, shape->rows.phase_count);
    ConvolutionBlock block = {.rows = convolution_phase(e, &shape->rows, e->row_table, phase),
                              .row_start = emit_div_constant(module, y, shape->rows.phase_count)};
    block.row_end = emit_add_constant(module, block.row_start, 1);
    LLVMValueRef first, last;
    convolution_valid_taps(e, &block.rows, block.row_start, &first, &last);
    LLVMValueRef pixel_row = emit_mul_constant(module, block.row_start, shape->rows.step);
    LLVMValueRef pixel_column =
        emit_mul_constant(module, segment, shape->segment * shape->columns.step);
    convolution_fill(module, shape, e->k->codegen->precision, e->scratch, image_of(e), first, last,
                     emit_add(module, pixel_row, block.rows.first), shape->rows.tap_step,
                     emit_add_constant(module, pixel_column, shape->columns.low));
    all_columns(e, block, segment);
}

static Convolution cut_of(const Codegen *codegen, const Kernel *kernel) {
    return convolution_of(codegen->arena, kernel->heart, module_number_bytes(codegen->precision));
}

static void convolution_body(KernelEmitter *k) {
    Module *module = k->module;
    ConvolutionEmission e = {.k = k,
                             .module = module,
                             .shape = cut_of(k->codegen, k->kernel),
                             .number = kernel_element_type(k, ELEMENT_REAL),
                             .vector = kernel_value_type(k, ELEMENT_REAL, false),
                             .compact = product_is_compact(k->codegen)};
    Type weights = k->inputs[1].type;
    bool panels = k->inputs[1].layout == LAYOUT_PANELS;
    e.weight_row = panels ? PANEL : type_matrix_columns(weights);
    e.panel_stride = panels ? type_matrix_rows(weights) * PANEL : 0;
    if (panels && e.shape.groups > 1) kernel_fail(k, "weights of groups in panels", NULL);
    e.inline_epilogue =
        k->codegen->trained[k->kernel->function] && product_is_short(k->kernel) && !e.compact &&
        e.shape.kernel_rows * e.shape.kernel_columns * convolution_steps_each(&e.shape) < SHORT_SUM;
    e.scratch = convolution_new_scratch(module, &e.shape, k->codegen->precision);
    e.sums = emit_stack(module, e.vector, EMIT_MAX_CARRIED, 64);
    e.row_table = convolution_phases(module, k->arena, &e.shape.rows);
    e.column_table = convolution_phases(module, k->arena, &e.shape.columns);
    EmitLoop loop = emit_for_begin(module, k->first, k->last, 1, NULL, 0);
    KernelScope scope = kernel_scope_begin(k);
    if (e.shape.whole_image)
        image_task(&e, loop.index);
    else
        row_task(&e, loop.index);
    kernel_scope_end(k, scope);
    emit_for_end(module, &loop, NULL);
}

static int64_t tasks_of_image(const Codegen *codegen, const Kernel *kernel) {
    Convolution shape = cut_of(codegen, kernel);
    return shape.whole_image ? 1 : shape.rows.results * shape.segments;
}

static LLVMValueRef convolution_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    return emit_mul_constant(codegen->module, count, tasks_of_image(codegen, kernel));
}

static SampleTasks convolution_by_sample(const Codegen *codegen, const Kernel *kernel) {
    return (SampleTasks){1, tasks_of_image(codegen, kernel)};
}

const KernelFamilyEmitter emit_convolution = {convolution_body, convolution_tasks,
                                              convolution_by_sample};
