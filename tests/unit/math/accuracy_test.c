/* Accuracy of the elementary functions against long double, sampled over all bit patterns (the
 * slow test tests/slow/math_all_floats.c tries every float). */
#include "math/tests.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "math/math_functions.h"
#include "math/math_scalar.h"

typedef long double Wide;

static Wide sigmoid_wide(Wide x) {
    return x < 0 ? expl(x) / (1 + expl(x)) : 1 / (1 + expl(-x));
}

static Wide softplus_wide(Wide x) {
    return x < 0 ? log1pl(expl(x)) : x + log1pl(expl(-x));
}

static const struct {
    const char *name;
    Wide (*wide)(Wide);
    double limit; /* ulp */
} references[] = {
    {"exp", expl, 1},
    {"log", logl, 1},
    {"log1p", log1pl, 1.5},
    {"tanh", tanhl, 2},
    {"erf", erfl, 1.5},
    {"sin", sinl, 1},
    {"cos", cosl, 1},
    {"sigmoid", sigmoid_wide, 1.5},
    {"softplus", softplus_wide, 2},
};

/* Distance in units of the last place of the exact result, rounded to the precision. */
static double ulps(MathPrecision precision, double got, Wide exact) {
    int bits = precision == MATH_F32 ? 24 : 53, least = precision == MATH_F32 ? -149 : -1074;
    double largest = precision == MATH_F32 ? 0x1.fffffep127 : 0x1.fffffffffffffp1023;
    if (isnan(got) || isnan(exact)) return isnan(got) && isnan(exact) ? 0 : INFINITY;
    if (isinf(got)) { /* right where rounding gives infinity */
        Wide ulp = ldexpl(1, (precision == MATH_F32 ? 128 : 1024) - bits);
        return (got > 0 ? exact : -exact) >= largest + ulp / 2 ? 0 : INFINITY;
    }
    if (exact == 0) return got == 0 ? 0 : INFINITY;
    int exponent = ilogbl(exact) - bits + 1;
    if (exponent < least) exponent = least;
    return (double)fabsl(((Wide)got - exact) / ldexpl(1, exponent));
}

static uint64_t next_random(uint64_t *state) {
    *state += 0x9E3779B97F4A7C15u;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* All bit patterns, or numbers of everyday size. */
static double sample(MathPrecision precision, uint64_t *state, int kind) {
    uint64_t bits = next_random(state);
    if (kind == 1) return ldexp((double)(int64_t)bits, -63 + (int)(next_random(state) % 10));
    if (kind == 2) return ldexp((double)(int64_t)bits, -63 + (int)(next_random(state) % 18));
    if (precision == MATH_F64) {
        double x;
        memcpy(&x, &bits, sizeof x);
        return x;
    }
    float x;
    uint32_t half = (uint32_t)bits;
    memcpy(&x, &half, sizeof x);
    return (double)x;
}

static void check_function(MathPrecision precision, int f, int samples) {
    MathBuilder builder = math_scalar_builder(precision);
    uint64_t state = (uint64_t)f;
    double worst = 0, worst_x = 0;
    CU_ASSERT_STRING_EQUAL_FATAL(references[f].name, math_functions[f].name);
    bool circular = math_functions[f].build == math_sin || math_functions[f].build == math_cos;
    for (int i = 0; i < samples; i++) {
        double x = sample(precision, &state, i % 3);
        x = math_scalar_value(&builder, math_scalar_number(&builder, x));
        if (circular && fabs(x) > 1e5) continue;
        double got = math_scalar_call(&builder, math_functions[f].build, x);
        double error = ulps(precision, got, references[f].wide((Wide)x));
        if (error > worst) {
            worst = error;
            worst_x = x;
        }
    }
    if (worst > references[f].limit)
        printf("%s f%d: %.3f ulp at %a\n", references[f].name, precision == MATH_F32 ? 32 : 64,
               worst, worst_x);
    CU_ASSERT(worst <= references[f].limit);
}

void functions_accuracy(void) {
    CU_ASSERT_EQUAL_FATAL((int)(sizeof references / sizeof *references), math_function_count);
    for (int f = 0; f < math_function_count; f++) {
        check_function(MATH_F32, f, 200000);
        check_function(MATH_F64, f, 200000);
    }
}

void power_accuracy(void) {
    for (int p = 0; p < 2; p++) {
        MathPrecision precision = p ? MATH_F64 : MATH_F32;
        MathBuilder builder = math_scalar_builder(precision);
        uint64_t state = 77;
        double worst = 0, worst_x = 0, worst_y = 0;
        for (int i = 0; i < 300000; i++) {
            double x = fabs(sample(precision, &state, i % 2));
            double y = sample(precision, &state, i % 5 == 0 ? 0 : 1);
            if (i % 7 == 0) x = 1 + ldexp(x, -12);
            if (i % 7 == 1) y = (p ? 700 : 88) / log(x) * (i % 3 == 0 ? 1 : -1); /* large results */
            x = math_scalar_value(&builder, math_scalar_number(&builder, x));
            y = math_scalar_value(&builder, math_scalar_number(&builder, y));
            double got = math_scalar_call2(&builder, math_pow, x, y);
            double error = ulps(precision, got, powl((Wide)x, (Wide)y));
            if (error > worst) {
                worst = error;
                worst_x = x;
                worst_y = y;
            }
        }
        if (worst > 2) printf("pow: %.3f ulp at %a, %a\n", worst, worst_x, worst_y);
        CU_ASSERT(worst <= 2);
    }
}
