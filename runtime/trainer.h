/* trainer.h: the training loop. */
#ifndef NNRT_TRAINER_H
#define NNRT_TRAINER_H

#include "runtime/evaluate.h"

typedef struct NnrtTrainOptions {
    int64_t batch; /* <= the session's capacity */
    int64_t epochs;
    int64_t steps;    /* end after so many, in place of `epochs`; 0: all epochs */
    int64_t patience; /* 0: no early stopping */
    uint64_t seed;    /* of shuffles and draws; the session's context gets it */
    bool shuffle;     /* false: the rows as they come */
} NnrtTrainOptions;

/* After each epoch. */
typedef struct NnrtEpoch {
    int64_t epoch, epochs; /* 1 .. epochs */
    int64_t step;
    double loss, penalty; /* training: means over the epoch's samples, as they were met */
    double learning_rate; /* of the last step; NaN if the optimizer has none */
    bool validated;
    NnrtFigures validation;
    bool is_best; /* of validation loss (training loss without validation data) */
    double seconds;
} NnrtEpoch;

/* How the trainer talks; each may be NULL. */
typedef struct NnrtTrainEvents {
    void *user;
    /* After each step: samples of the epoch done so far, and its mean loss so far. */
    void (*step)(void *user, int64_t epoch, int64_t done, int64_t samples, double loss);
    void (*epoch)(void *user, const NnrtEpoch *epoch);
    /* Asked after each step: true stops training there. */
    bool (*interrupted)(void *user);
} NnrtTrainEvents;

typedef struct NnrtTrainResult {
    int64_t epochs, steps; /* run */
    int64_t best_epoch;    /* whose weights are kept: 1 .. epochs */
    bool stopped_early, interrupted;
    double last_loss;
} NnrtTrainResult;

/* Sets every variable to its initial value; `seed` drives the draws. */
void nnrt_initialize(NnrtSession *session, uint64_t seed);

/* Computes the data_* statistics over the rows. */
bool nnrt_statistics(NnrtSession *session, NnrtRows rows, NnrtError *error);

/* Trains on data->train; leaves the best weights (with validation data) or the last ones in the
 * session. Exit 5 when a loss is not finite: the variables are then those before that step's epoch
 * was accepted as best, and *result tells how far it came. */
bool nnrt_train(NnrtSession *session, const NnrtData *data, const NnrtTrainOptions *options,
                const NnrtTrainEvents *events, NnrtTrainResult *result, NnrtError *error);

#endif
