/* training.h: one training from data to weights, as the commands train and crossval run it.
 *
 *     NnrtTraining training;
 *     bool ok = nnrt_training_open(&training, model, options, &where, path, error) &&
 *               nnrt_training_run(&training, &log, error);
 *     nnrt_training_close(&training);
 *
 * What a training does depends on model, options and data alone, so a fold that is trained among
 * others ends with the weights it has when it is trained alone.
 */
#ifndef NNRT_TRAINING_H
#define NNRT_TRAINING_H

#include "runtime/history.h"
#include "runtime/log.h"
#include "runtime/options.h"
#include "runtime/profile.h"
#include "runtime/progress.h"
#include "runtime/saver.h"
#include "runtime/trap.h"

typedef struct NnrtTraining {
    NnrtSession session;
    NnrtData data;
    const NnrtOptions *options;
    const char *path;      /* of the weights; NULL: nothing is saved */
    double begin, seconds; /* when it began; how long training took */
    NnrtTrainOptions train;
    NnrtTrainState state;
    NnrtTrainResult result;
    NnrtProgress progress;
    NnrtLog *log;
    NnrtHistory history;
    NnrtRows seen; /* the training rows of the history's metrics, under --report; its rows owned */
    NnrtSaver saver;
    NnrtProfile profiles[2]; /* of train_step and grain, under --profile */
    NnrtTrap trap;           /* under --trap */
} NnrtTraining;

/* Whether the model can be trained: exit 1 says why not. */
bool nnrt_training_check(const NnrtModel *model, NnrtError *error);

/* Reads the data and takes the memory. Close in any case. */
bool nnrt_training_open(NnrtTraining *training, const NnrtModel *model, const NnrtOptions *options,
                        const NnrtDataOptions *where, const char *path, NnrtError *error);
void nnrt_training_close(NnrtTraining *training);

/* Starts, or with --resume goes on; trains, telling progress, log and history.
 * Exit 130 or 143 when a signal stopped it after what is to be saved was saved. */
bool nnrt_training_run(NnrtTraining *training, NnrtLog *log, NnrtError *error);

/* Notes in the log that all is done, or the error that ended it. */
void nnrt_training_end(NnrtTraining *training, const NnrtError *error);

#endif
