/* random.h: counter-based random numbers.
 *
 * Philox4x32-10 of Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3"
 * (SC11): four 32-bit words as a function of a key and a counter; no generator state exists. In a
 * model key = seed, counter = (stream, step, sample, element / 4), where the stream is the ordinal
 * of the draw; the runtime's own draws use the streams below, which no model reaches.
 */
#ifndef NNRT_RANDOM_H
#define NNRT_RANDOM_H

#include <stdint.h>

typedef struct NnrtRandomBlock {
    uint32_t words[4];
} NnrtRandomBlock;

NnrtRandomBlock nnrt_philox(uint64_t seed, uint32_t stream, uint32_t step, uint32_t sample,
                            uint32_t block);

enum { NNRT_STREAM_SHUFFLE = 0x7fffffff, NNRT_STREAM_SPLIT = 0x7ffffffe };

/* A sequence of words: the blocks 0, 1, 2, ... of (seed, stream, step). */
typedef struct NnrtRandom {
    uint64_t seed, next;
    uint32_t stream, step;
    NnrtRandomBlock block;
} NnrtRandom;

NnrtRandom nnrt_random(uint64_t seed, uint32_t stream, uint32_t step);
uint32_t nnrt_random_word(NnrtRandom *random);
/* A whole number 0..bound-1, each exactly equally likely; bound 1..2^32-1. */
uint32_t nnrt_random_below(NnrtRandom *random, uint32_t bound);

/* Puts the items in a random order (Fisher and Yates, from the end down). */
void nnrt_random_permute(NnrtRandom *random, int64_t *items, int64_t count);

/* The order of an epoch: items permuted as a function of (seed, epoch, count) alone. */
void nnrt_shuffle(uint64_t seed, uint32_t epoch, int64_t *items, int64_t count);

#endif
