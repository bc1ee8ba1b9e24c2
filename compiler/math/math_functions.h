/* math_functions.h: the elementary functions of generated code, each written once over MathBuilder.
 *
 * Accuracy: at most 2 ulp, in f32 over all floats, in f64 and for pow sampled; sin and cos up to
 * |x| = 1e5. Results that are denormal, infinities, NaN and signed zeros follow C's Annex F. A NaN
 * result has no particular payload.
 *
 * Coefficients are minimax polynomials from scripts/make_polynomials.py (the Remez exchange on a
 * weighted error, leading coefficients rounded first and the rest fitted again).
 */
#ifndef NNC_MATH_MATH_FUNCTIONS_H
#define NNC_MATH_MATH_FUNCTIONS_H

#include "math/math_builder.h"

/* e^x. */
MathValue math_exp(MathBuilder *builder, MathValue x);
/* Natural logarithm; -inf at zero, NaN below. */
MathValue math_log(MathBuilder *builder, MathValue x);
/* log(1 + x), accurate for small x. */
MathValue math_log1p(MathBuilder *builder, MathValue x);
MathValue math_tanh(MathBuilder *builder, MathValue x);
/* 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x. */
MathValue math_erf(MathBuilder *builder, MathValue x);
/* Radians. NaN when |x| is above 2^22 (f32) or 2^40 (f64), where the reduction would no longer
 * be exact. */
MathValue math_sin(MathBuilder *builder, MathValue x);
MathValue math_cos(MathBuilder *builder, MathValue x);
/* 1 / (1 + e^-x), without overflow. */
MathValue math_sigmoid(MathBuilder *builder, MathValue x);
/* log(1 + e^x), without overflow. */
MathValue math_softplus(MathBuilder *builder, MathValue x);
/* x^y for real y, with C's special cases: x^0 = 1, negative x only to whole y, ... */
MathValue math_pow(MathBuilder *builder, MathValue x, MathValue y);

#define MATH_MAX_WHOLE_POWER 64
/* x^power by repeated squaring, |power| <= MATH_MAX_WHOLE_POWER: from the lowest bit of |power|
 * up, the product of the squares whose bit is set; 1 / that when power is negative. */
MathValue math_whole_power(MathBuilder *builder, MathValue x, int power);

/* NaN if either is NaN. Equal operands (also +0 and -0): the second. */
MathValue math_max(MathBuilder *builder, MathValue a, MathValue b);
MathValue math_min(MathBuilder *builder, MathValue a, MathValue b);
/* Sign bit cleared, flipped; NaN stays NaN. */
MathValue math_abs(MathBuilder *builder, MathValue x);
MathValue math_negate(MathBuilder *builder, MathValue x);
/* -1, 0, 1; NaN for NaN; sign(0) = 0 (sign(-0) = 0). */
MathValue math_sign(MathBuilder *builder, MathValue x);

/* The functions of one argument, for tables of tests and of operations. */
typedef struct MathFunction {
    const char *name;
    MathValue (*build)(MathBuilder *builder, MathValue x);
} MathFunction;
extern const MathFunction math_functions[];
extern const int math_function_count;

#endif
