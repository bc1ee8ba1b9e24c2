/* number.c: see number.h. strtod reads with the locale's decimal point, so the point is replaced by
 * that one first; everything else of the form is checked here. */

#include "support/number.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 4000, LONGEST_POINT = 8 };

static size_t digits(const char *chars, size_t length, size_t from) {
    size_t i = from;
    while (i < length && chars[i] >= '0' && chars[i] <= '9')
        i++;
    return i - from;
}

bool number_read(const char *chars, size_t length, double *value) {
    if (length > LONGEST) return false;
    size_t i = length > 0 && (chars[0] == '-' || chars[0] == '+');
    size_t whole = digits(chars, length, i), fraction = 0, point = length;
    i += whole;
    if (i < length && chars[i] == '.') {
        point = i++;
        fraction = digits(chars, length, i);
        i += fraction;
    }
    if (whole + fraction == 0) return false;
    if (i < length && (chars[i] == 'e' || chars[i] == 'E')) {
        i++;
        if (i < length && (chars[i] == '-' || chars[i] == '+')) i++;
        size_t exponent = digits(chars, length, i);
        if (exponent == 0) return false;
        i += exponent;
    }
    if (i != length) return false;

    char copy[LONGEST + LONGEST_POINT + 1];
    const char *locale_point = localeconv()->decimal_point;
    size_t point_length = strlen(locale_point);
    if (point_length > LONGEST_POINT) return false;
    memcpy(copy, chars, point);
    size_t copied = point;
    if (point < length) {
        memcpy(copy + copied, locale_point, point_length);
        copied += point_length;
        memcpy(copy + copied, chars + point + 1, length - point - 1);
        copied += length - point - 1;
    }
    copy[copied] = '\0';
    *value = strtod(copy, NULL);
    return true;
}
