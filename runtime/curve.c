/* curve.c: see curve.h. Losses fall by powers of ten, so the height is their logarithm. */

#include "runtime/curve.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 64, HEIGHT = 10 };
static const char marks[] = {'*', 'o'};
static const double smallest = 1e-12;

static double height(double loss) {
    return log10(loss > smallest ? loss : smallest);
}

/* The smallest and largest finite loss; false when there is none. */
static int range(const NnrtHistory *history, double *low, double *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (int kind = 0; kind < 2; kind++)
        for (int64_t i = 0; i < nnrt_history_points(history); i++) {
            double loss = nnrt_history_value(history, i, kind);
            if (!isfinite(loss)) continue;
            if (loss < *low) *low = loss;
            if (loss > *high) *high = loss;
        }
    return *low <= *high;
}

void nnrt_curve_print(const NnrtHistory *history, FILE *file) {
    char picture[HEIGHT][WIDTH + 1];
    double low, high;
    int64_t points = nnrt_history_points(history);
    if (points < 2 || !range(history, &low, &high)) return;
    int width = points < WIDTH ? (int)points : WIDTH;
    memset(picture, ' ', sizeof picture);
    double span = height(high) - height(low);
    int seen[2] = {0, 0};
    for (int kind = 0; kind < 2; kind++)
        for (int column = 0; column < width; column++) {
            double loss = nnrt_history_value(history, (points - 1) * column / (width - 1), kind);
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
    fprintf(file, "%10s  %s%s of epochs %lld to %lld\n", "loss", seen[0] ? "* training" : "",
            seen[1] ? ", o validation" : "", (long long)history->first,
            (long long)(history->first + history->epochs - 1));
}
