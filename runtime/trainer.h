/* trainer.h: the training loop. */
#ifndef NNRT_TRAINER_H
#define NNRT_TRAINER_H

#include "runtime/average.h"
#include "runtime/evaluate.h"
#include "runtime/grains.h"

typedef struct NnrtTrainOptions {
    int64_t batch; /* <= the session's capacity */
    int64_t epochs;
    int64_t steps;      /* end after so many, in place of `epochs`; 0: all epochs */
    int64_t patience;   /* 0: no early stopping */
    int64_t checkpoint; /* save() after every so many epochs; 0: at the end only */
    uint64_t seed;      /* of shuffles and draws; the session's context gets it */
    bool shuffle;       /* false: the rows as they come */
} NnrtTrainOptions;

/* Where training stands between two steps. With the session's variables and plateaus this is all
 * that the next step depends on: shuffles and draws are functions of seed, epoch and step. */
typedef struct NnrtTrainState {
    int64_t epochs, steps;        /* finished */
    bool cut;                     /* the last epoch was ended by NnrtTrainOptions.steps */
    int64_t position;             /* samples of the next epoch that are done */
    double loss_sum, penalty_sum; /* over those samples */
    double learning_rate;         /* of the last step; NaN if there is none */
    int64_t best_epoch;           /* 0: none yet */
    double best_figure;           /* its validation loss (training loss without such data) */
    int64_t waited;               /* epochs since the best */
    int64_t *plateau_waits;       /* epochs since the best or the last plateau; owned */
    void *best; /* the variables' memory after the best epoch; NULL without validation data; owned
                 */
    void *averaged; /* their memory with averages in the place of parameters (average.h); NULL when
                     * there are none; owned */
} NnrtTrainState;

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
    /* Asked after each step and each epoch: true stops training there. */
    bool (*interrupted)(void *user);
    /* Saves where training stands: `last` at its end or interruption, when the session still has
     * the last step's variables. False with an error stops training. */
    bool (*save)(void *user, const NnrtTrainState *state, bool last, NnrtError *error);
} NnrtTrainEvents;

typedef struct NnrtTrainResult {
    int64_t epochs, steps; /* run, those before a resumption included */
    int64_t best_epoch;    /* whose weights are kept: 1 .. epochs */
    bool stopped_early, interrupted;
    double last_loss;
} NnrtTrainResult;

/* The epochs that training on so many samples will have. */
int64_t nnrt_planned_epochs(const NnrtTrainOptions *options, int64_t samples);

/* Sets every variable to its initial value; `seed` drives the draws. */
void nnrt_initialize(NnrtSession *session, uint64_t seed);

/* Computes the data_* statistics over the rows. */
bool nnrt_statistics(NnrtSession *session, NnrtRows rows, NnrtError *error);

/* The state before the first step. Exit 4 when memory is out; free in any case. */
bool nnrt_train_state_init(NnrtTrainState *state, const NnrtModel *model, const NnrtData *data,
                           NnrtError *error);
void nnrt_train_state_free(NnrtTrainState *state);

/* The memory of the variables to keep, as training stands: those of the best epoch, else the
 * averages of now, else the session's own. */
unsigned char *nnrt_train_kept(const NnrtSession *session, const NnrtTrainState *state);

/* Trains on data->train from `state`; leaves the best weights (with validation data) or the last
 * ones in the session, with `average` their averages. Exit 5 when a loss is not finite: nothing
 * more is saved, the variables are those of the best epoch so far if there is one, and *result
 * tells how far it came. */
bool nnrt_train(NnrtSession *session, const NnrtData *data, const NnrtTrainOptions *options,
                const NnrtTrainEvents *events, NnrtTrainState *state, NnrtTrainResult *result,
                NnrtError *error);

#endif
