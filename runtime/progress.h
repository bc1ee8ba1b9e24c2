/* progress.h: what training shows: a redrawn line on a terminal, a line an epoch. */
#ifndef NNRT_PROGRESS_H
#define NNRT_PROGRESS_H

#include "runtime/trainer.h"

#include <stdio.h>

typedef struct NnrtProgress {
    const NnrtModel *model;
    bool terminal; /* standard error is one: draw the bar there */
    bool quiet;
    bool to_error; /* epoch lines go to standard error (JSON on standard output) */
    int64_t every; /* a line every so many epochs, besides the first and the last */
    int64_t epochs;
    double begin, drawn; /* seconds */
    double begun;        /* epochs that were done at `begin` */
    int64_t epoch_begun;
    double epoch_begin; /* seconds, after its first step of this run */
    int64_t epoch_done; /* samples of the epoch done then */
    double metric;      /* the model's first, of the last validation; NaN: none yet */
} NnrtProgress;

void nnrt_progress_init(NnrtProgress *progress, const NnrtModel *model, int64_t epochs, bool quiet,
                        bool to_error);
/* The events' functions; `user` is the NnrtProgress. */
void nnrt_progress_step(void *user, int64_t epoch, int64_t done, int64_t samples, double loss);
void nnrt_progress_epoch(void *user, const NnrtEpoch *epoch);
/* Clears the redrawn line. */
void nnrt_progress_end(NnrtProgress *progress);

/* "loss 0.1234  accuracy 0.9712" of figures. */
void nnrt_print_figures(FILE *file, const NnrtModel *model, const NnrtFigures *figures);

#endif
