/* text.c: see text.h. */

#include "support/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_init(Text *text, Arena *arena) {
    *text = (Text){.arena = arena, .chars = arena_text(arena, "", 0)};
}

static void reserve(Text *text, size_t more) {
    size_t need = text->length + more + 1;
    if (need <= text->capacity) return;
    size_t capacity = text->capacity ? text->capacity * 2 : 64;
    while (capacity < need)
        capacity *= 2;
    char *chars = arena_alloc(text->arena, capacity);
    if (text->length) memcpy(chars, text->chars, text->length);
    text->chars = chars;
    text->capacity = capacity;
}

void text_add_range(Text *text, const char *chars, size_t length) {
    reserve(text, length);
    if (length) memcpy(text->chars + text->length, chars, length);
    text->length += length;
    text->chars[text->length] = '\0';
}

void text_add(Text *text, const char *chars) {
    text_add_range(text, chars, strlen(chars));
}

void text_add_char(Text *text, char c) {
    text_add_range(text, &c, 1);
}

void text_format(Text *text, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length > 0) {
        reserve(text, (size_t)length);
        vsnprintf(text->chars + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_cut(Text *text, size_t length) {
    if (length >= text->length) return;
    text->length = length;
    text->chars[length] = '\0';
}

void text_indent(Text *text, int count) {
    for (int i = 0; i < count; i++)
        text_add_char(text, ' ');
}

void text_number(Text *text, double value) {
    if (isnan(value)) {
        text_add(text, "nan");
        return;
    }
    if (isinf(value)) {
        text_add(text, value < 0 ? "-inf" : "inf");
        return;
    }
    char digits[40];
    if (value == floor(value) && fabs(value) < 1e15) { /* 10, not 1e+01 */
        snprintf(digits, sizeof digits, "%.0f", value);
        text_add(text, digits);
        return;
    }
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value) break;
    }
    text_add(text, digits);
}
