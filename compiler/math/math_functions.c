/* math_functions.c: the table of functions, and those of a line or two. */

#include "math/math_functions.h"

#include "math/math_steps.h"

MathValue math_max(Math *b, Value x, Value y) {
    Value larger = choose(b, greater(b, x, y), x, y); /* y when either is NaN */
    return choose(b, is_nan(b, x), x, larger);
}

MathValue math_min(Math *b, Value x, Value y) {
    Value smaller = choose(b, less(b, x, y), x, y);
    return choose(b, is_nan(b, x), x, smaller);
}

MathValue math_sign(Math *b, Value x) {
    Value zero = number(b, 0);
    Value not_positive = choose(b, less(b, x, zero), number(b, -1), add(b, x, zero));
    return choose(b, greater(b, x, zero), number(b, 1), not_positive);
}

const MathFunction math_functions[] = {
    {"exp", math_exp},   {"log", math_log},         {"log1p", math_log1p},
    {"tanh", math_tanh}, {"erf", math_erf},         {"sin", math_sin},
    {"cos", math_cos},   {"sigmoid", math_sigmoid}, {"softplus", math_softplus},
};
const int math_function_count = sizeof math_functions / sizeof *math_functions;
