/* pairs.h: metadata being collected for a weight file: texts by key. */
#ifndef NNRT_PAIRS_H
#define NNRT_PAIRS_H

#include "runtime/safetensors.h"

/* Every text is owned. A zeroed one is empty. */
typedef struct NnrtPairs {
    NnrtPair *items;
    int64_t count, capacity;
} NnrtPairs;

/* Copies both texts; exit 4 when memory is out. */
bool nnrt_pairs_add(NnrtPairs *pairs, const char *key, const char *value, NnrtError *error);
/* A whole number; a real number in hexadecimal, which gives it back bit for bit. */
bool nnrt_pairs_add_whole(NnrtPairs *pairs, const char *key, int64_t value, NnrtError *error);
bool nnrt_pairs_add_real(NnrtPairs *pairs, const char *key, double value, NnrtError *error);
void nnrt_pairs_free(NnrtPairs *pairs);

#endif
