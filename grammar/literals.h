/* literals.h: the values of numbers and texts as they are written. Inside of grammar/ only. */
#ifndef NNC_GRAMMAR_LITERALS_H
#define NNC_GRAMMAR_LITERALS_H

#include <stddef.h>

#include "support/intern.h"

/* The double nearest to the number, 15% being 0.15. Infinity when too large, NaN when it is no
 * number or longer than number_read takes. */
double literal_number(const char *chars, size_t length);

/* The text between its quotes, escapes undone, interned. `chars` includes the quotes. */
const char *literal_text(Arena *arena, Interner *interner, const char *chars, size_t length);

#endif
