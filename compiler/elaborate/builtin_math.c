/* builtin_math.c: functions of each element, on numbers at compile time and on tensors.
 *
 * Compile-time numbers use the C library in double; they are rounded once when they meet a tensor.
 */
#include <math.h>

#include "elaborate/builtin.h"
#include "elaborate/operator.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"

/* The functions at compile time, NaN where they are not defined. */
static double compute(OpKind op, double x) {
    switch (op) {
    case OP_EXP: return exp(x);
    case OP_LOG: return log(x);
    case OP_LOG1P: return log1p(x);
    case OP_SQRT: return sqrt(x);
    case OP_SIN: return sin(x);
    case OP_COS: return cos(x);
    case OP_TANH: return tanh(x);
    case OP_ERF: return erf(x);
    case OP_ABS: return fabs(x);
    case OP_SIGN: return (double)((x > 0) - (x < 0));
    case OP_FLOOR: return floor(x);
    case OP_SIGMOID: return 1 / (1 + exp(-x));
    case OP_SOFTPLUS: return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
    default: return NAN;
    }
}

Value builtin_math(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Value x = call->values[0];
    if (x.kind == VALUE_NUMBER) {
        double result = compute(builtin->op, x.number);
        if (!isfinite(result)) {
            Text text;
            text_init(&text, e->arena);
            text_format(&text, "%s(", builtin->name);
            text_number(&text, x.number);
            return fail(e, call->range, "not-finite", "%s) is %s", text.chars,
                        isnan(result) ? "not defined" : "infinite");
        }
        return value_number(result);
    }
    Node *node = want_tensor(e, x, call->ranges[0],
                             arena_format(e->arena, "the argument of %s", builtin->name));
    return value_tensor(make_unary(e, call->range, builtin->op, node));
}

Value builtin_row(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Node *node = want_tensor(e, call->values[0], call->ranges[0],
                             arena_format(e->arena, "the argument of %s", builtin->name));
    return value_tensor(make_unary(e, call->range, builtin->op, node));
}
