/* summary.c: the table of layers of a model: what `nnc check` and the program's `summary` print.
 *
 * Parameters of a layer are the variables under its path; operations are counted once for a
 * sample's forward pass: 2 i k m for a product, 2 a tap and channel for each element of a
 * convolution, one a tap for a pool, one an element for everything else that computes.
 */

#include "driver/compilation.h"

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

/* Taps in the padding count like the others. */
static int64_t window_operations(const Node *node) {
    const int64_t *size = node->attr.window.size;
    int64_t results = shape_elements(node->type.shape);
    if (op_table[node->op].arity == 1) return size[0] * size[1] * results;
    Shape w = node->operands[1]->type.shape;
    if (node->op == OP_CONV_INPUT) results = shape_elements(node->operands[0]->type.shape);
    return 2 * size[0] * size[1] * w.dims[2] * results;
}

static int64_t node_operations(const Node *node) {
    if (op_table[node->op].properties & (OP_IS_LEAF | OP_IS_MOVEMENT)) return 0;
    if (node->op == OP_MATMUL) {
        const Shape *a = &node->operands[0]->type.shape;
        int64_t inner = node->attr.transpose_a ? a->dims[0] : a->dims[1];
        return 2 * inner * shape_elements(node->type.shape);
    }
    if (op_table[node->op].attr == ATTR_WINDOW) return window_operations(node);
    int64_t elements = shape_elements(node->type.shape);
    for (int i = 0; i < node->operand_count; i++) {
        int64_t more = shape_elements(node->operands[i]->type.shape);
        if (more > elements) elements = more;
    }
    return elements;
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

/* What a layer adds up to, found by its path. */
typedef struct LayerTotal {
    const char *path;
    int64_t order; /* in the model */
    int64_t parameters, operations;
} LayerTotal;

static int compare_paths(const void *a, const void *b) {
    return strcmp(((const LayerTotal *)a)->path, ((const LayerTotal *)b)->path);
}

static int compare_orders(const void *a, const void *b) {
    int64_t x = ((const LayerTotal *)a)->order, y = ((const LayerTotal *)b)->order;
    return (x > y) - (x < y);
}

/* The layer at the top whose path the first word of `path` is; NULL: none. */
static LayerTotal *layer_of(Arena *arena, LayerTotal *totals, int64_t count, const char *path) {
    LayerTotal key = {.path = path};
    size_t length = strcspn(path, ".");
    if (path[length]) key.path = arena_text(arena, path, length);
    return bsearch(&key, totals, (size_t)count, sizeof *totals, compare_paths);
}

/* In the order of the model's layers. */
static LayerTotal *layer_totals(Arena *arena, const Model *model) {
    int64_t count = model->layers.count;
    LayerTotal *totals = ARENA_ARRAY(arena, LayerTotal, count);
    if (count == 0) return totals;
    for (int64_t i = 0; i < count; i++)
        totals[i] = (LayerTotal){.path = model->layers.items[i].path, .order = i};
    qsort(totals, (size_t)count, sizeof *totals, compare_paths);
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        if (variable->role != ROLE_PARAMETER) continue;
        LayerTotal *total = layer_of(arena, totals, count, variable->name);
        if (total) total->parameters += shape_elements(variable->type.shape);
    }
    for (int64_t i = 0; i < model->graph.nodes.count; i++) {
        const Node *node = model->graph.nodes.items[i];
        if (!node->type.batched || !node->origin || !node->origin->path) continue;
        LayerTotal *total = layer_of(arena, totals, count, node->origin->path);
        if (total) total->operations += node_operations(node);
    }
    qsort(totals, (size_t)count, sizeof *totals, compare_orders);
    return totals;
}

static Row layer_row(Arena *arena, const LayerLine *layer, const LayerTotal *total) {
    return (Row){arena_format(arena, "%-12s %s", layer->path, layer->call),
                 shape_words_of(arena, layer->result->type.shape),
                 total->parameters ? grouped(arena, total->parameters) : "",
                 grouped(arena, total->operations)};
}

const char *compilation_summary(Compilation *compilation) {
    Arena *arena = &compilation->arena;
    const Model *model = &compilation->model;
    VEC(Row) rows = {0};
    Row head = {"layer", "output", "parameters", "operations"};
    VEC_PUSH(arena, rows, head);
    for (int64_t i = 0; i < model->inputs.count; i++) {
        const ModelInput *input = &model->inputs.items[i];
        if (input->is_target) continue;
        Row row = {arena_format(arena, "%-12s input", input->name),
                   shape_words_of(arena, input->type.shape), "", ""};
        VEC_PUSH(arena, rows, row);
    }
    const LayerTotal *totals = layer_totals(arena, model);
    for (int64_t i = 0; i < model->layers.count; i++) {
        Row row = layer_row(arena, &model->layers.items[i], &totals[i]);
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
