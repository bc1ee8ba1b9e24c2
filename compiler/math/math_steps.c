/* math_steps.c: the parts that elementary functions share; see math_steps.h. */

#include "math/math_steps.h"

#include "math/math_functions.h"
#include "math/polynomials.h"

Value math_polynomial(Math *b, const double *coefficients, int count, Value t) {
    Value sum = number(b, coefficients[count - 1]);
    for (int i = count - 2; i >= 0; i--)
        sum = fused(b, sum, t, number(b, coefficients[i]));
    return sum;
}

/* Adding 1.5 * 2^fraction_bits leaves the rounded value in the low bits of the fraction. */
Value math_nearest(Math *b, Value x, Value *integer) {
    Value magic = number(b, by_precision(b, 0x1.8p23, 0x1.8p52));
    Value shifted = add(b, x, magic);
    *integer = integer_op(b, MATH_INT_SUB, b->as_integer(b, shifted), b->as_integer(b, magic));
    return sub(b, shifted, magic);
}

Value math_power_of_two(Math *b, Value n) {
    Value biased = integer_op(b, MATH_INT_ADD, n, whole(b, exponent_bias(b)));
    return b->as_number(b, integer_op(b, MATH_INT_SHIFT_LEFT, biased, whole(b, fraction_bits(b))));
}

static Value sign_mask(Math *b) {
    return whole(b, b->precision == MATH_F32 ? INT32_MIN : INT64_MIN);
}

Value math_with_sign(Math *b, Value x, Value sign) {
    Value bit = integer_op(b, MATH_INT_AND, b->as_integer(b, sign), sign_mask(b));
    return b->as_number(b, integer_op(b, MATH_INT_OR, b->as_integer(b, x), bit));
}

Value math_negate(Math *b, Value x) {
    return b->as_number(b, integer_op(b, MATH_INT_XOR, b->as_integer(b, x), sign_mask(b)));
}

Value math_abs(Math *b, Value x) {
    Value mask = whole(b, b->precision == MATH_F32 ? INT32_MAX : INT64_MAX);
    return b->as_number(b, integer_op(b, MATH_INT_AND, b->as_integer(b, x), mask));
}

Value math_clamp(Math *b, Value x, double low, double high) {
    x = choose(b, less(b, x, number(b, low)), number(b, low), x);
    return choose(b, greater(b, x, number(b, high)), number(b, high), x);
}

double math_ln2_high(const Math *b) {
    return by_precision(b, 0x1.62ep-1, 0x1.62e42feep-1);
}

double math_ln2_low(const Math *b) {
    return by_precision(b, 0x1.0bfbe8p-15, 0x1.a39ef35793c76p-33);
}

/* x = n ln 2 + r; e^r = 1 + r + r^2 p(r). The rounding error of r (times e^r) and the low part of
 * 1 + r are carried along, so that only the caller's last addition rounds. */

MathExponential math_exponential(Math *b, Value x, Value low) {
    MathExponential result;
    Value n = math_nearest(b, mul(b, x, number(b, 0x1.71547652b82fep+0)), &result.n);
    Value exact = fused(b, n, number(b, -math_ln2_high(b)), x);
    Value minus_ln2_low = number(b, -math_ln2_low(b));
    Value r = fused(b, n, minus_ln2_low, exact);
    Value r_low = fused(b, n, minus_ln2_low, sub(b, exact, r));
    r_low = add(b, r_low, low);
    Value one = number(b, 1);
    result.high = add(b, one, r);
    Value lost = add(b, sub(b, one, result.high), r);
    Value curve = mul(b, mul(b, r, r), POLYNOMIAL(b, exp, r));
    Value tail = fused(b, r_low, add(b, result.high, curve), curve);
    result.rest = add(b, lost, tail);
    return result;
}

Value math_scale(Math *b, Value value, Value n) {
    Value half = integer_op(b, MATH_INT_SHIFT_RIGHT_SIGNED, n, whole(b, 1));
    Value other = integer_op(b, MATH_INT_SUB, n, half);
    return mul(b, mul(b, value, math_power_of_two(b, half)), math_power_of_two(b, other));
}

/* Subtracting the bits of sqrt(1/2) from those of x leaves the wanted exponent on top. */
MathSplit math_split(Math *b, Value x) {
    int bits = fraction_bits(b);
    Value smallest = number(b, by_precision(b, 0x1p-126, 0x1p-1022));
    Value denormal = less(b, x, smallest);
    Value scaled = mul(b, x, number(b, by_precision(b, 0x1p24, 0x1p53)));
    Value all = b->as_integer(b, choose(b, denormal, scaled, x));
    Value middle =
        b->as_integer(b, number(b, by_precision(b, 0x1.6a09e6p-1, 0x1.6a09e667f3bcdp-1)));
    Value exponent = integer_op(b, MATH_INT_SHIFT_RIGHT_SIGNED,
                                integer_op(b, MATH_INT_SUB, all, middle), whole(b, bits));
    Value shifted = integer_op(b, MATH_INT_SHIFT_LEFT, exponent, whole(b, bits));
    Value m = b->as_number(b, integer_op(b, MATH_INT_SUB, all, shifted));
    Value back = choose(b, denormal, number(b, -(bits + 1)), number(b, 0));
    return (MathSplit){.fraction = sub(b, m, number(b, 1)),
                       .exponent = add(b, b->from_integer(b, exponent), back)};
}

/* sin(r + low) = r + (r z S + low (1 - z/2)); cos(r + low) = w + ((1 - w) - z/2 + z^2 C - r low)
 * with z = r^2, w = 1 - z/2 rounded. */
void math_sincos_small(Math *b, Value r, Value low, Value *sine, Value *cosine) {
    Value z = mul(b, r, r), half = mul(b, z, number(b, 0.5)), one = number(b, 1);
    Value w = sub(b, one, half);
    Value s = fused(b, mul(b, r, z), POLYNOMIAL(b, sin, z), mul(b, low, w));
    *sine = add(b, r, s);
    Value lost = sub(b, sub(b, one, w), half);
    Value tail = sub(b, mul(b, mul(b, z, z), POLYNOMIAL(b, cos, z)), mul(b, r, low));
    *cosine = add(b, w, add(b, lost, tail));
}
