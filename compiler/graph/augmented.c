/* augmented.c: what augmentation makes of a picture, for the view of that name. See augmented.h.
 *
 * Every node gets a trace: which image input it comes from, and what else it depends on. The last
 * layer whose trace has one image and draws, and nothing learned or counted, is shown.
 *
 * Layers that only bring a picture to another scale by statistics of the data (standardize, minmax)
 * are passed over, wherever they stand: what follows them is shown as done to the picture itself,
 * in its own colours.
 */
#include "graph/augmented.h"

typedef enum TraceImage {
    IMAGE_NONE = -1,
    IMAGE_SEVERAL = -2
} TraceImage; /* or an input's index */

typedef struct Trace {
    int64_t image;
    bool draws, statistics, other;
} Trace;

static Trace own_trace(const Model *model, const Node *node) {
    Trace trace = {.image = IMAGE_NONE};
    switch (node->op) {
    case OP_INPUT: {
        const ModelInput *input = &model->inputs.items[node->attr.index];
        if (input->is_image && !input->is_target)
            trace.image = node->attr.index;
        else
            trace.other = true;
        break;
    }
    case OP_DRAW_UNIFORM:
    case OP_DRAW_NORMAL:
        trace.draws = node->type.batched;
        trace.other = !node->type.batched;
        break;
    case OP_VARIABLE:
        trace.statistics = model->variables.items[node->attr.index].role == ROLE_STATISTIC;
        trace.other = !trace.statistics;
        break;
    case OP_GRADIENT:
    case OP_ACCUMULATED: trace.other = true; break;
    default: break;
    }
    return trace;
}

static void join(Trace *trace, const Trace *more) {
    if (trace->image == IMAGE_NONE)
        trace->image = more->image;
    else if (more->image != IMAGE_NONE && more->image != trace->image)
        trace->image = IMAGE_SEVERAL;
    trace->draws |= more->draws;
    trace->statistics |= more->statistics;
    trace->other |= more->other;
}

/* By node id, of all nodes of the graph. */
static Trace *traces_of(const Model *model) {
    const Graph *graph = &model->graph;
    Trace *traces = ARENA_ARRAY(graph->arena, Trace, graph->nodes.count);
    for (int64_t id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph->nodes.items[id];
        traces[id] = own_trace(model, node);
        for (int32_t i = 0; i < node->operand_count; i++)
            join(&traces[id], &traces[node->operands[i]->id]);
    }
    return traces;
}

/* Puts images in the place of layers that scale them by statistics. */
static void pass_over_scaling(Model *model, const NodeVec *layers) {
    Graph *graph = &model->graph;
    int64_t count = graph->nodes.count;
    const Trace *traces = traces_of(model);
    Node **map = ARENA_ARRAY(graph->arena, Node *, count);
    for (int64_t i = 0; i < layers->count; i++) {
        const Node *node = layers->items[i];
        Trace trace = traces[node->id];
        if (trace.image < 0 || !trace.statistics || trace.draws || trace.other) continue;
        Node *image = model->inputs.items[trace.image].leaf;
        if (type_equal(node->type, image->type)) map[node->id] = image;
    }
    for (int64_t i = 0; i < layers->count; i++)
        layers->items[i] = graph_replace(graph, layers->items[i], map, count);
}

static bool is_picture(Type type) {
    if (!type.batched || type.shape.rank != 3) return false;
    int64_t channels = type.shape.dims[2];
    return channels == 1 || channels == 3 || channels == 4;
}

Node *augmented_picture(Model *model, const NodeVec *layers, int64_t *input) {
    pass_over_scaling(model, layers);
    const Trace *traces = traces_of(model);
    for (int64_t i = layers->count; i-- > 0;) {
        Node *node = layers->items[i];
        Trace trace = traces[node->id];
        if (trace.image < 0 || !trace.draws || trace.statistics || trace.other) continue;
        if (!is_picture(node->type)) continue;
        *input = trace.image;
        return node;
    }
    return NULL;
}
