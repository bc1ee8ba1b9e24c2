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
#include "codegen/conv_weights.h"
#include "codegen/matmul_internal.h"

enum {
    SUMS_BYTES = 64 << 10, /* of the tasks that pass over the images together */
    TREE_LEVELS = 24       /* 2^24 chunks */
};

/* ---- adding images ---- */

static LLVMValueRef sums_of(const ConvWeights *w, LLVMValueRef first, LLVMValueRef number) {
    LLVMValueRef at = emit_mul_constant(w->module, emit_sub(w->module, number, first), w->sums);
    return emit_offset(w->module, w->number, w->memory, at);
}

/* The rows of results [*first, *last) whose tap in `kernel_row` lies in the image. */
static void valid_rows(const ConvWeights *w, LLVMValueRef kernel_row, LLVMValueRef *first,
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

static LLVMValueRef pixel_of_g(const ConvWeights *w, const Region *region) {
    Module *module = w->module;
    const Convolution *shape = &w->shape;
    LLVMValueRef at = emit_mul_constant(module, region->sample, shape->rows.results);
    at = emit_mul_constant(module, emit_add(module, at, region->row), shape->columns.results);
    at = emit_mul_constant(module, emit_add(module, at, region->column), w->g_columns);
    return emit_offset(module, w->number, w->k->inputs[1].base, at);
}

static void add_task(const ConvWeights *w, const Region *region, const ConvWeightsTask *task,
                     LLVMValueRef sums) {
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

static void add_region(const ConvWeights *w, const Region *region, LLVMValueRef first,
                       LLVMValueRef last) {
    Module *module = w->module;
    EmitLoop loop = emit_for_begin(module, first, last, 1, NULL, 0);
    ConvWeightsTask task = conv_weights_task(w, loop.index);
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

static LLVMValueRef image_of(const ConvWeights *w, LLVMValueRef sample) {
    const Convolution *shape = &w->shape;
    int64_t elements = shape->rows.pixels * shape->columns.pixels * shape->image_channels;
    return emit_offset(w->module, w->number, w->k->inputs[0].base,
                       emit_mul_constant(w->module, sample, elements));
}

static void add_image(const ConvWeights *w, LLVMValueRef sample, LLVMValueRef first,
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

static void add_rows(const ConvWeights *w, LLVMValueRef sample, LLVMValueRef first,
                     LLVMValueRef last) {
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

static void clear(const ConvWeights *w, LLVMValueRef numbers) {
    Module *module = w->module;
    int bytes = module_number_bytes(w->codegen->precision);
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), numbers, w->lanes, NULL, 0);
    emit_store(module, emit_zero(w->vector), emit_offset(module, w->number, w->memory, loop.index),
               w->lanes * bytes);
    emit_for_end(module, &loop, NULL);
}

/* Samples [begin, end) into the sums of tasks [first, last). */
static void add_chunk(const ConvWeights *w, LLVMValueRef begin, LLVMValueRef end,
                      LLVMValueRef first, LLVMValueRef last, LLVMValueRef numbers) {
    Module *module = w->module;
    clear(w, numbers);
    EmitLoop loop = emit_for_begin(module, begin, end, 1, NULL, 0);
    if (w->shape.whole_image)
        add_image(w, loop.index, first, last);
    else
        add_rows(w, loop.index, first, last);
    emit_for_end(module, &loop, NULL);
}

static void join(const ConvWeights *w, LLVMValueRef function, LLVMValueRef numbers,
                 LLVMValueRef chunk) {
    LLVMValueRef arguments[] = {w->slots, w->memory, numbers, chunk};
    emit_call(w->module, function, arguments, 4);
}

static void add_chunks(const ConvWeights *w, LLVMValueRef first, LLVMValueRef last,
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

static void store_row(const ConvWeights *w, const ConvWeightsTask *task, LLVMValueRef row,
                      LLVMValueRef from, int vectors, int64_t active) {
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

static void store_rows(const ConvWeights *w, const ConvWeightsTask *task, LLVMValueRef sums,
                       int vectors, int64_t active) {
    Module *module = w->module;
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), task->height, 1, NULL, 0);
    LLVMValueRef from =
        emit_offset(module, w->vector, sums, emit_mul_constant(module, loop.index, vectors));
    store_row(w, task, loop.index, from, vectors, active);
    emit_for_end(module, &loop, NULL);
}

static void store_tasks(const ConvWeights *w, LLVMValueRef first, LLVMValueRef last) {
    Module *module = w->module;
    const Convolution *shape = &w->shape;
    EmitLoop loop = emit_for_begin(module, first, last, 1, NULL, 0);
    ConvWeightsTask task = conv_weights_task(w, loop.index);
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
    ConvWeights w = conv_weights_of(k->codegen, k->kernel);
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
    ConvWeights w = conv_weights_of(codegen, kernel);
    (void)count;
    return emit_index(codegen->module, w.tasks);
}

const KernelFamilyEmitter emit_conv_weights = {weights_body, weights_tasks, NULL};
