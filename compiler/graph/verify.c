/* verify.c: see verify.h. Looks at everything again from the rules, trusting no pass. */

#include "graph/verify.h"

#include "graph/print.h"

#include <inttypes.h>

static const char *describe(Arena *arena, const Node *node, const char *what) {
    Text text;
    text_init(&text, arena);
    text_format(&text, "%%%" PRId32 " = ", node->id);
    node_print(&text, node, NULL);
    text_format(&text, ": %s", what);
    return text.chars;
}

static const char *check_type(Arena *arena, const Node *node) {
    Type *types = ARENA_ARRAY(arena, Type, node->operand_count);
    for (int32_t i = 0; i < node->operand_count; i++) {
        if (node->operands[i]->id >= node->id) return "an operand comes later";
        types[i] = node->operands[i]->type;
    }
    Type result;
    const char *problem =
        infer_check(arena, node->op, &node->attr, types, node->operand_count, &node->type, &result);
    if (problem[0]) return problem;
    return type_equal(result, node->type) ? "" : "the type is not that of the operation";
}

static bool leaf_exists(const Node *node, const Model *model) {
    int64_t index = node->attr.index;
    if (index < 0) return false;
    switch (node->op) {
    case OP_INPUT:
        return index < model->inputs.count &&
               type_equal(node->type, model->inputs.items[index].type);
    case OP_VARIABLE:
        return index < model->variables.count &&
               type_equal(node->type, model->variables.items[index].type);
    case OP_ACCUMULATED:
        return index < model->accumulators.count &&
               type_equal(node->type, model->accumulators.items[index].leaf->type);
    case OP_HYPER: return index < model->hypers.count;
    case OP_DRAW_UNIFORM:
    case OP_DRAW_NORMAL: return index < model->draw_count;
    default: return true;
    }
}

static const char *check_leaf(const Node *node, const Model *model, const View *view) {
    if (node->op == OP_TRAINING) return "'training' is decided by the view";
    if (node->op == OP_GRADIENT) return "a gradient that was not worked out";
    if (!leaf_exists(node, model)) return "the model has no such thing, or of another type";
    if (node->op == OP_ACCUMULATED && view->kind != VIEW_REPORT)
        return "totals are known to the report alone";
    if (node->op == OP_INPUT && view->kind == VIEW_PREDICT &&
        model->inputs.items[node->attr.index].is_target)
        return "an output may not read a target";
    return "";
}

static const char *check_result(const ViewResult *result, const Model *model) {
    Type type = result->node->type;
    bool number = type.shape.rank == 0 && type.element == ELEMENT_REAL;
    switch (result->kind) {
    case RESULT_VARIABLE:
    case RESULT_GRADIENT:
        if (result->index < 0 || result->index >= model->variables.count) return "no such variable";
        return type_equal(type, model->variables.items[result->index].type)
                   ? ""
                   : "not of its variable's type";
    case RESULT_LOSS:
    case RESULT_PENALTY:
    case RESULT_LEARNING_RATE: return number && !type.batched ? "" : "not one number";
    case RESULT_SAMPLE_LOSS: return number && type.batched ? "" : "not one number a sample";
    case RESULT_ACCUMULATOR:
    case RESULT_STATISTIC: return type.batched ? "" : "not batched";
    case RESULT_METRIC: return type.batched ? "depends on a sample" : "";
    case RESULT_OUTPUT:
    case RESULT_PICTURE: return "";
    }
    return "no such kind";
}

const char *view_verify(Arena *arena, const Model *model, const View *view) {
    NodeVec nodes = view_nodes(arena, view);
    for (int64_t i = 0; i < nodes.count; i++) {
        const Node *node = nodes.items[i];
        const char *problem = check_type(arena, node);
        if (!problem[0]) problem = check_leaf(node, model, view);
        if (problem[0]) return describe(arena, node, problem);
    }
    for (int64_t i = 0; i < view->results.count; i++) {
        const ViewResult *result = &view->results.items[i];
        const char *problem = check_result(result, model);
        if (problem[0])
            return arena_format(arena, "result %s %" PRId64 ": %s", result_word(result->kind),
                                result->index, problem);
    }
    return "";
}

const char *views_verify(Arena *arena, const Model *model, const ViewVec *views) {
    for (int64_t i = 0; i < views->count; i++) {
        const char *problem = view_verify(arena, model, &views->items[i]);
        if (problem[0]) return arena_format(arena, "view %s: %s", views->items[i].name, problem);
    }
    return "";
}
