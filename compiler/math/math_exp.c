/* math_exp.c: the exponential and what is made of it: sigmoid, softplus, tanh, erf. */

#include "math/math_functions.h"
#include "math/math_steps.h"
#include "math/polynomials.h"

/* Beyond the clamps the result is infinite or zero, which the scaling makes by itself. */
MathValue math_exp(Math *b, Value x) {
    x = math_clamp(b, x, by_precision(b, -104.5, -746), by_precision(b, 89, 710));
    MathExponential e = math_exponential(b, x, number(b, 0));
    return math_scale(b, add(b, e.high, e.rest), e.n);
}

/* With e = e^-|x|: 1 / (1 + e) for x >= 0, e / (1 + e) below; the quotient is corrected by its
 * remainder, including what 1 + e lost. */
MathValue math_sigmoid(Math *b, Value x) {
    Value one = number(b, 1);
    Value e = math_exp(b, math_negate(b, math_abs(b, x)));
    Value s = add(b, one, e), s_low = sub(b, e, sub(b, s, one));
    Value reciprocal = divide(b, one, s);
    Value numerator = choose(b, less(b, x, number(b, 0)), e, one);
    Value y = mul(b, numerator, reciprocal), minus_y = math_negate(b, y);
    Value rest = fused(b, minus_y, s_low, fused(b, minus_y, s, numerator));
    return fused(b, rest, reciprocal, y);
}

/* max(x, 0) + log(1 + e^-|x|). */
MathValue math_softplus(Math *b, Value x) {
    Value e = math_exp(b, math_negate(b, math_abs(b, x)));
    Value zero = number(b, 0);
    return add(b, choose(b, greater(b, x, zero), x, zero), math_log1p(b, e));
}

/* e^x for x >= 0 or small enough that the result is a normal number. */
static Value exp_normal(Math *b, Value x) {
    MathExponential e = math_exponential(b, x, number(b, 0));
    return mul(b, add(b, e.high, e.rest), math_power_of_two(b, e.n));
}

/* x + x^3 p(x^2) near zero; 1 - 2 / (e^2|x| + 1) elsewhere, where the error of the fraction is
 * below that of the sum. */
MathValue math_tanh(Math *b, Value x) {
    Value size = math_abs(b, x), z = mul(b, x, x), one = number(b, 1);
    Value near = fused(b, mul(b, size, z), POLYNOMIAL(b, tanh, z), size);
    Value twice = math_clamp(b, add(b, size, size), 0, by_precision(b, 20, 44));
    Value e = exp_normal(b, twice);
    Value far = sub(b, one, divide(b, number(b, 2), add(b, e, one)));
    return math_with_sign(b, choose(b, less(b, size, number(b, 0.5625)), near, far), x);
}

/* x + x p(x^2) below 1; 1 - e^p(|x| - 1) above, constant where that rounds to 1. */
MathValue math_erf(Math *b, Value x) {
    Value size = math_abs(b, x), one = number(b, 1), z = mul(b, x, x);
    Value near = fused(b, size, POLYNOMIAL(b, erf_small, z), size);
    Value t = sub(b, math_clamp(b, size, 1, by_precision(b, 4, 6)), one);
    Value far = sub(b, one, exp_normal(b, POLYNOMIAL(b, erf_large, t)));
    return math_with_sign(b, choose(b, less(b, size, one), near, far), x);
}
