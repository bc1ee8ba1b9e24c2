/* report_classes.c: which classes are taken for which, and the figures of each class. */

#include "runtime/report.h"

#include <math.h>

enum { MATRIX_CLASSES = 20, FREQUENT = 15, NAME = 24 };

static void put_class(NnrtPage *page, const NnrtConfusion *confusion, const char *cell,
                      int64_t class) {
    char buffer[24];
    nnrt_page_put(page, cell);
    nnrt_page_text(page, nnrt_class_name(confusion->class_names, class, buffer), NAME);
}

static void put_matrix(NnrtPage *page, const NnrtConfusion *confusion) {
    int64_t classes = confusion->classes;
    nnrt_page_table(page, "matrix", "Confusion matrix: true class by row, predicted by column");
    nnrt_page_put(page, "<td>");
    for (int64_t k = 0; k < classes; k++)
        put_class(page, confusion, "<th scope=col>", k);
    nnrt_page_put(page, "<tbody>");
    for (int64_t i = 0; i < classes * classes; i++) {
        int64_t truth = i / classes, guess = i % classes, count = confusion->matrix[i];
        if (guess == 0) put_class(page, confusion, "<tr><th scope=row>", truth);
        if (count) /* few mistakes are to be seen, too */
            nnrt_page_format(page, "<td class=%s style='--v:%d%%'>%lld",
                             truth == guess ? "hit" : "miss",
                             (int)(12 + 50 * count / confusion->truths[truth]), (long long)count);
        else
            nnrt_page_put(page, "<td class=dim>0");
    }
    nnrt_page_put(page, "</table></div>");
}

/* For many classes: the pairs of the matrix that are most often mistaken. */
static void put_frequent(NnrtPage *page, const NnrtConfusion *confusion) {
    int64_t mistake = -1;
    nnrt_page_table(page, "list", "Most frequent mistakes");
    nnrt_page_put(page, "<th scope=col>is<th scope=col>said to be<th scope=col>samples<tbody>");
    for (int i = 0; i < FREQUENT; i++) {
        mistake = nnrt_next_mistake(confusion, mistake);
        if (mistake < 0) break;
        put_class(page, confusion, "<tr><th scope=row>", mistake / confusion->classes);
        put_class(page, confusion, "<td>", mistake % confusion->classes);
        nnrt_page_whole(page, "<td>", confusion->matrix[mistake]);
    }
    nnrt_page_put(page, "</table></div>");
}

void nnrt_report_classes(NnrtPage *page, const NnrtConfusion *confusion) {
    nnrt_page_put(page, "<div class=two>");
    if (confusion->classes <= MATRIX_CLASSES)
        put_matrix(page, confusion);
    else if (confusion->matrix)
        put_frequent(page, confusion);
    nnrt_page_table(page, "list", "Classes");
    nnrt_page_put(page, "<th scope=col>class<th scope=col>samples<th scope=col>precision"
                        "<th scope=col>recall<th scope=col>F1<tbody>");
    for (int64_t k = 0; k < confusion->classes; k++) {
        NnrtClassFigures figures = nnrt_class_figures(confusion, k);
        const double shares[] = {figures.precision, figures.recall, figures.f1};
        put_class(page, confusion, "<tr><th scope=row>", k);
        nnrt_page_whole(page, "<td>", figures.count);
        for (int i = 0; i < 3; i++)
            nnrt_page_format(page, isnan(shares[i]) ? "<td>-" : "<td>%.1f&nbsp;%%",
                             100 * shares[i]);
    }
    nnrt_page_put(page, "</table></div></div>");
}
