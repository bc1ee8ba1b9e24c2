/* builtin_resample.c: resample(x, [a, b, c, d, e, f], outside = "zero"): an affine picture. */
#include <string.h>

#include "elaborate/builtin.h"
#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"
#include "graph/resample.h"

/* "zero" or "edge". */
static bool want_outside(Elaborator *e, const Bound *call, int64_t *index) {
    const char *text = "zero";
    if (call->values[2].kind != VALUE_NONE &&
        !want_text(e, call->values[2], call->ranges[2], "what is outside", &text))
        return false;
    *index = strcmp(text, "edge") == 0 ? RESAMPLE_EDGE : 0;
    if (*index || strcmp(text, "zero") == 0) return true;
    fail(e, call->ranges[2], "wrong-value", "outside is \"zero\" or \"edge\", not \"%s\"", text);
    return false;
}

/* One of the six as [1] of each sample; NULL after a report. */
static Node *want_number_node(Elaborator *e, const Bound *call, Value value) {
    Node *node = want_tensor(e, value, call->ranges[1], "one of the six numbers of resample");
    if (!node) return NULL;
    if (shape_elements(node->type.shape) != 1) {
        Text text;
        text_init(&text, e->arena);
        shape_print(&text, node->type.shape);
        fail(e, call->ranges[1], "shape-mismatch",
             "resample takes six single numbers, and one of them is %s", text.chars);
        return NULL;
    }
    Shape one = {.rank = 1, .dims = {1}};
    node = make_reshape(e, call->range, node, one);
    return make_broadcast(e, call->range, node, type_real(true, one));
}

/* The six as one tensor: a list, or a tensor of six elements. */
static Node *want_numbers(Elaborator *e, const Bound *call) {
    Value given = call->values[1];
    Type type = type_real(true, (Shape){.rank = 1, .dims = {RESAMPLE_NUMBERS}});
    if (given.kind == VALUE_TENSOR && given.node->type.shape.rank == 1 &&
        given.node->type.shape.dims[0] == RESAMPLE_NUMBERS)
        return make_broadcast(e, call->range, given.node, type);
    if (given.kind != VALUE_LIST || given.list->count != RESAMPLE_NUMBERS) {
        fail(e, call->ranges[1], "wrong-value",
             "resample takes six numbers [a, b, c, d, e, f], not %s",
             value_describe(e->arena, given));
        return NULL;
    }
    Node *parts[RESAMPLE_NUMBERS];
    for (int i = 0; i < RESAMPLE_NUMBERS; i++) {
        parts[i] = want_number_node(e, call, given.list->items[i]);
        if (!parts[i]) return NULL;
    }
    return make_node(e, call->range, OP_CONCAT, (Attr){0}, parts, RESAMPLE_NUMBERS, NULL);
}

Value builtin_resample(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Node *operands[2] = {want_image(e, call, user_call(e, builtin->name)), NULL};
    Attr attr = {0};
    if (!operands[0] || !want_outside(e, call, &attr.index)) return value_error();
    operands[1] = want_numbers(e, call);
    if (!operands[1]) return value_error();
    return value_tensor(make_node(e, call->range, builtin->op, attr, operands, 2, NULL));
}
