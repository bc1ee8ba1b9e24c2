/* builtin_random.c: run-time numbers and draws. Each draw takes the next stream, so two draws never
 * give the same numbers; in a model a draw is made for each sample, elsewhere once. */
#include <string.h>

#include "elaborate/builtin.h"
#include "elaborate/expression.h"
#include "elaborate/operator.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"

/* A number that the running program knows; first values cannot depend on it. */
static Value runtime_number(Elaborator *e, SourceRange range, RuntimeNumber number, int64_t index) {
    if (e->purpose == PURPOSE_INITIALIZER)
        return fail(e, range, "wrong-place",
                    "a first value cannot depend on the course of training");
    Attr attr = {.runtime = number, .index = index};
    return value_tensor(make_node(e, range, OP_RUNTIME, attr, NULL, 0, NULL));
}

Value builtin_runtime(Elaborator *e, const Builtin *builtin, const Bound *call) {
    RuntimeNumber number = RUNTIME_EPOCH;
    if (strcmp(builtin->name, "step") == 0)
        number = RUNTIME_STEP;
    else if (strcmp(builtin->name, "steps") == 0)
        number = RUNTIME_STEPS;
    return runtime_number(e, call->range, number, 0);
}

Value builtin_plateaus(Elaborator *e, const Builtin *builtin, const Bound *call) {
    (void)builtin;
    int64_t patience;
    if (!want_whole(e, call->values[0], call->ranges[0], "the number of epochs", 1, 1000000,
                    &patience))
        return value_error();
    return runtime_number(e, call->range, RUNTIME_PLATEAUS, patience);
}

/* The draw itself: uniform on [0, 1) or standard normal. */
static Node *draw(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Type type = {.element = ELEMENT_REAL,
                 .batched = e->purpose == PURPOSE_MODEL || e->purpose == PURPOSE_METRIC};
    if (e->purpose == PURPOSE_SETTINGS) {
        fail(e, call->range, "wrong-place", "a draw means something only inside of a model");
        return NULL;
    }
    if (!want_shape(e, call->values[0], call->ranges[0], "the shape of the draw", &type.shape))
        return NULL;
    Attr attr = {.index = e->model->draw_count++};
    return make_node(e, call->range, builtin->op, attr, NULL, 0, &type);
}

/* low + scale * x, leaving out what is nothing. */
static Value scale_and_shift(Elaborator *e, const Bound *call, Node *x, Value scale, Value shift) {
    Value result = value_tensor(x);
    if (!x) return result;
    if (scale.kind != VALUE_NUMBER || scale.number != 1)
        result = apply_binary(e, OPERATOR_MULTIPLY, call->range, NULL, scale, NULL, result);
    if (shift.kind != VALUE_NUMBER || shift.number != 0)
        result = apply_binary(e, OPERATOR_ADD, call->range, NULL, shift, NULL, result);
    return result;
}

/* The argument, or its default. */
static Value given_or(Value value, double otherwise) {
    return value.kind == VALUE_NONE ? value_number(otherwise) : value;
}

/* As it would be written. */
static const char *number_words(Elaborator *e, Value number) {
    Text text;
    text_init(&text, e->arena);
    value_print(&text, number);
    return text.chars;
}

Value builtin_uniform(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Value low = given_or(call->values[1], 0), high = given_or(call->values[2], 1);
    if (low.kind == VALUE_NUMBER && high.kind == VALUE_NUMBER && low.number > high.number)
        return fail(e, call->range, "wrong-value", "the low end %s lies above the high end %s",
                    number_words(e, low), number_words(e, high));
    Node *node = draw(e, builtin, call);
    Value width = apply_binary(e, OPERATOR_SUBTRACT, call->range, NULL, high, NULL, low);
    return scale_and_shift(e, call, node, width, low);
}

Value builtin_normal(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Value mean = given_or(call->values[1], 0), deviation = given_or(call->values[2], 1);
    if (deviation.kind == VALUE_NUMBER && deviation.number < 0)
        return fail(e, call->range, "wrong-value", "a deviation is 0 or more, not %s",
                    number_words(e, deviation));
    return scale_and_shift(e, call, draw(e, builtin, call), deviation, mean);
}

Value builtin_bernoulli(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Value p = given_or(call->values[1], 0.5);
    if (p.kind == VALUE_NUMBER && !(p.number >= 0 && p.number <= 1))
        return fail(e, call->range, "out-of-range", "a probability is from 0 to 1, not %s",
                    number_words(e, p));
    Node *node = draw(e, builtin, call);
    if (!node) return value_error();
    return apply_binary(e, OPERATOR_LESS, call->range, NULL, value_tensor(node), NULL, p);
}
