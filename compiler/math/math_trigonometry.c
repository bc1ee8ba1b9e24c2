/* math_trigonometry.c: sine and cosine.
 *
 * x = n pi/2 + r with pi/2 in three parts and fused steps (Cody and Waite): the first step is exact
 * for |n| < 2^22, what the second and third lose stands in `low` (Knuth's exact sum: either term
 * may be the larger).
 */

#include "math/math_functions.h"
#include "math/math_steps.h"

#include <math.h>

static Value sine_of_quarter(Math *b, Value x, int64_t quarters) {
    Value n_bits;
    Value n = math_nearest(b, mul(b, x, number(b, 0x1.45f306dc9c883p-1)), &n_bits);
    Value minus_second = number(b, by_precision(b, 0x1.777a5cp-25, -0x1.1a62633145c07p-54));
    Value r0 = fused(b, n, number(b, by_precision(b, -0x1.921fb6p+0, -0x1.921fb54442d18p+0)), x);
    Value step = mul(b, n, minus_second);
    Value r = add(b, r0, step), back = sub(b, r, r0);
    Value low = add(b, sub(b, r0, sub(b, r, back)), sub(b, step, back));
    low = add(b, low, fused(b, n, minus_second, math_negate(b, step)));
    low = fused(b, n, number(b, by_precision(b, 0x1.ee59dap-50, 0x1.f1976b7ed8fbcp-110)), low);
    Value sine, cosine;
    math_sincos_small(b, r, low, &sine, &cosine);
    Value quarter = integer_op(b, MATH_INT_ADD, n_bits, whole(b, quarters));
    Value odd = integer_op(b, MATH_INT_AND, quarter, whole(b, 1));
    Value upper = integer_op(b, MATH_INT_AND, quarter, whole(b, 2));
    Value y = choose(b, b->integer_compare(b, MATH_EQUAL, odd, whole(b, 0)), sine, cosine);
    y = choose(b, b->integer_compare(b, MATH_EQUAL, upper, whole(b, 0)), y, math_negate(b, y));
    Value limit = number(b, by_precision(b, 0x1p22, 0x1p40));
    return choose(b, greater(b, math_abs(b, x), limit), number(b, NAN), y);
}

MathValue math_sin(Math *b, Value x) {
    return choose(b, equal(b, x, number(b, 0)), x, sine_of_quarter(b, x, 0));
}

MathValue math_cos(Math *b, Value x) {
    return sine_of_quarter(b, x, 1);
}
