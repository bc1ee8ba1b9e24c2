/* number.h: reading numbers from text, exactly.
 *
 * The form is [+-] digits [. digits] [e [+-] digits] with at least one digit before the exponent;
 * nothing else (no hexadecimal, no nan, no inf, no spaces). The value is the double nearest to the
 * decimal number.
 */
#ifndef NNRT_NUMBER_H
#define NNRT_NUMBER_H

#include <stdint.h>

typedef enum NnrtNumberKind {
    NNRT_NUMBER_OK,
    NNRT_NUMBER_NONE,     /* not a number */
    NNRT_NUMBER_INFINITE, /* nan, inf or infinity in some spelling, or too large for a double */
} NnrtNumberKind;

/* Reads all of chars[0..length), which must be followed by a NUL. */
NnrtNumberKind nnrt_number(const char *chars, int64_t length, double *value);

#endif
