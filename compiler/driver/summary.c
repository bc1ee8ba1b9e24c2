/* summary.c: the table of layers of a model: what `nnc check` and the program's `summary` print.
 *
 * Parameters of a layer are the variables under its path; operations are counted once for a
 * sample's forward pass: 2 i k m for a product, 2 a tap and channel for each element of a
 * convolution, one a tap for a pool, one an element for everything else that computes.
 */

#include "driver/compilation.h"
#include "graph/layer_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "1,234,567" */
static const char *grouped(Arena *arena, int64_t number) {
    const char *digits = arena_format(arena, "%lld", (long long)number);
    Text text;
    text_init(&text, arena);
    size_t length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0 && digits[i - 1] != '-') text_add_char(&text, ',');
        text_add_char(&text, digits[i]);
    }
    return text.chars;
}

/* "19.2 KB" */
static const char *bytes_text(Arena *arena, double bytes) {
    static const char *const units[] = {"bytes", "KB", "MB", "GB", "TB"};
    int unit = 0;
    while (bytes >= 1000 && unit < 4) {
        bytes /= 1000;
        unit++;
    }
    return arena_format(arena, unit ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
}

typedef struct Row {
    const char *layer, *shape, *parameters, *operations;
} Row;

static void add_row(Text *text, Row row, const int *widths) {
    text_format(text, "  %-*s  %-*s  %*s  %*s\n", widths[0], row.layer, widths[1], row.shape,
                widths[2], row.parameters, widths[3], row.operations);
}

static void widen(Row row, int *widths) {
    const char *cells[] = {row.layer, row.shape, row.parameters, row.operations};
    for (int i = 0; i < 4; i++)
        if ((int)strlen(cells[i]) > widths[i]) widths[i] = (int)strlen(cells[i]);
}

static const char *shape_words_of(Arena *arena, Shape shape) {
    Text text;
    text_init(&text, arena);
    shape_print(&text, shape);
    return text.chars;
}

enum { NAME_WIDTH = 12 }; /* at least */

/* The column of names: as wide as the longest of inputs and layers. */
static int name_width(const Model *model) {
    int width = NAME_WIDTH;
    for (int64_t i = 0; i < model->inputs.count; i++) {
        int length = (int)strlen(model->inputs.items[i].name);
        if (!model->inputs.items[i].is_target && length > width) width = length;
    }
    for (int64_t i = 0; i < model->layers.count; i++) {
        int length = (int)strlen(model->layers.items[i].path);
        if (length > width) width = length;
    }
    return width;
}

static Row layer_row(Arena *arena, int width, const LayerLine *layer, const LayerFact *fact) {
    return (Row){arena_format(arena, "%-*s %s", width, layer->path, layer->call),
                 shape_words_of(arena, layer->result->type.shape),
                 fact->parameters ? grouped(arena, fact->parameters) : "",
                 grouped(arena, fact->operations)};
}

const char *compilation_summary(Compilation *compilation) {
    Arena *arena = &compilation->arena;
    const Model *model = &compilation->model;
    const int width = name_width(model);
    VEC(Row) rows = {0};
    Row head = {"layer", "output", "parameters", "operations"};
    VEC_PUSH(arena, rows, head);
    for (int64_t i = 0; i < model->inputs.count; i++) {
        const ModelInput *input = &model->inputs.items[i];
        if (input->is_target) continue;
        Row row = {arena_format(arena, "%-*s input", width, input->name),
                   shape_words_of(arena, input->type.shape), "", ""};
        VEC_PUSH(arena, rows, row);
    }
    const LayerFact *facts = layer_facts(arena, model);
    for (int64_t i = 0; i < model->layers.count; i++) {
        Row row = layer_row(arena, width, &model->layers.items[i], &facts[i]);
        VEC_PUSH(arena, rows, row);
    }
    int64_t parameters = 0, trained = 0;
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        if (variable->role != ROLE_PARAMETER) continue;
        int64_t elements = shape_elements(variable->type.shape);
        parameters += elements;
        if (!variable->frozen) trained += elements;
    }
    int widths[4] = {0};
    for (int64_t i = 0; i < rows.count; i++)
        widen(rows.items[i], widths);
    Text text;
    text_init(&text, arena);
    text_format(&text, "model %s\n\n", model->name);
    for (int64_t i = 0; i < rows.count; i++)
        add_row(&text, rows.items[i], widths);
    text_format(&text, "\n%s parameters", grouped(arena, parameters));
    if (trained != parameters) text_format(&text, ", %s of them trained", grouped(arena, trained));
    text_format(&text, ", %s\n",
                bytes_text(arena, (double)parameters * (model->train.double_precision ? 8 : 4)));
    if (model->has_optimizer) text_format(&text, "optimizer %s\n", model->train.optimizer_text);
    return text.chars;
}
