/* builtin_movement.c: functions that move elements: reshape, transpose, slice, pad, concat,
 * broadcast, one_hot.
 */
#include "elaborate/builtin.h"
#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"

/* The first argument as a tensor; NULL after a report. */
static Node *argument(Elaborator *e, const Bound *call) {
    return want_tensor(e, call->values[0], call->ranges[0],
                       arena_format(e->arena, "the argument of %s", call->signature->name));
}

Value builtin_reshape(Elaborator *e, const Builtin *builtin, const Bound *call) {
    (void)builtin;
    Node *node = argument(e, call);
    Shape shape;
    if (!node || !want_shape(e, call->values[1], call->ranges[1], "the new shape", &shape))
        return value_error();
    return value_tensor(make_reshape(e, call->range, node, shape));
}

Value builtin_transpose(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Node *node = argument(e, call);
    if (!node) return value_error();
    int rank = node->type.shape.rank;
    Attr attr = {0};
    Value order = call->values[1];
    if (order.kind == VALUE_NONE) {
        for (int i = 0; i < rank; i++)
            attr.order[i] = rank - 1 - i;
    } else if (order.kind != VALUE_LIST || order.list->count != rank) {
        return fail(e, call->ranges[1], "wrong-value",
                    "the order names each of the %d axes once, not %s", rank,
                    value_describe(e->arena, order));
    } else {
        for (int i = 0; i < rank; i++)
            if (!want_axis(e, order.list->items[i], call->ranges[1], rank, &attr.order[i]))
                return value_error();
    }
    if (rank == 0) return value_tensor(node);
    return value_tensor(make_node(e, call->range, builtin->op, attr, &node, 1, NULL));
}

Value builtin_slice(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Node *node = argument(e, call);
    if (!node) return value_error();
    Attr attr = {0};
    if (!want_axis(e, call->values[1], call->ranges[1], node->type.shape.rank, &attr.axis))
        return value_error();
    int64_t size = node->type.shape.dims[attr.axis];
    if (!want_whole(e, call->values[2], call->ranges[2], "the begin of the slice", -size, size - 1,
                    &attr.from) ||
        !want_whole(e, call->values[3], call->ranges[3], "the end of the slice", -size, size,
                    &attr.to))
        return value_error();
    attr.from += attr.from < 0 ? size : 0;
    attr.to += attr.to < 0 ? size : 0;
    if (attr.from >= attr.to)
        return fail(e, call->range, "out-of-range", "the slice from %lld to %lld is empty",
                    (long long)attr.from, (long long)attr.to);
    return value_tensor(make_node(e, call->range, builtin->op, attr, &node, 1, NULL));
}

/* Either one [before, after] for each axis, or all of them in one list. */
Value builtin_pad(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Node *node = argument(e, call);
    if (!node) return value_error();
    int rank = node->type.shape.rank;
    const ValueList *widths = call->values[1].list;
    if (widths->count == 1 && widths->items[0].kind == VALUE_LIST &&
        widths->items[0].list->count > 0 && widths->items[0].list->items[0].kind == VALUE_LIST)
        widths = widths->items[0].list;
    Attr attr = {0};
    if (widths->count != rank)
        return fail(e, call->range, "wrong-value",
                    "pad needs [before, after] for each of %d axes, not %lld", rank,
                    (long long)widths->count);
    for (int i = 0; i < rank; i++) {
        Value pair = widths->items[i];
        if (pair.kind != VALUE_LIST || pair.list->count != 2)
            return fail(e, call->range, "wrong-value", "axis %d needs [before, after], not %s", i,
                        value_describe(e->arena, pair));
        if (!want_whole(e, pair.list->items[0], call->ranges[1], "a padding", 0, MAX_ELEMENTS,
                        &attr.before[i]) ||
            !want_whole(e, pair.list->items[1], call->ranges[1], "a padding", 0, MAX_ELEMENTS,
                        &attr.after[i]))
            return value_error();
    }
    if (call->values[2].kind != VALUE_NONE &&
        !want_number(e, call->values[2], call->ranges[2], "the value of the padding", &attr.number))
        return value_error();
    return value_tensor(make_node(e, call->range, builtin->op, attr, &node, 1, NULL));
}

Value builtin_concat(Elaborator *e, const Builtin *builtin, const Bound *call) {
    if (call->values[0].kind != VALUE_LIST || call->values[0].list->count == 0)
        return fail(e, call->ranges[0], "wrong-type", "concat takes a list of tensors, not %s",
                    value_describe(e->arena, call->values[0]));
    const ValueList *list = call->values[0].list;
    Node **parts = ARENA_ARRAY(e->arena, Node *, list->count);
    bool batched = false;
    for (int64_t i = 0; i < list->count; i++) {
        parts[i] = want_tensor(e, list->items[i], call->ranges[0], "a part of concat");
        if (!parts[i]) return value_error();
        batched = batched || parts[i]->type.batched;
    }
    Value axis = call->values[1].kind == VALUE_NONE ? value_number(-1) : call->values[1];
    Attr attr = {0};
    if (!want_axis(e, axis, call->ranges[1], parts[0]->type.shape.rank, &attr.axis))
        return value_error();
    for (int64_t i = 0; i < list->count; i++) {
        Type type = parts[i]->type;
        type.batched = batched;
        parts[i] = make_broadcast(e, call->range, parts[i], type);
    }
    return value_tensor(
        make_node(e, call->range, builtin->op, attr, parts, (int)list->count, NULL));
}

Value builtin_broadcast(Elaborator *e, const Builtin *builtin, const Bound *call) {
    (void)builtin;
    Node *node = argument(e, call);
    Type type = type_real(false, shape_scalar());
    if (!node || !want_shape(e, call->values[1], call->ranges[1], "the new shape", &type.shape))
        return value_error();
    type.batched = node->type.batched;
    return value_tensor(make_broadcast(e, call->range, node, type));
}

Value builtin_one_hot(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Value y = call->values[0];
    if (y.kind != VALUE_TENSOR || !y.classes)
        return fail(e, call->ranges[0], "wrong-type", "one_hot takes a class, not %s",
                    value_describe(e->arena, y));
    Attr attr = {.index = y.classes->count};
    return value_tensor(make_node(e, call->range, builtin->op, attr, &y.node, 1, NULL));
}
