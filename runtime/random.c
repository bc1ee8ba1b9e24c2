/* random.c: Philox4x32-10 and what the runtime draws from it.
 *
 * The constants and the order of the words are those of the SC11 paper; tests compare with its
 * published known answers.
 */
#include "runtime/random.h"

NnrtRandomBlock nnrt_philox(uint64_t seed, uint32_t stream, uint32_t step, uint32_t sample,
                            uint32_t block) {
    uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    uint32_t c[4] = {stream, step, sample, block};
    for (int round = 0; round < 10; round++) {
        uint64_t even = (uint64_t)0xD2511F53 * c[0];
        uint64_t odd = (uint64_t)0xCD9E8D57 * c[2];
        uint32_t next[4] = {(uint32_t)(odd >> 32) ^ c[1] ^ key[0], (uint32_t)odd,
                            (uint32_t)(even >> 32) ^ c[3] ^ key[1], (uint32_t)even};
        for (int i = 0; i < 4; i++)
            c[i] = next[i];
        key[0] += 0x9E3779B9;
        key[1] += 0xBB67AE85;
    }
    return (NnrtRandomBlock){{c[0], c[1], c[2], c[3]}};
}

NnrtRandom nnrt_random(uint64_t seed, uint32_t stream, uint32_t step) {
    return (NnrtRandom){.seed = seed, .stream = stream, .step = step};
}

uint32_t nnrt_random_word(NnrtRandom *random) {
    uint64_t block = random->next / 4;
    if (random->next % 4 == 0)
        random->block = nnrt_philox(random->seed, random->stream, random->step,
                                    (uint32_t)(block >> 32), (uint32_t)block);
    return random->block.words[random->next++ % 4];
}

/* D. Lemire, "Fast random integer generation in an interval" (2019): the high half of word * bound,
 * with the few low halves refused that would favour some values. */
uint32_t nnrt_random_below(NnrtRandom *random, uint32_t bound) {
    uint32_t refused = (0u - bound) % bound;
    uint64_t product;
    do
        product = (uint64_t)nnrt_random_word(random) * bound;
    while ((uint32_t)product < refused);
    return (uint32_t)(product >> 32);
}

void nnrt_random_permute(NnrtRandom *random, int64_t *items, int64_t count) {
    for (int64_t last = count - 1; last > 0; last--) {
        int64_t other = nnrt_random_below(random, (uint32_t)(last + 1));
        int64_t item = items[last];
        items[last] = items[other];
        items[other] = item;
    }
}

void nnrt_shuffle(uint64_t seed, uint32_t epoch, int64_t *items, int64_t count) {
    NnrtRandom random = nnrt_random(seed, NNRT_STREAM_SHUFFLE, epoch);
    nnrt_random_permute(&random, items, count);
}
