/* log.h: training as lines of JSON, one an epoch, for programs to read.
 *
 *     {"event": "epoch", "epoch": 3, "step": 120, "loss": 0.31, "penalty": 0, "learning_rate":
 * 0.001, "validation": {"loss": 0.35, "penalty": 0, "accuracy": 0.91}, "seconds": 0.02, "best":
 * true}
 *     {"event": "resume", "epoch": 3, "step": 137, "position": 544}
 *
 * The second is written when training goes on; epochs after it may stand above it too, when
 * training was killed between their line and the next checkpoint. A number that is not finite is
 * null; "validation" is left out without such data. Each line is written out at once.
 */
#ifndef NNRT_LOG_H
#define NNRT_LOG_H

#include "runtime/trainer.h"

#include <stdio.h>

typedef struct NnrtLog {
    const NnrtModel *model;
    const char *path; /* NULL: no log is kept */
    FILE *file;
} NnrtLog;

/* Opens a new log; with `state` adds to an old one and notes the resumption. Exit 4 when the file
 * cannot be opened. Close in any case. */
bool nnrt_log_open(NnrtLog *log, const NnrtModel *model, const char *path,
                   const NnrtTrainState *state, NnrtError *error);
void nnrt_log_epoch(NnrtLog *log, const NnrtEpoch *epoch);
/* Exit 4 when a line could not be written. */
bool nnrt_log_close(NnrtLog *log, NnrtError *error);

#endif
