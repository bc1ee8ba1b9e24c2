/* weights_write.h: a weight file being put together.
 *
 *     bool ok = nnrt_weights_begin(&file, session, notes, error) &&
 *               nnrt_weights_add_stored(&file, session, error) && ... &&
 *               nnrt_weights_end(&file, path, true, error);
 *     nnrt_weights_free(&file);
 *
 * nnrt_weights_save() of weights.h is this; checkpoint.h adds where training stands. Values are
 * taken from the session's memory where they lie in the order of files, so the session must not
 * change in between.
 */
#ifndef NNRT_WEIGHTS_WRITE_H
#define NNRT_WEIGHTS_WRITE_H

#include "runtime/pairs.h"
#include "runtime/weights.h"

typedef struct NnrtWeightsFile {
    NnrtTensor *tensors; /* owned */
    void **owned;        /* name and copied values of each tensor */
    int64_t count, capacity;
    NnrtPairs pairs; /* metadata; more may be added */
} NnrtWeightsFile;

/* Room for every variable twice; the notes become metadata. Free in any case. */
bool nnrt_weights_begin(NnrtWeightsFile *file, const NnrtSession *session, const NnrtNotes *notes,
                        NnrtError *error);
/* A variable under PREFIX and its name; or all parameters, states and statistics without one. */
bool nnrt_weights_add(NnrtWeightsFile *file, const NnrtSession *session,
                      const NnrtVariable *variable, const char *prefix, NnrtError *error);
bool nnrt_weights_add_stored(NnrtWeightsFile *file, const NnrtSession *session, NnrtError *error);
/* Writes it, atomically; `flush` as of nnrt_tensors_write_to(). */
bool nnrt_weights_end(NnrtWeightsFile *file, const char *path, bool flush, NnrtError *error);
void nnrt_weights_free(NnrtWeightsFile *file);

#endif
