/* safetensors.h: named tensors in a file, the format of weights and checkpoints.
 *
 * A file is: 8 bytes length of the header (little-endian), a JSON header that gives each tensor's
 * type, shape and range of bytes, and the bytes. Files from elsewhere are read as strictly as our
 * own: sizes are checked before memory is taken, ranges must cover the data without gap or overlap,
 * names must be unique. Ours carry a SHA-256 of the whole file in `__metadata__` under
 * "nnc.sha256" (computed with its own 64 digits as '0'); it is verified, and must be there when
 * any other key begins with "nnc.". Source of the format: huggingface.co/docs/safetensors.
 */
#ifndef NNRT_SAFETENSORS_H
#define NNRT_SAFETENSORS_H

#include "runtime/table.h"

#define NNRT_HASH_KEY          "nnc.sha256"
#define NNRT_TENSOR_HEADER_MAX INT64_C(100000000) /* bytes; the format's own limit */

typedef enum NnrtTensorType {
    NNRT_TENSOR_F32,
    NNRT_TENSOR_F64,
    NNRT_TENSOR_U8,
    NNRT_TENSOR_I64,
    NNRT_TENSOR_OTHER, /* F16, BF16, ...: listed, but its values cannot be had */
} NnrtTensorType;

typedef struct NnrtTensor {
    const char *name; /* UTF-8 */
    NnrtTensorType type;
    int rank;
    int64_t dims[NNRT_RANK_MAX];
    const void *values; /* little-endian, C order; a reader's need not be aligned */
    int64_t bytes;
} NnrtTensor;

typedef struct NnrtPair {
    const char *key, *value; /* UTF-8 */
} NnrtPair;

/* Tensors of a file, in the order of their bytes, and its metadata. Everything in it is owned. */
typedef struct NnrtTensorFile {
    NnrtTensor *tensors;
    int64_t tensor_count;
    NnrtPair *metadata;
    int64_t metadata_count;
    void *data, *texts;
} NnrtTensorFile;

/* Exit 3 for a broken file, 4 for memory. */
bool nnrt_tensors_read(const char *path, NnrtTensorFile *file, NnrtError *error);
void nnrt_tensors_free(NnrtTensorFile *file);

/* NULL when there is none. */
const NnrtTensor *nnrt_tensors_find(const NnrtTensorFile *file, const char *name);
const char *nnrt_tensors_metadata(const NnrtTensorFile *file, const char *key);

/* Number of elements: the product of dims. */
int64_t nnrt_tensor_count(const NnrtTensor *tensor);

/* All elements of an F32 or F64 tensor as NNRT_F32 or NNRT_F64 (rounded to nearest); exit 3 for
 * another type. */
bool nnrt_tensor_copy(const NnrtTensor *tensor, NnrtElement element, void *out, NnrtError *error);

/* Writes a file atomically (atomic.h). Tensors are stored widest type first, otherwise in the order
 * given, so every one is aligned to its element; the data begins at a multiple of 8. `type` must
 * not be NNRT_TENSOR_OTHER, `bytes` must fit the shape, names must be unique. "nnc.format" and the
 * hash are added; other keys that begin with "nnc." are left out. */
bool nnrt_tensors_write(const char *path, const NnrtTensor *tensors, int64_t tensor_count,
                        const NnrtPair *metadata, int64_t metadata_count, NnrtError *error);
/* The same. Without `flush` the file takes its place without waiting for the disk: the end of this
 * process cannot harm it, but a power cut may, on file systems that rename before they write. */
bool nnrt_tensors_write_to(const char *path, const NnrtTensor *tensors, int64_t tensor_count,
                           const NnrtPair *metadata, int64_t metadata_count, bool flush,
                           NnrtError *error);

#endif
