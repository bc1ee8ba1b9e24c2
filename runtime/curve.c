/* curve.c: see curve.h. Losses fall by powers of ten, so the height is their logarithm. */

#include "runtime/curve.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 64, HEIGHT = 10 };
static const char marks[] = {'*', 'o'};
static const double smallest = 1e-12;

/* Two entries become one. */
static void halve(NnrtCurve *curve) {
    for (int kind = 0; kind < 2; kind++)
        for (int i = 0; i < NNRT_CURVE_ROOM / 2; i++)
            curve->losses[kind][i] =
                (curve->losses[kind][2 * i] + curve->losses[kind][2 * i + 1]) / 2;
    curve->count = NNRT_CURVE_ROOM / 2;
    curve->stride *= 2;
}

void nnrt_curve_add(NnrtCurve *curve, double training, double validation) {
    if (!curve->stride) curve->stride = 1;
    if (curve->count == NNRT_CURVE_ROOM) halve(curve);
    curve->epochs++;
    curve->sums[0] += training;
    curve->sums[1] += validation;
    if (curve->epochs % curve->stride) return;
    for (int kind = 0; kind < 2; kind++) {
        curve->losses[kind][curve->count] = curve->sums[kind] / (double)curve->stride;
        curve->sums[kind] = 0;
    }
    curve->count++;
}

static double height(double loss) {
    return log10(loss > smallest ? loss : smallest);
}

/* The smallest and largest finite loss; false when there is none. */
static int range(const NnrtCurve *curve, double *low, double *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (int kind = 0; kind < 2; kind++)
        for (int64_t i = 0; i < curve->count; i++) {
            double loss = curve->losses[kind][i];
            if (!isfinite(loss)) continue;
            if (loss < *low) *low = loss;
            if (loss > *high) *high = loss;
        }
    return *low <= *high;
}

void nnrt_curve_print(const NnrtCurve *curve, FILE *file) {
    char picture[HEIGHT][WIDTH + 1];
    double low, high;
    if (curve->count < 2 || !range(curve, &low, &high)) return;
    int width = curve->count < WIDTH ? (int)curve->count : WIDTH;
    memset(picture, ' ', sizeof picture);
    double span = height(high) - height(low);
    int seen[2] = {0, 0};
    for (int kind = 0; kind < 2; kind++)
        for (int column = 0; column < width; column++) {
            double loss = curve->losses[kind][(curve->count - 1) * column / (width - 1)];
            if (!isfinite(loss)) continue;
            double share = span > 0 ? (height(high) - height(loss)) / span : 0;
            picture[(int)(share * (HEIGHT - 1) + 0.5)][column] = marks[kind];
            seen[kind] = 1;
        }
    for (int row = 0; row < HEIGHT; row++) {
        if (row == 0 || row == HEIGHT - 1)
            fprintf(file, "%10.4g |", row == 0 ? high : low);
        else
            fprintf(file, "%10s |", "");
        fprintf(file, "%.*s\n", width, picture[row]);
    }
    fprintf(file, "%10s  %s%s of epochs 1 to %lld\n", "loss", seen[0] ? "* training" : "",
            seen[1] ? ", o validation" : "", (long long)curve->epochs);
}
