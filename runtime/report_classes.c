/* report_classes.c: how right the model is: a matrix and a table of classes, or for a real number
 * the outputs over the truths.
 */

#include "runtime/report.h"

#include <math.h>

enum { MATRIX_CLASSES = 20, TABLE_CLASSES = 200, FREQUENT = 15, NAME = 24 };

static void put_class(NnrtPage *page, const NnrtConfusion *confusion, int64_t class, int most) {
    char buffer[24];
    nnrt_page_text(page, nnrt_class_name(confusion->class_names, class, buffer), most);
}

static void put_percent(NnrtPage *page, double share) {
    if (isnan(share))
        nnrt_page_put(page, "<td>\xE2\x80\x93");
    else
        nnrt_page_format(page, "<td class=bar style='--v:%.1f%%'>%.1f&nbsp;%%", 100 * share,
                         100 * share);
}

static void put_matrix(NnrtPage *page, const NnrtConfusion *confusion) {
    int64_t classes = confusion->classes;
    nnrt_page_put(page,
                  "<div class=scroll tabindex=0 role=region aria-label='Confusion matrix'>"
                  "<table class=matrix><caption>A row is what samples are, a column what the model "
                  "says.</caption><thead><tr><td>");
    for (int64_t k = 0; k < classes; k++) {
        nnrt_page_put(page, "<th scope=col>");
        put_class(page, confusion, k, NAME);
    }
    nnrt_page_put(page, "<tbody>");
    for (int64_t truth = 0; truth < classes; truth++) {
        nnrt_page_put(page, "<tr><th scope=row>");
        put_class(page, confusion, truth, NAME);
        for (int64_t guess = 0; guess < classes; guess++) {
            int64_t count = confusion->matrix[truth * classes + guess];
            double share = count ? (double)count / (double)confusion->truths[truth] : 0;
            if (count) /* a few mistakes are to be seen, too */
                nnrt_page_format(page, "<td class=%s style='--v:%.0f%%'>%lld",
                                 truth == guess ? "hit" : "miss",
                                 truth == guess ? 65 * share : 12 + 50 * share, (long long)count);
            else
                nnrt_page_put(page, "<td class=dim>0");
        }
    }
    nnrt_page_put(page, "</table></div>");
}

/* For many classes: the pairs of the matrix that are most often mistaken, largest first. */
static void put_frequent(NnrtPage *page, const NnrtConfusion *confusion) {
    int64_t classes = confusion->classes, last = -1, last_count = INT64_MAX;
    nnrt_page_put(page, "<table class=list><caption>Most frequent mistakes</caption><thead><tr>"
                        "<th scope=col>is<th scope=col>said to be<th scope=col>samples<tbody>");
    for (int shown = 0; shown < FREQUENT; shown++) {
        int64_t best = -1, most = 0;
        for (int64_t i = 0; i < classes * classes; i++) {
            int64_t count = confusion->matrix[i];
            bool later = count < last_count || (count == last_count && i > last);
            if (i / classes == i % classes || count <= most || !later) continue;
            most = count;
            best = i;
        }
        if (best < 0) break;
        nnrt_page_put(page, "<tr><td>");
        put_class(page, confusion, best / classes, 0);
        nnrt_page_put(page, "<td>");
        put_class(page, confusion, best % classes, 0);
        nnrt_page_format(page, "<td>%lld", (long long)most);
        last = best;
        last_count = most;
    }
    nnrt_page_put(page, "</table>");
}

void nnrt_report_classes(NnrtPage *page, const NnrtConfusion *confusion) {
    nnrt_page_put(page, "<div class=two><div>");
    if (confusion->classes <= MATRIX_CLASSES)
        put_matrix(page, confusion);
    else if (confusion->matrix)
        put_frequent(page, confusion);
    nnrt_page_put(page,
                  "</div><div class=scroll tabindex=0 role=region aria-label='Classes'><table "
                  "class=list><caption>Classes</caption><thead><tr><th scope=col>class"
                  "<th scope=col>samples<th scope=col>precision<th scope=col>recall<th "
                  "scope=col>F1<tbody>");
    for (int64_t k = 0; k < confusion->classes && k < TABLE_CLASSES; k++) {
        NnrtClassFigures figures = nnrt_class_figures(confusion, k);
        nnrt_page_put(page, "<tr><th scope=row>");
        put_class(page, confusion, k, 0);
        nnrt_page_put(page, "<td>");
        nnrt_page_whole(page, figures.count);
        put_percent(page, figures.precision);
        put_percent(page, figures.recall);
        put_percent(page, figures.f1);
    }
    nnrt_page_put(page, "</table></div></div>");
    if (confusion->classes > TABLE_CLASSES)
        nnrt_page_format(page, "<p class=note>%lld more classes are not shown.</p>",
                         (long long)(confusion->classes - TABLE_CLASSES));
}

/* Both axes have one range, so that the diagonal is where the model is right. */
void nnrt_report_scatter(NnrtPage *page, const NnrtReport *report, const NnrtFindings *findings) {
    enum { SIDE = 300, LEFT = 50, TOP = 10 };
    double low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < findings->point_count; i++)
        for (int k = 0; k < 2; k++) {
            low = fmin(low, findings->points[i][k]);
            high = fmax(high, findings->points[i][k]);
        }
    if (!(low < high)) return;
    nnrt_page_format(page,
                     "<figure class=scatter><figcaption>Predicted against true</figcaption><svg "
                     "viewBox='0 0 %d %d' role=img aria-label='What is predicted against what is "
                     "true'><path class=g d='M%d %dV%dH%d'/><path class=best d='M%d %dL%d %d'/>",
                     LEFT + SIDE + 10, TOP + SIDE + 40, LEFT, TOP, TOP + SIDE, LEFT + SIDE, LEFT,
                     TOP + SIDE, LEFT + SIDE, TOP);
    for (int64_t i = 0; i < findings->point_count; i++) {
        const double *point = findings->points[i];
        if (!isfinite(point[0]) || !isfinite(point[1])) continue;
        nnrt_page_format(page, "<circle class=pt cx=%.1f cy=%.1f r=2.6 />",
                         LEFT + (point[0] - low) / (high - low) * SIDE,
                         TOP + SIDE - (point[1] - low) / (high - low) * SIDE);
    }
    for (int end = 0; end < 2; end++) {
        double value = end ? high : low;
        nnrt_page_format(page,
                         "<text x=%d y=%d class=%c>%.4g</text><text x=%d y=%d class=e>%.4g</text>",
                         LEFT + end * SIDE, TOP + SIDE + 18, end ? 'e' : 's', value, LEFT - 6,
                         TOP + 6 + (1 - end) * (SIDE - 4), value);
    }
    nnrt_page_format(page, "<text x=%d y=%d class=m>true ", LEFT + SIDE / 2, TOP + SIDE + 34);
    nnrt_page_text(page, report->training->session.model->inputs[findings->target].name, NAME);
    nnrt_page_format(page,
                     "</text><text x=14 y=%d class=m transform='rotate(-90 14 %d)'>predicted</text>"
                     "</svg></figure>",
                     TOP + SIDE / 2, TOP + SIDE / 2);
}
