/* network.c: see network.h.
 *
 * Boxes stand below each other in the order of the model: inputs, layers, outputs. An arrow to the
 * next box is straight; all others run in lanes beside the boxes, each in the first lane that is
 * free over its length. Lanes have a number, so that a picture stays a picture whatever the model.
 */

#include "driver/network.h"

#include <inttypes.h>
#include <string.h>

#include "graph/layer_facts.h"

enum {
    BOX = 470, /* width */
    HIGH = 46, /* height */
    STEP = 72, /* from box to box */
    MARGIN = 24,
    HEAD = 64, /* above the first box */
    LANE = 16, /* between lanes */
    LANES_MOST = 40,
    NAME_MOST = 52, /* characters of a name and call */
};

VEC_TYPE(RowVec, int64_t);

/* One box. */
typedef struct Box {
    const char *name, *what; /* "conv_2", "conv(32, 3)" */
    Shape shape;
    int64_t parameters;
    int64_t source_count;
    const int64_t *sources; /* rows */
    bool is_end;            /* input or output */
} Box;

typedef struct Network {
    Arena *arena;
    Box *boxes;
    int64_t count;
    int64_t parameters; /* in all */
} Network;

/* Sources of layer_facts as rows; targets are no boxes. */
static void set_sources(Network *network, Box *box, const LayerFact *fact,
                        const int64_t *input_rows, int64_t inputs) {
    int64_t *rows = ARENA_ARRAY(network->arena, int64_t, fact->source_count);
    for (int64_t i = 0; i < fact->source_count; i++) {
        int64_t source = fact->sources[i];
        int64_t row = source >= 0 ? inputs + source : input_rows[-1 - source];
        if (row >= 0) rows[box->source_count++] = row;
    }
    box->sources = rows;
}

static Network network_of(Arena *arena, const Model *model) {
    LayerFact *facts = layer_facts(arena, model);
    int64_t layers = model->layers.count, outputs = model->outputs.count, inputs = 0;
    Network network = {.arena = arena};
    network.boxes = ARENA_ARRAY(arena, Box, model->inputs.count + layers + outputs);
    int64_t *input_rows = ARENA_ARRAY(arena, int64_t, model->inputs.count);
    for (int64_t i = 0; i < model->inputs.count; i++) {
        const ModelInput *input = &model->inputs.items[i];
        input_rows[i] = input->is_target ? -1 : inputs;
        if (input->is_target) continue;
        network.boxes[inputs++] = (Box){.name = input->name,
                                        .what = input->class_count ? "class" : "input",
                                        .shape = input->type.shape,
                                        .is_end = true};
    }
    network.count = inputs;
    for (int64_t i = 0; i < layers + outputs; i++) {
        Box *box = &network.boxes[network.count++];
        if (i < layers) {
            const LayerLine *layer = &model->layers.items[i];
            *box = (Box){.name = layer->path,
                         .what = layer->call,
                         .shape = layer->result->type.shape,
                         .parameters = facts[i].parameters};
        } else {
            const NamedNode *output = &model->outputs.items[i - layers];
            *box = (Box){.name = output->name,
                         .what = "output",
                         .shape = output->node->type.shape,
                         .is_end = true};
        }
        set_sources(&network, box, &facts[i], input_rows, inputs);
    }
    for (int64_t i = 0; i < model->variables.count; i++)
        if (model->variables.items[i].role == ROLE_PARAMETER)
            network.parameters += shape_elements(model->variables.items[i].type.shape);
    return network;
}

/* Characters that mean something in markup are written as what they stand for; at most `most`
 * characters (UTF-8), then an ellipsis. */
static void add_escaped(Text *text, const char *chars, int most) {
    int count = 0;
    for (; *chars; chars++) {
        bool begins = ((unsigned char)*chars & 0xc0) != 0x80;
        if (begins && count++ == most) {
            text_add(text, "\xe2\x80\xa6");
            return;
        }
        switch (*chars) {
        case '&': text_add(text, "&amp;"); break;
        case '<': text_add(text, "&lt;"); break;
        case '>': text_add(text, "&gt;"); break;
        case '"': text_add(text, "&quot;"); break;
        default: text_add_char(text, *chars);
        }
    }
}

/* 12,345 */
static void add_grouped(Text *text, int64_t number) {
    char digits[32];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count-- > 0) {
        text_add_char(text, digits[count]);
        if (count && count % 3 == 0) text_add_char(text, ',');
    }
}

/* 28 x 28 x 1, with the sign of multiplication. */
static void add_shape(Text *text, Shape shape) {
    for (int i = 0; i < shape.rank; i++)
        text_format(text, "%s%" PRId64, i ? " \xc3\x97 " : "", shape.dims[i]);
    if (shape.rank == 0) text_add(text, "one number");
}

/* ---- SVG ---- */

/* Plain colours, no variables: most programs that are not browsers know no more. */
static const char style[] =
    "<style>\n"
    "svg{color-scheme:light dark;font:14px system-ui,sans-serif}\n"
    ".page{fill:#fff}.box{fill:#f3f5f8;stroke:#97a3b3}.end{fill:#e3effc;stroke:#97a3b3}"
    ".bar{fill:#2f74c0}\n"
    "text{fill:#5b6675}.name{fill:#1b2430;font-weight:600}.title{font-size:18px}\n"
    ".wire{fill:none;stroke:#97a3b3;stroke-width:1.5}.tip{fill:#97a3b3}\n"
    "@media (prefers-color-scheme:dark){.page{fill:#14181e}.box{fill:#1f252d;stroke:#66727f}"
    ".end{fill:#1d3146;stroke:#66727f}.bar{fill:#6aaaf0}text{fill:#9aa7b6}.name{fill:#e8edf3}"
    ".wire{stroke:#66727f}.tip{fill:#66727f}}\n"
    "</style>\n";

/* The lane of an arrow from box `from` to box `to`: the first that is free. ends[lane] is the row
 * where what runs there ends. */
static int lane_of(int64_t *ends, int *lanes, int64_t from, int64_t to) {
    int lane = 0;
    while (lane < *lanes && ends[lane] > from)
        lane++;
    if (lane == LANES_MOST) lane = (int)((from + to) % LANES_MOST);
    if (lane == *lanes) (*lanes)++;
    if (to > ends[lane]) ends[lane] = to;
    return lane;
}

static int64_t top_of(int64_t row) {
    return HEAD + row * STEP;
}

static void add_tip(Text *text, int x, int64_t y, bool down) {
    if (down)
        text_format(text, "<path class=\"tip\" d=\"M%d %" PRId64 "l-5 -8h10z\"/>\n", x, y);
    else
        text_format(text, "<path class=\"tip\" d=\"M%d %" PRId64 "l8 -5v10z\"/>\n", x, y);
}

static void add_arrow(Text *text, int64_t *ends, int *lanes, int64_t from, int64_t to) {
    int middle = MARGIN + BOX / 2, right = MARGIN + BOX;
    if (to == from + 1) {
        text_format(text, "<path class=\"wire\" d=\"M%d %" PRId64 "V%" PRId64 "\"/>\n", middle,
                    top_of(from) + HIGH, top_of(to) - 6);
        add_tip(text, middle, top_of(to) - 1, true);
        return;
    }
    int x = right + LANE * (1 + lane_of(ends, lanes, from, to));
    int64_t begin = top_of(from) + HIGH * 2 / 3, end = top_of(to) + HIGH / 3;
    text_format(text,
                "<path class=\"wire\" d=\"M%d %" PRId64 "H%dq8 0 8 8V%" PRId64 "q0 8 -8 8H%d\"/>\n",
                right, begin, x - 8, end - 8, right + 6);
    add_tip(text, right + 1, end, false);
}

/* All arrows, in the order of where they begin, as lane_of() wants; gives the number of lanes. */
static int add_arrows(Text *text, const Network *network) {
    int64_t ends[LANES_MOST] = {0};
    int lanes = 0;
    RowVec *users = ARENA_ARRAY(network->arena, RowVec, network->count);
    for (int64_t to = 0; to < network->count; to++)
        for (int64_t i = 0; i < network->boxes[to].source_count; i++)
            VEC_PUSH(network->arena, users[network->boxes[to].sources[i]], to);
    for (int64_t from = 0; from < network->count; from++)
        for (int64_t i = 0; i < users[from].count; i++)
            add_arrow(text, ends, &lanes, from, users[from].items[i]);
    return lanes;
}

static void add_box(Text *text, const Network *network, int64_t row) {
    const Box *box = &network->boxes[row];
    int64_t y = top_of(row);
    text_format(text,
                "<rect class=\"%s\" x=\"%d\" y=\"%" PRId64
                "\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n",
                box->is_end ? "end" : "box", MARGIN, y, BOX, HIGH);
    if (box->parameters)
        text_format(
            text, "<rect class=\"bar\" x=\"%d\" y=\"%" PRId64 "\" width=\"%.1f\" height=\"3\"/>\n",
            MARGIN + 12, y + HIGH - 4,
            (double)box->parameters * (BOX - 24) / (double)network->parameters);
    text_format(text, "<text x=\"%d\" y=\"%" PRId64 "\"><tspan class=\"name\">", MARGIN + 12,
                y + 19);
    add_escaped(text, box->name, NAME_MOST / 2);
    text_add(text, "</tspan>  ");
    if (strcmp(box->name, box->what) != 0)
        add_escaped(text, box->what, NAME_MOST - (int)strnlen(box->name, NAME_MOST / 2));
    text_format(text, "</text>\n<text x=\"%d\" y=\"%" PRId64 "\">", MARGIN + 12, y + 37);
    add_shape(text, box->shape);
    text_add(text, "</text>\n");
    if (!box->parameters) return;
    text_format(text, "<text x=\"%d\" y=\"%" PRId64 "\" text-anchor=\"end\">", MARGIN + BOX - 12,
                y + 37);
    add_grouped(text, box->parameters);
    text_add(text, box->parameters == 1 ? " parameter</text>\n" : " parameters</text>\n");
}

void network_svg(Text *text, const Model *model) {
    Network network = network_of(text->arena, model);
    Text arrows;
    text_init(&arrows, text->arena);
    int lanes = add_arrows(&arrows, &network);
    int width = 2 * MARGIN + BOX + LANE * (lanes + 1);
    int64_t height = top_of(network.count) - (STEP - HIGH) + MARGIN;
    text_format(text,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%" PRId64
                "\" viewBox=\"0 0 %d %" PRId64 "\" role=\"img\">\n<title>",
                width, height, width, height);
    add_escaped(text, model->name, NAME_MOST);
    text_add(text, "</title>\n");
    text_add(text, style);
    text_format(text, "<rect class=\"page\" width=\"%d\" height=\"%" PRId64 "\"/>\n", width,
                height);
    text_format(text, "<text x=\"%d\" y=\"38\"><tspan class=\"name title\">", MARGIN);
    add_escaped(text, model->name, NAME_MOST / 2);
    text_add(text, "</tspan>  ");
    add_grouped(text, network.parameters);
    text_add(text, " parameters</text>\n");
    text_add(text, arrows.chars);
    for (int64_t row = 0; row < network.count; row++)
        add_box(text, &network, row);
    text_add(text, "</svg>\n");
}

/* ---- Graphviz ---- */

static void add_quoted(Text *text, const char *chars) {
    for (; *chars; chars++) {
        if (*chars == '"' || *chars == '\\') text_add_char(text, '\\');
        text_add_char(text, *chars);
    }
}

void network_dot(Text *text, const Model *model) {
    Network network = network_of(text->arena, model);
    text_add(text, "digraph \"");
    add_quoted(text, model->name);
    text_add(text, "\" {\n    node [shape=box, fontname=\"sans-serif\"];\n");
    for (int64_t row = 0; row < network.count; row++) {
        const Box *box = &network.boxes[row];
        text_format(text, "    n%" PRId64 " [label=\"", row);
        add_quoted(text, box->name);
        if (strcmp(box->name, box->what) != 0) {
            text_add(text, "  ");
            add_quoted(text, box->what);
        }
        text_add(text, "\\n");
        add_shape(text, box->shape);
        if (box->parameters) {
            text_add(text, ", ");
            add_grouped(text, box->parameters);
            text_add(text, " parameters");
        }
        text_add(text, box->is_end ? "\", style=rounded];\n" : "\"];\n");
    }
    for (int64_t row = 0; row < network.count; row++)
        for (int64_t i = 0; i < network.boxes[row].source_count; i++)
            text_format(text, "    n%" PRId64 " -> n%" PRId64 ";\n", network.boxes[row].sources[i],
                        row);
    text_add(text, "}\n");
}
