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
static void look_at(NnrtFindings *findings, const NnrtSession *session, const NnrtView *view,
                    double truth, int64_t sample, int64_t row) {
    const NnrtResult *output = nnrt_view_result(view, NNRT_RESULT_OUTPUT, findings->output);
    const NnrtResult *loss = nnrt_view_result(view, NNRT_RESULT_SAMPLE_LOSS, 0);
    if (!output || !loss) return;
    if (!findings->is_class || nnrt_class_guess(session, output, sample) != (int64_t)truth)
        keep_worst(findings, row, nnrt_result_value(session, loss, sample, 0));
    if (findings->is_class || findings->target < 0 || output->elements != 1 ||
        findings->seen++ % findings->stride)
        return;
    double *point = findings->points[findings->point_count++];
    point[0] = truth;
    point[1] = nnrt_result_value(session, output, sample, 0);
}

static void look_at_chunk(void *user, const NnrtSession *session, const NnrtView *view,
                          const NnrtTable *table, const int64_t *rows, int64_t first,
                          int64_t count) {
    NnrtFindings *findings = user;
    nnrt_confusions_add(&findings->confusions, session, view, table, rows, first, count);
    int target = (int)findings->target;
    for (int64_t i = 0; i < count && findings->output >= 0; i++) {
        int64_t row = rows ? rows[i] : first + i;
        double truth = target >= 0 ? nnrt_table_value(table, target, row, 0) : 0;
        look_at(findings, session, view, truth, i, row);
    }
}

bool nnrt_findings_make(NnrtFindings *findings, const NnrtReport *report, NnrtError *error) {
    NnrtSession *session = &report->training->session;
    const NnrtRows *rows = &report->rows;
    *findings = (NnrtFindings){
        .stride = (rows->count + NNRT_REPORT_POINTS - 1) / NNRT_REPORT_POINTS,
    };
    if (!nnrt_confusions_init(&findings->confusions, session->model, rows->table, error))
        return false;
    choose_output(findings, session->model, rows->table);
    nnrt_evaluate_chunks(session, *rows, &findings->figures, look_at_chunk, findings);
    return true;
}

void nnrt_findings_free(NnrtFindings *findings) {
    nnrt_confusions_free(&findings->confusions);
}
