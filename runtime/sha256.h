/* sha256.h: the SHA-256 hash (FIPS 180-4), for the content hash of weight files. */
#ifndef NNRT_SHA256_H
#define NNRT_SHA256_H

#include <stdint.h>

typedef struct NnrtSha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    uint8_t block[64];
} NnrtSha256;

void nnrt_sha256_init(NnrtSha256 *hash);
void nnrt_sha256_add(NnrtSha256 *hash, const void *bytes, int64_t size);
/* 64 lower-case hexadecimal digits and a NUL. */
void nnrt_sha256_end(NnrtSha256 *hash, char digits[65]);

#endif
