/* array.h: data sets that come as whole arrays: IDX and NumPy files.
 *
 * A file is one array whose first axis counts the samples. The first file feeds the model's one
 * input, the second its one target. The other axes must hold as many values as the input has; of
 * `real` inputs their grouping may differ (a 28 x 28 file feeds real[784]). Those of an image are
 * its own, or without a last axis of 1 (28 x 28 feeds image[28, 28, 1]), or one axis of all values.
 *
 * Whole-number pictures are divided by 255, floating ones taken as they are and bool ones as 0 and
 * 1; a picture is what the model calls an image or what the file stores with two or more axes a
 * sample.
 */
#ifndef NNRT_ARRAY_H
#define NNRT_ARRAY_H

#include "runtime/table.h"

typedef enum NnrtArrayElement {
    NNRT_ARRAY_BOOL, /* a byte: 0, or anything else for 1 */
    NNRT_ARRAY_U8,
    NNRT_ARRAY_U16,
    NNRT_ARRAY_U32,
    NNRT_ARRAY_U64,
    NNRT_ARRAY_I8,
    NNRT_ARRAY_I16,
    NNRT_ARRAY_I32,
    NNRT_ARRAY_I64,
    NNRT_ARRAY_F32,
    NNRT_ARRAY_F64,
} NnrtArrayElement;

typedef struct NnrtArray {
    NnrtArrayElement element;
    int rank;
    int64_t dims[NNRT_RANK_MAX];
    int64_t count; /* product of dims */
    void *values;  /* native byte order, in C order; owned */
} NnrtArray;

/* Reads a whole file; on a failure `array` holds nothing. */
typedef bool (*NnrtArrayReader)(const char *path, NnrtOpener open, NnrtArray *array,
                                NnrtError *error);

/* Bytes of one element. */
int64_t nnrt_array_element_size(NnrtArrayElement element);
void nnrt_array_free(NnrtArray *array);
/* Reverses the bytes of each value, for files of the other byte order (the project's targets are
 * little-endian). */
void nnrt_array_swap(NnrtArray *array);

/* Appends the samples of pairs of files: inputs[i] with targets[i] (`targets` NULL when
 * the model has none, or options->skip_targets). `read` is nnrt_idx_read or nnrt_npy_read. */
bool nnrt_arrays_read(NnrtArrayReader read, const char *const *inputs, const char *const *targets,
                      int64_t path_count, const NnrtReadOptions *options, NnrtTable *table,
                      NnrtError *error);

#endif
