/* memory.h: what a training takes of memory, known before it is taken.
 *
 * All of it is taken at the start (session.h), but for what saving and the report need. The program
 * itself, its libraries and small buffers come on top: at most NNRT_MEMORY_PROGRAM bytes, whatever
 * the model.
 */
#ifndef NNRT_MEMORY_H
#define NNRT_MEMORY_H

#include "runtime/options.h"
#include "runtime/source.h"

#define NNRT_MEMORY_PROGRAM (INT64_C(4) << 20)

/* All in bytes. */
typedef struct NnrtMemory {
    int64_t fixed;   /* variables, and what of the arena does not depend on the batch */
    int64_t samples; /* the arena's part of the samples of a batch */
    int64_t best;    /* the weights of the best epoch, averaged weights, sums of grains */
    int64_t saving;  /* tensors in the order of files, while they are written; or, if that is more,
                        what the page of --report counts, when they no longer are */
    int64_t data;    /* rows, and in what order they are met */
    int64_t reading; /* files as they are held while they are copied to rows */
} NnrtMemory;

/* Steps of `batch` samples. `data` NULL: none was read yet, so it is left out. */
NnrtMemory nnrt_memory(const NnrtModel *model, const NnrtOptions *options, int64_t batch,
                       const NnrtData *data);
/* The most that is held at once. */
int64_t nnrt_memory_total(const NnrtMemory *memory);

/* --max-memory: exit 4 with the largest batch that fits when a training with batches of `batch`
 * samples takes more. */
bool nnrt_memory_check(const NnrtModel *model, const NnrtOptions *options, int64_t batch,
                       const NnrtData *data, NnrtError *error);

#endif
