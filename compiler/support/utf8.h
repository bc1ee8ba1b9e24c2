/* utf8.h: UTF-8, and printing text of unknown origin safely. */
#ifndef NNC_SUPPORT_UTF8_H
#define NNC_SUPPORT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/text.h"

/* Decodes the character at `chars`; returns its length in bytes, 1 to 4, and sets *code. Returns 0
 * for bytes that are not UTF-8 (overlong forms, surrogates, above U+10FFFF, cut short) and at
 * length 0. */
int utf8_decode(const char *chars, size_t length, uint32_t *code);

/* Characters in the bytes; each byte that is not UTF-8 counts as one. */
uint32_t utf8_count(const char *chars, size_t length);

/* Appends the text so that it can do no harm on a terminal: control characters, bytes that are not
 * UTF-8 and invisible or direction-changing characters become \n, \x1b, \u{202e}. A tab becomes a
 * space. Returns how many columns were printed. */
uint32_t utf8_add_escaped(Text *text, const char *chars, size_t length);

/* Appends the text as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void utf8_add_json(Text *text, const char *chars);

#endif
