/* polynomials.h: made by scripts/make_polynomials.py; do not edit.
 *
 * Minimax coefficients, lowest power first; each table with the identity it serves and the
 * largest error of the result, relative, as a fraction of 2^-24 (f32) or 2^-53 (f64).
 */
#ifndef NNC_MATH_POLYNOMIALS_H
#define NNC_MATH_POLYNOMIALS_H

/* exp(t) = 1 + t + t^2 p(t), |t| <= ln(2)/2: error 0.054 */
static const double exp_f32[] = {
    0x1.fffffc0000000p-2, 0x1.55548c0000000p-3,  0x1.55585a0000000p-5,
    0x1.123d480000000p-7, 0x1.6ab4720000000p-10,
};

/* log((1+s)/(1-s)) = 2 s + s t p(t), t = s^2 <= (3 - sqrt(8))^2: error 0.014 */
static const double log_f32[] = {
    0x1.55557a0000000p-1,
    0x1.995ecc0000000p-2,
    0x1.31e2280000000p-2,
};

/* log((1+s)/(1-s)) = 2 s + 2/3 s t + s t^2 p(t), t as for log: error 0.00014 */
static const double log_tail_f32[] = {
    0x1.999a000000000p-2,
    0x1.24527a0000000p-2,
    0x1.dfa30e0000000p-3,
};

/* tanh(x) = x + x t p(t), t = x^2, |x| <= 0.5625: error 0.023 */
static const double tanh_f32[] = {
    -0x1.5555480000000p-2, 0x1.110c5e0000000p-3,  -0x1.b905c20000000p-5,
    0x1.5811da0000000p-6,  -0x1.94542a0000000p-8,
};

/* erf(x) = x + x p(t), t = x^2, |x| <= 1: error 0.024 */
static const double erf_small_f32[] = {
    0x1.06eba80000000p-3, -0x1.81273e0000000p-2,  0x1.ce2ce60000000p-4,  -0x1.b7f71a0000000p-6,
    0x1.53f2240000000p-8, -0x1.a3515a0000000p-11, 0x1.4771d80000000p-14,
};

/* log(1 - erf(1 + t)) = p(t), 0 <= t <= 3.0: error 0.16 */
static const double erf_large_f32[] = {
    -0x1.d97fc00000000p+0, -0x1.51c9aa0000000p+1,  -0x1.afad1c0000000p-1, -0x1.53ff0e0000000p-5,
    0x1.44406c0000000p-7,  -0x1.df8b360000000p-10, 0x1.86d36e0000000p-13,
};

/* sin(x) = x + x t p(t), t = x^2, |x| <= pi/4: error 0.0028 */
static const double sin_f32[] = {
    -0x1.5555560000000p-3,
    0x1.1111720000000p-7,
    -0x1.a056900000000p-13,
    0x1.7b52840000000p-19,
};

/* cos(x) = 1 - t/2 + t^2 p(t), t = x^2, |x| <= pi/4: error 0.0023 */
static const double cos_f32[] = {
    0x1.55554a0000000p-5,
    -0x1.6c0c140000000p-10,
    0x1.99de6e0000000p-16,
};

/* exp(t) = 1 + t + t^2 p(t), |t| <= ln(2)/2: error 0.095 */
static const double exp_f64[] = {
    0x1.000000000000ap-1,  0x1.55555555554f8p-3,  0x1.5555555550815p-5,  0x1.1111111128155p-7,
    0x1.6c16c184454c1p-10, 0x1.a01a0128df4d0p-13, 0x1.a01999b908f41p-16, 0x1.71df27c3267d8p-19,
    0x1.28adc6dcd9ab3p-22, 0x1.ad7ce30b9870bp-26,
};

/* log((1+s)/(1-s)) = 2 s + s t p(t), t = s^2 <= (3 - sqrt(8))^2: error 0.011 */
static const double log_f64[] = {
    0x1.5555555555593p-1, 0x1.999999997f9f4p-2, 0x1.249249422af81p-2, 0x1.c71c51d6f73b5p-3,
    0x1.746649e4a83aap-3, 0x1.39a08fb7177e3p-3, 0x1.2f11bc29125b4p-3,
};

/* log((1+s)/(1-s)) = 2 s + 2/3 s t + s t^2 p(t), t as for log: error 7.0e-7 */
static const double log_tail_f64[] = {
    0x1.9999999999996p-2, 0x1.2492492492f55p-2, 0x1.c71c71c595c0bp-3, 0x1.745d1829d7e42p-3,
    0x1.3b1364a0a3b4ap-3, 0x1.1120760524e94p-3, 0x1.de3c42d79b4b4p-4, 0x1.ead034df95cb6p-4,
};

/* tanh(x) = x + x t p(t), t = x^2, |x| <= 0.5625: error 0.009 */
static const double tanh_f64[] = {
    -0x1.555555555554bp-2,  0x1.1111111110246p-3,  -0x1.ba1ba1b92fa28p-5,  0x1.664f4847f643ep-6,
    -0x1.226e2cd61e290p-7,  0x1.d6d240ba1b72dp-9,  -0x1.7d8b3f6ac9030p-10, 0x1.345df3ed74152p-11,
    -0x1.e7ef7ac5b1159p-13, 0x1.592670798d4bep-14, -0x1.3c70a7839fd38p-16,
};

/* erf(x) = x + x p(t), t = x^2, |x| <= 1: error 0.1 */
static const double erf_small_f64[] = {
    0x1.06eba8214db69p-3,  -0x1.812746b0379e6p-2,  0x1.ce2f21a042b20p-4,  -0x1.b82ce3128499fp-6,
    0x1.565bcd0db0351p-8,  -0x1.c02db3d8ee55ep-11, 0x1.f9a321a13ff47p-14, -0x1.f4d1df3bcfb32p-17,
    0x1.b9def1bda839dp-20, -0x1.5f1d37c9f6120p-23, 0x1.f7a41d09903bep-27, -0x1.386ae19c4f50bp-30,
    0x1.057a019563c20p-34,
};

/* log(1 - erf(1 + t)) = p(t), 0 <= t <= 5.0: error 0.081 */
static const double erf_large_f64[] = {
    -0x1.d97fbf27aa2a1p+0,  -0x1.51c9b0006c22cp+1,  -0x1.afabc11a2a518p-1,  -0x1.5477f09a6b823p-5,
    0x1.48c9d399829f8p-7,   -0x1.033f5c5131966p-9,  0x1.f1b0ce1f2809fp-13,  0x1.b923738bdd870p-16,
    -0x1.c83feed550790p-16, 0x1.4453552614b53p-17,  -0x1.1d6784f208329p-19, 0x1.af6cf6231bf63p-23,
    0x1.01e9423d636d1p-24,  -0x1.2568c580f2e66p-25, 0x1.2ba142305f895p-27,  -0x1.743f7a891735bp-30,
    0x1.0e6161eec2342p-33,  -0x1.62270f40a2fb7p-38,
};

/* sin(x) = x + x t p(t), t = x^2, |x| <= pi/4: error 0.00086 */
static const double sin_f64[] = {
    -0x1.5555555555555p-3,  0x1.111111111106bp-7,  -0x1.a01a019fff02ap-13, 0x1.71de3a34ecc67p-19,
    -0x1.ae642e6cb648ap-26, 0x1.610b541494cc2p-33, -0x1.a0e2c62d13a1cp-41,
};

/* cos(x) = 1 - t/2 + t^2 p(t), t = x^2, |x| <= pi/4: error 0.00061 */
static const double cos_f64[] = {
    0x1.5555555555549p-5,   -0x1.6c16c16c14bcep-10, 0x1.a01a019c24c88p-16,
    -0x1.27e4f7a4d0997p-22, 0x1.1ee9a79613c24p-29,  -0x1.8f8b6bd51f680p-37,
};

#endif
