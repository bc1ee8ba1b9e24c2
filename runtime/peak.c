/* peak.c: see peak.h.
 *
 * Sixteen independent chains of fused multiply-adds hide the latency (4 cycles, 2 a cycle need 8).
 * One function for each instruction set, chosen at run time; the values stay finite (x -> x/2 + 1).
 */

#include "runtime/peak.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

enum { CHAINS = 16, STEPS = 4096 };

typedef double Round(const void *start); /* a value that depends on all, so nothing is left out */

double nnrt_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* NAME(start): STEPS steps of CHAINS vectors of BYTES bytes of TYPE. */
#define PEAK_ROUND(NAME, TARGET, TYPE, BYTES, FMA)                                                 \
    typedef TYPE NAME##Vector __attribute__((vector_size(BYTES), aligned(BYTES)));                 \
    TARGET static double NAME(const void *start) {                                                 \
        NAME##Vector x[CHAINS], half, one;                                                         \
        memcpy(&half, start, sizeof half);                                                         \
        one = half + half;                                                                         \
        for (int c = 0; c < CHAINS; c++)                                                           \
            x[c] = one * (TYPE)(c + 1);                                                            \
        for (int i = 0; i < STEPS; i++)                                                            \
            _Pragma("GCC unroll 16") for (int c = 0; c < CHAINS; c++) x[c] = FMA;                  \
        double sum = 0;                                                                            \
        for (int c = 0; c < CHAINS; c++)                                                           \
            sum += (double)x[c][0];                                                                \
        return sum;                                                                                \
    }

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#define AVX512 __attribute__((target("avx512f")))
#define AVX2   __attribute__((target("avx2,fma")))
PEAK_ROUND(single_512, AVX512, float, 64,
           (single_512Vector)_mm512_fmadd_ps((__m512)x[c], (__m512)half, (__m512)one))
PEAK_ROUND(double_512, AVX512, double, 64,
           (double_512Vector)_mm512_fmadd_pd((__m512d)x[c], (__m512d)half, (__m512d)one))
PEAK_ROUND(single_256, AVX2, float, 32,
           (single_256Vector)_mm256_fmadd_ps((__m256)x[c], (__m256)half, (__m256)one))
PEAK_ROUND(double_256, AVX2, double, 32,
           (double_256Vector)_mm256_fmadd_pd((__m256d)x[c], (__m256d)half, (__m256d)one))

/* The widest vectors that processor and system know: 64, 32 or 16 bytes. Asked of the processor
 * itself, since the compiler's own table of processors would be 4.5 KB of every program. */
static int vector_bytes(void) {
    enum { AVX_STATE = 6, AVX512_STATE = 0xe6 }; /* bits of XCR0: registers that are kept */
    unsigned a, basic, features, c, d, state, high;
    if (!__get_cpuid(1, &a, &features, &basic, &d) || !(basic & bit_OSXSAVE)) return 16;
    __asm__("xgetbv" : "=a"(state), "=d"(high) : "c"(0));
    if (!__get_cpuid_count(7, 0, &a, &features, &c, &d)) return 16;
    if ((state & AVX512_STATE) == AVX512_STATE && (features & bit_AVX512F)) return 64;
    bool fused = (basic & bit_FMA) && (features & bit_AVX2);
    return (state & AVX_STATE) == AVX_STATE && fused ? 32 : 16;
}
#endif
PEAK_ROUND(single_128, , float, 16, x[c] * half + one)
PEAK_ROUND(double_128, , double, 16, x[c] * half + one)

static double rate(Round *round, const void *start, double seconds, double flops) {
    double begin = nnrt_seconds(), end = begin, best = 0, guard = 0;
    while (end - begin < seconds) { /* the best of short bursts: neighbours only slow down */
        double from = nnrt_seconds();
        for (int i = 0; i < 8; i++)
            guard += round(start);
        end = nnrt_seconds();
        double now = 8 * flops / (end - from);
        if (now > best) best = now;
    }
    return guard >= 0 ? best : 0;
}

double nnrt_peak_flops(double seconds, int bytes) {
    float singles[16];
    double doubles[8];
    for (int i = 0; i < 16; i++)
        singles[i] = 0.5f;
    for (int i = 0; i < 8; i++)
        doubles[i] = 0.5;
    const void *start = bytes == 8 ? (const void *)doubles : (const void *)singles;
    double flops = 2.0 * CHAINS * STEPS / bytes; /* times the bytes of a vector */
#if defined(__x86_64__)
    int bytes_wide = vector_bytes();
    double wide = 0, narrow = 0;
    if (bytes_wide >= 64)
        wide = rate(bytes == 8 ? double_512 : single_512, start, seconds / 2, 64 * flops);
    if (bytes_wide >= 32)
        narrow = rate(bytes == 8 ? double_256 : single_256, start, seconds / 2, 32 * flops);
    if (wide > narrow) return wide;
    if (narrow > 0) return narrow;
#endif
    return rate(bytes == 8 ? double_128 : single_128, start, seconds, 16 * flops);
}
