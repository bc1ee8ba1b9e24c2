/* Philox against the published known answers (Random123 1.09, tests/kat_vectors), and draws. */
#include "math/tests.h"

#include <CUnit/CUnit.h>
#include <math.h>

#include "math/math_random.h"
#include "math/math_scalar.h"

static const struct {
    uint32_t counter[4], key[2], words[4];
} known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

void philox_known_answers(void) {
    for (int p = 0; p < 2; p++) {
        MathBuilder builder = math_scalar_builder(p ? MATH_F64 : MATH_F32);
        for (int t = 0; t < 3; t++) {
            MathValue counter[4], key[2], words[4];
            for (int i = 0; i < 4; i++)
                counter[i] = (MathValue){.bits = known[t].counter[i]};
            for (int i = 0; i < 2; i++)
                key[i] = (MathValue){.bits = known[t].key[i]};
            math_philox(&builder, counter, key, words);
            for (int i = 0; i < 4; i++)
                CU_ASSERT_EQUAL(words[i].bits, known[t].words[i]);
        }
    }
}

static MathStream stream_of(uint64_t seed, uint32_t sample) {
    return (MathStream){.key = {{.bits = seed & UINT32_MAX}, {.bits = seed >> 32}},
                        .sample = {.bits = sample},
                        .step = {.bits = 5},
                        .stream = {.bits = 2}};
}

void uniform_draws(void) {
    MathBuilder single = math_scalar_builder(MATH_F32), twice = math_scalar_builder(MATH_F64);
    MathValue most = {.bits = UINT32_MAX}, none = {.bits = 0};
    CU_ASSERT_EQUAL(math_scalar_value(&single, math_uniform(&single, most)), 1 - 0x1p-24);
    CU_ASSERT_EQUAL(math_scalar_value(&single, math_uniform(&single, none)), 0);
    MathStream at = stream_of(42, 0);
    double sum = 0, squares = 0;
    int count = 40000;
    for (int i = 0; i < count; i++) {
        MathValue element = {.bits = (uint64_t)i};
        double x = math_scalar_value(&single, math_uniform_element(&single, &at, element));
        double y = math_scalar_value(&twice, math_uniform_element(&twice, &at, element));
        CU_ASSERT_EQUAL_FATAL(x, y);
        sum += x;
        squares += x * x;
    }
    CU_ASSERT_DOUBLE_EQUAL(sum / count, 0.5, 0.005);
    CU_ASSERT_DOUBLE_EQUAL(squares / count, 1.0 / 3, 0.005);
}

void normal_draws(void) {
    MathBuilder single = math_scalar_builder(MATH_F32), twice = math_scalar_builder(MATH_F64);
    double moments[5] = {0}, product = 0, last = 0, below = 0;
    int count = 40000;
    for (int i = 0; i < count; i++) {
        MathStream at = stream_of(0x123456789abcdefu, (uint32_t)i / 1000);
        MathValue element = {.bits = (uint64_t)i % 1000};
        double x = math_scalar_value(&single, math_normal_element(&single, &at, element));
        double y = math_scalar_value(&twice, math_normal_element(&twice, &at, element));
        CU_ASSERT_DOUBLE_EQUAL(x, y, 2e-6);
        CU_ASSERT(fabs(y) <= 5.77);
        double power = 1;
        for (int k = 1; k < 5; k++)
            moments[k] += (power *= y);
        product += y * last;
        last = y;
        below += y < 1;
    }
    CU_ASSERT_DOUBLE_EQUAL(moments[1] / count, 0, 0.02);
    CU_ASSERT_DOUBLE_EQUAL(moments[2] / count, 1, 0.03);
    CU_ASSERT_DOUBLE_EQUAL(moments[3] / count, 0, 0.06);
    CU_ASSERT_DOUBLE_EQUAL(moments[4] / count, 3, 0.15);
    CU_ASSERT_DOUBLE_EQUAL(product / count, 0, 0.02);
    CU_ASSERT_DOUBLE_EQUAL(below / count, 0.841345, 0.008);
    /* The exact values of one pair, by libm in double. */
    MathValue w0 = {.bits = 0x40000000}, w1 = {.bits = 0x90000000}, draws[2];
    math_normal_pair(&twice, w0, w1, draws);
    double radius = sqrt(-2 * log(0.25 + 0x1p-24)), angle = 2 * 3.14159265358979323846 * 0.5625;
    CU_ASSERT_DOUBLE_EQUAL(math_scalar_value(&twice, draws[0]), radius * cos(angle), 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(math_scalar_value(&twice, draws[1]), radius * sin(angle), 1e-15);
}

void elements_are_blocks(void) {
    for (int p = 0; p < 2; p++) {
        MathBuilder builder = math_scalar_builder(p ? MATH_F64 : MATH_F32);
        MathStream at = stream_of(7, 3);
        for (uint64_t block = 0; block < 50; block++) {
            MathValue uniform[4], normal[4];
            math_uniform_block(&builder, &at, (MathValue){.bits = block}, uniform);
            math_normal_block(&builder, &at, (MathValue){.bits = block}, normal);
            for (uint64_t w = 0; w < 4; w++) {
                MathValue element = {.bits = 4 * block + w};
                CU_ASSERT_EQUAL(math_uniform_element(&builder, &at, element).bits, uniform[w].bits);
                CU_ASSERT_EQUAL(math_normal_element(&builder, &at, element).bits, normal[w].bits);
            }
        }
    }
}
