/* print.c: see print.h. The order of everything is that of the graph, never of memory. */

#include "graph/print.h"

#include <inttypes.h>

enum { COMMENT_COLUMN = 56 };

const char *result_word(ResultKind kind) {
    static const char *const words[] = {
        [RESULT_VARIABLE] = "variable",
        [RESULT_GRADIENT] = "gradient",
        [RESULT_LOSS] = "loss",
        [RESULT_SAMPLE_LOSS] = "sample_loss",
        [RESULT_PENALTY] = "penalty",
        [RESULT_LEARNING_RATE] = "learning_rate",
        [RESULT_ACCUMULATOR] = "accumulator",
        [RESULT_STATISTIC] = "statistic",
        [RESULT_METRIC] = "metric",
        [RESULT_OUTPUT] = "output",
        [RESULT_PICTURE] = "picture",
    };
    return kind <= RESULT_PICTURE ? words[kind] : NULL;
}

const char *runtime_word(RuntimeNumber number) {
    static const char *const words[] = {
        [RUNTIME_STEP] = "step",
        [RUNTIME_STEPS] = "steps",
        [RUNTIME_EPOCH] = "epoch",
        [RUNTIME_PLATEAUS] = "plateaus",
        [RUNTIME_SAMPLE_COUNT] = "sample_count",
    };
    return number <= RUNTIME_SAMPLE_COUNT ? words[number] : NULL;
}

/* ---- one node ---- */

static void print_list(Text *text, const int64_t *items, int count) {
    for (int i = 0; i < count; i++)
        text_format(text, "%s%" PRId64, i ? "," : "", items[i]);
}

static void print_literal(Text *text, const Node *node) {
    int64_t count = shape_elements(node->type.shape);
    text_add(text, " [");
    for (int64_t i = 0; i < count; i++) {
        if (i) text_add(text, ", ");
        text_number(text, node->attr.literal[i]);
    }
    text_add(text, "]");
}

static void print_axes(Text *text, uint32_t axes) {
    const char *separator = " axes=";
    if (!axes) text_add(text, separator);
    for (int axis = 0; axis < MAX_RANK; axis++) {
        if (!(axes >> axis & 1)) continue;
        text_format(text, "%s%d", separator, axis);
        separator = ",";
    }
}

/* What is 1 everywhere, and padding that is not there, is left out. */
static void print_window(Text *text, const Window *window) {
    const struct {
        const char *name;
        const int64_t *pair;
        int64_t usual;
    } pairs[] = {{"size", window->size, 0},         {"stride", window->stride, 1},
                 {"dilation", window->dilation, 1}, {"before", window->before, 0},
                 {"after", window->after, 0},       {"extent", window->extent, 0}};
    for (int i = 0; i < 6; i++) {
        const int64_t *pair = pairs[i].pair;
        if (pair[0] == pairs[i].usual && pair[1] == pairs[i].usual) continue;
        text_format(text, " %s=", pairs[i].name);
        print_list(text, pair, 2);
    }
    if (window->groups != 1) text_format(text, " groups=%" PRId64, window->groups);
}

static void print_attr(Text *text, const Node *node) {
    const Attr *attr = &node->attr;
    int rank = node->type.shape.rank;
    switch (op_table[node->op].attr) {
    case ATTR_NONE: break;
    case ATTR_NUMBER:
        text_add_char(text, ' ');
        text_number(text, attr->number);
        break;
    case ATTR_LITERAL: print_literal(text, node); break;
    case ATTR_INDEX: text_format(text, " index=%" PRId64, attr->index); break;
    case ATTR_STREAM: text_format(text, " stream=%" PRId64, attr->index); break;
    case ATTR_RUNTIME:
        text_format(text, " %s", runtime_word(attr->runtime));
        if (attr->runtime == RUNTIME_PLATEAUS) text_format(text, " index=%" PRId64, attr->index);
        break;
    case ATTR_TRANSPOSE:
        if (attr->transpose_a) text_add(text, " transpose_a");
        if (attr->transpose_b) text_add(text, " transpose_b");
        break;
    case ATTR_AXES: print_axes(text, attr->axes); break;
    case ATTR_AXIS: text_format(text, " axis=%d", attr->axis); break;
    case ATTR_PERMUTATION:
        text_add(text, " order=");
        for (int i = 0; i < rank; i++)
            text_format(text, "%s%d", i ? "," : "", attr->order[i]);
        break;
    case ATTR_SLICE:
        text_format(text, " axis=%d from=%" PRId64 " to=%" PRId64, attr->axis, attr->from,
                    attr->to);
        break;
    case ATTR_PAD:
        text_add(text, " before=");
        print_list(text, attr->before, rank);
        text_add(text, " after=");
        print_list(text, attr->after, rank);
        text_add(text, " value=");
        text_number(text, attr->number);
        break;
    case ATTR_WINDOW: print_window(text, &attr->window); break;
    }
}

/* True when operand i is one number for every element and is printed as that. */
static bool is_inline(const Node *node, int32_t i, double *number) {
    if (!(op_table[node->op].properties & OP_IS_ELEMENTWISE)) return false;
    const Node *operand = node->operands[i];
    if (operand->op == OP_BROADCAST) operand = operand->operands[0];
    if (operand->op != OP_CONSTANT) return false;
    *number = operand->attr.number;
    return true;
}

void node_print(Text *text, const Node *node, const int32_t *numbers) {
    text_format(text, "%s ", op_table[node->op].name);
    type_print(text, node->type);
    for (int32_t i = 0; i < node->operand_count; i++) {
        int32_t id = node->operands[i]->id;
        double number;
        if (is_inline(node, i, &number)) {
            text_add_char(text, ' ');
            text_number(text, number);
        } else {
            text_format(text, " %%%" PRId32, numbers ? numbers[id] : id);
        }
    }
    print_attr(text, node);
}

/* ---- what stands behind # ---- */

void origin_print(Text *text, const Origin *origin) {
    const char *path = origin && origin->path ? origin->path : "";
    const Origin *place = origin;
    while (place && (!place->range.source || place->range.source->is_library))
        place = place->caller;
    if (place)
        text_format(text, "%s:%" PRIu32, place->range.source->path,
                    source_place(place->range.source, place->range.begin).line);
    if (path[0]) text_format(text, "%s%s", place ? " " : "", path);
}

static const char *leaf_name(const Node *node, const Model *model) {
    int64_t index = node->attr.index;
    if (!model || index < 0) return "";
    switch (node->op) {
    case OP_INPUT: return index < model->inputs.count ? model->inputs.items[index].name : "";
    case OP_VARIABLE:
    case OP_GRADIENT:
        return index < model->variables.count ? model->variables.items[index].name : "";
    case OP_HYPER: return index < model->hypers.count ? model->hypers.items[index].name : "";
    default: return "";
    }
}

static const char *result_name(const ViewResult *result, const Model *model) {
    int64_t index = result->index;
    if (!model) return "";
    switch (result->kind) {
    case RESULT_VARIABLE:
    case RESULT_GRADIENT:
    case RESULT_STATISTIC:
        return index < model->variables.count ? model->variables.items[index].name : "";
    case RESULT_METRIC: return index < model->metrics.count ? model->metrics.items[index].name : "";
    case RESULT_OUTPUT: return index < model->outputs.count ? model->outputs.items[index].name : "";
    default: return "";
    }
}

/* Ends a line that began at `begin`, with its comment in a column of its own. */
static void end_line(Text *text, size_t begin, const char *comment) {
    if (comment && comment[0]) {
        size_t length = text->length - begin;
        text_indent(text, length + 2 < COMMENT_COLUMN ? COMMENT_COLUMN - (int)length : 2);
        text_format(text, "# %s", comment);
    }
    text_add_char(text, '\n');
}

static bool has_index(ResultKind kind) {
    switch (kind) {
    case RESULT_LOSS:
    case RESULT_SAMPLE_LOSS:
    case RESULT_PENALTY:
    case RESULT_LEARNING_RATE: return false;
    default: return true;
    }
}

/* The nodes that have a line of their own, by id: those that are not printed as numbers only. */
static bool *find_printed(Arena *arena, const View *view, const NodeVec *nodes, int64_t count) {
    bool *printed = ARENA_ARRAY(arena, bool, count);
    for (int64_t i = 0; i < view->results.count; i++)
        printed[view->results.items[i].node->id] = true;
    for (int64_t i = nodes->count; i-- > 0;) {
        const Node *node = nodes->items[i];
        double number;
        for (int32_t k = 0; printed[node->id] && k < node->operand_count; k++)
            if (!is_inline(node, k, &number)) printed[node->operands[k]->id] = true;
    }
    return printed;
}

void view_print(Text *text, const View *view, const Model *model) {
    NodeVec nodes = view_nodes(text->arena, view);
    int64_t count = nodes.count ? nodes.items[nodes.count - 1]->id + 1 : 0;
    int32_t *numbers = ARENA_ARRAY(text->arena, int32_t, count), next = 0;
    bool *printed = find_printed(text->arena, view, &nodes, count);
    text_format(text, "view %s\n", view->name);
    for (int64_t i = 0; i < nodes.count; i++) {
        const Node *node = nodes.items[i];
        if (!printed[node->id]) continue;
        numbers[node->id] = next++;
        size_t begin = text->length;
        text_format(text, "  %%%" PRId32 " = ", numbers[node->id]);
        node_print(text, node, numbers);
        Text comment;
        text_init(&comment, text->arena);
        text_add(&comment, leaf_name(node, model));
        if (!comment.length) origin_print(&comment, node->origin);
        end_line(text, begin, comment.chars);
    }
    for (int64_t i = 0; i < view->results.count; i++) {
        const ViewResult *result = &view->results.items[i];
        size_t begin = text->length;
        text_format(text, "  %s", result_word(result->kind));
        if (has_index(result->kind)) text_format(text, " %" PRId64, result->index);
        text_format(text, " = %%%" PRId32, numbers[result->node->id]);
        end_line(text, begin, result_name(result, model));
    }
}

/* ---- the model's ends ---- */

static const char *role_word(VariableRole role) {
    switch (role) {
    case ROLE_PARAMETER: return "parameter";
    case ROLE_STATE: return "state";
    case ROLE_STATISTIC: return "statistic";
    case ROLE_OPTIMIZER: return "optimizer";
    case ROLE_JOINED: return "joined";
    }
    return "";
}

void model_print(Text *text, const Model *model) {
    text_format(text, "model %s\n", model->name ? model->name : "");
    for (int64_t i = 0; i < model->inputs.count; i++) {
        const ModelInput *input = &model->inputs.items[i];
        text_format(text, "  %s %" PRId64 " ", input->is_target ? "target" : "input", i);
        type_print(text, input->type);
        text_format(text, " %s\n", input->name);
    }
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        text_format(text, "  %s %" PRId64 " ", role_word(variable->role), i);
        type_print(text, variable->type);
        text_format(text, " %s%s%s\n", variable->name, variable->is_weight ? " weight" : "",
                    variable->frozen ? " frozen" : "");
    }
    for (int64_t i = 0; i < model->hypers.count; i++) {
        text_format(text, "  hyper %" PRId64 " %s = ", i, model->hypers.items[i].name);
        text_number(text, model->hypers.items[i].value);
        text_add_char(text, '\n');
    }
    for (int64_t i = 0; i < model->outputs.count; i++) {
        text_format(text, "  output %" PRId64 " ", i);
        type_print(text, model->outputs.items[i].node->type);
        text_format(text, " %s\n", model->outputs.items[i].name);
    }
    for (int64_t i = 0; i < model->metrics.count; i++)
        text_format(text, "  metric %" PRId64 " %s\n", i, model->metrics.items[i].name);
}
