/* checkpoint.h: weights with where training stands, so that it goes on as if it had never stopped.
 *
 * A checkpoint is a weight file (weights.h): its plain tensors are the weights kept so far, those
 * of the best epoch, so predict and evaluate use it as it is. Beside them stand, under "resume/",
 * the optimizer's states and those variables that have moved on since the best epoch, and in
 * metadata under "resume." the position in the epoch, its sums so far and the counters of patience
 * and plateaus. Real numbers are written in hexadecimal, bit for bit. No order of rows and no state
 * of a random generator is needed: both are functions of seed, epoch and step. The number of epochs
 * and patience may differ when training goes on; what else a step depends on may not.
 */
#ifndef NNRT_CHECKPOINT_H
#define NNRT_CHECKPOINT_H

#include "runtime/trainer.h"

/* One thing that must be the same when training goes on. */
typedef struct NnrtSetting {
    char key[300]; /* in the metadata */
    char label[300];
    char value[64];
    bool hidden; /* the value says nothing to people */
    bool given;  /* an option: a difference is exit 2, else 1 */
} NnrtSetting;

/* The i-th setting; false behind the last. */
bool nnrt_setting(const NnrtSession *session, const NnrtData *data, const NnrtTrainOptions *options,
                  int64_t i, NnrtSetting *setting);

/* Writes session and state (of an epoch that was cut the kept weights alone: no training would have
 * stood there); `flush` as of nnrt_tensors_write_to(). */
bool nnrt_checkpoint_save(const NnrtSession *session, const char *path, const NnrtData *data,
                          const NnrtTrainOptions *options, const NnrtTrainState *state, bool flush,
                          NnrtError *error);

/* Reads one into the session and a state of nnrt_train_state_init(). Exit 3 when there is no file
 * or it is broken; exit 1 with the differences when it is of another model, optimizer or data, or
 * has weights only; exit 2 when options differ. */
bool nnrt_checkpoint_load(NnrtSession *session, const char *path, const NnrtData *data,
                          const NnrtTrainOptions *options, NnrtTrainState *state, NnrtError *error);

#endif
