/* literals.c: see literals.h. */

#include "grammar/literals.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "support/number.h"

double literal_number(const char *chars, size_t length) {
    enum { LONGEST = 4000 };
    double value;
    bool percent = length > 0 && chars[length - 1] == '%';
    if (percent) length--;
    if (!number_read(chars, length, &value)) return (double)NAN;
    if (!percent) return value;
    if (memchr(chars, 'e', length) || memchr(chars, 'E', length)) return value / 100;
    /* Rounded once: 0.1% is the double nearest to 0.001, which 0.1 / 100 need not be. */
    char copy[LONGEST + 4];
    memcpy(copy, chars, length);
    memcpy(copy + length, "e-2", sizeof "e-2");
    return number_read(copy, length + 3, &value) ? value : (double)NAN;
}

const char *literal_text(Arena *arena, Interner *interner, const char *chars, size_t length) {
    if (length < 2) return intern(interner, "", 0);
    bool escapes = chars[0] == '"' && memchr(chars, '\\', length);
    if (!escapes) return intern(interner, chars + 1, length - 2);
    char *copy = arena_alloc(arena, length);
    size_t copied = 0;
    for (size_t i = 1; i + 1 < length; i++) {
        if (chars[i] == '\\' && i + 2 < length) i++;
        copy[copied++] = chars[i];
    }
    return intern(interner, copy, copied);
}
