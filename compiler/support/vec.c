/* vec.c: see vec.h. */

#include "support/vec.h"

#include <string.h>

void *vec_grow(Arena *arena, void *items, int64_t *capacity, size_t element_size) {
    int64_t larger = *capacity ? *capacity * 2 : 8;
    void *result = arena_array(arena, (size_t)larger, element_size);
    if (*capacity) memcpy(result, items, (size_t)*capacity * element_size);
    *capacity = larger;
    return result;
}
