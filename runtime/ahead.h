/* ahead.h: a thread that gathers the batches to come while the present one is computed.
 *
 * Only for tables whose pictures are decoded batch by batch (nnrt_table_fetches). The numbers are
 * the same as without it: the thread calls what gathering would call, earlier.
 */
#ifndef NNRT_AHEAD_H
#define NNRT_AHEAD_H

#include "runtime/abi.h"
#include "runtime/table.h"

typedef struct NnrtAhead NnrtAhead;

/* Batches of `batch` samples, from sample `at` of `count`. */
typedef struct NnrtBatches {
    const NnrtTable *table;
    const int64_t
        *rows; /* [count]; NULL: the rows as they come. Must stay as it is until the end */
    int64_t at, count, batch;
} NnrtBatches;

/* Copies the inputs of the samples into places[input], each [count, elements] in the model's
 * precision (classes as int32_t); absent targets become 0. */
bool nnrt_gather_inputs(const NnrtModel *model, const NnrtTable *table, const int64_t *rows,
                        int64_t first, int64_t count, unsigned char *const *places,
                        NnrtError *error);

/* Starts gathering. NULL when there is no memory or thread: then one goes without. */
NnrtAhead *nnrt_ahead_begin(const NnrtModel *model, const NnrtBatches *batches);

/* If the next batch is the `count` samples from `first` on of these rows of this table, waits for
 * it, copies it to `places` and sets *good (false with `error` set as gathering would have).
 * Returns whether it was. */
bool nnrt_ahead_take(NnrtAhead *ahead, const NnrtTable *table, const int64_t *rows, int64_t first,
                     int64_t count, unsigned char *const *places, bool *good, NnrtError *error);

/* How many batches were handed over, for tests. */
int64_t nnrt_ahead_taken(const NnrtAhead *ahead);

/* Ends the thread, wherever it is. NULL is fine. */
void nnrt_ahead_end(NnrtAhead *ahead);

#endif
