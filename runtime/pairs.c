/* pairs.c: see pairs.h. */

#include "runtime/pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool nnrt_pairs_add(NnrtPairs *pairs, const char *key, const char *value, NnrtError *error) {
    if (pairs->count == pairs->capacity) {
        int64_t capacity = pairs->capacity ? pairs->capacity * 2 : 16;
        NnrtPair *items = nnrt_resize(pairs->items, capacity, sizeof *items, error);
        if (!items) return false;
        pairs->items = items;
        pairs->capacity = capacity;
    }
    NnrtPair pair = {nnrt_copy_text(key, (int64_t)strlen(key), error),
                     nnrt_copy_text(value, (int64_t)strlen(value), error)};
    pairs->items[pairs->count++] = pair;
    return pair.key && pair.value;
}

bool nnrt_pairs_add_whole(NnrtPairs *pairs, const char *key, int64_t value, NnrtError *error) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return nnrt_pairs_add(pairs, key, text, error);
}

bool nnrt_pairs_add_real(NnrtPairs *pairs, const char *key, double value, NnrtError *error) {
    char text[48];
    snprintf(text, sizeof text, "%a", value);
    return nnrt_pairs_add(pairs, key, text, error);
}

void nnrt_pairs_free(NnrtPairs *pairs) {
    for (int64_t i = 0; i < pairs->count; i++) {
        free((char *)pairs->items[i].key);
        free((char *)pairs->items[i].value);
    }
    free(pairs->items);
    *pairs = (NnrtPairs){0};
}
