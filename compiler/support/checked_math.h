/* checked_math.h: sizes that cannot overflow silently.
 *
 * Sizes, counts and byte offsets are int64_t. Each function returns false when the exact result
 * does not fit; *result is then unspecified.
 */
#ifndef NNC_SUPPORT_CHECKED_MATH_H
#define NNC_SUPPORT_CHECKED_MATH_H

#include <stdbool.h>
#include <stdint.h>

static inline bool checked_add(int64_t a, int64_t b, int64_t *result) {
    return !__builtin_add_overflow(a, b, result);
}

static inline bool checked_multiply(int64_t a, int64_t b, int64_t *result) {
    return !__builtin_mul_overflow(a, b, result);
}

/* `value` rounded up to a multiple of `step` (> 0); value >= 0. */
static inline int64_t round_up(int64_t value, int64_t step) {
    return (value + step - 1) / step * step;
}

#endif
