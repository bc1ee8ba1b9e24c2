/* Infinities, NaN, signed zeros, denormals, overflow; powers with a whole exponent. */
#include "math/tests.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>

#include "math/math_functions.h"
#include "math/math_scalar.h"

static bool same(double a, double b) {
    if (isnan(a) || isnan(b)) return isnan(a) && isnan(b);
    return a == b && signbit(a) == signbit(b);
}

static void expect(MathValue (*function)(MathBuilder *, MathValue), double x, double wanted) {
    for (int p = 0; p < 2; p++) {
        MathBuilder builder = math_scalar_builder(p ? MATH_F64 : MATH_F32);
        double got = math_scalar_call(&builder, function, x);
        if (!same(got, wanted)) printf("f%d of %a: %a, not %a\n", p ? 64 : 32, x, got, wanted);
        CU_ASSERT(same(got, wanted));
    }
}

void functions_edges(void) {
    double inf = INFINITY, nan = NAN;
    for (int f = 0; f < math_function_count; f++)
        expect(math_functions[f].build, nan, nan);
    expect(math_exp, inf, inf), expect(math_exp, -inf, 0), expect(math_exp, 1e30, inf);
    expect(math_exp, -1e30, 0), expect(math_exp, 0, 1), expect(math_exp, -0.0, 1);
    expect(math_log, inf, inf), expect(math_log, 0, -inf), expect(math_log, -0.0, -inf);
    expect(math_log, -1, nan), expect(math_log, -inf, nan), expect(math_log, 1, 0);
    expect(math_log1p, inf, inf), expect(math_log1p, -1, -inf), expect(math_log1p, -2, nan);
    expect(math_log1p, -inf, nan), expect(math_log1p, 0, 0), expect(math_log1p, -0.0, -0.0);
    expect(math_tanh, inf, 1), expect(math_tanh, -inf, -1), expect(math_tanh, -0.0, -0.0);
    expect(math_erf, inf, 1), expect(math_erf, -inf, -1), expect(math_erf, -0.0, -0.0);
    expect(math_sin, inf, nan), expect(math_sin, -inf, nan), expect(math_sin, -0.0, -0.0);
    expect(math_cos, inf, nan), expect(math_cos, -inf, nan), expect(math_cos, -0.0, 1);
    expect(math_sin, 1e30, nan), expect(math_cos, 1e30, nan);
    expect(math_sigmoid, inf, 1), expect(math_sigmoid, -inf, 0), expect(math_sigmoid, 0, 0.5);
    expect(math_softplus, inf, inf), expect(math_softplus, -inf, 0);
    expect(math_sign, 3, 1), expect(math_sign, -3, -1), expect(math_sign, 0, 0);
    expect(math_sign, -0.0, 0), expect(math_sign, nan, nan), expect(math_sign, -inf, -1);
    expect(math_abs, -0.0, 0), expect(math_abs, -inf, inf), expect(math_negate, 0, -0.0);
    MathBuilder single = math_scalar_builder(MATH_F32), twice = math_scalar_builder(MATH_F64);
    CU_ASSERT_EQUAL(math_scalar_call(&single, math_exp, -103.5), 0x1p-149);
    CU_ASSERT_EQUAL(math_scalar_call(&single, math_exp, -104), 0);
    CU_ASSERT_EQUAL(math_scalar_call(&twice, math_exp, -744.5), 0x1p-1074);
    CU_ASSERT(isfinite(math_scalar_call(&single, math_exp, 0x1.62e42ep6)));
    CU_ASSERT(isinf(math_scalar_call(&single, math_exp, 0x1.62e430p6)));
    CU_ASSERT_EQUAL(math_scalar_call(&single, math_tanh, 0x1p-149), 0x1p-149);
    CU_ASSERT_EQUAL(math_scalar_call(&single, math_sigmoid, -103), 0x1p-149);
}

static void expect_power(double x, double y, double wanted) {
    for (int p = 0; p < 2; p++) {
        MathBuilder builder = math_scalar_builder(p ? MATH_F64 : MATH_F32);
        double got = math_scalar_call2(&builder, math_pow, x, y);
        if (!same(got, wanted))
            printf("f%d: %g ^ %g: %a, not %a\n", p ? 64 : 32, x, y, got, wanted);
        CU_ASSERT(same(got, wanted));
    }
}

/* Every pair of special values follows C's pow (Annex F). */
void power_edges(void) {
    static const double values[] = {0.0,      -0.0,      1,   -1,  0.5,        -0.5, 2,
                                    -2,       3,         -3,  2.5, -2.5,       4,    -4,
                                    INFINITY, -INFINITY, NAN, 1e6, 0x1p23 + 1, 1e30, -1e30};
    int count = sizeof values / sizeof *values;
    for (int i = 0; i < count; i++)
        for (int j = 0; j < count; j++) {
            double wanted = pow(values[i], values[j]);
            bool edge = wanted == 0 || wanted == 1 || isinf(wanted) || isnan(wanted);
            if (edge) expect_power(values[i], values[j], wanted);
        }
    expect_power(-2, 3, -8), expect_power(-2, 2, 4), expect_power(4, 0.5, 2);
    expect_power(2, -1, 0.5), expect_power(-0.5, -3, -8);
}

void whole_powers(void) {
    for (int p = 0; p < 2; p++) {
        MathBuilder builder = math_scalar_builder(p ? MATH_F64 : MATH_F32);
        for (int n = -MATH_MAX_WHOLE_POWER; n <= MATH_MAX_WHOLE_POWER; n++) {
            MathValue x = math_scalar_number(&builder, -1.0625);
            double got = math_scalar_value(&builder, math_whole_power(&builder, x, n));
            double wanted = pow(-1.0625, n);
            CU_ASSERT(fabs(got / wanted - 1) <= (p ? 0x1p-52 : 0x1p-23) * 32);
            MathValue two = math_scalar_number(&builder, 2);
            CU_ASSERT_EQUAL(math_scalar_value(&builder, math_whole_power(&builder, two, n)),
                            ldexp(1, n));
        }
        /* The chain of 7: x * x^2 * x^4, in this order. */
        MathValue x = math_scalar_number(&builder, 1.1);
        volatile float a = 1.1f, square = a * a, fourth = square * square, cube = a * square;
        if (!p) {
            volatile float wanted = cube * fourth;
            CU_ASSERT_EQUAL(math_scalar_value(&builder, math_whole_power(&builder, x, 7)), wanted);
        }
    }
}

static void expect_choice(double a, double b, double larger, double smaller) {
    for (int p = 0; p < 2; p++) {
        MathBuilder builder = math_scalar_builder(p ? MATH_F64 : MATH_F32);
        CU_ASSERT(same(math_scalar_call2(&builder, math_max, a, b), larger));
        CU_ASSERT(same(math_scalar_call2(&builder, math_min, a, b), smaller));
    }
}

void maximum_and_minimum(void) {
    expect_choice(1, 2, 2, 1), expect_choice(2, 1, 2, 1);
    expect_choice(NAN, 1, NAN, NAN), expect_choice(1, NAN, NAN, NAN);
    expect_choice(NAN, INFINITY, NAN, NAN), expect_choice(-INFINITY, NAN, NAN, NAN);
    expect_choice(0.0, -0.0, -0.0, -0.0), expect_choice(-0.0, 0.0, 0.0, 0.0);
    expect_choice(-INFINITY, INFINITY, INFINITY, -INFINITY);
}

void scalar_operations(void) {
    static const double numbers[] = {-2.5, -1.5, -0.5, -0.0, 0.25,
                                     0.5,  0.75, 1.5,  2.5,  4503599627370497.5};
    static const double even[] = {-2, -2, -0.0, -0.0, 0, 0, 1, 2, 2, 4503599627370498};
    MathBuilder builder = math_scalar_builder(MATH_F64);
    for (int i = 0; i < 10; i++) {
        MathValue x = math_scalar_number(&builder, numbers[i]);
        CU_ASSERT(same(math_scalar_value(&builder, builder.unary(&builder, MATH_ROUND_EVEN, x)),
                       even[i]));
        CU_ASSERT(same(math_scalar_value(&builder, builder.unary(&builder, MATH_FLOOR, x)),
                       floor(numbers[i])));
    }
    MathBuilder single = math_scalar_builder(MATH_F32);
    MathValue minus = single.integer(&single, -8), three = single.integer(&single, 3);
    CU_ASSERT_EQUAL(single.integer_op(&single, MATH_INT_SHIFT_RIGHT_SIGNED, minus, three).bits,
                    UINT32_MAX);
    CU_ASSERT_EQUAL(single.integer_op(&single, MATH_INT_SHIFT_RIGHT, minus, three).bits,
                    UINT32_MAX >> 3);
    CU_ASSERT_EQUAL(math_scalar_value(&single, single.from_integer(&single, minus)), -8);
    CU_ASSERT_EQUAL(single.integer_compare(&single, MATH_LESS, minus, three).bits, 1);
    /* Rounded to single: 0.1 + 0.2 in float. */
    volatile float a = 0.1f, b = 0.2f;
    MathValue sum = single.binary(&single, MATH_ADD, single.constant(&single, 0.1),
                                  single.constant(&single, 0.2));
    CU_ASSERT_EQUAL(math_scalar_value(&single, sum), (double)(a + b));
}
