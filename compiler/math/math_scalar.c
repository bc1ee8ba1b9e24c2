/* math_scalar.c: see math_scalar.h. Each operation is one C operation in the precision, rounded
 * by IEEE 754; the project is built without contraction. */

#include "math/math_scalar.h"

#include <math.h>
#include <string.h>

static float f32_of(MathValue value) {
    uint32_t bits = (uint32_t)value.bits;
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static double f64_of(MathValue value) {
    double number;
    memcpy(&number, &value.bits, sizeof number);
    return number;
}

static MathValue from_f32(float number) {
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return (MathValue){.bits = bits};
}

static MathValue from_f64(double number) {
    MathValue value;
    memcpy(&value.bits, &number, sizeof number);
    return value;
}

static bool single(const MathBuilder *builder) {
    return builder->precision == MATH_F32;
}

MathValue math_scalar_number(MathBuilder *builder, double value) {
    return single(builder) ? from_f32((float)value) : from_f64(value);
}

double math_scalar_value(MathBuilder *builder, MathValue number) {
    return single(builder) ? (double)f32_of(number) : f64_of(number);
}

static float binary_f32(MathBinary op, float a, float b) {
    switch (op) {
    case MATH_ADD: return a + b;
    case MATH_SUB: return a - b;
    case MATH_MUL: return a * b;
    case MATH_DIV: return a / b;
    }
    return 0;
}

static double binary_f64(MathBinary op, double a, double b) {
    switch (op) {
    case MATH_ADD: return a + b;
    case MATH_SUB: return a - b;
    case MATH_MUL: return a * b;
    case MATH_DIV: return a / b;
    }
    return 0;
}

static MathValue scalar_binary(MathBuilder *builder, MathBinary op, MathValue a, MathValue b) {
    if (single(builder)) return from_f32(binary_f32(op, f32_of(a), f32_of(b)));
    return from_f64(binary_f64(op, f64_of(a), f64_of(b)));
}

/* To the nearest integer, ties to even, whatever the rounding mode of the process is. */
static double round_even(double a) {
    double down = floor(a), rest = a - down;
    if (!(rest > 0)) return a; /* whole, infinite or NaN */
    double nearest = rest > 0.5 || (rest == 0.5 && fmod(down, 2) != 0) ? down + 1 : down;
    return copysign(nearest, a);
}

/* Every one of these is exact, or correctly rounded from double to single (square root: double has
 * more than twice the bits of single plus two). */
static MathValue scalar_unary(MathBuilder *builder, MathUnary op, MathValue a) {
    double x = math_scalar_value(builder, a), y = 0;
    switch (op) {
    case MATH_SQRT: y = sqrt(x); break;
    case MATH_FLOOR: y = floor(x); break;
    case MATH_CEIL: y = ceil(x); break;
    case MATH_TRUNC: y = trunc(x); break;
    case MATH_ROUND_EVEN: y = round_even(x); break;
    }
    return math_scalar_number(builder, y);
}

static MathValue scalar_fma(MathBuilder *builder, MathValue a, MathValue b, MathValue c) {
    if (single(builder)) return from_f32(fmaf(f32_of(a), f32_of(b), f32_of(c)));
    return from_f64(fma(f64_of(a), f64_of(b), f64_of(c)));
}

static MathValue condition(bool holds) {
    return (MathValue){.bits = holds};
}

static MathValue scalar_compare(MathBuilder *builder, MathCompare op, MathValue a, MathValue b) {
    double x = math_scalar_value(builder, a), y = math_scalar_value(builder, b);
    switch (op) {
    case MATH_LESS: return condition(x < y);
    case MATH_LESS_EQUAL: return condition(x <= y);
    case MATH_GREATER: return condition(x > y);
    case MATH_GREATER_EQUAL: return condition(x >= y);
    case MATH_EQUAL: return condition(x == y);
    case MATH_NOT_EQUAL: return condition(x != y);
    case MATH_UNORDERED: return condition(x != x || y != y);
    }
    return condition(false);
}

static MathValue scalar_select(MathBuilder *builder, MathValue which, MathValue yes, MathValue no) {
    (void)builder;
    return which.bits ? yes : no;
}

static MathValue scalar_integer(MathBuilder *builder, int64_t value) {
    return (MathValue){.bits = single(builder) ? (uint32_t)value : (uint64_t)value};
}

static int64_t signed_of(MathBuilder *builder, MathValue value) {
    return single(builder) ? (int64_t)(int32_t)(uint32_t)value.bits : (int64_t)value.bits;
}

static MathValue scalar_integer_op(MathBuilder *builder, MathInteger op, MathValue a, MathValue b) {
    uint64_t x = a.bits, y = b.bits, z = 0;
    switch (op) {
    case MATH_INT_ADD: z = x + y; break;
    case MATH_INT_SUB: z = x - y; break;
    case MATH_INT_MUL: z = x * y; break;
    case MATH_INT_AND: z = x & y; break;
    case MATH_INT_OR: z = x | y; break;
    case MATH_INT_XOR: z = x ^ y; break;
    case MATH_INT_SHIFT_LEFT: z = x << y; break;
    case MATH_INT_SHIFT_RIGHT: z = x >> y; break;
    case MATH_INT_SHIFT_RIGHT_SIGNED: z = (uint64_t)(signed_of(builder, a) >> y); break;
    }
    return (MathValue){.bits = single(builder) ? (uint32_t)z : z};
}

static MathValue scalar_integer_compare(MathBuilder *builder, MathCompare op, MathValue a,
                                        MathValue b) {
    int64_t x = signed_of(builder, a), y = signed_of(builder, b);
    switch (op) {
    case MATH_LESS: return condition(x < y);
    case MATH_LESS_EQUAL: return condition(x <= y);
    case MATH_GREATER: return condition(x > y);
    case MATH_GREATER_EQUAL: return condition(x >= y);
    case MATH_EQUAL: return condition(x == y);
    case MATH_NOT_EQUAL: return condition(x != y);
    case MATH_UNORDERED: break;
    }
    return condition(false);
}

static void scalar_multiply_words(MathBuilder *builder, MathValue a, MathValue b, MathValue *high,
                                  MathValue *low) {
    (void)builder;
    uint64_t product = (a.bits & UINT32_MAX) * (b.bits & UINT32_MAX);
    high->bits = product >> 32;
    low->bits = product & UINT32_MAX;
}

static MathValue scalar_and(MathBuilder *builder, MathValue a, MathValue b) {
    (void)builder;
    return condition(a.bits && b.bits);
}

static MathValue scalar_or(MathBuilder *builder, MathValue a, MathValue b) {
    (void)builder;
    return condition(a.bits || b.bits);
}

static MathValue scalar_not(MathBuilder *builder, MathValue a) {
    (void)builder;
    return condition(!a.bits);
}

static MathValue scalar_same_bits(MathBuilder *builder, MathValue a) {
    (void)builder;
    return a;
}

static MathValue scalar_from_integer(MathBuilder *builder, MathValue a) {
    int64_t value = signed_of(builder, a);
    return single(builder) ? from_f32((float)value) : from_f64((double)value);
}

MathBuilder math_scalar_builder(MathPrecision precision) {
    return (MathBuilder){
        .precision = precision,
        .constant = math_scalar_number,
        .binary = scalar_binary,
        .unary = scalar_unary,
        .fma = scalar_fma,
        .compare = scalar_compare,
        .select = scalar_select,
        .integer = scalar_integer,
        .integer_op = scalar_integer_op,
        .integer_compare = scalar_integer_compare,
        .multiply_words = scalar_multiply_words,
        .condition_and = scalar_and,
        .condition_or = scalar_or,
        .condition_not = scalar_not,
        .as_integer = scalar_same_bits,
        .as_number = scalar_same_bits,
        .from_integer = scalar_from_integer,
    };
}

double math_scalar_call(MathBuilder *builder, MathValue (*function)(MathBuilder *, MathValue),
                        double x) {
    return math_scalar_value(builder, function(builder, math_scalar_number(builder, x)));
}

double math_scalar_call2(MathBuilder *builder,
                         MathValue (*function)(MathBuilder *, MathValue, MathValue), double x,
                         double y) {
    MathValue a = math_scalar_number(builder, x), b = math_scalar_number(builder, y);
    return math_scalar_value(builder, function(builder, a, b));
}
