/* report_curves.c: losses, metrics and learning rate over the epochs, as SVG.
 *
 * Each line is named where it ends; the best epoch is marked. An axis over more than a factor of 50
 * is logarithmic.
 */

#include "runtime/report.h"

#include <math.h>

/* The picture in its own units; text is 12 high. */
enum { WIDTH = 400, HEIGHT = 220, LEFT = 46, RIGHT = 334, TOP = 22, BOTTOM = 192, LABEL = 28 };

typedef struct Axes {
    double x0, x1, y0, y1; /* y as its logarithm if so */
    bool logarithmic;
} Axes;

/* One line: a series of the history with its name and class of colour. */
typedef struct Line {
    int64_t series;
    const char *name;
    char colour; /* a, b */
} Line;

static double place_x(const Axes *axes, double x) {
    if (axes->x1 == axes->x0) return (LEFT + RIGHT) / 2;
    return LEFT + (x - axes->x0) / (axes->x1 - axes->x0) * (RIGHT - LEFT);
}

static double scaled(const Axes *axes, double y) {
    return axes->logarithmic ? log10(y) : y;
}

static double place_y(const Axes *axes, double y) {
    return BOTTOM - (scaled(axes, y) - axes->y0) / (axes->y1 - axes->y0) * (BOTTOM - TOP);
}

/* 1, 2 or 5 times a power of ten, about `span / count`. */
static double nice_step(double span, int count) {
    double power = pow(10, floor(log10(span / count))), ratio = span / count / power;
    return power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10);
}

static void tick_y(NnrtPage *page, const Axes *axes, double value) {
    double y = place_y(axes, value);
    if (y < TOP - 1 || y > BOTTOM + 1) return;
    nnrt_page_format(page, "<path class=g d='M%d %.1fH%d'/><text x=%d y=%.1f class=e>%.4g</text>",
                     LEFT, y, RIGHT, LEFT - 6, y + 4, fabs(value) < 1e-12 ? 0 : value);
}

static void draw_axes(NnrtPage *page, const Axes *axes) {
    if (axes->logarithmic) {
        static const double parts[] = {1, 2, 5};
        for (double power = floor(axes->y0); power <= axes->y1; power++)
            for (int i = 0; i < (axes->y1 - axes->y0 < 2.5 ? 3 : 1); i++)
                tick_y(page, axes, parts[i] * pow(10, power));
    } else {
        double step = nice_step(axes->y1 - axes->y0, 4);
        for (double i = ceil(axes->y0 / step); i <= floor(axes->y1 / step + 1e-9); i++)
            tick_y(page, axes, i * step);
    }
    double span = axes->x1 - axes->x0, step = span > 0 ? fmax(nice_step(span, 5), 1) : 1;
    for (double i = ceil(axes->x0 / step); i * step <= axes->x1; i++)
        nnrt_page_format(page, "<text x=%.1f y=%d class=m>%.0f</text>", place_x(axes, i * step),
                         BOTTOM + 18, i * step);
    nnrt_page_format(page, "<text x=%d y=%d>epoch</text>", RIGHT + 8, BOTTOM + 18);
}

/* Room for all lines; false when there is nothing to draw. */
static bool find_axes(const NnrtHistory *history, const Line *lines, int count, Axes *axes) {
    int64_t points = nnrt_history_points(history);
    double low = INFINITY, high = -INFINITY;
    for (int l = 0; l < count; l++)
        for (int64_t i = 0; i < points; i++) {
            double value = nnrt_history_value(history, i, lines[l].series);
            if (!isfinite(value)) continue;
            low = fmin(low, value);
            high = fmax(high, value);
        }
    if (low > high) return false;
    axes->x0 = nnrt_history_epoch(history, 0);
    axes->x1 = nnrt_history_epoch(history, points - 1);
    axes->logarithmic = low > 0 && high / low > 50;
    axes->y0 = scaled(axes, low);
    axes->y1 = scaled(axes, high);
    double margin = (axes->y1 - axes->y0) * 0.04;
    if (margin <= 0) margin = fmax(fabs(axes->y1) * 0.1, 1e-9);
    axes->y0 -= margin;
    axes->y1 += margin;
    return true;
}

/* Gives the last value; NaN for an empty line. */
static double draw_line(NnrtPage *page, const NnrtHistory *history, const Axes *axes,
                        const Line *line) {
    double last = NAN;
    bool drawing = false;
    nnrt_page_format(page, "<path class=l%c d='", line->colour);
    for (int64_t i = 0; i < nnrt_history_points(history); i++) {
        double value = nnrt_history_value(history, i, line->series);
        if (isfinite(value)) {
            nnrt_page_format(page, "%c%.1f %.1f", drawing ? 'L' : 'M',
                             place_x(axes, nnrt_history_epoch(history, i)), place_y(axes, value));
            if (!drawing) nnrt_page_put(page, "h.1"); /* a line of one point is seen as well */
            last = value;
        }
        drawing = isfinite(value);
    }
    nnrt_page_put(page, "'/>");
    return last;
}

/* The dashed line at the best epoch with a dot on `line`. */
static void mark_best(NnrtPage *page, const NnrtHistory *history, const Axes *axes,
                      const Line *line, int64_t best) {
    int64_t point = (best - history->first) / history->stride;
    if (best < history->first || point >= nnrt_history_points(history)) return;
    double x = place_x(axes, nnrt_history_epoch(history, point));
    double value = nnrt_history_value(history, point, line->series);
    bool right = x > (LEFT + RIGHT) / 2;
    nnrt_page_format(page,
                     "<path class=best d='M%.1f %dV%d'/><text x=%.1f y=%d class=%c>best: epoch "
                     "%lld</text>",
                     x, TOP - 4, BOTTOM, x + (right ? -4 : 4), TOP - 8, right ? 'e' : 's',
                     (long long)best);
    if (isfinite(value))
        nnrt_page_format(page, "<circle class=d%c cx=%.1f cy=%.1f r=3.5 />", line->colour, x,
                         place_y(axes, value));
}

static void draw_chart(NnrtPage *page, const NnrtReport *report, const char *title,
                       const Line *lines, int count) {
    const NnrtHistory *history = &report->training->history;
    Axes axes;
    double ends[2] = {NAN, NAN}, labels[2];
    if (!find_axes(history, lines, count, &axes)) return;
    nnrt_page_put(page, "<figure><figcaption>");
    nnrt_page_text(page, title, 0);
    if (axes.logarithmic) nnrt_page_put(page, " <small>logarithmic</small>");
    nnrt_page_format(page, "</figcaption><svg viewBox='0 0 %d %d' role=img aria-label='", WIDTH,
                     HEIGHT);
    nnrt_page_text(page, title, 0);
    nnrt_page_put(page, " by epoch'>");
    draw_axes(page, &axes);
    for (int l = 0; l < count; l++) {
        ends[l] = draw_line(page, history, &axes, &lines[l]);
        labels[l] = place_y(&axes, ends[l]);
    }
    if (count == 2) mark_best(page, history, &axes, &lines[1], report->training->result.best_epoch);
    double apart = labels[0] - labels[count - 1];
    if (count == 2 && fabs(apart) < LABEL) { /* names do not overlap */
        double shift = (LABEL - fabs(apart)) / 2;
        labels[0] += apart > 0 ? shift : -shift;
        labels[1] -= apart > 0 ? shift : -shift;
    }
    for (int l = 0; l < count; l++) {
        if (isnan(ends[l])) continue;
        double y = fmin(labels[l], BOTTOM - 14);
        nnrt_page_format(page, "<text class=t%c x=%d y=%.1f>%s</text>", lines[l].colour, RIGHT + 8,
                         y, lines[l].name);
        nnrt_page_format(page, "<text class=t%c x=%d y=%.1f>%.4g</text>", lines[l].colour,
                         RIGHT + 8, y + 13, ends[l]);
    }
    nnrt_page_put(page, "</svg></figure>");
}

void nnrt_report_curves(NnrtPage *page, const NnrtReport *report) {
    const NnrtModel *model = report->training->session.model;
    Line lines[2] = {{NNRT_SERIES_TRAINING, "training", 'a'},
                     {NNRT_SERIES_VALIDATION, "validation", 'b'}};
    nnrt_page_put(page, "<section id=curves><h2>Training</h2><div class=charts>");
    draw_chart(page, report, "loss", lines, 2);
    for (int64_t i = 0; i < model->metric_count && i < NNRT_METRICS_MAX; i++) {
        lines[0].series = NNRT_SERIES_METRICS + 2 * i + 1;
        lines[1].series = NNRT_SERIES_METRICS + 2 * i;
        draw_chart(page, report, model->metrics[i].name, lines, 2);
    }
    Line rate = {NNRT_SERIES_LEARNING_RATE, "", 'a'};
    draw_chart(page, report, "learning rate", &rate, 1);
    nnrt_page_put(page, "</div>");
    int64_t count = nnrt_training_rows(&report->training->data).count;
    if (model->metric_count && count < report->training->data.train.count)
        nnrt_page_format(
            page,
            "<p class=note>Training curves of metrics are over the first %lld training "
            "samples.</p>",
            (long long)count);
    nnrt_page_put(page, "</section>");
}
