/* convolution_steps.c: a convolution's phases as code, and the loops of one tile: which taps its
 * rows meet, where they lie in the scratch and in the weights. See convolution_emission.h. */

#include "codegen/convolution_emission.h"

/* ---- phases ---- */

/* Four numbers a phase, in the object. NULL for a single phase. */
LLVMValueRef convolution_phases(Module *module, Arena *arena, const ConvolutionAxis *axis) {
    if (axis->phase_count == 1) return NULL;
    LLVMValueRef *numbers = ARENA_ARRAY(arena, LLVMValueRef, 4 * axis->phase_count);
    for (int64_t p = 0; p < axis->phase_count; p++) {
        const ConvolutionPhase *phase = &axis->phases[p];
        int64_t values[4] = {phase->count, phase->taps, phase->first, phase->weight};
        for (int i = 0; i < 4; i++)
            numbers[4 * p + i] = emit_index(module, values[i]);
    }
    unsigned count = (unsigned)(4 * axis->phase_count);
    LLVMValueRef data = LLVMConstArray(module->i64, numbers, count);
    LLVMValueRef table = LLVMAddGlobal(module->module, LLVMTypeOf(data), "phases");
    LLVMSetInitializer(table, data);
    LLVMSetGlobalConstant(table, true);
    LLVMSetLinkage(table, LLVMPrivateLinkage);
    return table;
}

bool convolution_counts_equal(const ConvolutionAxis *axis) {
    return axis->phases[0].count == axis->phases[axis->phase_count - 1].count;
}

ConvolutionPhaseCode convolution_phase(const ConvolutionEmission *e, const ConvolutionAxis *axis,
                                       LLVMValueRef table, LLVMValueRef number) {
    Module *module = e->module;
    const ConvolutionPhase *only = &axis->phases[0];
    if (!table)
        return (ConvolutionPhaseCode){
            number, emit_index(module, only->count), emit_index(module, only->taps),
            emit_index(module, only->first), emit_index(module, only->weight)};
    LLVMValueRef row =
        emit_offset(module, module->i64, table, emit_mul_constant(module, number, 4));
    LLVMValueRef values[4];
    for (int i = 0; i < 4; i++)
        values[i] =
            emit_load(module, module->i64, emit_offset_constant(module, module->i64, row, i), 8);
    ConvolutionPhaseCode phase = {number, values[0], values[1], values[2], values[3]};
    if (convolution_counts_equal(axis)) phase.count = emit_index(module, only->count);
    return phase;
}

/* ---- tiles ---- */

/* Kernel column and channel are one loop: they lie behind one another in image and weights. */
static bool is_merged(const Convolution *shape) {
    return shape->columns.tap_step == 1 && shape->columns.weight_step == 1 && shape->groups == 1 &&
           !shape->each_channel;
}

static bool has_channel_loop(const Convolution *shape) {
    return !is_merged(shape) && !shape->each_channel && shape->channels > 1;
}

int64_t convolution_steps_each(const Convolution *shape) {
    return shape->each_channel ? 1 : shape->channels;
}

int64_t convolution_row_elements(const Convolution *shape) {
    return shape->scratch_columns * shape->image_channels;
}

/* height pixels, `width` of them in each row of results. */
ConvolutionTile convolution_tile_of(const ConvolutionEmission *e, const ConvolutionBlock *block,
                                    int height, int width) {
    const Convolution *shape = &e->shape;
    int bytes = module_number_bytes(e->k->codegen->precision);
    ConvolutionTile tile = {.precision = e->k->codegen->precision,
                            .lanes = e->k->lanes,
                            .vectors = block->vectors,
                            .height = height,
                            .a_is_vector = shape->each_channel,
                            .b_align = e->panel_stride ? e->k->lanes * bytes : bytes,
                            .a_step = 1,
                            .b_step = e->weight_row,
                            .loops = has_channel_loop(shape) ? 3 : 2};
    if (!is_merged(shape) && !has_channel_loop(shape)) {
        tile.a_step = shape->columns.tap_step * shape->image_channels;
        tile.b_step = shape->columns.weight_step * e->weight_row;
    }
    for (int r = 0; r < height; r++)
        tile.a_offset[r] = r / width * shape->rows.step * convolution_row_elements(shape) +
                           r % width * shape->columns.step * shape->image_channels;
    for (int v = 0; v < block->vectors; v++) {
        int64_t column = (int64_t)v * e->k->lanes;
        tile.b_offset[v] =
            e->panel_stride ? column / PANEL * e->panel_stride + column % PANEL : column;
    }
    return tile;
}

/* The taps [first, last) of results in row `row` of the phase that lie in the image. */
void convolution_valid_taps(const ConvolutionEmission *e, const ConvolutionPhaseCode *rows,
                            LLVMValueRef row, LLVMValueRef *first, LLVMValueRef *last) {
    Module *module = e->module;
    const ConvolutionAxis *axis = &e->shape.rows;
    LLVMBuilderRef builder = module->builder;
    LLVMValueRef zero = emit_index(module, 0);
    LLVMValueRef pixel = emit_add(module, emit_mul_constant(module, row, axis->step), rows->first);
    LLVMValueRef above = emit_sub(module, zero, pixel);
    above = LLVMBuildSelect(builder, LLVMBuildICmp(builder, LLVMIntSLT, above, zero, ""), zero,
                            above, "");
    LLVMValueRef below = emit_sub(module, emit_index(module, axis->pixels), pixel);
    below = LLVMBuildSelect(builder, LLVMBuildICmp(builder, LLVMIntSLT, below, zero, ""), zero,
                            below, "");
    *first = domain_ceil_div(module, above, axis->tap_step);
    *last = emit_min(module, domain_ceil_div(module, below, axis->tap_step), rows->taps);
    *first = emit_min(module, *first, *last);
}

/* Loops over the taps [first, last) of the kernel's rows; `a` at tap 0 of the scratch. */
ConvolutionSteps convolution_steps_of(const ConvolutionEmission *e, const ConvolutionBlock *block,
                                      LLVMValueRef a, LLVMValueRef first, LLVMValueRef last) {
    Module *module = e->module;
    const Convolution *shape = &e->shape;
    int64_t tap = shape->whole_image ? shape->rows.tap_step : 1;
    int64_t a_row = tap * convolution_row_elements(shape);
    int64_t column = convolution_steps_each(shape) * e->weight_row;
    int64_t b_row = shape->rows.weight_step * shape->kernel_columns * column;
    LLVMValueRef b = emit_add(module, block->b, emit_mul_constant(module, first, b_row));
    a = emit_add(module, a, emit_mul_constant(module, first, a_row));
    ConvolutionSteps steps = {.a = emit_offset(module, e->number, e->scratch, a),
                              .b = emit_offset(module, e->number, e->k->inputs[1].base, b),
                              .count = {emit_sub(module, last, first), block->columns.taps},
                              .a_step = {emit_index(module, a_row)},
                              .b_step = {emit_index(module, b_row)}};
    if (is_merged(shape)) {
        steps.count[1] = emit_mul_constant(module, block->columns.taps, shape->channels);
    } else if (has_channel_loop(shape)) {
        steps.a_step[1] = emit_index(module, shape->columns.tap_step * shape->image_channels);
        steps.b_step[1] = emit_index(module, shape->columns.weight_step * column);
        steps.count[2] = emit_index(module, shape->channels);
    }
    return steps;
}
