/* history.h: the figures of the epochs, for curves.
 *
 * Room is fixed: when it is used up, neighbours are averaged, so that a point stands for 2, 4, 8 ..
 * epochs. A figure that is not there is NaN.
 */
#ifndef NNRT_HISTORY_H
#define NNRT_HISTORY_H

#include "runtime/trainer.h"

enum { NNRT_HISTORY_ROOM = 256 };

/* The series; behind NNRT_SERIES_METRICS two for each metric: validation, training. */
enum {
    NNRT_SERIES_TRAINING,
    NNRT_SERIES_VALIDATION,
    NNRT_SERIES_LEARNING_RATE,
    NNRT_SERIES_METRICS,
};

typedef struct NnrtHistory {
    int64_t series;        /* how many */
    int64_t first, epochs; /* number of the first epoch given; how many were given */
    int64_t count, stride; /* points that are full; epochs that each stands for */
    int64_t filled;        /* epochs in the point being filled */
    double *values; /* [NNRT_HISTORY_ROOM + 1, series]: the last one is being filled; owned */
} NnrtHistory;

/* Exit 4 when memory is out; free in any case. */
bool nnrt_history_init(NnrtHistory *history, const NnrtModel *model, NnrtError *error);
void nnrt_history_free(NnrtHistory *history);

/* `training`: figures of the training part for the epoch's metrics; NULL: none. */
void nnrt_history_add(NnrtHistory *history, const NnrtEpoch *epoch, const NnrtFigures *training);

/* The training rows that these figures are of: as many as there are for validation (without
 * such data at most 1,000), so that they cost no more. They are spread over all of them, since a
 * file or folder often has one class after the other. rows->rows is to be freed. */
bool nnrt_training_rows(const NnrtData *data, NnrtRows *rows, NnrtError *error);

/* The points, one that is not full included; a value of one; the epoch in its middle. */
int64_t nnrt_history_points(const NnrtHistory *history);
double nnrt_history_value(const NnrtHistory *history, int64_t point, int64_t series);
double nnrt_history_epoch(const NnrtHistory *history, int64_t point);

#endif
