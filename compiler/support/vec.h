/* vec.h: growing arrays in an arena.
 *
 *     VEC(Node *) nodes = {0};
 *     VEC_PUSH(arena, nodes, node);
 *     for (int64_t i = 0; i < nodes.count; i++) use(nodes.items[i]);
 *
 * Growing leaves the old copy in the arena; a vector of n elements costs at most twice its size.
 * Use VEC_TYPE to name a vector type that crosses functions.
 */
#ifndef NNC_SUPPORT_VEC_H
#define NNC_SUPPORT_VEC_H

#include "support/arena.h"

#define VEC(Type)                                                                                  \
    struct {                                                                                       \
        Type *items;                                                                               \
        int64_t count, capacity;                                                                   \
    }
#define VEC_TYPE(Name, Type) typedef VEC(Type) Name

#define VEC_PUSH(arena, vec, item)                                                                 \
    do {                                                                                           \
        if ((vec).count == (vec).capacity)                                                         \
            (vec).items = vec_grow((arena), (vec).items, &(vec).capacity, sizeof *(vec).items);    \
        (vec).items[(vec).count++] = (item);                                                       \
    } while (0)

/* The larger copy of `items`; `capacity` is updated. For VEC_PUSH. */
void *vec_grow(Arena *arena, void *items, int64_t *capacity, size_t element_size);

#endif
