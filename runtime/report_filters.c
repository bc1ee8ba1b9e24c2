/* report_filters.c: the weights that see the model's picture first: a picture for each filter of a
 * convolution or unit of a dense layer.
 *
 * Each is drawn symmetrically about 0 by its own largest weight, which is written below it: by one
 * scale for all, a strong one would leave the others grey, and behind a normalisation its strength
 * says nothing. But one that is next to nothing stays grey, or it would look like the best.
 */

#include "runtime/report.h"

#include <math.h>

/* So many filters at most; fewer, but some, where each has many numbers. */
enum { MOST = 64, SOME = 8, MOST_NUMBERS = MOST * 32 * 32 * 3 };

typedef struct Filter {
    const NnrtSession *session;
    const NnrtVariable *weights;
    int64_t index, count; /* which one of how many */
} Filter;

static double weight(const void *user, int64_t element) {
    const Filter *filter = user;
    return nnrt_variable_element(filter->session, filter->weights,
                                 element * filter->count + filter->index);
}

static double largest(const Filter *filter, int64_t numbers) {
    double most = 0;
    for (int64_t e = 0; e < numbers; e++)
        if (fabs(weight(filter, e)) > most) most = fabs(weight(filter, e));
    return most;
}

void nnrt_report_filters(NnrtPage *page, const NnrtReport *report) {
    const NnrtSession *session = &report->training->session;
    const NnrtFilters *filters = session->model->filters;
    const int64_t *dims = filters->picture;
    const NnrtVariable *weights = &session->model->variables[filters->variable];
    Filter all = {session, weights, 0, 1}; /* as one */
    Filter filter = {session, weights, 0, weights->dims[weights->rank - 1]};
    int64_t numbers = dims[0] * dims[1] * dims[2], shown = MOST_NUMBERS / numbers;
    if (shown > MOST) shown = MOST;
    if (shown < SOME) shown = SOME;
    if (shown > filter.count) shown = filter.count;
    bool colours = dims[2] == 3;
    nnrt_page_pair(page, "<section id=filters><h2>First-layer filters</h2><p class=dim>What <b>",
                   weights->name);
    nnrt_page_pair(page, "</b> looks for in <b>", session->model->inputs[filters->input].name);
    nnrt_page_format(
        page,
        "</b>: %lld of %lld %s, %lld \xC3\x97 %lld%s. %s is 0, brighter is positive; "
        "each by its largest weight, written below, but at least a tenth of the largest "
        "of all."
        "<div class=cards style='--size:4rem;margin-top:1rem'>",
        (long long)shown, (long long)filter.count, weights->rank == 2 ? "units" : "filters",
        (long long)dims[0], (long long)dims[1], colours ? " in each colour" : "",
        colours ? "Half of a colour" : "Mid grey");
    double least = largest(&all, numbers * filter.count) / 10 + 1e-30;
    for (; filter.index < shown; filter.index++) {
        double most = largest(&filter, numbers), end = most > least ? most : least;
        nnrt_page_put(page, "<figure>");
        nnrt_report_picture(page, dims, -end, end, weight, &filter, "filter", filter.index + 1);
        nnrt_page_format(page, "<p class=dim>\xC2\xB1%.2g</figure>", most);
    }
    nnrt_page_put(page, "</div></section>");
}
