/* infer_window.c: the shape rules of convolutions and pools. An image is [height, width, channels]
 * and one value a sample; a kernel [rows, columns, channels of a group, filters] is shared by the
 * samples. What the attribute repeats of the operands' shapes (size, extent) must agree with them.
 * See infer.c.
 */

#include "graph/infer.h"

#include <inttypes.h>

static const char *operation(const Inference *call) {
    return op_table[call->op].name;
}

static bool in_range(int64_t number, int64_t least) {
    return number >= least && number <= WINDOW_LARGEST;
}

/* The window's own numbers, whatever it moves over. */
static const char *check_window(const Inference *call) {
    const Window *window = &call->attr->window;
    for (int axis = 0; axis < 2; axis++) {
        if (!in_range(window->size[axis], 1) || !in_range(window->stride[axis], 1) ||
            !in_range(window->dilation[axis], 1))
            return "sizes, strides and dilations are whole numbers from 1 on";
        if (!in_range(window->before[axis], 0) || !in_range(window->after[axis], 0))
            return "a padding is a whole number from 0 on";
        if (window->extent[axis] < 1 || window->extent[axis] > MAX_ELEMENTS)
            return "a window moves over an image of at least one pixel";
    }
    if (!in_range(window->groups, 1)) return "the number of groups is a whole number from 1 on";
    for (int axis = 0; axis < 2; axis++)
        if (window_positions(window, axis) < 1)
            return arena_format(call->arena,
                                "a window that reaches over %" PRId64 " x %" PRId64
                                " pixels is larger than the image of %" PRId64 " x %" PRId64
                                " with its padding",
                                window_reach(window, 0), window_reach(window, 1),
                                window->before[0] + window->extent[0] + window->after[0],
                                window->before[1] + window->extent[1] + window->after[1]);
    return "";
}

static const char *check_image(const Inference *call, int operand) {
    Type x = call->operands[operand];
    if (x.element != ELEMENT_REAL)
        return arena_format(call->arena, "%s needs numbers, not a class", operation(call));
    if (x.shape.rank != 3)
        return arena_format(call->arena, "%s needs an image [height, width, channels], not %s",
                            operation(call), shape_words(call->arena, x.shape));
    if (!x.batched)
        return arena_format(call->arena,
                            "%s needs an image of each sample; this one is the same for all",
                            operation(call));
    return "";
}

/* Rows and columns of an operand: those the window moves over, or those of its positions. */
static const char *check_extent(const Inference *call, int operand, bool positions) {
    const Window *window = &call->attr->window;
    Shape shape = call->operands[operand].shape;
    for (int axis = 0; axis < 2; axis++) {
        int64_t expected = positions ? window_positions(window, axis) : window->extent[axis];
        if (shape.dims[axis] != expected)
            return arena_format(call->arena, "%s: %s has not %" PRId64 " x %" PRId64 " pixels",
                                operation(call), shape_words(call->arena, shape),
                                positions ? window_positions(window, 0) : window->extent[0],
                                positions ? window_positions(window, 1) : window->extent[1]);
    }
    return "";
}

/* Operand 1 as a kernel for images of that many channels and filters; either may be -1: any. */
static const char *check_kernel(const Inference *call, int64_t channels, int64_t filters) {
    Type w = call->operands[1];
    const Window *window = &call->attr->window;
    const char *words = shape_words(call->arena, w.shape);
    if (w.element != ELEMENT_REAL || w.shape.rank != 4)
        return arena_format(call->arena,
                            "%s needs weights [rows, columns, channels, filters], not %s",
                            operation(call), words);
    if (w.batched)
        return arena_format(call->arena, "%s needs weights that all samples share",
                            operation(call));
    if (w.shape.dims[0] != window->size[0] || w.shape.dims[1] != window->size[1])
        return arena_format(call->arena,
                            "%s: weights %s are not those of a kernel of %" PRId64 " x %" PRId64,
                            operation(call), words, window->size[0], window->size[1]);
    if (w.shape.dims[3] % window->groups)
        return arena_format(call->arena,
                            "%" PRId64 " filters cannot be divided into %" PRId64 " groups",
                            w.shape.dims[3], window->groups);
    if (filters >= 0 && w.shape.dims[3] != filters)
        return arena_format(
            call->arena, "weights %s have %" PRId64 " filters, the image has %" PRId64 " channels",
            words, w.shape.dims[3], filters);
    if (channels >= 0 && channels % window->groups)
        return arena_format(call->arena,
                            "%" PRId64 " channels cannot be divided into %" PRId64 " groups",
                            channels, window->groups);
    if (channels >= 0 && w.shape.dims[2] != channels / window->groups)
        return arena_format(call->arena,
                            "weights %s are for %" PRId64 " channels, the image has %" PRId64,
                            words, w.shape.dims[2] * window->groups, channels);
    return "";
}

/* What one window sees is held by each thread: at most WINDOW_NUMBERS numbers of the image, and of
 * the gradient of its result. */
static const char *check_reach(const Inference *call, int64_t channels, int64_t filters) {
    const Window *window = &call->attr->window;
    int64_t most = channels > filters ? channels : filters;
    int64_t rows = window->size[0], columns = window_reach(window, 1);
    if (rows <= WINDOW_NUMBERS && columns <= WINDOW_NUMBERS / rows &&
        most <= WINDOW_NUMBERS / (rows * columns))
        return "";
    return arena_format(call->arena,
                        "a kernel of %" PRId64 " rows that reaches over %" PRId64
                        " columns of %" PRId64 " channels sees more than %" PRId64 " numbers",
                        rows, columns, most, WINDOW_NUMBERS);
}

static const char *result_image(const Inference *call, int64_t rows, int64_t columns,
                                int64_t channels) {
    int64_t dims[3] = {rows, columns, channels};
    *call->result = type_real(true, shape_of(3, dims));
    if (!shape_is_valid(call->result->shape))
        return arena_format(call->arena, "%s has more than 2^40 elements",
                            shape_words(call->arena, call->result->shape));
    return "";
}

/* ---- convolutions ---- */

const char *infer_conv2d(const Inference *call) {
    const Window *window = &call->attr->window;
    const char *problem = check_image(call, 0);
    if (!problem[0]) problem = check_window(call);
    if (!problem[0]) problem = check_kernel(call, call->operands[0].shape.dims[2], -1);
    if (!problem[0]) problem = check_extent(call, 0, false);
    int64_t channels = problem[0] ? 0 : call->operands[0].shape.dims[2];
    if (!problem[0]) problem = check_reach(call, channels, call->operands[1].shape.dims[3]);
    if (problem[0]) return problem;
    return result_image(call, window_positions(window, 0), window_positions(window, 1),
                        call->operands[1].shape.dims[3]);
}

const char *infer_conv2d_transpose(const Inference *call) {
    const Window *window = &call->attr->window;
    const char *problem = check_image(call, 0);
    if (!problem[0]) problem = check_window(call);
    if (!problem[0]) problem = check_kernel(call, -1, call->operands[0].shape.dims[2]);
    if (!problem[0]) problem = check_extent(call, 0, true);
    if (problem[0]) return problem;
    int64_t channels = call->operands[1].shape.dims[2];
    if (channels > MAX_ELEMENTS / window->groups) return "the result has more than 2^40 elements";
    problem = check_reach(call, channels * window->groups, call->operands[1].shape.dims[3]);
    if (problem[0]) return problem;
    return result_image(call, window->extent[0], window->extent[1], channels * window->groups);
}

const char *infer_conv2d_weights(const Inference *call) {
    const Window *window = &call->attr->window;
    const char *problem = check_image(call, 0);
    if (!problem[0]) problem = check_image(call, 1);
    if (!problem[0]) problem = check_window(call);
    if (!problem[0]) problem = check_extent(call, 0, false);
    if (!problem[0]) problem = check_extent(call, 1, true);
    if (problem[0]) return problem;
    int64_t channels = call->operands[0].shape.dims[2], filters = call->operands[1].shape.dims[2];
    if (channels % window->groups || filters % window->groups)
        return "the channels cannot be divided into the groups";
    problem = check_reach(call, channels, filters);
    if (problem[0]) return problem;
    int64_t dims[4] = {window->size[0], window->size[1], channels / window->groups, filters};
    *call->result = type_real(false, shape_of(4, dims));
    if (!shape_is_valid(call->result->shape)) return "the weights have more than 2^40 elements";
    return "";
}

/* ---- pools ---- */

/* No window may lie in the padding alone: it would have no pixel to take. */
static const char *check_pool(const Inference *call) {
    const Window *window = &call->attr->window;
    const char *problem = check_window(call);
    if (problem[0]) return problem;
    if (window->groups != 1 || window->dilation[0] != 1 || window->dilation[1] != 1)
        return "a pool has no groups and no dilation";
    for (int axis = 0; axis < 2; axis++)
        if (window->before[axis] >= window->size[axis] || window->after[axis] >= window->size[axis])
            return arena_format(call->arena,
                                "the padding of a pool must be smaller than the pool of %" PRId64
                                " x %" PRId64,
                                window->size[0], window->size[1]);
    return "";
}

const char *infer_pool(const Inference *call) {
    const Window *window = &call->attr->window;
    const char *problem = check_image(call, 0);
    if (!problem[0]) problem = check_pool(call);
    if (!problem[0]) problem = check_extent(call, 0, false);
    if (problem[0]) return problem;
    return result_image(call, window_positions(window, 0), window_positions(window, 1),
                        call->operands[0].shape.dims[2]);
}

/* The last operand is the gradient by the pool's result. */
const char *infer_pool_input(const Inference *call) {
    const Window *window = &call->attr->window;
    int g = call->count - 1;
    const char *problem = check_image(call, 0);
    if (!problem[0]) problem = check_image(call, g);
    if (!problem[0]) problem = check_pool(call);
    if (!problem[0] && g) problem = check_extent(call, 0, false);
    if (!problem[0]) problem = check_extent(call, g, true);
    if (problem[0]) return problem;
    int64_t channels = call->operands[0].shape.dims[2];
    if (call->operands[g].shape.dims[2] != channels) return "the numbers of channels differ";
    return result_image(call, window->extent[0], window->extent[1], channels);
}
