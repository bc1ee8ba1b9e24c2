/* math_scalar.h: the builder that computes at once, one number at a time.
 *
 * For constant folding and tests: the value that generated code would compute, bit for bit.
 *
 *     MathBuilder builder = math_scalar_builder(MATH_F32);
 *     double y = math_scalar_call(&builder, math_exp, 1.0);
 */
#ifndef NNC_MATH_MATH_SCALAR_H
#define NNC_MATH_MATH_SCALAR_H

#include "math/math_builder.h"

/* A builder that holds no memory; copy it freely. */
MathBuilder math_scalar_builder(MathPrecision precision);

/* A number of the builder's precision (rounded) and back; exact for values of that precision. */
MathValue math_scalar_number(MathBuilder *builder, double value);
double math_scalar_value(MathBuilder *builder, MathValue number);

/* function(x), function(x, y); arguments are rounded to the precision first. */
double math_scalar_call(MathBuilder *builder, MathValue (*function)(MathBuilder *, MathValue),
                        double x);
double math_scalar_call2(MathBuilder *builder,
                         MathValue (*function)(MathBuilder *, MathValue, MathValue), double x,
                         double y);

#endif
