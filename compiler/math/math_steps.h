/* math_steps.h: short names for a builder's operations, inside compiler/math only.
 *
 * A routine reads `b`, its MathBuilder: add(b, x, y). The functions shared between routines (the
 * exponential of a sum of two numbers, polynomials) are declared here too.
 */
#ifndef NNC_MATH_MATH_STEPS_H
#define NNC_MATH_MATH_STEPS_H

#include "math/math_builder.h"

typedef MathBuilder Math;
typedef MathValue Value;

static inline Value number(Math *b, double value) {
    return b->constant(b, value);
}
static inline Value add(Math *b, Value x, Value y) {
    return b->binary(b, MATH_ADD, x, y);
}
static inline Value sub(Math *b, Value x, Value y) {
    return b->binary(b, MATH_SUB, x, y);
}
static inline Value mul(Math *b, Value x, Value y) {
    return b->binary(b, MATH_MUL, x, y);
}
static inline Value divide(Math *b, Value x, Value y) {
    return b->binary(b, MATH_DIV, x, y);
}
static inline Value fused(Math *b, Value x, Value y, Value z) {
    return b->fma(b, x, y, z);
}
static inline Value less(Math *b, Value x, Value y) {
    return b->compare(b, MATH_LESS, x, y);
}
static inline Value greater(Math *b, Value x, Value y) {
    return b->compare(b, MATH_GREATER, x, y);
}
static inline Value equal(Math *b, Value x, Value y) {
    return b->compare(b, MATH_EQUAL, x, y);
}
static inline Value is_nan(Math *b, Value x) {
    return b->compare(b, MATH_UNORDERED, x, x);
}
static inline Value choose(Math *b, Value condition, Value yes, Value no) {
    return b->select(b, condition, yes, no);
}
static inline Value both(Math *b, Value x, Value y) {
    return b->condition_and(b, x, y);
}
static inline Value either(Math *b, Value x, Value y) {
    return b->condition_or(b, x, y);
}
static inline Value not_(Math *b, Value x) {
    return b->condition_not(b, x);
}
static inline Value whole(Math *b, int64_t value) {
    return b->integer(b, value);
}
static inline Value integer_op(Math *b, MathInteger op, Value x, Value y) {
    return b->integer_op(b, op, x, y);
}

/* One of two constants by precision. */
static inline double by_precision(const Math *b, double f32, double f64) {
    return b->precision == MATH_F32 ? f32 : f64;
}

/* Shape of the format: bits of the fraction, exponent bias. */
static inline int fraction_bits(const Math *b) {
    return b->precision == MATH_F32 ? 23 : 52;
}
static inline int exponent_bias(const Math *b) {
    return b->precision == MATH_F32 ? 127 : 1023;
}

/* c[0] + c[1] t + ... by Horner's rule with fused steps. */
Value math_polynomial(Math *b, const double *coefficients, int count, Value t);
/* The table of polynomials.h by precision. */
#define POLYNOMIAL(b, name, t)                                                                     \
    ((b)->precision == MATH_F32                                                                    \
         ? math_polynomial((b), name##_f32, (int)(sizeof name##_f32 / sizeof(double)), (t))        \
         : math_polynomial((b), name##_f64, (int)(sizeof name##_f64 / sizeof(double)), (t)))

/* The nearest integer to x, as a number and as an integer; |x| < 2^21 (f32), 2^50 (f64). */
Value math_nearest(Math *b, Value x, Value *integer);
/* 2^n for an integer n whose power is a normal number. */
Value math_power_of_two(Math *b, Value n);
/* x with the sign of `sign`; x must not be negative. */
Value math_with_sign(Math *b, Value x, Value sign);

/* e^(x + low) = (high + rest) * 2^n, |low| far below |x|; x within [-746, 710] (f32: [-104, 89]);
 * high + rest is good to about 2^-8 ulp. */
typedef struct MathExponential {
    Value high, rest, n;
} MathExponential;
MathExponential math_exponential(Math *b, Value x, Value low);
/* value * 2^n in two steps, rounding once when the result is denormal; |n| up to twice the largest
 * exponent. */
Value math_scale(Math *b, Value value, Value n);
/* The value between low and high; NaN stays NaN. */
Value math_clamp(Math *b, Value x, double low, double high);

/* x = m * 2^e, m in [sqrt(1/2), sqrt(2)), for finite x > 0, also denormal: m - 1 (exact) and e. */
typedef struct MathSplit {
    Value fraction; /* m - 1 */
    Value exponent; /* e, as a number */
} MathSplit;
MathSplit math_split(Math *b, Value x);

/* cos and sin of r + low, |r| <= pi/4. */
void math_sincos_small(Math *b, Value r, Value low, Value *sine, Value *cosine);

/* ln 2 = ln2_high + ln2_low; ln2_high has so many trailing zeros that a whole multiple of it by
 * an exponent is exact. */
double math_ln2_high(const Math *b);
double math_ln2_low(const Math *b);

#endif
