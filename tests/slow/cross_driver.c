/* Runs the kernels of cross_kernels.c and prints a digest of each result's bits; any NaN counts as
 * the same NaN. Plain C for whatever machine it is compiled for. */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cross_kernels.h"

typedef void Kernel(const void *x, const void *y, void *z);

/* clang-format finds no end in this list. */
/* clang-format off */
#define EACH(DO) \
    DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) \
    DO(14) DO(15) DO(16) DO(17) DO(18) DO(19) DO(20) DO(21) DO(22) DO(23) DO(24) DO(25) DO(26) \
    DO(27)
/* clang-format on */
#define DECLARE(I) extern Kernel kernel_##I;
#define NAME(I)    kernel_##I,
EACH(DECLARE)
static Kernel *const kernels[CROSS_KERNELS] = {EACH(NAME)};

static _Alignas(64) double x[CROSS_COUNT], y[CROSS_COUNT], z[CROSS_COUNT];
static _Alignas(64) float xs[CROSS_COUNT], ys[CROSS_COUNT], zs[CROSS_COUNT];

/* Everyday numbers mostly, some of every size; powers of two, so nothing is rounded here. */
static void fill(void) {
    uint64_t state = 1;
    for (int i = 0; i < CROSS_COUNT; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        int32_t a = (int32_t)(state >> 40) - (1 << 23), b = (int32_t)(state >> 32 & 0xffff) - 32768;
        x[i] = a * 0x1p-20;
        y[i] = b * 0x1p-12;
        if (i % 16 == 3) x[i] = a * 0x1p90;
        if (i % 16 == 4) x[i] = a * 0x1p-140; /* denormal in f32 */
        if (i % 16 == 5) x[i] = a * 0x1p-16;
        xs[i] = (float)x[i];
        ys[i] = (float)y[i];
    }
}

static uint64_t digest(const void *memory, int bytes) {
    uint64_t hash = 14695981039346656037u;
    for (int i = 0; i < CROSS_COUNT; i++) {
        uint64_t bits = 0;
        memcpy(&bits, (const char *)memory + (size_t)i * (size_t)bytes, (size_t)bytes);
        uint64_t infinity = bytes == 4 ? 0x7f800000u : 0x7ff0000000000000u;
        uint64_t size = bits & (bytes == 4 ? 0x7fffffffu : 0x7fffffffffffffffu);
        if (size > infinity) bits = infinity + 1;
        hash = (hash ^ bits) * 1099511628211u;
    }
    return hash;
}

int main(void) {
    fill();
    for (int i = 0; i < CROSS_KERNELS; i++) {
        int wide = i >= CROSS_KERNELS / 2;
        memset(z, 0, sizeof z);
        memset(zs, 0, sizeof zs);
        if (wide)
            kernels[i](x, y, z);
        else
            kernels[i](xs, ys, zs);
        uint64_t hash = wide ? digest(z, 8) : digest(zs, 4);
        printf("%2d %016llx\n", i, (unsigned long long)hash);
    }
    return 0;
}
