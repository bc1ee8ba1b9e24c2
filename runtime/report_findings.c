/* report_findings.c: one run over the rows that the page judges by: mistakes are counted, the worst
 * rows kept.
 */

#include "runtime/class_output.h"
#include "runtime/report.h"

#include <math.h>

/* The real target that an output is about: the first of as many numbers. */
static int64_t real_target(const NnrtModel *model, const NnrtTable *table, int64_t elements) {
    for (int64_t i = 0; i < model->input_count; i++) {
        const NnrtInput *input = &model->inputs[i];
        if (input->is_target && !input->class_count && input->elements == elements &&
            table->columns[i].present)
            return i;
    }
    return -1;
}

static void choose_output(NnrtFindings *findings, const NnrtModel *model, const NnrtTable *table) {
    findings->output = model->output_count ? 0 : -1;
    findings->target = -1;
    if (findings->confusions.count) {
        findings->output = findings->confusions.items[0].output_index;
        findings->target = findings->confusions.items[0].target_index;
        findings->is_class = true;
        return;
    }
    for (int64_t i = 0; i < model->output_count && findings->target < 0; i++) {
        findings->target = real_target(model, table, model->outputs[i].elements);
        if (findings->target >= 0) findings->output = i;
    }
}

/* Puts a row among the worst, which are in order. */
static void keep_worst(NnrtFindings *findings, int64_t row, double loss) {
    int64_t at = findings->worst_count;
    if (isnan(loss)) loss = INFINITY;
    while (at > 0 && findings->losses[at - 1] < loss)
        at--;
    if (at == NNRT_REPORT_SAMPLES) return;
    if (findings->worst_count < NNRT_REPORT_SAMPLES) findings->worst_count++;
    for (int64_t i = findings->worst_count - 1; i > at; i--) {
        findings->worst[i] = findings->worst[i - 1];
        findings->losses[i] = findings->losses[i - 1];
    }
    findings->worst[at] = row;
    findings->losses[at] = loss;
}

/* One sample of the chunk that the session has just run. */
static void look_at(NnrtFindings *findings, const NnrtReport *report, const NnrtView *view,
                    int64_t sample, int64_t row, int64_t number) {
    const NnrtSession *session = &report->training->session;
    const NnrtResult *output = nnrt_view_result(view, NNRT_RESULT_OUTPUT, findings->output);
    const NnrtResult *loss = nnrt_view_result(view, NNRT_RESULT_SAMPLE_LOSS, 0);
    if (!output || !loss || findings->target < 0) return;
    double truth = nnrt_table_value(report->rows.table, (int)findings->target, row, 0);
    double value = nnrt_result_value(session, loss, sample, 0);
    if (!findings->is_class || nnrt_class_guess(session, output, sample) != (int64_t)truth)
        keep_worst(findings, row, value);
    int64_t stride = (report->rows.count + NNRT_REPORT_POINTS - 1) / NNRT_REPORT_POINTS;
    if (findings->is_class || output->elements != 1 || number % stride) return;
    double *point = findings->points[findings->point_count++];
    point[0] = truth;
    point[1] = nnrt_result_value(session, output, sample, 0);
}

bool nnrt_findings_make(NnrtFindings *findings, const NnrtReport *report, NnrtError *error) {
    NnrtSession *session = &report->training->session;
    const NnrtModel *model = session->model;
    const NnrtView *view = nnrt_view(model, NNRT_VIEW_EVALUATE, 0);
    const NnrtRows *rows = &report->rows;
    *findings = (NnrtFindings){.output = -1, .target = -1};
    if (!nnrt_confusions_init(&findings->confusions, model, rows->table, error)) return false;
    choose_output(findings, model, rows->table);
    session->context.step = 0;
    int64_t capacity = session->context.capacity;
    for (int64_t first = 0; view && first < rows->count; first += capacity) {
        int64_t count = rows->count - first < capacity ? rows->count - first : capacity;
        const int64_t *chunk = rows->rows ? rows->rows + first : NULL;
        nnrt_gather(session, rows->table, chunk, first, count);
        session->context.first_sample = first;
        nnrt_run(session, view, count);
        nnrt_confusions_add(&findings->confusions, session, view, rows->table, chunk, first, count);
        for (int64_t i = 0; i < count; i++)
            look_at(findings, report, view, i, chunk ? chunk[i] : first + i, first + i);
    }
    return true;
}

void nnrt_findings_free(NnrtFindings *findings) {
    nnrt_confusions_free(&findings->confusions);
}
