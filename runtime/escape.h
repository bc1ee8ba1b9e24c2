/* escape.h: names out of files, printed so that they cannot command a terminal. */
#ifndef NNRT_ESCAPE_H
#define NNRT_ESCAPE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* One character of chars[0..length), length >= 1, into `out`: itself, or \xNN for a control
 * character or a byte that is not UTF-8. Gives the bytes read and, in *written, those written. */
int nnrt_escape_one(const char *chars, int64_t length, char out[4], int *written);

/* Prints a text so escaped, at most `most` characters of it and then "..." (0: all). The number
 * of characters printed, which is that of columns for most scripts. `file` NULL: only counts. */
int nnrt_put_escaped(FILE *file, const char *text, int most);

#endif
