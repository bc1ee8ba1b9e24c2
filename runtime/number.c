/* number.c: reading numbers from text, exactly.
 *
 * Most numbers of a data file have at most 15 digits and a small power of ten, so that one exact
 * product or quotient of doubles is the nearest double (W. Clinger, "How to read floating point
 * numbers accurately", PLDI 1990); the rest goes to strtod, which the form checked here keeps from
 * reading anything else.
 */
#include "runtime/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The word, whatever the case of its letters. */
static bool spells(const char *chars, const char *word) {
    while (*word && (*chars | 0x20) == *word)
        chars++, word++;
    return *word == 0 && *chars == 0;
}

static bool spells_not_finite(const char *chars) {
    if (*chars == '+' || *chars == '-') chars++;
    return spells(chars, "nan") || spells(chars, "inf") || spells(chars, "infinity");
}

typedef struct Scan {
    uint64_t digits; /* the first 18 significant digits as a whole number */
    int digit_count; /* significant digits seen */
    int64_t power;   /* value = digits * 10^power while digit_count <= 18 */
    bool negative;
} Scan;

static void take_digit(Scan *scan, char c, bool fraction) {
    if (scan->digit_count < 18) scan->digits = scan->digits * 10 + (uint64_t)(c - '0');
    if (scan->digits && scan->digit_count < 1000) scan->digit_count++;
    if (fraction) scan->power--;
}

/* Whether chars[0..length) has the form of a number. */
static bool scan_number(const char *chars, int64_t length, Scan *scan) {
    int64_t i = 0;
    bool any = false;
    if (i < length && (chars[i] == '+' || chars[i] == '-')) scan->negative = chars[i++] == '-';
    for (; i < length && is_digit(chars[i]); i++, any = true)
        take_digit(scan, chars[i], false);
    if (i < length && chars[i] == '.')
        for (i++; i < length && is_digit(chars[i]); i++, any = true)
            take_digit(scan, chars[i], true);
    if (!any) return false;
    if (i < length && (chars[i] == 'e' || chars[i] == 'E')) {
        i++;
        bool down = false;
        if (i < length && (chars[i] == '+' || chars[i] == '-')) down = chars[i++] == '-';
        if (i == length) return false;
        int64_t exponent = 0;
        for (; i < length && is_digit(chars[i]); i++)
            if (exponent < 100000000) exponent = exponent * 10 + (chars[i] - '0');
        scan->power += down ? -exponent : exponent;
    }
    return i == length;
}

NnrtNumberKind nnrt_number(const char *chars, int64_t length, double *value) {
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    Scan scan = {0};
    if (!scan_number(chars, length, &scan))
        return spells_not_finite(chars) ? NNRT_NUMBER_INFINITE : NNRT_NUMBER_NONE;
    if (scan.digit_count <= 15 && scan.power >= -22 && scan.power <= 22) {
        double digits = (double)scan.digits;
        digits = scan.power < 0 ? digits / tens[-scan.power] : digits * tens[scan.power];
        *value = scan.negative ? -digits : digits;
        return NNRT_NUMBER_OK;
    }
    *value = strtod(chars, NULL);
    return isfinite(*value) ? NNRT_NUMBER_OK : NNRT_NUMBER_INFINITE;
}
