/* report_network.c: the network as boxes from top to bottom: inputs, layers, outputs; in tenths of
 * a pixel.
 *
 * An edge to the next box is straight, others pass on the right in lanes. Targets are not shown.
 */

#include "runtime/report.h"

#include <string.h>

enum { BOX = 3400, HIGH = 460, STEP = 680, LANES = 6, LANE = 90, MOST = 100, CALL = 42 };

/* The row of a source: inputs that are no targets first, then layers. */
static int row_of(const NnrtModel *model, int inputs, int64_t source) {
    if (source >= 0) return inputs + (int)source;
    int row = 0;
    for (int64_t i = 0; i < -1 - source; i++)
        row += !model->inputs[i].is_target;
    return row;
}

static void put_edge(NnrtPage *page, int from, int to) {
    if (to == from + 1)
        nnrt_page_format(page, "<path class=w d='M%d %dv%d'/>", BOX / 2, from * STEP + HIGH + 20,
                         STEP - HIGH - 20);
    else
        nnrt_page_format(page, "<path class=w d='M%d %dH%dV%dH%d'/>", BOX, from * STEP + HIGH / 2,
                         BOX + 80 + (from + to) % LANES * LANE, to * STEP + HIGH / 2, BOX);
}

/* Of a name as it is shown. */
static int name_length(const char *name) {
    const char *end = memchr(name, 0, CALL / 2);
    return end ? (int)(end - name) : CALL / 2;
}

/* A box with its name, the call or what else it is, its shape, parameters and their share of all.
 */
static void put_box(NnrtPage *page, int row, const NnrtLayer *layer, const char *what,
                    int64_t total) {
    int y = row * STEP + 10;
    nnrt_page_format(page,
                     "<rect class=%s x=10 y=%d width=%d height=%d rx=60 /><rect class=da x=120 "
                     "y=%d width=%d height=30 /><text x=120 y=%d><tspan class=strong>",
                     layer->call ? "box" : "io", y, BOX - 20, HIGH, y + HIGH - 60,
                     total ? (int)(layer->parameters * (BOX - 240) / total) : 0, y + 180);
    nnrt_page_text(page, layer->path, CALL / 2);
    nnrt_page_put(page, "</tspan> ");
    nnrt_page_text(page, what, CALL - name_length(layer->path));
    nnrt_page_format(page, "</text><text x=120 y=%d>", y + 340);
    for (int64_t i = 0; i < layer->rank; i++)
        nnrt_page_format(page, i ? " \xC3\x97 %lld" : "%lld", (long long)layer->dims[i]);
    if (!layer->rank) nnrt_page_put(page, "one number");
    if (layer->parameters) {
        nnrt_page_whole(page, "; ", layer->parameters);
        nnrt_page_put(page, " parameters");
    }
    nnrt_page_put(page, "</text>");
}

void nnrt_report_network(NnrtPage *page, const NnrtModel *model) {
    int inputs = 0, row = 0;
    int64_t total = 0, layers = model->layer_count < MOST ? model->layer_count : MOST;
    for (int64_t i = 0; i < model->input_count; i++)
        inputs += !model->inputs[i].is_target;
    for (int64_t i = 0; i < model->layer_count; i++)
        total += model->layers[i].parameters;
    nnrt_page_format(page,
                     "<section id=network><h2>Network</h2><svg class=net viewBox='0 0 %d %d' "
                     "role=img aria-label='inputs, layers, outputs'>",
                     BOX + 80 + LANES * LANE, (inputs + (int)layers) * STEP);
    for (int64_t i = 0; i < layers; i++)
        for (int64_t s = 0; s < model->layers[i].source_count; s++)
            put_edge(page, row_of(model, inputs, model->layers[i].sources[s]), inputs + (int)i);
    for (int64_t i = 0; i < model->input_count; i++) {
        const NnrtInput *input = &model->inputs[i];
        NnrtLayer layer = {.path = input->name, .rank = input->rank, .dims = input->dims};
        if (!input->is_target)
            put_box(page, row++, &layer, input->class_count ? "class" : "input", total);
    }
    for (int64_t i = 0; i < layers; i++)
        put_box(page, row++, &model->layers[i],
                model->layers[i].call ? model->layers[i].call : "output", total);
    nnrt_page_pair(page, "</svg><details><summary>All layers</summary><pre tabindex=0>",
                   model->summary);
    nnrt_page_put(page, "</pre></details></section>");
}
