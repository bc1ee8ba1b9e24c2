/* report_network.c: the network as boxes from top to bottom: inputs, layers, outputs.
 *
 * What a box feeds stands below it; an edge to the next box is straight, others pass on the right
 * in lanes. Targets are not shown.
 */

#include "runtime/report.h"

#include <stdio.h>
#include <string.h>

enum { BOX = 340, HIGH = 46, STEP = 68, LANES = 6, LANE = 9, MOST = 100, CALL = 46 };

static void put_shape(NnrtPage *page, int64_t rank, const int64_t *dims) {
    nnrt_page_put(page, rank ? "[" : "number");
    for (int64_t i = 0; i < rank; i++)
        nnrt_page_format(page, i ? ", %lld" : "%lld", (long long)dims[i]);
    if (rank) nnrt_page_put(page, "]");
}

/* The row of a source: inputs that are no targets first, then layers. */
static int64_t row_of(const NnrtModel *model, int64_t inputs, int64_t source) {
    if (source >= 0) return inputs + source;
    int64_t row = 0;
    for (int64_t i = 0; i < -1 - source; i++)
        row += !model->inputs[i].is_target;
    return row;
}

static void put_edge(NnrtPage *page, int64_t from, int64_t to) {
    long long top = from * STEP + HIGH + 2, bottom = to * STEP;
    if (to == from + 1) {
        nnrt_page_format(page, "<path class=w d='M%d %lldV%lld'/>", BOX / 2, top, bottom);
        return;
    }
    long long x = BOX + 8 + (from + to) % LANES * LANE;
    nnrt_page_format(page, "<path class=w d='M%d %lldH%lldV%lldH%d'/>", BOX, top - HIGH / 2, x,
                     bottom + HIGH / 2, BOX + 3);
}

/* A box with the bold text of `name`, the smaller one of `call`, shape and parameters. */
static void put_box(NnrtPage *page, int64_t row, const char *kind, const char *name,
                    const char *call, int64_t rank, const int64_t *dims, int64_t parameters,
                    double share) {
    long long y = row * STEP + 1;
    nnrt_page_format(page, "<rect class=%s x=1 y=%lld width=%d height=%d rx=6 />", kind, y, BOX - 2,
                     HIGH);
    if (share > 0)
        nnrt_page_format(page, "<rect class=share x=12 y=%lld width=%.1f height=3 rx=1.5 />",
                         y + HIGH - 6, share * (BOX - 24));
    nnrt_page_format(page, "<text x=12 y=%lld><tspan class=strong>", y + 18);
    nnrt_page_text(page, name, 24);
    nnrt_page_put(page, "</tspan> ");
    nnrt_page_text(page, call, CALL - (int)(strlen(name) < 24 ? strlen(name) : 24));
    nnrt_page_format(page, "</text><text class=dim x=12 y=%lld>", y + 34);
    put_shape(page, rank, dims);
    if (parameters) {
        nnrt_page_put(page, " \xC2\xB7 ");
        nnrt_page_whole(page, parameters);
        nnrt_page_put(page, " parameters");
    }
    nnrt_page_put(page, "</text>");
}

void nnrt_report_network(NnrtPage *page, const NnrtModel *model) {
    int64_t inputs = 0, total = 0, layers = model->layer_count;
    for (int64_t i = 0; i < model->input_count; i++)
        inputs += !model->inputs[i].is_target;
    for (int64_t i = 0; i < layers; i++)
        total += model->layers[i].parameters;
    int64_t rows = inputs + layers, shown = rows < MOST ? rows : MOST;
    nnrt_page_format(page,
                     "<section id=network><h2>Network</h2><svg class=net viewBox='0 0 %d %lld' "
                     "role=img aria-label='The network: inputs, layers, outputs'>",
                     BOX + 8 + LANES * LANE, (long long)(shown * STEP - STEP + HIGH + 4));
    for (int64_t i = 0; i < layers && inputs + i < shown; i++)
        for (int64_t s = 0; s < model->layers[i].source_count; s++)
            put_edge(page, row_of(model, inputs, model->layers[i].sources[s]), inputs + i);
    int64_t row = 0;
    for (int64_t i = 0; i < model->input_count && row < shown; i++) {
        const NnrtInput *input = &model->inputs[i];
        char call[40];
        snprintf(call, sizeof call, input->class_count ? "input, %lld classes" : "input",
                 (long long)input->class_count);
        if (!input->is_target)
            put_box(page, row++, "io", input->name, call, input->rank, input->dims, 0, 0);
    }
    for (int64_t i = 0; i < layers && row < shown; i++) {
        const NnrtLayer *layer = &model->layers[i];
        put_box(page, row++, layer->call ? "box" : "io", layer->path,
                layer->call ? layer->call : "output", layer->rank, layer->dims, layer->parameters,
                total ? (double)layer->parameters / (double)total : 0);
    }
    nnrt_page_put(page, "</svg>");
    if (shown < rows)
        nnrt_page_format(page, "<p class=note>%lld more are not drawn.</p>",
                         (long long)(rows - shown));
    nnrt_page_put(page, "<details><summary>Table of layers</summary><pre tabindex=0>");
    nnrt_page_text(page, model->summary, 0);
    nnrt_page_put(page, "</pre></details></section>");
}
