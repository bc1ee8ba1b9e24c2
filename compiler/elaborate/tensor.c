/* tensor.c: values become nodes. Every node made from what a user wrote goes through make_node(),
 * which asks the shape rules first, so that a wrong model is a message and never a crash. */
#include "elaborate/tensor.h"

#include <string.h>

#include "elaborate/report.h"

void origin_set(Elaborator *e, SourceRange range) {
    e->graph->origin = origin_here(e, range);
}

Node *make_node(Elaborator *e, SourceRange range, OpKind op, Attr attr, Node *const *operands,
                int count, const Type *given) {
    Type *types = ARENA_ARRAY(e->arena, Type, count);
    for (int i = 0; i < count; i++) {
        if (!operands[i]) return NULL;
        types[i] = operands[i]->type;
    }
    Type result;
    const char *problem = infer_check(e->arena, op, &attr, types, count, given, &result);
    if (*problem) {
        fail(e, range, "shape-mismatch", "%s", problem);
        return NULL;
    }
    origin_set(e, range);
    return graph_node(e->graph, op, attr, operands, count, given);
}

Node *make_unary(Elaborator *e, SourceRange range, OpKind op, Node *a) {
    return make_node(e, range, op, (Attr){0}, &a, 1, NULL);
}

Node *make_broadcast(Elaborator *e, SourceRange range, Node *a, Type type) {
    if (!a || type_equal(a->type, type)) return a;
    return make_node(e, range, OP_BROADCAST, (Attr){0}, &a, 1, &type);
}

Node *make_binary(Elaborator *e, SourceRange range, OpKind op, Node *a, Node *b) {
    if (!a || !b) return NULL;
    Type type = type_real(a->type.batched || b->type.batched, shape_scalar());
    if (!shape_broadcast(a->type.shape, b->type.shape, &type.shape))
        type.shape = a->type.shape; /* make_broadcast reports it */
    Node *operands[2] = {make_broadcast(e, range, a, type), make_broadcast(e, range, b, type)};
    return make_node(e, range, op, (Attr){0}, operands, 2, NULL);
}

Node *make_reshape(Elaborator *e, SourceRange range, Node *a, Shape shape) {
    if (!a || shape_equal(a->type.shape, shape)) return a;
    Type type = a->type;
    type.shape = shape;
    return make_node(e, range, OP_RESHAPE, (Attr){0}, &a, 1, &type);
}

Node *make_reduce(Elaborator *e, SourceRange range, OpKind op, Node *a, uint32_t axes) {
    if (!a || axes == 0) return a;
    return make_node(e, range, op, (Attr){.axes = axes}, &a, 1, NULL);
}

Node *make_scalar(Elaborator *e, SourceRange range, Node *a) {
    return make_reshape(e, range, a, shape_scalar());
}

/* ---- values as tensors ---- */

bool value_tensor_shape(Value value, Shape *shape) {
    switch (value.kind) {
    case VALUE_NUMBER:
    case VALUE_BOOLEAN: *shape = shape_scalar(); return true;
    case VALUE_TENSOR: *shape = value.node->type.shape; return true;
    case VALUE_LIST: return value_is_numeric_list(value, shape);
    default: return false;
    }
}

/* true is 1, false 0. */
static double number_of(Value value) {
    return value.kind == VALUE_BOOLEAN ? value.boolean : value.number;
}

/* Leaves of a list in row-major order; the nesting is at most MAX_RANK. */
static double *copy_numbers(Value value, double *out) {
    if (value.kind != VALUE_LIST) {
        *out = number_of(value);
        return out + 1;
    }
    for (int64_t i = 0; i < value.list->count; i++)
        out = copy_numbers(value.list->items[i], out);
    return out;
}

/* A list of numbers as a tensor of constants. */
static Node *literal_node(Elaborator *e, Value list, Shape shape, SourceRange range) {
    if (!limit_elements(e, range, shape_elements(shape))) return NULL;
    double *numbers = ARENA_ARRAY(e->arena, double, shape_elements(shape));
    copy_numbers(list, numbers);
    Type type = type_real(false, shape);
    return make_node(e, range, OP_LITERAL, (Attr){.literal = numbers}, NULL, 0, &type);
}

/* A class of two values counts as 0 or 1; any other is no number. */
static Node *class_as_real(Elaborator *e, Value value, SourceRange range, const char *what) {
    if (value.classes && value.classes->count != 2) {
        Diagnostic *diag =
            report_error(e, range, "class-as-number", "%s is a class of %lld, not a number", what,
                         (long long)value.classes->count);
        diag_help(e->diags, diag,
                  "a class can be compared, used as an index, or turned into numbers by one_hot");
        report_trail(e, diag, range);
        return NULL;
    }
    return make_unary(e, range, OP_AS_REAL, value.node);
}

Node *want_tensor(Elaborator *e, Value value, SourceRange range, const char *what) {
    Shape shape;
    switch (value.kind) {
    case VALUE_NONE:
    case VALUE_ERROR: return NULL;
    case VALUE_NUMBER:
    case VALUE_BOOLEAN: origin_set(e, range); return graph_constant(e->graph, number_of(value));
    case VALUE_TENSOR:
        if (value.node->type.element == ELEMENT_CLASS) return class_as_real(e, value, range, what);
        return value.node;
    case VALUE_LIST:
        if (value_is_numeric_list(value, &shape)) return literal_node(e, value, shape, range);
        if (!value_is_static(value)) {
            Diagnostic *diag =
                report_error(e, range, "wrong-type", "%s is a list of tensors, not a tensor", what);
            diag_help(e->diags, diag, "join them: concat([a, b])");
            report_trail(e, diag, range);
            return NULL;
        }
        break;
    case VALUE_FUNCTION:
        fail(e, range, "wrong-type", "%s is the function %s, which lacks its arguments", what,
             value.function->text);
        return NULL;
    case VALUE_TEXT: break;
    }
    fail(e, range, "wrong-type", "%s is %s, not a number or tensor", what,
         value_describe(e->arena, value));
    return NULL;
}

/* ---- what a node depends on ---- */

/* Marks a node as met in this search; false when it was met before. Stamps make a search cost no
 * more than the nodes it meets. */
static bool meet(Elaborator *e, const Node *node) {
    if (node->id >= e->stamps.count) {
        int64_t wanted = e->graph->nodes.count + e->graph->nodes.count / 2;
        while (e->stamps.count < wanted)
            VEC_PUSH(e->arena, e->stamps, 0);
    }
    if (e->stamps.items[node->id] == e->stamp) return false;
    e->stamps.items[node->id] = e->stamp;
    return true;
}

bool node_reaches(Elaborator *e, const Node *node, bool (*predicate)(const Node *leaf, void *user),
                  void *user) {
    e->stamp++;
    e->worklist.count = 0;
    meet(e, node);
    VEC_PUSH(e->arena, e->worklist, node);
    while (e->worklist.count > 0) {
        const Node *at = e->worklist.items[--e->worklist.count];
        if (at->operand_count == 0 && predicate(at, user)) return true;
        for (int32_t i = 0; i < at->operand_count; i++)
            if (meet(e, at->operands[i])) VEC_PUSH(e->arena, e->worklist, at->operands[i]);
    }
    return false;
}
