/* builtin_static.c: helpers on compile-time values: shape, length, product, range, pair, classes.
 */
#include <string.h>

#include "elaborate/builtin.h"
#include "elaborate/expression.h"
#include "elaborate/operator.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"

Value builtin_shape(Elaborator *e, const Builtin *builtin, const Bound *call) {
    (void)builtin;
    Shape shape;
    if (!value_tensor_shape(call->values[0], &shape))
        return fail(e, call->ranges[0], "wrong-type", "%s has no shape",
                    value_describe(e->arena, call->values[0]));
    return value_shape(e->arena, shape);
}

Value builtin_length(Elaborator *e, const Builtin *builtin, const Bound *call) {
    (void)builtin;
    Value list = call->values[0];
    if (list.kind == VALUE_LIST) return value_number((double)list.list->count);
    Diagnostic *diag = report_error(e, call->ranges[0], "wrong-type",
                                    "length counts a list, not %s", value_describe(e->arena, list));
    if (list.kind == VALUE_TENSOR)
        diag_help(e->diags, diag, "the sizes of a tensor are its shape: shape(x)[0]");
    report_trail(e, diag, call->range);
    return value_error();
}

Value builtin_product(Elaborator *e, const Builtin *builtin, const Bound *call) {
    (void)builtin;
    Value list = call->values[0];
    if (list.kind != VALUE_LIST)
        return fail(e, call->ranges[0], "wrong-type", "product takes a list of numbers, not %s",
                    value_describe(e->arena, list));
    double product = 1;
    for (int64_t i = 0; i < list.list->count; i++) {
        double number;
        if (!want_number(e, list.list->items[i], call->ranges[0], "a factor", &number))
            return value_error();
        product *= number;
    }
    return finite_number(e, call->range, product);
}

Value builtin_range(Elaborator *e, const Builtin *builtin, const Bound *call) {
    (void)builtin;
    const int64_t most = INT64_C(1) << 53;
    int64_t from = 0, to;
    bool both = call->values[1].kind != VALUE_NONE;
    if (both && !want_whole(e, call->values[0], call->ranges[0], "the begin of the range", -most,
                            most, &from))
        return value_error();
    if (!want_whole(e, call->values[both], call->ranges[both], "the end of the range",
                    both ? from : 0, most, &to))
        return value_error();
    if (to - from > LIST_LEAVES_LIMIT)
        return fail(e, call->range, "too-large", "this range holds more than %d numbers",
                    LIST_LEAVES_LIMIT);
    if (!limit_elements(e, call->range, to - from)) return value_error();
    ValueList *list = value_new_list(e->arena, to - from);
    for (int64_t i = 0; i < list->count; i++)
        list->items[i] = value_number((double)(from + i));
    return value_list(list);
}

Value builtin_pair(Elaborator *e, const Builtin *builtin, const Bound *call) {
    (void)builtin;
    Value x = call->values[0];
    if (x.kind == VALUE_LIST) {
        if (x.list->count == 2) return x;
        return fail(e, call->ranges[0], "wrong-value", "one value or two are expected, not %lld",
                    (long long)x.list->count);
    }
    ValueList *list = value_new_list(e->arena, 2);
    list->items[0] = list->items[1] = x;
    return value_list(list);
}

Value builtin_choice(Elaborator *e, const Builtin *builtin, const Bound *call) {
    (void)builtin;
    const char *text;
    Value words = call->values[1];
    if (!want_text(e, call->values[0], call->ranges[0], "the choice", &text)) return value_error();
    if (words.kind != VALUE_LIST)
        return fail(e, call->ranges[1], "wrong-type", "the words are a list of texts, not %s",
                    value_describe(e->arena, words));
    Text all;
    text_init(&all, e->arena);
    for (int64_t i = 0; i < words.list->count; i++) {
        const char *word;
        if (!want_text(e, words.list->items[i], call->ranges[1], "a word", &word))
            return value_error();
        if (strcmp(word, text) == 0) return value_number((double)i);
        text_format(&all, "%s\"%s\"",
                    i == 0                      ? ""
                    : i + 1 < words.list->count ? ", "
                                                : " or ",
                    word);
    }
    return fail(e, call->ranges[0], "wrong-value", "%s is expected, not \"%s\"", all.chars, text);
}

Value builtin_classes(Elaborator *e, const Builtin *builtin, const Bound *call) {
    (void)builtin;
    Value y = call->values[0];
    if (y.kind == VALUE_TENSOR && y.classes) return value_number((double)y.classes->count);
    Diagnostic *diag = report_error(e, call->ranges[0], "wrong-type", "a class is expected, not %s",
                                    value_describe(e->arena, y));
    diag_help(e->diags, diag, "declare the input as class[...]");
    report_trail(e, diag, call->range);
    return value_error();
}

Value builtin_is_weight(Elaborator *e, const Builtin *builtin, const Bound *call) {
    (void)builtin;
    Value w = call->values[0];
    return value_boolean(w.kind == VALUE_TENSOR && w.variable > 0 &&
                         e->model->variables.items[w.variable - 1].is_weight);
}

Value builtin_pi(Elaborator *e, const Builtin *builtin, const Bound *call) {
    (void)e;
    (void)builtin;
    (void)call;
    return value_number(3.14159265358979323846);
}
