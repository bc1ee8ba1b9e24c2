/* report_samples.c: some samples with what the model says of them: pictures where the input is one,
 * else a table of the first values. An output that is a picture is drawn, beside its target.
 */

#include "runtime/class_output.h"
#include "runtime/report.h"

#include <math.h>

enum { COLUMNS = 6, VALUES = 4, NAME = 32 };

/* What is shown, and the sample that the session holds now. */
typedef struct Show {
    NnrtPage *page;
    const NnrtReport *report;
    const NnrtFindings *findings;
    const NnrtSession *session;
    const NnrtResult *output;
    int64_t row;
    const NnrtInput *picture; /* the input that is drawn; NULL: none */
    const int64_t *answer;    /* the output is drawn, as this picture beside that of the input */
} Show;

/* A value of the sample that was gathered and not yet run. */
static double input_value(const void *user, int64_t element) {
    const Show *show = user;
    const NnrtContext *context = &show->session->context;
    const void *place = context->samples + context->capacity * show->picture->offset;
    if (show->session->model->element_bytes == 8) return ((const double *)place)[element];
    return ((const float *)place)[element];
}

static double truth_of(const Show *show, int64_t element) {
    return nnrt_table_value(show->report->rows.table, (int)show->findings->target, show->row,
                            element);
}

static double truth_value(const void *user, int64_t element) {
    return truth_of(user, element);
}

static double output_value(const void *user, int64_t element) {
    const Show *show = user;
    return nnrt_result_value(show->session, show->output, 0, element);
}

/* Drawn from its smallest value (at most 0) to its largest (at least `high`). */
static void put_picture(const Show *show, const int64_t *dims, double high,
                        double (*value)(const void *user, int64_t element), const char *alt) {
    double low = 0;
    for (int64_t e = 0; e < dims[0] * dims[1] * dims[2]; e++) {
        double one = value(show, e);
        if (one < low) low = one;
        if (one > high) high = one;
    }
    nnrt_report_picture(show->page, dims, low, high, value, show, alt, show->row + 1);
}

static bool is_wrong(const Show *show) {
    return show->findings->is_class &&
           (int64_t)truth_of(show, 0) != nnrt_class_guess(show->session, show->output, 0);
}

/* What is said, or what is: "7 97 %", or some numbers. */
static void put_answer(const Show *show, bool truth) {
    const NnrtResult *output = show->output;
    if (truth && show->findings->target < 0) return;
    if (show->answer) {
        put_picture(show, show->answer, 1, truth ? truth_value : output_value,
                    truth ? "target of" : "output of");
        return;
    }
    if (show->findings->is_class) {
        char buffer[24];
        int64_t class =
            truth ? (int64_t)truth_of(show, 0) : nnrt_class_guess(show->session, output, 0);
        const char *const *names =
            nnrt_table_class_names(show->report->rows.table, (int)show->findings->target);
        nnrt_page_put(show->page, "<b>");
        nnrt_page_text(show->page, nnrt_class_name(names, class, buffer), NAME);
        nnrt_page_format(show->page, "</b> %.3g&nbsp;%%",
                         100 * nnrt_class_probability(show->session, output, 0, class));
        return;
    }
    for (int64_t e = 0; e < output->elements && e < VALUES; e++)
        nnrt_page_number(show->page, e ? ", " : "",
                         truth ? truth_of(show, e)
                               : nnrt_result_value(show->session, output, 0, e));
}

/* The head's cells (row -1) or a row's for the first values of the inputs. */
static void put_inputs(const Show *show, int64_t row) {
    const NnrtModel *model = show->session->model;
    const NnrtTable *table = show->report->rows.table;
    int shown = 0;
    for (int64_t i = 0; i < model->input_count; i++) {
        const NnrtInput *input = &model->inputs[i];
        char *const *names = show->report->training->data.tables[0].columns[i].columns_found;
        if (input->is_target || input->is_image) continue;
        for (int64_t e = 0; e < input->elements && shown < COLUMNS; e++, shown++) {
            char buffer[24];
            double value = row < 0 ? 0 : nnrt_table_value(table, (int)i, row, e);
            nnrt_page_put(show->page, row < 0 ? "<th scope=col>" : "<td>");
            if (row < 0)
                nnrt_page_text(show->page, names ? names[e] : input->name, NAME);
            else if (input->class_count)
                nnrt_page_text(
                    show->page,
                    nnrt_class_name(nnrt_table_class_names(table, (int)i), (int64_t)value, buffer),
                    NAME);
            else
                nnrt_page_number(show->page, "", value);
        }
    }
}

void nnrt_report_samples(NnrtPage *page, const NnrtReport *report, const NnrtFindings *findings,
                         const int64_t *rows, int64_t count) {
    NnrtSession *session = &report->training->session;
    const NnrtModel *model = session->model;
    const NnrtView *view = nnrt_view(model, NNRT_VIEW_EVALUATE, 0);
    Show show = {.page = page, .report = report, .findings = findings, .session = session};
    show.output = nnrt_view_result(view, NNRT_RESULT_OUTPUT, findings->output);
    for (int64_t i = 0; i < model->input_count; i++)
        if (model->inputs[i].picture) show.picture = &model->inputs[i];
    bool drawn = show.picture != NULL, has_truth = findings->target >= 0;
    if (drawn && !findings->is_class) show.answer = model->outputs[findings->output].picture;
    if (drawn) {
        nnrt_page_put(page, "<div class=cards>");
    } else {
        nnrt_page_table(page, "list", "Inputs, what the model says, and what is");
        nnrt_page_put(page, "<th scope=col>row");
        put_inputs(&show, -1);
        nnrt_page_put(page, "<th scope=col>says<th scope=col>is<tbody>");
    }
    for (int64_t i = 0; i < count; i++) {
        show.row = rows[i];
        nnrt_gather(session, report->rows.table, &rows[i], 0, 1);
        if (drawn) {
            nnrt_page_put(page, "<figure>");
            put_picture(&show, show.picture->picture, show.picture->is_image ? 1 : 1e-9,
                        input_value, "sample");
        }
        nnrt_run(session, view, 1);
        const char *class = is_wrong(&show) ? " class=wrong" : "";
        if (drawn) {
            nnrt_page_format(page, "<p%s>", class);
        } else {
            nnrt_page_format(page, "<tr%s><th scope=row>%lld", class, (long long)rows[i] + 1);
            put_inputs(&show, rows[i]);
            nnrt_page_put(page, "<td>");
        }
        put_answer(&show, false);
        if (!drawn || *class || (has_truth && !findings->is_class)) {
            nnrt_page_put(page, drawn ? "<p>is " : "<td>");
            put_answer(&show, true);
        }
        if (drawn) nnrt_page_put(page, "</figure>");
    }
    nnrt_page_put(page, drawn ? "</div>" : "</table></div>");
}
