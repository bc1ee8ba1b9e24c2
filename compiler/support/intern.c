/* intern.c: a hash set of texts. See intern.h. */

#include "support/intern.h"

#include <string.h>

void intern_init(Interner *interner, Arena *arena) {
    *interner = (Interner){.arena = arena, .slot_count = 256};
    interner->slots = ARENA_ARRAY(arena, const char *, interner->slot_count);
}

/* FNV-1a, 64 bits. */
static uint64_t hash(const char *chars, size_t length) {
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)chars[i]) * 0x100000001b3u;
    return h;
}

static void grow(Interner *interner) {
    size_t slot_count = interner->slot_count * 2;
    const char **slots = ARENA_ARRAY(interner->arena, const char *, slot_count);
    for (size_t i = 0; i < interner->slot_count; i++) {
        const char *text = interner->slots[i];
        if (!text) continue;
        size_t slot = hash(text, strlen(text)) & (slot_count - 1);
        while (slots[slot])
            slot = (slot + 1) & (slot_count - 1);
        slots[slot] = text;
    }
    interner->slots = slots;
    interner->slot_count = slot_count;
}

const char *intern(Interner *interner, const char *chars, size_t length) {
    if (interner->count * 2 >= interner->slot_count) grow(interner);
    size_t slot = hash(chars, length) & (interner->slot_count - 1);
    while (interner->slots[slot]) {
        const char *text = interner->slots[slot];
        if (strncmp(text, chars, length) == 0 && text[length] == '\0') return text;
        slot = (slot + 1) & (interner->slot_count - 1);
    }
    interner->count++;
    return interner->slots[slot] = arena_text(interner->arena, chars, length);
}

const char *intern_text(Interner *interner, const char *text) {
    return intern(interner, text, strlen(text));
}
