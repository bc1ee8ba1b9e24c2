/* math_log.c: logarithms.
 *
 * With x = 2^e (1 + f) and s = f / (2 + f): log(1 + f) = log((1 + s) / (1 - s)) =
 * f - (f^2/2 - s (f^2/2 + R)), R = s^2 p(s^2): the form in which only small terms are rounded
 * (as in Sun's fdlibm).
 */

#include "math/math_functions.h"
#include "math/math_steps.h"
#include "math/polynomials.h"

#include <math.h>

/* e ln 2 + log(1 + f) + more; `more` is far below the rest. */
static Value log_sum(Math *b, Value e, Value f, Value more) {
    Value s = divide(b, f, add(b, number(b, 2), f)), z = mul(b, s, s);
    Value half = mul(b, mul(b, f, f), number(b, 0.5));
    Value inner = add(b, half, mul(b, z, POLYNOMIAL(b, log, z)));
    Value low = fused(b, e, number(b, math_ln2_low(b)), more);
    Value tail = sub(b, half, fused(b, s, inner, low));
    return fused(b, e, number(b, math_ln2_high(b)), sub(b, f, tail));
}

/* `result`, but the edges of a logarithm of `u`, whose other argument is `x`. */
static Value log_edges(Math *b, Value x, Value u, Value result) {
    Value zero = number(b, 0);
    result = choose(b, less(b, u, number(b, INFINITY)), result, x); /* inf, NaN */
    result = choose(b, less(b, u, zero), number(b, NAN), result);
    return choose(b, equal(b, u, zero), number(b, -INFINITY), result);
}

MathValue math_log(Math *b, Value x) {
    MathSplit split = math_split(b, x);
    return log_edges(b, x, x, log_sum(b, split.exponent, split.fraction, number(b, 0)));
}

/* u = 1 + x rounded loses c, and log(u + c) = log u + c / u. Where u needs no scaling x itself is
 * the fraction and nothing is lost. */
MathValue math_log1p(Math *b, Value x) {
    Value one = number(b, 1), zero = number(b, 0);
    Value u = add(b, one, x);
    MathSplit split = math_split(b, u);
    Value lost = choose(b, less(b, x, one), sub(b, x, sub(b, u, one)), sub(b, one, sub(b, u, x)));
    Value unscaled = equal(b, split.exponent, zero);
    Value f = choose(b, unscaled, x, split.fraction);
    Value more = choose(b, unscaled, zero, divide(b, lost, u));
    Value result = log_edges(b, x, u, log_sum(b, split.exponent, f, more));
    return choose(b, equal(b, x, zero), x, result);
}
