/* report.h: what a training run did, as one HTML page that stands alone.
 *
 *     train --report run.html
 *
 * No scripts, no other files: curves, tables and pictures are inline SVG, HTML and PNG, styled for
 * light and dark, wide and narrow. Everything that comes from data or model is escaped, and no
 * folder is named. A program carries this only if its model can be trained: the descriptor names
 * nnrt_report_write(). The parts are made by report_*.c over page.h.
 */
#ifndef NNRT_REPORT_H
#define NNRT_REPORT_H

#include "runtime/confusion.h"
#include "runtime/page.h"
#include "runtime/training.h"

typedef struct NnrtReport {
    const char *path;       /* of the page */
    NnrtTraining *training; /* that is done */
    const char *part;       /* the part of the data that the page judges by: its name and rows */
    NnrtRows rows;
} NnrtReport;

/* Writes the page in place of `path`, whole or not at all. Exit 2 and 4 as nnrt_writer_begin(). */
bool nnrt_report_write(const NnrtReport *report, NnrtError *error);

/* ---- what the parts of the page are made from ---- */

enum { NNRT_REPORT_SAMPLES = 12, NNRT_REPORT_POINTS = 400 };

/* What one run over the rows finds. */
typedef struct NnrtFindings {
    NnrtConfusions confusions;
    NnrtFigures figures;
    int64_t seen, stride; /* samples of real numbers so far; every so many of them is a point */
    int64_t output;       /* the output that is judged; -1: none */
    int64_t target;       /* its target, class or real; -1: none */
    bool is_class;        /* the target is */
    int64_t
        worst_count; /* rows with the largest losses (of classes: that are wrong), worst first */
    int64_t worst[NNRT_REPORT_SAMPLES];
    double losses[NNRT_REPORT_SAMPLES];
    int64_t point_count; /* of one real number: some rows evenly over all, [truth, output] */
    double points[NNRT_REPORT_POINTS][2];
} NnrtFindings;

/* Exit 4 when memory is out; free in any case. */
bool nnrt_findings_make(NnrtFindings *findings, const NnrtReport *report, NnrtError *error);
void nnrt_findings_free(NnrtFindings *findings);

/* An image of dims [height, width, channels], drawn from `low`, black, to `high`, white; value()
 * gives a number of it by its place. Large ones are drawn by every second pixel, every third, ...
 */
void nnrt_report_picture(NnrtPage *page, const int64_t dims[3], double low, double high,
                         double (*value)(const void *user, int64_t element), const void *user,
                         const char *alt, int64_t number);

/* ---- the parts of the page ---- */

/* Curves of losses, metrics and learning rate. */
void nnrt_report_curves(NnrtPage *page, const NnrtReport *report);
/* The network as a picture. */
void nnrt_report_network(NnrtPage *page, const NnrtModel *model);
/* Which classes are taken for which, and the figures of each class. */
void nnrt_report_classes(NnrtPage *page, const NnrtConfusion *confusion);
/* What is predicted against what is true, for one real number. */
void nnrt_report_scatter(NnrtPage *page, const NnrtFindings *findings);
/* Samples with what the model says of them: rows[0..count) of the report's table. */
void nnrt_report_samples(NnrtPage *page, const NnrtReport *report, const NnrtFindings *findings,
                         const int64_t *rows, int64_t count);
/* The model's filters as pictures; the descriptor names it where there are some. */
void nnrt_report_filters(NnrtPage *page, const NnrtReport *report);

#endif
