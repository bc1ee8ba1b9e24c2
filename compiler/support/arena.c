/* arena.c: blocks of growing size, handed out from the front. See arena.h. */

#include "support/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 1 << 16, LARGEST_BLOCK = 1 << 24, ALIGNMENT = 16 };

struct ArenaBlock {
    ArenaBlock *next;
    size_t size; /* bytes after the header */
    _Alignas(ALIGNMENT) unsigned char bytes[];
};

void arena_init(Arena *arena) {
    memset(arena, 0, sizeof *arena);
}

void arena_free(Arena *arena) {
    ArenaBlock *block = arena->blocks;
    while (block) {
        ArenaBlock *next = block->next;
        free(block);
        block = next;
    }
    arena->blocks = NULL;
    arena->used = arena->total = 0;
}

static _Noreturn void fail(Arena *arena) {
    if (arena->out_of_memory) {
        arena->out_of_memory(arena->user);
        abort();
    }
    fputs("nnc: error: out of memory\n", stderr);
    exit(4);
}

void *arena_alloc(Arena *arena, size_t size) {
    if (size > SIZE_MAX / 2) fail(arena);
    size = (size + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
    ArenaBlock *block = arena->blocks;
    if (!block || block->size - arena->used < size) {
        size_t room = block ? block->size * 2 : FIRST_BLOCK;
        if (room > LARGEST_BLOCK) room = LARGEST_BLOCK;
        if (room < size) room = size;
        ArenaBlock *fresh = calloc(1, sizeof *fresh + room);
        if (!fresh) fail(arena);
        fresh->size = room;
        fresh->next = block;
        arena->blocks = block = fresh;
        arena->used = 0;
        arena->total += room;
    }
    void *result = block->bytes + arena->used;
    arena->used += size;
    return result;
}

void *arena_array(Arena *arena, size_t count, size_t element_size) {
    size_t size;
    if (__builtin_mul_overflow(count, element_size, &size)) fail(arena);
    return arena_alloc(arena, size);
}

void *arena_copy(Arena *arena, const void *bytes, size_t size) {
    void *result = arena_alloc(arena, size);
    if (size) memcpy(result, bytes, size);
    return result;
}

char *arena_text(Arena *arena, const char *chars, size_t length) {
    char *result = arena_alloc(arena, length + 1);
    if (length) memcpy(result, chars, length);
    return result;
}

char *arena_format(Arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *result = arena_alloc(arena, (size_t)(length < 0 ? 0 : length) + 1);
    if (length > 0) vsnprintf(result, (size_t)length + 1, format, again);
    va_end(again);
    return result;
}
