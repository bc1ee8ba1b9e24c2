/* report_curves.c: losses, metrics and learning rate over the epochs, and predictions against
 * truths, as SVG in tenths of a pixel.
 *
 * Each line is named where it ends; the best epoch is marked. An axis over more than a factor of 50
 * is logarithmic.
 */

#include "runtime/report.h"

#include <math.h>

/* The picture; text is 120 high. */
enum { WIDTH = 4000, HEIGHT = 2200, LEFT = 580, RIGHT = 3300, TOP = 220, BOTTOM = 1920 };
enum { LABEL = 290, SIDE = 200 };

typedef struct Axes {
    double x0, x1, y0, y1; /* y as its logarithm if so */
    bool logarithmic;
    bool whole; /* x counts something: no ticks between whole numbers */
} Axes;

/* One line: a series of the history with its name and class of colour. */
typedef struct Line {
    int64_t series;
    const char *name;
    char colour; /* a, b */
} Line;

static int place(double value, double from, double to, int start, int end) {
    if (to <= from) return (start + end) / 2;
    return (int)(start + (value - from) / (to - from) * (end - start));
}

static int place_x(const Axes *axes, double x) {
    return place(x, axes->x0, axes->x1, LEFT, RIGHT);
}

static int place_y(const Axes *axes, double y) {
    return place(axes->logarithmic ? log10(y) : y, axes->y0, axes->y1, BOTTOM, TOP);
}

/* 1, 2 or 5 times a power of ten, so that `span` has about four of them. */
static double nice_step(double span) {
    double power = pow(10, floor(log10(span / 4))), ratio = span / 4 / power;
    return power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10);
}

/* The least whole number i with i * step >= low. */
static double first_step(double low, double step) {
    return -floor(-low / step);
}

static void tick_y(NnrtPage *page, const Axes *axes, double value) {
    int y = place_y(axes, value);
    if (y < TOP - 9 || y > BOTTOM + 9) return;
    nnrt_page_format(page, "<path class=g d='M%d %dH%d'/><text x=%d y=%d class=e>%.4g</text>", LEFT,
                     y, RIGHT, LEFT - 60, y + 40, value);
}

static void draw_axes(NnrtPage *page, const Axes *axes) {
    double low = axes->y0, high = axes->y1, step = nice_step(high - low);
    if (axes->logarithmic) {
        for (double power = floor(low); power <= high; power++)
            /* 1, 2, 5 where there is room */
            for (int part = 1; part < (high - low < 2.5 ? 10 : 2); part += part * part / 2 + 1)
                tick_y(page, axes, part * pow(10, power));
    } else {
        for (double i = first_step(low, step); i * step <= high; i++)
            tick_y(page, axes, fabs(i * step) < 1e-9 * step ? 0 : i * step);
    }
    double least = axes->whole ? 1 : 1e-9;
    step = nice_step(axes->x1 - axes->x0);
    if (!(step > least)) step = least;
    for (double i = first_step(axes->x0, step); i * step <= axes->x1; i++)
        nnrt_page_format(page, "<text x=%d y=%d class=m>%.4g</text>", place_x(axes, i * step),
                         BOTTOM + SIDE, i * step);
}

static void begin_chart(NnrtPage *page, const char *title, const Axes *axes, const char *x_name) {
    nnrt_page_put(page, "<figure><figcaption>");
    nnrt_page_text(page, title, 0);
    nnrt_page_format(page, "%s</figcaption><svg viewBox='0 0 %d %d' role=img aria-label='",
                     axes->logarithmic ? " <small>logarithmic</small>" : "", WIDTH, HEIGHT);
    nnrt_page_text(page, title, 0);
    nnrt_page_format(page, "'><text x=%d y=%d>%s</text>", RIGHT + 150, BOTTOM + SIDE, x_name);
    draw_axes(page, axes);
}

/* Widens low .. high by a value. */
static void cover(double value, double *low, double *high) {
    if (!isfinite(value)) return;
    if (value < *low) *low = value;
    if (value > *high) *high = value;
}

/* Room for all lines; false when there is nothing to draw. */
static bool find_axes(const NnrtHistory *history, const Line *lines, int count, Axes *axes) {
    int64_t points = nnrt_history_points(history);
    double low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < points * count; i++)
        cover(nnrt_history_value(history, i / count, lines[i % count].series), &low, &high);
    if (low > high) return false;
    axes->whole = true;
    axes->x0 = nnrt_history_epoch(history, 0);
    axes->x1 = nnrt_history_epoch(history, points - 1);
    axes->logarithmic = low > 0 && high / low > 50;
    axes->y0 = axes->logarithmic ? log10(low) : low;
    axes->y1 = axes->logarithmic ? log10(high) : high;
    double margin = (axes->y1 - axes->y0) * 0.04;
    if (margin <= 0) margin = fabs(axes->y1) / 2 + 1e-9;
    axes->y0 -= margin;
    axes->y1 += margin;
    return true;
}

/* Gives the last value; NaN for an empty line. */
static double draw_line(NnrtPage *page, const NnrtHistory *history, const Axes *axes,
                        const Line *line) {
    double last = NAN;
    char move = 'M';
    nnrt_page_format(page, "<path class=l%c d='", line->colour);
    for (int64_t i = 0; i < nnrt_history_points(history); i++) {
        double value = nnrt_history_value(history, i, line->series);
        if (isfinite(value)) {
            nnrt_page_format(page, move == 'M' ? "%c%d %dh1" : "%c%d %d", move,
                             place_x(axes, nnrt_history_epoch(history, i)), place_y(axes, value));
            last = value;
        }
        move = isfinite(value) ? 'L' : 'M';
    }
    nnrt_page_put(page, "'/>");
    return last;
}

/* The dashed line at the best epoch with a dot on `line`. */
static void mark_best(NnrtPage *page, const NnrtHistory *history, const Axes *axes,
                      const Line *line, int64_t best) {
    int64_t point = (best - history->first) / history->stride;
    if (best < history->first || point >= nnrt_history_points(history)) return;
    int x = place_x(axes, nnrt_history_epoch(history, point));
    double value = nnrt_history_value(history, point, line->series);
    nnrt_page_format(page,
                     "<path class=best d='M%d %dV%d'/><text x=%d y=%d class=%c>best: epoch "
                     "%lld</text>",
                     x, TOP - 50, BOTTOM, x, TOP - 80, x > RIGHT / 2 ? 'e' : 's', (long long)best);
    if (isfinite(value))
        nnrt_page_format(page, "<circle class=d%c cx=%d cy=%d r=35 />", line->colour, x,
                         place_y(axes, value));
}

static void draw_chart(NnrtPage *page, const NnrtReport *report, const char *title,
                       const Line *lines, int count) {
    const NnrtHistory *history = &report->training->history;
    Axes axes;
    double ends[2];
    int labels[2];
    if (!find_axes(history, lines, count, &axes)) return;
    begin_chart(page, title, &axes, "epoch");
    for (int l = 0; l < count; l++) {
        ends[l] = draw_line(page, history, &axes, &lines[l]);
        labels[l] = isnan(ends[l]) ? TOP : place_y(&axes, ends[l]);
        if (labels[l] > BOTTOM - 120) labels[l] = BOTTOM - 120;
    }
    if (count > 1) {
        mark_best(page, history, &axes, &lines[1], report->training->result.best_epoch);
        int upper = labels[0] > labels[1]; /* the names do not overlap: the upper one gives way */
        if (labels[!upper] < TOP + LABEL) labels[!upper] = TOP + LABEL;
        if (labels[!upper] - labels[upper] < LABEL) labels[upper] = labels[!upper] - LABEL;
    }
    for (int l = 0; l < count; l++)
        if (!isnan(ends[l]))
            nnrt_page_format(
                page, "<text class=t%c x=%d y=%d>%s<tspan x=%d dy=130>%.3g</tspan></text>",
                lines[l].colour, RIGHT + 80, labels[l], lines[l].name, RIGHT + 80, ends[l]);
    nnrt_page_put(page, "</svg></figure>");
}

void nnrt_report_curves(NnrtPage *page, const NnrtReport *report) {
    const NnrtModel *model = report->training->session.model;
    Line lines[2] = {{NNRT_SERIES_TRAINING, "training", 'a'},
                     {NNRT_SERIES_VALIDATION, "validation", 'b'}};
    nnrt_page_put(page, "<section id=curves><h2>Training</h2><div class=two>");
    draw_chart(page, report, "loss", lines, 2);
    for (int64_t i = 0; i < model->metric_count && i < NNRT_METRICS_MAX; i++) {
        lines[0].series = NNRT_SERIES_METRICS + 2 * i + 1;
        lines[1].series = NNRT_SERIES_METRICS + 2 * i;
        draw_chart(page, report, model->metrics[i].name, lines, 2);
    }
    Line rate = {NNRT_SERIES_LEARNING_RATE, "", 'a'};
    draw_chart(page, report, "learning rate", &rate, 1);
    int64_t count = report->training->seen.count;
    nnrt_page_put(page, "</div>");
    if (count < report->training->data.train.count && count)
        nnrt_page_format(page,
                         "<p class=dim>Training curves of metrics are of %lld training samples, "
                         "spread evenly over all.</p>",
                         (long long)count);
    nnrt_page_put(page, "</section>");
}

/* The diagonal is where the model is right. */
void nnrt_report_scatter(NnrtPage *page, const NnrtFindings *findings) {
    Axes axes = {.x0 = INFINITY, .x1 = -INFINITY, .logarithmic = false};
    for (int64_t i = 0; i < 2 * findings->point_count; i++)
        cover(findings->points[i / 2][i % 2], &axes.x0, &axes.x1);
    if (!(axes.x0 < axes.x1)) return;
    axes.y0 = axes.x0;
    axes.y1 = axes.x1;
    begin_chart(page, "what the model says over what is", &axes, "truth");
    nnrt_page_format(page, "<path class=best d='M%d %dL%d %d'/>", LEFT, BOTTOM, RIGHT, TOP);
    for (int64_t i = 0; i < findings->point_count; i++)
        nnrt_page_format(page, "<circle class=pt cx=%d cy=%d r=26 />",
                         place_x(&axes, findings->points[i][0]),
                         place_y(&axes, findings->points[i][1]));
    nnrt_page_put(page, "</svg></figure>");
}
