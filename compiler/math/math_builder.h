/* math_builder.h: arithmetic as an interface, so that each elementary function is written once.
 *
 * The routines of math.h and random.h are sequences of calls through a MathBuilder. Two builders
 * exist: the scalar one (math_scalar.h) computes at once, in C, for constant folding, reference
 * and tests; the one of code generation (codegen/math_emit.h) writes vector instructions. Both
 * round every operation by IEEE 754 (nearest even), in the builder's precision, so their results
 * are equal bit for bit on every target. Nothing is ever contracted: a fused multiply-add appears
 * where a routine calls `fma`, and only there.
 *
 * Three kinds of values: numbers (f32 or f64), integers of the same width (two's complement,
 * wrapping), and conditions (results of comparisons). A routine must not mix them up; the scalar
 * builder holds all three in `bits`.
 */
#ifndef NNC_MATH_MATH_BUILDER_H
#define NNC_MATH_MATH_BUILDER_H

#include <stdbool.h>
#include <stdint.h>

typedef enum MathPrecision { MATH_F32, MATH_F64 } MathPrecision;

typedef union MathValue {
    void *handle;  /* code generation: an LLVM value */
    uint64_t bits; /* scalar: the low 32 or all 64 bits; a condition is 0 or 1 */
} MathValue;

/* Predicates on numbers are false when an operand is NaN, except UNORDERED and NOT_EQUAL. */
typedef enum MathCompare {
    MATH_LESS,
    MATH_LESS_EQUAL,
    MATH_GREATER,
    MATH_GREATER_EQUAL,
    MATH_EQUAL,
    MATH_NOT_EQUAL,
    MATH_UNORDERED, /* at least one is NaN; numbers only */
} MathCompare;

typedef enum MathBinary { MATH_ADD, MATH_SUB, MATH_MUL, MATH_DIV } MathBinary;

typedef enum MathUnary {
    MATH_SQRT,
    MATH_FLOOR,
    MATH_CEIL,
    MATH_TRUNC,
    MATH_ROUND_EVEN, /* to the nearest integer, ties to even */
} MathUnary;

/* Integers. Shift counts are below the width; COMPARE of integers is signed. */
typedef enum MathInteger {
    MATH_INT_ADD,
    MATH_INT_SUB,
    MATH_INT_MUL,
    MATH_INT_AND,
    MATH_INT_OR,
    MATH_INT_XOR,
    MATH_INT_SHIFT_LEFT,
    MATH_INT_SHIFT_RIGHT,       /* fills with zeros */
    MATH_INT_SHIFT_RIGHT_SIGNED /* fills with the sign */
} MathInteger;

typedef struct MathBuilder MathBuilder;
struct MathBuilder {
    MathPrecision precision;
    void *user; /* the builder's own */

    /* `value` is rounded to the precision (nearest even). */
    MathValue (*constant)(MathBuilder *builder, double value);
    MathValue (*binary)(MathBuilder *builder, MathBinary op, MathValue a, MathValue b);
    MathValue (*unary)(MathBuilder *builder, MathUnary op, MathValue a);
    /* a * b + c, rounded once. */
    MathValue (*fma)(MathBuilder *builder, MathValue a, MathValue b, MathValue c);
    MathValue (*compare)(MathBuilder *builder, MathCompare op, MathValue a, MathValue b);
    /* Numbers or integers; the condition chooses `yes` or `no`. */
    MathValue (*select)(MathBuilder *builder, MathValue condition, MathValue yes, MathValue no);

    /* The low bits of `value` are kept. */
    MathValue (*integer)(MathBuilder *builder, int64_t value);
    MathValue (*integer_op)(MathBuilder *builder, MathInteger op, MathValue a, MathValue b);
    MathValue (*integer_compare)(MathBuilder *builder, MathCompare op, MathValue a, MathValue b);
    /* Full product of two unsigned 32-bit words; in f64 builders words are held in 64-bit
     * integers whose upper half is zero, in arguments and results. */
    void (*multiply_words)(MathBuilder *builder, MathValue a, MathValue b, MathValue *high,
                           MathValue *low);
    /* Conditions: and, or, not. */
    MathValue (*condition_and)(MathBuilder *builder, MathValue a, MathValue b);
    MathValue (*condition_or)(MathBuilder *builder, MathValue a, MathValue b);
    MathValue (*condition_not)(MathBuilder *builder, MathValue a);

    /* The same bits seen as the other kind. */
    MathValue (*as_integer)(MathBuilder *builder, MathValue number);
    MathValue (*as_number)(MathBuilder *builder, MathValue integer);
    /* A signed integer as a number (nearest even). */
    MathValue (*from_integer)(MathBuilder *builder, MathValue integer);
};

#endif
