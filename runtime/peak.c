/* peak.c: see peak.h.
 *
 * Twelve independent chains of fused multiply-adds hide the latency (4 cycles, 2 a cycle need 8)
 * and stay in the sixteen registers that some processors have. One function for each instruction
 * set, chosen at run time; the values stay finite (x -> x/2 + 1).
 */

#include "runtime/peak.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

enum { CHAINS = 12, STEPS = 4096 };

typedef float Round(const float *start); /* a value that depends on all, so nothing is left out */

double nnrt_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Each chain is a variable of its own: compilers unroll a loop over an array or do not, as they
 * like. */
// clang-format off
#define EACH_CHAIN(DO, FMA)                                                                        \
    DO(0, FMA) DO(1, FMA) DO(2, FMA) DO(3, FMA) DO(4, FMA) DO(5, FMA)                              \
    DO(6, FMA) DO(7, FMA) DO(8, FMA) DO(9, FMA) DO(10, FMA) DO(11, FMA)
// clang-format on
#define BEGIN_CHAIN(C, FMA)   Vector x##C = one * (float)(C + 1);
#define ADVANCE_CHAIN(C, FMA) x##C = FMA(x##C);
#define ADD_CHAIN(C, FMA)     sum += x##C;

/* NAME(start): STEPS steps of CHAINS vectors of BYTES bytes; FMA(x) is x half + one. */
#define PEAK_ROUND(NAME, TARGET, BYTES, FMA)                                                       \
    TARGET static float NAME(const float *start) {                                                 \
        typedef float Vector __attribute__((vector_size(BYTES), aligned(BYTES)));                  \
        Vector half, one, sum;                                                                     \
        memcpy(&half, start, sizeof half);                                                         \
        one = half + half;                                                                         \
        sum = one;                                                                                 \
        EACH_CHAIN(BEGIN_CHAIN, FMA)                                                               \
        for (int i = 0; i < STEPS; i++) {                                                          \
            EACH_CHAIN(ADVANCE_CHAIN, FMA)                                                         \
        }                                                                                          \
        EACH_CHAIN(ADD_CHAIN, FMA)                                                                 \
        return sum[0];                                                                             \
    }

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#define AVX512     __attribute__((target("avx512f")))
#define AVX2       __attribute__((target("avx2,fma")))
#define FMA_512(X) (Vector) _mm512_fmadd_ps((__m512)(X), (__m512)half, (__m512)one)
#define FMA_256(X) (Vector) _mm256_fmadd_ps((__m256)(X), (__m256)half, (__m256)one)
PEAK_ROUND(wide_512, AVX512, 64, FMA_512)
PEAK_ROUND(wide_256, AVX2, 32, FMA_256)

/* Whether processor and system know vectors of 64 bytes; those of 32 every program of nnc needs.
 * Asked of the processor itself, since the compiler's own table of processors would be 4.5 KB of
 * every program. */
static bool has_wide_vectors(void) {
    enum { AVX512_STATE = 0xe6 }; /* bits of XCR0: registers that are kept */
    unsigned a, b, c, d, state, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return false;
    __asm__("xgetbv" : "=a"(state), "=d"(high) : "c"(0));
    return (state & AVX512_STATE) == AVX512_STATE && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
           (b & bit_AVX512F);
}
#else
#define FMA_128(X) (X) * half + one
PEAK_ROUND(wide_128, , 16, FMA_128)
#endif

static double rate(Round *round, double seconds, int bytes) {
    float halves[16] = {.5f, .5f, .5f, .5f, .5f, .5f, .5f, .5f,
                        .5f, .5f, .5f, .5f, .5f, .5f, .5f, .5f};
    double begin = nnrt_seconds(), end = begin, best = 0;
    float guard = 0;
    while (end - begin < seconds) { /* the best of short bursts: neighbours only slow down */
        double from = nnrt_seconds();
        for (int i = 0; i < 8; i++) {
            __asm__ volatile("" : : "r"(halves) : "memory"); /* each round is computed */
            guard += round(halves);
        }
        end = nnrt_seconds();
        double now = 8 * 2.0 * CHAINS * STEPS * bytes / (end - from);
        if (now > best) best = now;
    }
    return guard >= 0 ? best : 0;
}

/* A vector holds half as many doubles, at the same rate. */
double nnrt_peak_flops(double seconds, int bytes) {
#if defined(__x86_64__)
    double narrow = rate(wide_256, seconds / 2, 32);
    double wide = has_wide_vectors() ? rate(wide_512, seconds / 2, 64) : 0;
    return (wide > narrow ? wide : narrow) / bytes;
#else
    return rate(wide_128, seconds, 16) / bytes;
#endif
}
