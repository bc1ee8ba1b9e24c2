/* report_samples.c: some samples with what the model says of them: pictures where the input is one,
 * else a table of the first values.
 *
 * A picture is an image, a matrix, or a vector as long as a square of at least 6 by 6.
 */

#include "runtime/class_output.h"
#include "runtime/report.h"

#include <math.h>
#include <stdio.h>

enum { LEAST_SIDE = 6, MOST_SIDE = 96, COLUMNS = 6, VALUES = 4, NAME = 32 };

/* The input that is drawn, and how. */
typedef struct Picture {
    int64_t input; /* -1: none */
    int64_t height, width, channels;
    int64_t step;     /* every so many pixels are drawn */
    double low, high; /* what is drawn black and white */
} Picture;

static bool picture_of(const NnrtInput *input, Picture *picture) {
    int64_t side = (int64_t)(sqrt((double)input->elements) + 0.5);
    picture->channels = 1;
    if (input->is_target || input->class_count) return false;
    if (input->rank == 1 && side * side == input->elements) {
        picture->height = picture->width = side;
    } else if (input->rank == 2 ||
               (input->rank == 3 && (input->dims[2] == 1 || input->dims[2] == 3))) {
        picture->height = input->dims[0];
        picture->width = input->dims[1];
        if (input->rank == 3) picture->channels = input->dims[2];
    } else {
        return false;
    }
    return picture->height >= LEAST_SIDE && picture->width >= LEAST_SIDE;
}

/* The first input that can be drawn, scaled by its values in the rows. */
static Picture find_picture(const NnrtReport *report, const int64_t *rows, int64_t count) {
    const NnrtModel *model = report->training->session.model;
    Picture picture = {.input = -1, .high = 1};
    for (int64_t i = 0; i < model->input_count && picture.input < 0; i++)
        if (picture_of(&model->inputs[i], &picture)) picture.input = i;
    if (picture.input < 0) return picture;
    int64_t side = picture.height > picture.width ? picture.height : picture.width;
    picture.step = (side + MOST_SIDE - 1) / MOST_SIDE;
    const NnrtInput *input = &model->inputs[picture.input];
    if (input->is_image) return picture;
    picture.low = INFINITY;
    picture.high = -INFINITY;
    for (int64_t i = 0; i < count; i++)
        for (int64_t e = 0; e < input->elements; e++) {
            double value = nnrt_table_value(report->rows.table, (int)picture.input, rows[i], e);
            picture.low = fmin(picture.low, value);
            picture.high = fmax(picture.high, value);
        }
    return picture;
}

static void put_picture(NnrtPage *page, const NnrtReport *report, const Picture *picture,
                        int64_t row) {
    unsigned char bytes[MOST_SIDE * MOST_SIDE * 3];
    int64_t step = picture->step, width = picture->width / step, height = picture->height / step;
    int64_t channels = picture->channels, at = 0;
    double range = picture->high > picture->low ? picture->high - picture->low : 1;
    for (int64_t y = 0; y < height; y++)
        for (int64_t x = 0; x < width; x++)
            for (int64_t c = 0; c < channels; c++) {
                int64_t element = (y * step * picture->width + x * step) * channels + c;
                double value =
                    nnrt_table_value(report->rows.table, (int)picture->input, row, element);
                double shade = (value - picture->low) / range;
                bytes[at++] = (unsigned char)(255 * fmin(fmax(shade, 0), 1) + 0.5);
            }
    nnrt_page_put(page, "<img src='");
    nnrt_page_png(page, bytes, (int)width, (int)height, (int)channels);
    nnrt_page_format(page, "' width=%lld height=%lld alt='sample of row %lld'>", (long long)width,
                     (long long)height, (long long)row + 1);
}

/* What the model says of sample `sample` of the chunk, and what is true. */
typedef struct Saying {
    const NnrtReport *report;
    const NnrtFindings *findings;
    const NnrtResult *output;
    int64_t sample, row;
} Saying;

static int64_t truth_of(const Saying *saying) {
    return (int64_t)nnrt_table_value(saying->report->rows.table, (int)saying->findings->target,
                                     saying->row, 0);
}

static void put_class(NnrtPage *page, const Saying *saying, int64_t class) {
    char buffer[24];
    const char *const *names =
        nnrt_table_class_names(saying->report->rows.table, (int)saying->findings->target);
    double share = nnrt_class_probability(&saying->report->training->session, saying->output,
                                          saying->sample, class);
    nnrt_page_put(page, "<b>");
    nnrt_page_text(page, nnrt_class_name(names, class, buffer), NAME);
    nnrt_page_format(page, "</b> %.3g&nbsp;%%", 100 * share);
}

static bool is_wrong(const Saying *saying) {
    return saying->findings->is_class &&
           truth_of(saying) !=
               nnrt_class_guess(&saying->report->training->session, saying->output, saying->sample);
}

/* "7 97 %", or some numbers. */
static void put_said(NnrtPage *page, const Saying *saying) {
    const NnrtSession *session = &saying->report->training->session;
    if (saying->findings->is_class) {
        put_class(page, saying, nnrt_class_guess(session, saying->output, saying->sample));
        return;
    }
    for (int64_t e = 0; e < saying->output->elements && e < VALUES; e++)
        nnrt_page_format(page, "%s%.4g", e ? ", " : "",
                         nnrt_result_value(session, saying->output, saying->sample, e));
    if (saying->output->elements > VALUES) nnrt_page_put(page, ", ...");
}

static void put_truth(NnrtPage *page, const Saying *saying) {
    if (saying->findings->target < 0) return;
    if (saying->findings->is_class) {
        put_class(page, saying, truth_of(saying));
        return;
    }
    for (int64_t e = 0; e < saying->output->elements && e < VALUES; e++)
        nnrt_page_format(page, "%s%.4g", e ? ", " : "",
                         nnrt_table_value(saying->report->rows.table, (int)saying->findings->target,
                                          saying->row, e));
}

static void put_card(NnrtPage *page, const Saying *saying, const Picture *picture) {
    bool wrong = is_wrong(saying);
    nnrt_page_format(page, "<figure class='card%s'>", wrong ? " wrong" : "");
    put_picture(page, saying->report, picture, saying->row);
    nnrt_page_put(page, "<figcaption>");
    put_said(page, saying);
    if (wrong || !saying->findings->is_class) {
        nnrt_page_put(page, "<br><span>is ");
        put_truth(page, saying);
        nnrt_page_put(page, "</span>");
    }
    nnrt_page_put(page, "</figcaption></figure>");
}

/* Calls the head's or a row's cell for the first values of the inputs. */
static void put_inputs(NnrtPage *page, const NnrtReport *report, int64_t row) {
    const NnrtTable *table = report->rows.table;
    const NnrtModel *model = report->training->session.model;
    int64_t shown = 0;
    for (int64_t i = 0; i < model->input_count; i++) {
        const NnrtColumn *column =
            &report->training->data.tables[0].columns[i]; /* which has the names */
        for (int64_t e = 0; e < column->width && !model->inputs[i].is_target && shown < COLUMNS;
             e++, shown++) {
            char buffer[24];
            if (row < 0) {
                nnrt_page_put(page, "<th scope=col>");
                nnrt_page_text(
                    page, column->columns_found ? column->columns_found[e] : model->inputs[i].name,
                    NAME);
                if (!column->columns_found && column->width > 1)
                    nnrt_page_format(page, "[%lld]", (long long)e);
                continue;
            }
            double value = nnrt_table_value(table, (int)i, row, e);
            nnrt_page_put(page, "<td>");
            if (model->inputs[i].class_count)
                nnrt_page_text(
                    page,
                    nnrt_class_name(nnrt_table_class_names(table, (int)i), (int64_t)value, buffer),
                    NAME);
            else
                nnrt_page_number(page, value);
        }
    }
}

static void put_row(NnrtPage *page, const Saying *saying) {
    nnrt_page_format(page, "<tr%s><th scope=row>%lld", is_wrong(saying) ? " class=wrong" : "",
                     (long long)saying->row + 1);
    put_inputs(page, saying->report, saying->row);
    nnrt_page_put(page, "<td>");
    put_said(page, saying);
    nnrt_page_put(page, "<td>");
    put_truth(page, saying);
}

void nnrt_report_samples(NnrtPage *page, const NnrtReport *report, const NnrtFindings *findings,
                         const int64_t *rows, int64_t count) {
    NnrtSession *session = &report->training->session;
    const NnrtView *view = nnrt_view(session->model, NNRT_VIEW_EVALUATE, 0);
    Saying saying = {report, findings, nnrt_view_result(view, NNRT_RESULT_OUTPUT, findings->output),
                     0, 0};
    if (!saying.output) return;
    Picture picture = find_picture(report, rows, count);
    if (picture.input >= 0) {
        nnrt_page_put(page, "<div class=cards>");
    } else {
        nnrt_page_put(page, "<div class=scroll tabindex=0 role=region aria-label='Samples'><table "
                            "class=list><thead><tr><th scope=col>row");
        put_inputs(page, report, -1);
        nnrt_page_put(page, "<th scope=col>model says<th scope=col>is<tbody>");
    }
    session->context.step = 0;
    for (int64_t first = 0; first < count; first += session->context.capacity) {
        int64_t chunk = count - first;
        if (chunk > session->context.capacity) chunk = session->context.capacity;
        nnrt_gather(session, report->rows.table, rows + first, 0, chunk);
        nnrt_run(session, view, chunk);
        for (saying.sample = 0; saying.sample < chunk; saying.sample++) {
            saying.row = rows[first + saying.sample];
            if (picture.input >= 0)
                put_card(page, &saying, &picture);
            else
                put_row(page, &saying);
        }
    }
    nnrt_page_put(page, picture.input >= 0 ? "</div>" : "</table></div>");
}
