/* profile.h: where the time of a view goes, by line of the model, forward and backward. */
#ifndef NNRT_PROFILE_H
#define NNRT_PROFILE_H

#include "runtime/observe.h"

typedef struct NnrtProfile {
    NnrtObserver observer;
    const NnrtView *view; /* with a table of kernels; NULL: nothing is profiled */
    double *seconds;      /* of each kernel, over all runs; owned */
    double whole;         /* of the runs */
    int width;            /* of the longest name of a line, at least 28 */
    int64_t runs, samples;
} NnrtProfile;

/* For a view with a table of kernels; NULL: nothing is profiled. Free in any case. */
bool nnrt_profile_init(NnrtProfile *profile, const NnrtView *view, NnrtError *error);
void nnrt_profile_free(NnrtProfile *profile);

/* For session->watch, with an array of two profiles as session->watcher: that of the view. */
void nnrt_profile_watch(NnrtSession *session, const NnrtView *view, int64_t count);
/* nnrt_run() with the clock read around each kernel. */
void nnrt_profile_run(NnrtProfile *profile, NnrtSession *session, int64_t count);

/* A table: for each line of the model the time a run takes, GFLOP/s and share of `peak` (FLOP/s of
 * all threads together; 0: not known), forward and backward. */
void nnrt_profile_print(const NnrtProfile *profile, double peak);
/* A line: what a run waits for its samples to be read and put in place, beside its own time. */
void nnrt_profile_print_data(const NnrtProfile *profile, const NnrtSession *session);

#endif
