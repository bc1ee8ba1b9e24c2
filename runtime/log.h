/* log.h: training as lines of JSON, one an event, for programs to read.
 *
 *     {"event": "start", "model": "digits", "fingerprint": "...", "seed": 1, "batch": 32, "epochs":
 * 40, "patience": 5, "threads": 1, "shuffle": true, "samples": {"training": 1257, "validation":
 * 270, "test": 270}, "hypers": {"lr": 0.001}}
 *     {"event": "epoch", "epoch": 3, "step": 120, "loss": 0.31, "penalty": 0, "learning_rate":
 * 0.001, "validation": {"samples": 270, "loss": 0.35, "penalty": 0, "accuracy": 0.91}, "seconds":
 * 0.02, "best": true}
 *     {"event": "resume", "epoch": 3, "step": 137, "position": 544}
 *     {"event": "part", "part": "test", "samples": 270, "loss": 0.11, "penalty": 0, "accuracy":
 * 0.97}
 *     {"event": "end", "reason": "finished", "epoch": 40, "step": 1600, "best_epoch": 38,
 * "seconds": 0.9}
 *
 *     {"event": "fold", "fold": 1, "folds": 5}
 *
 * "resume" is written in place of "start" when training goes on; epochs after it may stand above it
 * too, when training was killed between their line and the next checkpoint. "reason" is finished,
 * stopped_early, interrupted or failed, this with an "error". A number that is not finite is null;
 * "validation" is left out without such data. In cross-validation "fold" stands before the events
 * of each fold. Each line is written out at once.
 */
#ifndef NNRT_LOG_H
#define NNRT_LOG_H

#include "runtime/options.h"
#include "runtime/trainer.h"

#include <stdio.h>

typedef struct NnrtLog {
    const NnrtModel *model;
    const char *path; /* NULL: no log is kept */
    FILE *file;
    bool standard; /* on standard output */
} NnrtLog;

/* Opens a new log, or with `add` goes on with an old one. `path` NULL: there is none, and what is
 * logged goes nowhere; "-": on standard output, and the program's other text goes to standard
 * error. Exit 4 when the file cannot be opened. Close in any case. */
bool nnrt_log_open(NnrtLog *log, const NnrtModel *model, const char *path, bool add,
                   NnrtError *error);
/* Of cross-validation: what follows is fold 1 .. folds. */
void nnrt_log_fold(NnrtLog *log, int fold, int folds);
/* What is done from where. */
void nnrt_log_resume(NnrtLog *log, const NnrtTrainState *state);
/* What is going to be done. */
void nnrt_log_start(NnrtLog *log, const NnrtData *data, const NnrtOptions *options,
                    const NnrtTrainOptions *train);
void nnrt_log_epoch(NnrtLog *log, const NnrtEpoch *epoch);
/* The figures of the weights kept, on a part of the data. */
void nnrt_log_part(NnrtLog *log, const char *part, const NnrtFigures *figures);
/* `error`: why it failed or was interrupted; NULL when it was neither. */
void nnrt_log_end(NnrtLog *log, const NnrtTrainResult *result, double seconds,
                  const NnrtError *error);
/* Exit 4 when a line could not be written. */
bool nnrt_log_close(NnrtLog *log, NnrtError *error);

#endif
