/* evaluate.c: see evaluate.h. */

#include "runtime/evaluate.h"

#include <math.h>
#include <string.h>

/* Adds this chunk's samples to the totals of all accumulators. */
static void add_totals(NnrtSession *session, const NnrtView *view, int64_t count) {
    const NnrtModel *model = session->model;
    double *total = session->totals;
    for (int64_t i = 0; i < model->accumulator_count; i++) {
        const NnrtResult *result = nnrt_view_result(view, NNRT_RESULT_ACCUMULATOR, i);
        int64_t elements = model->accumulators[i].elements;
        for (int64_t sample = 0; result && sample < count; sample++)
            for (int64_t element = 0; element < elements; element++)
                total[element] += nnrt_result_value(session, result, sample, element);
        total += elements;
    }
}

static void report_metrics(NnrtSession *session, NnrtFigures *figures) {
    const NnrtView *view = nnrt_view(session->model, NNRT_VIEW_REPORT, 0);
    if (!view) return;
    nnrt_run(session, view, 1);
    for (int64_t i = 0; i < session->model->metric_count && i < NNRT_METRICS_MAX; i++) {
        const NnrtResult *result = nnrt_view_result(view, NNRT_RESULT_METRIC, i);
        if (result) figures->metrics[i] = nnrt_result_number(session, result);
    }
}

static void count_classes(void *user, const NnrtSession *session, const NnrtView *view,
                          const NnrtTable *table, const int64_t *rows, int64_t first,
                          int64_t count) {
    nnrt_confusions_add(user, session, view, table, rows, first, count);
}

void nnrt_evaluate(NnrtSession *session, NnrtRows rows, NnrtFigures *figures) {
    nnrt_evaluate_chunks(session, rows, figures, NULL, NULL);
}

void nnrt_evaluate_with(NnrtSession *session, NnrtRows rows, NnrtFigures *figures,
                        NnrtConfusions *confusions) {
    nnrt_evaluate_chunks(session, rows, figures, count_classes, confusions);
}

void nnrt_evaluate_chunks(NnrtSession *session, NnrtRows rows, NnrtFigures *figures,
                          NnrtChunk chunk, void *user) {
    const NnrtModel *model = session->model;
    const NnrtView *view = nnrt_view(model, NNRT_VIEW_EVALUATE, 0);
    const NnrtResult *loss = nnrt_view_result(view, NNRT_RESULT_SAMPLE_LOSS, 0);
    const NnrtResult *penalty = nnrt_view_result(view, NNRT_RESULT_PENALTY, 0);
    *figures = (NnrtFigures){.samples = rows.count, .loss = NAN};
    for (int64_t i = 0; i < NNRT_METRICS_MAX; i++)
        figures->metrics[i] = NAN;
    int64_t elements = 0;
    for (int64_t i = 0; i < model->accumulator_count; i++)
        elements += model->accumulators[i].elements;
    memset(session->totals, 0, (size_t)elements * sizeof(double));
    session->context.step = 0;
    double sum = 0;
    nnrt_announce(session, rows.table, rows.rows, 0, rows.count, session->context.capacity);
    for (int64_t first = 0; first < rows.count; first += session->context.capacity) {
        int64_t count = rows.count - first;
        if (count > session->context.capacity) count = session->context.capacity;
        const int64_t *chosen = rows.rows ? rows.rows + first : NULL;
        nnrt_gather(session, rows.table, chosen, first, count);
        session->context.first_sample = first;
        nnrt_run(session, view, count);
        for (int64_t sample = 0; loss && sample < count; sample++)
            sum += nnrt_result_value(session, loss, sample, 0);
        add_totals(session, view, count);
        if (chunk) chunk(user, session, view, rows.table, chosen, first, count);
        if (penalty) figures->penalty = nnrt_result_number(session, penalty);
    }
    nnrt_announce(session, NULL, NULL, 0, 0, 0);
    if (loss && rows.count) figures->loss = sum / (double)rows.count;
    if (rows.count) report_metrics(session, figures);
}
