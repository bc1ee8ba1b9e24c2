/* saver.h: when training saves, and how thoroughly.
 *
 * Waiting for the disk takes longer than an epoch of a small model. So a save within a second of
 * the last flushed one is not flushed: it survives the end of the process, and nothing but a power
 * cut in that second can tell. Saving may take a second in all and a tenth of the time beyond it;
 * epochs of less than a few milliseconds use that up, and then some of them are not saved. The last
 * save is always made, and flushed.
 */
#ifndef NNRT_SAVER_H
#define NNRT_SAVER_H

#include "runtime/checkpoint.h"

typedef struct NnrtSaver {
    const NnrtSession *session;
    const char *path;
    const NnrtData *data;
    const NnrtTrainOptions *options;
    bool saved;     /* something, by this run or the one it goes on with */
    double begin;   /* of the run; seconds, as are the others */
    double flushed; /* when the last flushed one was done */
    double spent;   /* on all of them */
} NnrtSaver;

/* As NnrtTrainEvents.save. Exit 5 when a parameter is not finite: the last good file stays. */
bool nnrt_saver_save(NnrtSaver *saver, const NnrtTrainState *state, bool last, NnrtError *error);

#endif
