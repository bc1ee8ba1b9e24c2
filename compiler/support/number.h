/* number.h: reading decimal numbers, whatever the locale. */
#ifndef NNC_SUPPORT_NUMBER_H
#define NNC_SUPPORT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* Reads all of `chars`: digits with an optional fraction and exponent ("12", "0.5", "1e-3", ".5"),
 * an optional sign before. The result is the nearest double; too large a number gives an infinity,
 * too small a one 0. False when the bytes are not such a number or are more than 4000. */
bool number_read(const char *chars, size_t length, double *value);

#endif
