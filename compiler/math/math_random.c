/* math_random.c: see math_random.h. */

#include "math/math_random.h"

#include "math/math_functions.h"
#include "math/math_steps.h"

#define ROUNDS 10

/* A sum of 32-bit words, also where words are held in 64-bit integers. */
static Value word_sum(Math *b, Value x, Value y) {
    Value sum = integer_op(b, MATH_INT_ADD, x, y);
    return b->precision == MATH_F32 ? sum : integer_op(b, MATH_INT_AND, sum, whole(b, UINT32_MAX));
}

void math_philox(Math *b, const Value counter[4], const Value key[2], Value words[4]) {
    Value c[4] = {counter[0], counter[1], counter[2], counter[3]}, k[2] = {key[0], key[1]};
    Value multiplier0 = whole(b, 0xD2511F53), multiplier1 = whole(b, 0xCD9E8D57);
    for (int round = 0; round < ROUNDS; round++) {
        Value high0, low0, high1, low1;
        b->multiply_words(b, c[0], multiplier0, &high0, &low0);
        b->multiply_words(b, c[2], multiplier1, &high1, &low1);
        c[0] = integer_op(b, MATH_INT_XOR, integer_op(b, MATH_INT_XOR, high1, c[1]), k[0]);
        c[1] = low1;
        c[2] = integer_op(b, MATH_INT_XOR, integer_op(b, MATH_INT_XOR, high0, c[3]), k[1]);
        c[3] = low0;
        k[0] = word_sum(b, k[0], whole(b, 0x9E3779B9));
        k[1] = word_sum(b, k[1], whole(b, 0xBB67AE85));
    }
    for (int i = 0; i < 4; i++)
        words[i] = c[i];
}

static Value upper_bits(Math *b, Value word) {
    return integer_op(b, MATH_INT_SHIFT_RIGHT, word, whole(b, 8));
}

MathValue math_uniform(Math *b, Value word) {
    return mul(b, b->from_integer(b, upper_bits(b, word)), number(b, 0x1p-24));
}

/* radius = sqrt(-2 log u), u = ((word0 >> 8) + 1) / 2^24 in (0, 1]; angle = 2 pi t / 2^24,
 * t = word1 >> 8 = quarter * 2^22 + rest with |rest| <= 2^21, so no reduction is needed. */
void math_normal_pair(Math *b, Value word0, Value word1, Value draws[2]) {
    Value up = integer_op(b, MATH_INT_ADD, upper_bits(b, word0), whole(b, 1));
    Value u = mul(b, b->from_integer(b, up), number(b, 0x1p-24));
    Value radius = b->unary(b, MATH_SQRT, mul(b, math_log(b, u), number(b, -2)));

    Value t = upper_bits(b, word1);
    Value quarter = integer_op(b, MATH_INT_SHIFT_RIGHT,
                               integer_op(b, MATH_INT_ADD, t, whole(b, 1 << 21)), whole(b, 22));
    Value rest =
        integer_op(b, MATH_INT_SUB, t, integer_op(b, MATH_INT_SHIFT_LEFT, quarter, whole(b, 22)));
    Value r = mul(b, b->from_integer(b, rest), number(b, 0x1.921fb54442d18p-22));
    Value sine, cosine, zero = whole(b, 0);
    math_sincos_small(b, r, number(b, 0), &sine, &cosine);

    /* Turning by a quarter: (cos, sin) becomes (-sin, cos). */
    Value odd = integer_op(b, MATH_INT_AND, quarter, whole(b, 1));
    Value even = b->integer_compare(b, MATH_EQUAL, odd, zero);
    Value x = choose(b, even, cosine, math_negate(b, sine));
    Value y = choose(b, even, sine, cosine);
    Value half_turn = integer_op(b, MATH_INT_AND, quarter, whole(b, 2));
    Value near = b->integer_compare(b, MATH_EQUAL, half_turn, zero);
    draws[0] = mul(b, radius, choose(b, near, x, math_negate(b, x)));
    draws[1] = mul(b, radius, choose(b, near, y, math_negate(b, y)));
}

static void block_words(Math *b, const MathStream *at, Value block, Value words[4]) {
    Value counter[4] = {block, at->sample, at->step, at->stream};
    math_philox(b, counter, at->key, words);
}

void math_uniform_block(Math *b, const MathStream *at, Value block, Value draws[4]) {
    Value words[4];
    block_words(b, at, block, words);
    for (int i = 0; i < 4; i++)
        draws[i] = math_uniform(b, words[i]);
}

void math_normal_block(Math *b, const MathStream *at, Value block, Value draws[4]) {
    Value words[4];
    block_words(b, at, block, words);
    math_normal_pair(b, words[0], words[1], &draws[0]);
    math_normal_pair(b, words[2], words[3], &draws[2]);
}

/* True where that bit of the integer is set. */
static Value bit_set(Math *b, Value integer, int bit) {
    Value rest = integer_op(b, MATH_INT_AND, integer, whole(b, bit));
    return b->integer_compare(b, MATH_NOT_EQUAL, rest, whole(b, 0));
}

static void element_words(Math *b, const MathStream *at, Value element, Value words[4]) {
    block_words(b, at, integer_op(b, MATH_INT_SHIFT_RIGHT, element, whole(b, 2)), words);
}

MathValue math_uniform_element(Math *b, const MathStream *at, Value element) {
    Value words[4];
    element_words(b, at, element, words);
    Value odd = bit_set(b, element, 1);
    Value low = choose(b, odd, words[1], words[0]), high = choose(b, odd, words[3], words[2]);
    return math_uniform(b, choose(b, bit_set(b, element, 2), high, low));
}

MathValue math_normal_element(Math *b, const MathStream *at, Value element) {
    Value words[4], draws[2];
    element_words(b, at, element, words);
    Value upper = bit_set(b, element, 2);
    math_normal_pair(b, choose(b, upper, words[2], words[0]), choose(b, upper, words[3], words[1]),
                     draws);
    return choose(b, bit_set(b, element, 1), draws[1], draws[0]);
}
