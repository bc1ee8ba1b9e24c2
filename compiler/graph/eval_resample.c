/* eval_resample.c: affine pictures, by their meaning (resample.h). */

#include <math.h>

#include "graph/eval_rules.h"
#include "graph/resample.h"

/* Two pixels of one axis and their shares. */
typedef struct Taps {
    int64_t pixels[2];
    bool inside[2];
    double shares[2];
    bool held; /* the position lay outside and was brought in: the slope is zero */
} Taps;

static Taps taps_at(double position, int64_t length, bool edge) {
    double low = edge ? 0 : -1, high = edge ? (double)length - 1 : (double)length;
    Taps taps = {.held = !(position > low && position < high)};
    position = position < low ? low : position > high ? high : position;
    double first = floor(position);
    taps.shares[1] = position - first;
    taps.shares[0] = 1 - taps.shares[1];
    for (int i = 0; i < 2; i++) {
        int64_t pixel = isnan(position) ? 0 : (int64_t)first + i;
        taps.inside[i] = edge || (pixel >= 0 && pixel < length);
        taps.pixels[i] = pixel < 0 ? 0 : pixel >= length ? length - 1 : pixel;
    }
    return taps;
}

/* The taps of row i, column j of the result. */
static void find_taps(Shape shape, const double *m, bool edge, int64_t i, int64_t j, Taps *rows,
                      Taps *columns) {
    double middle_row = (double)(shape.dims[0] - 1) / 2;
    double middle_column = (double)(shape.dims[1] - 1) / 2;
    double u = (double)j - middle_column, v = (double)i - middle_row;
    *columns = taps_at(m[0] * u + m[1] * v + m[2] + middle_column, shape.dims[1], edge);
    *rows = taps_at(m[3] * u + m[4] * v + m[5] + middle_row, shape.dims[0], edge);
}

static double pixel_at(const double *x, Shape shape, const Taps *rows, int r, const Taps *columns,
                       int c, int64_t channel) {
    if (!rows->inside[r] || !columns->inside[c]) return 0;
    return x[(rows->pixels[r] * shape.dims[1] + columns->pixels[c]) * shape.dims[2] + channel];
}

/* The value, or the slope along one axis: then that axis's shares are -1 and 1. */
static double blend(const EvalCall *call, const double *x, Taps rows, Taps columns,
                    int64_t channel) {
    Shape shape = call->node->type.shape;
    bool slope = call->node->op == OP_RESAMPLE_SLOPE;
    Taps *along = call->node->attr.index & RESAMPLE_ROWS ? &rows : &columns;
    if (slope && along->held) return 0;
    if (slope) {
        along->shares[0] = -1;
        along->shares[1] = 1;
    }
    double sum = 0;
    for (int r = 0; r < 2; r++)
        for (int c = 0; c < 2; c++)
            sum += rows.shares[r] * columns.shares[c] *
                   pixel_at(x, shape, &rows, r, &columns, c, channel);
    return sum;
}

void eval_resample(const EvalCall *call) {
    Shape shape = call->node->type.shape;
    bool edge = call->node->attr.index & RESAMPLE_EDGE;
    double *out = call->result;
    for (int64_t s = 0; s < call->samples; s++)
        for (int64_t i = 0; i < shape.dims[0]; i++)
            for (int64_t j = 0; j < shape.dims[1]; j++) {
                Taps rows, columns;
                find_taps(shape, sample_of(call, 1, s), edge, i, j, &rows, &columns);
                for (int64_t channel = 0; channel < shape.dims[2]; channel++)
                    *out++ = blend(call, sample_of(call, 0, s), rows, columns, channel);
            }
}

/* Every element of g goes to the pixels its result came from, with their shares. */
void eval_resample_input(const EvalCall *call) {
    Shape shape = call->node->type.shape;
    bool edge = call->node->attr.index & RESAMPLE_EDGE;
    for (int64_t s = 0; s < call->samples; s++) {
        const double *g = sample_of(call, 0, s);
        double *out = call->result + s * shape_elements(shape);
        for (int64_t i = 0; i < shape.dims[0]; i++)
            for (int64_t j = 0; j < shape.dims[1]; j++, g += shape.dims[2]) {
                Taps rows, columns;
                find_taps(shape, sample_of(call, 1, s), edge, i, j, &rows, &columns);
                for (int k = 0; k < 4; k++) {
                    int r = k / 2, c = k % 2;
                    if (!rows.inside[r] || !columns.inside[c]) continue;
                    double *to =
                        out + (rows.pixels[r] * shape.dims[1] + columns.pixels[c]) * shape.dims[2];
                    for (int64_t channel = 0; channel < shape.dims[2]; channel++)
                        to[channel] += rows.shares[r] * columns.shares[c] * g[channel];
                }
            }
    }
}
