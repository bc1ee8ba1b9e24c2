/* evaluate.h: loss, penalty and metrics over rows of data. */
#ifndef NNRT_EVALUATE_H
#define NNRT_EVALUATE_H

#include "runtime/confusion.h"
#include "runtime/session.h"
#include "runtime/source.h"

enum { NNRT_METRICS_MAX = 64 };

typedef struct NnrtFigures {
    int64_t samples;
    double loss;                      /* mean over the samples; NaN when the model has no loss */
    double penalty;                   /* of regularization */
    double metrics[NNRT_METRICS_MAX]; /* in the model's order */
} NnrtFigures;

/* Runs the evaluate view over all rows in chunks of the session's capacity. Losses and totals are
 * added in double, sample after sample, so they depend neither on the capacity nor on threads.
 * nnrt_gathered() says whether the samples could be had. */
void nnrt_evaluate(NnrtSession *session, NnrtRows rows, NnrtFigures *figures);
/* The same, and counts which classes are taken for which. */
void nnrt_evaluate_with(NnrtSession *session, NnrtRows rows, NnrtFigures *figures,
                        NnrtConfusions *confusions);

/* The same, and shows each chunk of samples while their results are in the session: `count`
 * samples, rows[0..count) of the table (NULL: first, first + 1, ...). */
typedef void (*NnrtChunk)(void *user, const NnrtSession *session, const NnrtView *view,
                          const NnrtTable *table, const int64_t *rows, int64_t first,
                          int64_t count);
void nnrt_evaluate_chunks(NnrtSession *session, NnrtRows rows, NnrtFigures *figures,
                          NnrtChunk chunk, void *user);

#endif
