/* intern.h: one pointer for equal texts, so that names are compared by pointer. */
#ifndef NNC_SUPPORT_INTERN_H
#define NNC_SUPPORT_INTERN_H

#include "support/arena.h"

typedef struct Interner {
    Arena *arena;
    const char **slots; /* open addressing, a power of two */
    size_t slot_count, count;
} Interner;

void intern_init(Interner *interner, Arena *arena);
/* The interner's own NUL-terminated copy of the text. */
const char *intern(Interner *interner, const char *chars, size_t length);
const char *intern_text(Interner *interner, const char *text);

#endif
