/* builtin_math.c: functions of each element, on numbers at compile time and on tensors.
 *
 * Compile-time numbers are computed in double by the project's own functions, so that they are the
 * same on every machine, whatever its C library; they are rounded once when they meet a tensor.
 */
#include <math.h>

#include "elaborate/builtin.h"
#include "elaborate/operator.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"
#include "math/math_functions.h"
#include "math/math_scalar.h"

/* The functions at compile time, NaN where they are not defined. */
static double compute(OpKind op, double x) {
    MathBuilder exact = math_scalar_builder(MATH_F64);
    switch (op) {
    case OP_EXP: return math_scalar_call(&exact, math_exp, x);
    case OP_LOG: return math_scalar_call(&exact, math_log, x);
    case OP_LOG1P: return math_scalar_call(&exact, math_log1p, x);
    case OP_SQRT: return sqrt(x);
    case OP_SIN: return math_scalar_call(&exact, math_sin, x);
    case OP_COS: return math_scalar_call(&exact, math_cos, x);
    case OP_TANH: return math_scalar_call(&exact, math_tanh, x);
    case OP_ERF: return math_scalar_call(&exact, math_erf, x);
    case OP_ABS: return fabs(x);
    case OP_SIGN: return (double)((x > 0) - (x < 0));
    case OP_FLOOR: return floor(x);
    case OP_SIGMOID: return math_scalar_call(&exact, math_sigmoid, x);
    case OP_SOFTPLUS: return math_scalar_call(&exact, math_softplus, x);
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
