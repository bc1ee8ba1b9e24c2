/* math_power.c: powers.
 *
 * x^y = e^(y log|x|) with the logarithm held in two numbers, about twice the precision: a relative
 * error of the logarithm reaches the result multiplied by |y log x|, up to 710.
 */

#include "math/math_functions.h"
#include "math/math_steps.h"
#include "math/polynomials.h"

#include <math.h>

typedef struct Pair {
    Value high, low;
} Pair;

/* a + c for |a| >= |c|: the rounded sum and what it lost (Dekker). */
static Pair two_sum(Math *b, Value a, Value c) {
    Value sum = add(b, a, c);
    return (Pair){sum, sub(b, c, sub(b, sum, a))};
}

static Pair two_product(Math *b, Value a, Value c) {
    Value product = mul(b, a, c);
    return (Pair){product, fused(b, a, c, math_negate(b, product))};
}

/* log(1 + f) = 2 s + 2/3 s z + s z^2 p(z), s = f / (2 + f), z = s^2; all but the last term in
 * pairs. Then e ln 2 is added. */
static Pair log_pair(Math *b, Value x) {
    MathSplit split = math_split(b, x);
    Value f = split.fraction, e = split.exponent, two = number(b, 2);
    Pair d = two_sum(b, two, f);
    Value reciprocal = divide(b, number(b, 1), d.high);
    Value s = mul(b, f, reciprocal), minus_s = math_negate(b, s);
    Value rest = fused(b, minus_s, d.low, fused(b, minus_s, d.high, f));
    Value s_low = mul(b, rest, reciprocal);

    Pair z = two_product(b, s, s);
    z.low = fused(b, add(b, s, s), s_low, z.low);
    Value third = number(b, by_precision(b, 0x1.555556p-1, 0x1.5555555555555p-1));
    Value third_low = number(b, by_precision(b, -0x1.555556p-26, 0x1.5555555555555p-55));
    Pair t = two_product(b, third, z.high);
    t.low = fused(b, third, z.low, fused(b, third_low, z.high, t.low));
    t.low = fused(b, mul(b, z.high, z.high), POLYNOMIAL(b, log_tail, z.high), t.low);

    Pair cubic = two_product(b, s, t.high);
    cubic.low = fused(b, s, t.low, fused(b, s_low, t.high, cubic.low));
    Pair m = two_sum(b, add(b, s, s), cubic.high);
    m.low = add(b, m.low, add(b, add(b, s_low, s_low), cubic.low));

    Pair sum = two_sum(b, mul(b, e, number(b, math_ln2_high(b))), m.high);
    sum.low = add(b, sum.low, fused(b, e, number(b, math_ln2_low(b)), m.low));
    return two_sum(b, sum.high, sum.low);
}

/* |x|^y for |x| neither 0 nor infinite; y not NaN. */
static Value power_of_size(Math *b, Value size, Value y) {
    double least = by_precision(b, -104.5, -746), most = by_precision(b, 89, 710);
    Pair logarithm = log_pair(b, size);
    Pair product = two_product(b, y, logarithm.high);
    product.low = fused(b, y, logarithm.low, product.low);
    Value inside =
        both(b, greater(b, product.high, number(b, least)), less(b, product.high, number(b, most)));
    Value low = choose(b, inside, product.low, number(b, 0));
    MathExponential e = math_exponential(b, math_clamp(b, product.high, least, most), low);
    Value result = math_scale(b, add(b, e.high, e.rest), e.n);
    Value one = number(b, 1);
    return choose(b, equal(b, size, one), one, result);
}

MathValue math_pow(Math *b, Value x, Value y) {
    Value zero = number(b, 0), one = number(b, 1), infinity = number(b, INFINITY);
    Value size = math_abs(b, x);
    Value size_zero = equal(b, size, zero), size_infinite = equal(b, size, infinity);
    Value positive = greater(b, y, zero), negative = less(b, y, zero);
    Value grows = either(b, both(b, size_infinite, positive), both(b, size_zero, negative));
    Value result = choose(b, either(b, size_zero, size_infinite), choose(b, grows, infinity, zero),
                          power_of_size(b, size, y));

    Value y_whole = equal(b, b->unary(b, MATH_TRUNC, y), y);
    Value y_half = mul(b, y, number(b, 0.5));
    Value y_odd = both(b, y_whole, not_(b, equal(b, b->unary(b, MATH_FLOOR, y_half), y_half)));
    Value sign = b->integer_compare(b, MATH_LESS, b->as_integer(b, x), whole(b, 0));
    result = choose(b, both(b, sign, y_odd), math_negate(b, result), result);

    Value no_root = both(b, both(b, less(b, x, zero), not_(b, y_whole)), not_(b, size_infinite));
    Value invalid = either(b, no_root, b->compare(b, MATH_UNORDERED, x, y));
    result = choose(b, invalid, number(b, NAN), result);
    return choose(b, either(b, equal(b, y, zero), equal(b, x, one)), one, result);
}

MathValue math_whole_power(Math *b, Value x, int power) {
    int rest = power < 0 ? -power : power;
    if (rest == 0) return number(b, 1);
    while (rest % 2 == 0) {
        x = mul(b, x, x);
        rest /= 2;
    }
    Value product = x;
    for (rest /= 2; rest > 0; rest /= 2) {
        x = mul(b, x, x);
        if (rest % 2) product = mul(b, product, x);
    }
    return power < 0 ? divide(b, number(b, 1), product) : product;
}
