/* text.h: a text being built, in an arena. Always NUL-terminated once anything was added. */
#ifndef NNC_SUPPORT_TEXT_H
#define NNC_SUPPORT_TEXT_H

#include "support/arena.h"

typedef struct Text {
    Arena *arena;
    char *chars; /* NUL-terminated; "" for an empty text after text_init */
    size_t length, capacity;
} Text;

void text_init(Text *text, Arena *arena);
void text_add(Text *text, const char *chars);
void text_add_range(Text *text, const char *chars, size_t length);
void text_add_char(Text *text, char c);
void text_format(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Shortens the text to `length`, which is at most its length. */
void text_cut(Text *text, size_t length);
/* `count` spaces. */
void text_indent(Text *text, int count);
/* The shortest decimal that reads back as the same double: 0.1, 1e-05, 3, nan, inf. Needs no
 * locale. */
void text_number(Text *text, double value);

#endif
