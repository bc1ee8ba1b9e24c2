/* convolution.c: see convolution.h. Nothing here changes a result's bits: only who computes it. */

#include "codegen/convolution.h"

#include "support/checked_math.h"
#include "target/target.h"

/* Bytes of scratch that still lie well in the second-level cache; what a row's may take. */
enum { IMAGE_BYTES = 128 << 10, ROW_BYTES = 256 << 10, ROOM = 64 };

static int64_t common_divisor(int64_t a, int64_t b) {
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void note_phase(ConvolutionAxis *axis, int64_t number, ConvolutionPhase phase) {
    axis->phases[number] = phase;
    if (phase.count > axis->most_results) axis->most_results = phase.count;
    if (phase.taps == 0) return;
    if (phase.taps > axis->most_taps) axis->most_taps = phase.taps;
    int64_t end = phase.first + (phase.taps - 1) * axis->tap_step + 1;
    int64_t old_end = axis->low + axis->reach;
    bool any = axis->reach > 0;
    if (!any || phase.first < axis->low) axis->low = phase.first;
    axis->reach = (any && old_end > end ? old_end : end) - axis->low;
}

static ConvolutionAxis forward_axis(Arena *arena, const Window *window, int i) {
    ConvolutionAxis axis = {.results = window_positions(window, i),
                            .pixels = window->extent[i],
                            .phase_count = 1,
                            .step = window->stride[i],
                            .tap_step = window->dilation[i],
                            .weight_step = 1,
                            .phases = ARENA_ARRAY(arena, ConvolutionPhase, 1)};
    note_phase(&axis, 0, (ConvolutionPhase){axis.results, window->size[i], -window->before[i], 0});
    return axis;
}

/* Pixel p + phases * i of the result is met by tap t of position o where
 * o * stride = p + phases * i + before - t * dilation; the larger t, the smaller o. */
static ConvolutionPhase backward_phase(const Window *window, int i, int64_t p, int64_t every) {
    int64_t stride = window->stride[i], extent = window->extent[i];
    ConvolutionPhase phase = {.count = (extent - p + stride - 1) / stride};
    int64_t tap = window->size[i] - 1, tried = 0;
    while (tap >= 0 && tried < every &&
           (p + window->before[i] - tap * window->dilation[i]) % stride != 0) {
        tap--;
        tried++;
    }
    if (tap < 0 || tried == every) return phase;
    phase.taps = tap / every + 1;
    phase.first = (p + window->before[i] - tap * window->dilation[i]) / stride;
    phase.weight = window->size[i] - 1 - tap;
    return phase;
}

static ConvolutionAxis backward_axis(Arena *arena, const Window *window, int i) {
    int64_t stride = window->stride[i], dilation = window->dilation[i];
    int64_t every = stride / common_divisor(stride, dilation); /* taps that a phase skips over */
    ConvolutionAxis axis = {.results = window->extent[i],
                            .pixels = window_positions(window, i),
                            .phase_count = stride < window->extent[i] ? stride : window->extent[i],
                            .step = 1,
                            .tap_step = every * dilation / stride,
                            .weight_step = every};
    axis.phases = ARENA_ARRAY(arena, ConvolutionPhase, axis.phase_count);
    for (int64_t p = 0; p < axis.phase_count; p++)
        note_phase(&axis, p, backward_phase(window, i, p, every));
    return axis;
}

/* ---- the scratch ---- */

static int64_t columns_for(const Convolution *convolution, int64_t results) {
    return (results - 1) * convolution->columns.step + convolution->columns.reach;
}

static void choose_scratch(Convolution *convolution, int64_t number_bytes) {
    int64_t pixel = convolution->image_channels * number_bytes;
    const ConvolutionAxis *rows = &convolution->rows, *columns = &convolution->columns;
    convolution->segment = columns->most_results;
    convolution->scratch_rows = (rows->most_results - 1) * rows->step + rows->reach;
    convolution->scratch_columns = columns_for(convolution, columns->most_results);
    int64_t all;
    if (checked_multiply(convolution->scratch_rows, convolution->scratch_columns, &all) &&
        checked_multiply(all, pixel, &all) && all <= IMAGE_BYTES) {
        convolution->whole_image = true;
    } else {
        convolution->scratch_rows = rows->most_taps > 0 ? rows->most_taps : 1;
        int64_t fit = ROW_BYTES / (convolution->scratch_rows * pixel);
        int64_t results = fit < columns->reach ? 1 : (fit - columns->reach) / columns->step + 1;
        if (results < convolution->segment) convolution->segment = results;
        convolution->scratch_columns = columns_for(convolution, convolution->segment);
    }
    convolution->segments =
        (columns->most_results + convolution->segment - 1) / convolution->segment;
}

int64_t convolution_scratch(const Convolution *convolution) {
    return convolution->scratch_rows * convolution->scratch_columns * convolution->image_channels +
           ROOM;
}

static Convolution make(Arena *arena, const Window *window, bool backward, int64_t image_channels,
                        int64_t result_channels, int64_t number_bytes) {
    ConvolutionAxis (*axis)(Arena *, const Window *, int) = backward ? backward_axis : forward_axis;
    Convolution made = {.rows = axis(arena, window, 0),
                        .columns = axis(arena, window, 1),
                        .image_channels = image_channels,
                        .groups = window->groups,
                        .channels = image_channels / window->groups,
                        .filters = result_channels / window->groups,
                        .kernel_rows = window->size[0],
                        .kernel_columns = window->size[1]};
    if (made.groups > 1 && made.channels == 1 && made.filters == 1) {
        made.each_channel = true;
        made.filters = made.groups;
        made.groups = 1;
    }
    choose_scratch(&made, number_bytes);
    return made;
}

Convolution convolution_of(Arena *arena, const Node *heart, int64_t number_bytes) {
    return make(arena, &heart->attr.window, heart->op == OP_CONV_INPUT,
                heart->operands[0]->type.shape.dims[2], heart->type.shape.dims[2], number_bytes);
}

Convolution convolution_of_weights(Arena *arena, const Node *heart, int64_t number_bytes) {
    return make(arena, &heart->attr.window, false, heart->operands[0]->type.shape.dims[2],
                heart->type.shape.dims[3], number_bytes);
}

/* ---- tiles ---- */

ConvolutionCut convolution_cut(int64_t count, int most) {
    int64_t tiles = (count + most - 1) / most;
    if (tiles < 1) return (ConvolutionCut){1, 0, 0};
    int64_t size = (count + tiles - 1) / tiles;
    int64_t tall = count - tiles * (size - 1);
    return (ConvolutionCut){(int)size, tall, tiles - tall};
}

int convolution_vectors(const Module *module, int lanes, int64_t columns) {
    int64_t vectors = (columns + lanes - 1) / lanes;
    int best = module->cpu->vector_bits == 128 ? CONVOLUTION_MAX_VECTORS : 2;
    return vectors < best ? (int)vectors : best;
}

int convolution_tallest(const Module *module, int vectors, bool compact) {
    /* Where one number cannot be read into all lanes, several wait in registers of their own. */
    int others = module->cpu->vector_bits == 128 ? 3 : 1;
    int height = (module->cpu->vector_registers - vectors - others) / vectors;
    if (compact) return height < 4 ? height : 4;
    int most = module->cpu->vector_registers == 16 ? 12 : 16; /* beyond, nothing is gained */
    return height < most ? height : most;
}
