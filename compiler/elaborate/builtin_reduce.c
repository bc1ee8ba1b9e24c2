/* builtin_reduce.c: sum, mean, max, min, argmax: over everything, or over the axes that are named.
 * Axes reduced by name stay with size 1; without an axis the result is one number. */
#include "elaborate/builtin.h"
#include "elaborate/expression.h"
#include "elaborate/operator.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"

/* The axes as a mask: one axis or a list of them, each at most once. */
static bool want_axes(Elaborator *e, Value value, SourceRange range, int rank, uint32_t *axes) {
    ValueList single = {.count = 1, .items = &value};
    const ValueList *list = value.kind == VALUE_LIST ? value.list : &single;
    *axes = 0;
    for (int64_t i = 0; i < list->count; i++) {
        int axis;
        if (!want_axis(e, list->items[i], range, rank, &axis)) return false;
        if (*axes >> axis & 1) {
            fail(e, range, "wrong-value", "axis %d is named twice", axis);
            return false;
        }
        *axes |= 1u << axis;
    }
    return true;
}

/* The reduction; *count receives how many elements became one. */
static Node *reduce(Elaborator *e, const Bound *call, OpKind op, Value x, Value axis,
                    SourceRange axis_range, int64_t *count) {
    Node *node = want_tensor(e, x, call->ranges[0],
                             arena_format(e->arena, "the argument of %s", call->signature->name));
    if (!node) return NULL;
    Shape shape = node->type.shape;
    uint32_t axes = (1u << shape.rank) - 1;
    if (axis.kind != VALUE_NONE && !want_axes(e, axis, axis_range, shape.rank, &axes)) return NULL;
    *count = 1;
    for (int i = 0; i < shape.rank; i++)
        *count *= axes >> i & 1 ? shape.dims[i] : 1;
    node = make_reduce(e, call->range, op, node, axes);
    return axis.kind == VALUE_NONE && node ? make_scalar(e, call->range, node) : node;
}

/* A list of plain numbers is reduced at compile time. */
static bool is_number_list(Value value) {
    Shape shape;
    return value.kind == VALUE_LIST && value_is_numeric_list(value, &shape) && shape.rank == 1 &&
           value.list->items[0].kind == VALUE_NUMBER;
}

/* In ascending order, in double. */
static double sum_list(const ValueList *list) {
    double sum = 0;
    for (int64_t i = 0; i < list->count; i++)
        sum += list->items[i].number;
    return sum;
}

Value builtin_sum(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Value x = call->values[0], axis = call->values[1];
    if (axis.kind == VALUE_NONE && x.kind == VALUE_NUMBER) return x;
    if (axis.kind == VALUE_NONE && is_number_list(x))
        return finite_number(e, call->range, sum_list(x.list));
    int64_t count;
    return value_tensor(reduce(e, call, builtin->op, x, axis, call->ranges[1], &count));
}

Value builtin_mean(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Value x = call->values[0], axis = call->values[1];
    if (axis.kind == VALUE_NONE && x.kind == VALUE_NUMBER) return x;
    if (axis.kind == VALUE_NONE && is_number_list(x))
        return finite_number(e, call->range, sum_list(x.list) / (double)x.list->count);
    int64_t count;
    Node *sum = reduce(e, call, builtin->op, x, axis, call->ranges[1], &count);
    if (!sum || count == 1) return value_tensor(sum);
    Node *divisor = graph_constant(e->graph, (double)count);
    return value_tensor(make_binary(e, call->range, OP_DIVIDE, sum, divisor));
}

/* The largest or smallest number of a list. */
static Value extreme_of_list(const ValueList *list, bool largest) {
    double best = list->items[0].number;
    for (int64_t i = 1; i < list->count; i++) {
        double item = list->items[i].number;
        if (largest ? item > best : item < best) best = item;
    }
    return value_number(best);
}

Value builtin_extreme(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Value a = call->values[0], b = call->values[1], axis = call->values[2];
    bool largest = builtin->op == OP_MAXIMUM;
    if (b.kind != VALUE_NONE && axis.kind != VALUE_NONE)
        return fail(e, call->ranges[2], "wrong-value",
                    "%s of two values is taken element by element: it has no axis", builtin->name);
    if (b.kind == VALUE_NUMBER && a.kind == VALUE_NUMBER)
        return value_number(largest == (a.number > b.number) ? a.number : b.number);
    if (b.kind != VALUE_NONE)
        return apply_elementwise(e, builtin->op, builtin->name, call->range, call->exprs[0], a,
                                 call->exprs[1], b);
    if (axis.kind == VALUE_NONE && a.kind == VALUE_NUMBER) return a;
    if (axis.kind == VALUE_NONE && is_number_list(a)) return extreme_of_list(a.list, largest);
    int64_t count;
    return value_tensor(
        reduce(e, call, largest ? OP_REDUCE_MAX : OP_REDUCE_MIN, a, axis, call->ranges[2], &count));
}

Value builtin_argmax(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Node *node = want_tensor(e, call->values[0], call->ranges[0], "the argument of argmax");
    if (!node) return value_error();
    Value axis = call->values[1].kind == VALUE_NONE ? value_number(-1) : call->values[1];
    Attr attr = {0};
    if (!want_axis(e, axis, call->ranges[1], node->type.shape.rank, &attr.axis))
        return value_error();
    ClassType *classes = ARENA_NEW(e->arena, ClassType);
    classes->count = node->type.shape.dims[attr.axis];
    Value value = value_tensor(make_node(e, call->range, builtin->op, attr, &node, 1, NULL));
    value.classes = classes;
    return value;
}
