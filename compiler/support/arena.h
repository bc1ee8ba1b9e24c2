/* arena.h: the one allocator of a compilation.
 *
 * Everything a compilation makes (syntax tree, graph, plan, texts) lives in one arena and is freed
 * at once. Memory is zeroed, aligned to 16 bytes and never moves. Running out of memory calls the
 * arena's `out_of_memory` handler, which must not return (the driver jumps back to its entry and
 * reports exit code 4); nothing in the compiler checks for NULL.
 */
#ifndef NNC_SUPPORT_ARENA_H
#define NNC_SUPPORT_ARENA_H

#include <stddef.h>
#include <stdint.h>

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    ArenaBlock *blocks;                /* newest first */
    size_t used;                       /* bytes used of the newest block */
    size_t total;                      /* bytes taken from the system, for statistics */
    void (*out_of_memory)(void *user); /* must not return; NULL: print a message and exit(4) */
    void *user;
} Arena;

void arena_init(Arena *arena);
void arena_free(Arena *arena);

/* `size` zeroed bytes; size 0 gives a valid pointer. */
void *arena_alloc(Arena *arena, size_t size);
/* `count` zeroed elements; an overflowing product counts as out of memory. */
void *arena_array(Arena *arena, size_t count, size_t element_size);
/* A copy of `size` bytes. */
void *arena_copy(Arena *arena, const void *bytes, size_t size);
/* A NUL-terminated copy of `length` characters. */
char *arena_text(Arena *arena, const char *chars, size_t length);
/* A NUL-terminated formatted text. */
char *arena_format(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(arena, Type) ((Type *)arena_alloc((arena), sizeof(Type)))
#define ARENA_ARRAY(arena, Type, count)                                                            \
    ((Type *)arena_array((arena), (size_t)(count), sizeof(Type)))

#endif
