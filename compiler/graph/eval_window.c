/* eval_window.c: convolutions and pools, tap by tap from the meaning. Padded taps are skipped, not
 * multiplied by zero. The order of addition is that of docs/language.md: a convolution by kernel
 * row, kernel column, channel; the gradient of its input by output row, output column, output
 * channel; that of its weights by sample, output row, output column.
 */

#include "graph/eval_rules.h"

#include <math.h>

/* What a convolution of x [h, w, c] by w [kh, kw, c / groups, f] to y [oh, ow, f] needs to know. */
typedef struct Convolution {
    const Window *window;
    int64_t channels, filters;             /* of the whole images */
    int64_t group_channels, group_filters; /* of one group */
    int64_t width, columns;                /* of x, of y */
} Convolution;

static Convolution convolution_of(const Node *node, int64_t channels, int64_t filters) {
    const Window *window = &node->attr.window;
    return (Convolution){.window = window,
                         .channels = channels,
                         .filters = filters,
                         .group_channels = channels / window->groups,
                         .group_filters = filters / window->groups,
                         .width = window->extent[1],
                         .columns = window_positions(window, 1)};
}

/* The place of tap (row, column) for channel c of its group and filter f. */
static int64_t weight_at(const Convolution *conv, int64_t row, int64_t column, int64_t c,
                         int64_t f) {
    return ((row * conv->window->size[1] + column) * conv->group_channels + c) * conv->filters + f;
}

/* ---- y[oy, ox, f] = sum over taps and channels of x w ---- */

static double convolved(const Convolution *conv, const double *x, const double *w,
                        const int64_t at[MAX_RANK]) {
    int64_t f = at[2], first = f / conv->group_filters * conv->group_channels;
    double sum = 0;
    for (int64_t row = 0; row < conv->window->size[0]; row++) {
        int64_t iy = window_pixel(conv->window, 0, at[0], row);
        for (int64_t column = 0; iy >= 0 && column < conv->window->size[1]; column++) {
            int64_t ix = window_pixel(conv->window, 1, at[1], column);
            if (ix < 0) continue;
            const double *pixel = x + (iy * conv->width + ix) * conv->channels + first;
            for (int64_t c = 0; c < conv->group_channels; c++)
                sum += pixel[c] * w[weight_at(conv, row, column, c, f)];
        }
    }
    return sum;
}

void eval_conv2d(const EvalCall *call) {
    const Node *node = call->node;
    Shape shape = node->type.shape;
    Convolution conv = convolution_of(node, node->operands[0]->type.shape.dims[2], shape.dims[2]);
    int64_t elements = shape_elements(shape);
    for (int64_t sample = 0; sample < call->samples; sample++)
        for (int64_t i = 0; i < elements; i++) {
            int64_t at[MAX_RANK];
            index_split(shape, i, at);
            call->result[sample * elements + i] =
                convolved(&conv, sample_of(call, 0, sample), call->operands[1], at);
        }
}

/* ---- x[iy, ix, c] = sum over the positions that have a tap there, and filters, of g w ---- */

/* Taps are met from the last on, so that positions ascend. */
static double spread(const Convolution *conv, const double *g, const double *w,
                     const int64_t at[MAX_RANK]) {
    int64_t group = at[2] / conv->group_channels, c = at[2] % conv->group_channels;
    int64_t first = group * conv->group_filters, last = first + conv->group_filters;
    double sum = 0;
    for (int64_t row = conv->window->size[0]; row-- > 0;) {
        int64_t oy = window_position(conv->window, 0, at[0], row);
        for (int64_t column = conv->window->size[1]; oy >= 0 && column-- > 0;) {
            int64_t ox = window_position(conv->window, 1, at[1], column);
            if (ox < 0) continue;
            const double *pixel = g + (oy * conv->columns + ox) * conv->filters;
            for (int64_t f = first; f < last; f++)
                sum += pixel[f] * w[weight_at(conv, row, column, c, f)];
        }
    }
    return sum;
}

void eval_conv2d_transpose(const EvalCall *call) {
    const Node *node = call->node;
    Shape shape = node->type.shape;
    Convolution conv = convolution_of(node, shape.dims[2], node->operands[0]->type.shape.dims[2]);
    int64_t elements = shape_elements(shape);
    for (int64_t sample = 0; sample < call->samples; sample++)
        for (int64_t i = 0; i < elements; i++) {
            int64_t at[MAX_RANK];
            index_split(shape, i, at);
            call->result[sample * elements + i] =
                spread(&conv, sample_of(call, 0, sample), call->operands[1], at);
        }
}

/* ---- w[row, column, c, f] = sum over samples and positions of x g ---- */

/* One sample's share for one position. */
static void gather_position(const Convolution *conv, const double *x, const double *g, int64_t oy,
                            int64_t ox, double *result) {
    const double *of_position = g + (oy * conv->columns + ox) * conv->filters;
    for (int64_t row = 0; row < conv->window->size[0]; row++) {
        int64_t iy = window_pixel(conv->window, 0, oy, row);
        for (int64_t column = 0; iy >= 0 && column < conv->window->size[1]; column++) {
            int64_t ix = window_pixel(conv->window, 1, ox, column);
            if (ix < 0) continue;
            const double *pixel = x + (iy * conv->width + ix) * conv->channels;
            for (int64_t c = 0; c < conv->group_channels; c++)
                for (int64_t f = 0; f < conv->filters; f++) {
                    int64_t first = f / conv->group_filters * conv->group_channels;
                    result[weight_at(conv, row, column, c, f)] += pixel[first + c] * of_position[f];
                }
        }
    }
}

void eval_conv2d_weights(const EvalCall *call) {
    const Node *node = call->node;
    Convolution conv = convolution_of(node, node->operands[0]->type.shape.dims[2],
                                      node->operands[1]->type.shape.dims[2]);
    int64_t rows = window_positions(conv.window, 0);
    for (int64_t sample = 0; sample < call->samples; sample++)
        for (int64_t oy = 0; oy < rows; oy++)
            for (int64_t ox = 0; ox < conv.columns; ox++)
                gather_position(&conv, sample_of(call, 0, sample), sample_of(call, 1, sample), oy,
                                ox, call->result);
}

/* ---- pools ---- */

/* One position of a pool over one channel of an image. */
typedef struct Pooled {
    double sum;
    int64_t count;  /* real pixels */
    int64_t winner; /* the first largest, or the first NaN: its place in the image */
} Pooled;

static Pooled pooled(const Window *window, const double *x, int64_t channels,
                     const int64_t at[MAX_RANK]) {
    Pooled pool = {.winner = -1};
    for (int64_t row = 0; row < window->size[0]; row++) {
        int64_t iy = window_pixel(window, 0, at[0], row);
        for (int64_t column = 0; iy >= 0 && column < window->size[1]; column++) {
            int64_t ix = window_pixel(window, 1, at[1], column);
            if (ix < 0) continue;
            int64_t place = (iy * window->extent[1] + ix) * channels + at[2];
            pool.count++;
            if (!x) continue; /* only counting */
            pool.sum += x[place];
            if (pool.winner < 0) pool.winner = place;
            if (isnan(x[pool.winner])) continue;
            if (isnan(x[place]) || x[place] > x[pool.winner]) pool.winner = place;
        }
    }
    return pool;
}

void eval_pool(const EvalCall *call) {
    const Node *node = call->node;
    Shape shape = node->type.shape;
    int64_t elements = shape_elements(shape);
    for (int64_t sample = 0; sample < call->samples; sample++) {
        const double *x = sample_of(call, 0, sample);
        for (int64_t i = 0; i < elements; i++) {
            int64_t at[MAX_RANK];
            index_split(shape, i, at);
            Pooled pool = pooled(&node->attr.window, x, shape.dims[2], at);
            call->result[sample * elements + i] =
                node->op == OP_MAXPOOL ? x[pool.winner] : pool.sum / (double)pool.count;
        }
    }
}

/* The winner of each window gets its g; positions ascend. */
void eval_maxpool2d_input(const EvalCall *call) {
    const Node *node = call->node;
    Shape shape = node->operands[1]->type.shape;
    int64_t elements = shape_elements(shape), pixels = shape_elements(node->type.shape);
    for (int64_t sample = 0; sample < call->samples; sample++)
        for (int64_t i = 0; i < elements; i++) {
            int64_t at[MAX_RANK];
            index_split(shape, i, at);
            Pooled pool = pooled(&node->attr.window, sample_of(call, 0, sample), shape.dims[2], at);
            call->result[sample * pixels + pool.winner] += sample_of(call, 1, sample)[i];
        }
}

/* Every pixel of a window gets g divided by how many there are; positions ascend. */
void eval_avgpool2d_input(const EvalCall *call) {
    const Node *node = call->node;
    const Window *window = &node->attr.window;
    Shape shape = node->operands[0]->type.shape;
    int64_t elements = shape_elements(shape), pixels = shape_elements(node->type.shape);
    for (int64_t sample = 0; sample < call->samples; sample++)
        for (int64_t i = 0; i < elements; i++) {
            int64_t at[MAX_RANK];
            index_split(shape, i, at);
            int64_t count = pooled(window, NULL, shape.dims[2], at).count;
            double share = sample_of(call, 0, sample)[i] / (double)count;
            for (int64_t tap = 0; tap < window->size[0] * window->size[1]; tap++) {
                int64_t iy = window_pixel(window, 0, at[0], tap / window->size[1]);
                int64_t ix = window_pixel(window, 1, at[1], tap % window->size[1]);
                if (iy < 0 || ix < 0) continue;
                int64_t place = (iy * window->extent[1] + ix) * shape.dims[2] + at[2];
                call->result[sample * pixels + place] += share;
            }
        }
}
