/* weights.h: parameters, states and statistics in a safetensors file.
 *
 * Tensor names are the variables' paths. The metadata holds the model's name and fingerprint, the
 * seed of the split, class names found in the data, means that replaced missing values, and the
 * options in force, so that evaluate and predict prepare their inputs as training did.
 */
#ifndef NNRT_WEIGHTS_H
#define NNRT_WEIGHTS_H

#include "runtime/session.h"
#include "runtime/source.h"

/* What goes with the weights besides tensors. */
typedef struct NnrtNotes {
    uint64_t seed;
    int64_t epochs, steps; /* run */
    const NnrtData *data;  /* class names found, means; may be NULL */
} NnrtNotes;

/* Writes everything but the optimizer's states, atomically. */
bool nnrt_weights_save(const NnrtSession *session, const char *path, const NnrtNotes *notes,
                       NnrtError *error);

/* Reads weights that must fit exactly: each parameter, state and statistic present with its shape,
 * nothing else. A difference is exit 1 and lists what differs. `file` gives the metadata and is
 * freed by the caller with nnrt_tensors_free(). */
struct NnrtTensorFile;
bool nnrt_weights_load(NnrtSession *session, const char *path, struct NnrtTensorFile *file,
                       NnrtError *error);

/* Takes over what matches by name and shape; prints to stderr what was not taken on either side
 * (nothing when all fits). Exit 1 when nothing matches. */
bool nnrt_weights_start_from(NnrtSession *session, const char *path, NnrtError *error);

/* SHA-256 of all parameters, states and statistics in the file's order, as 64 hexadecimal digits
 * and a NUL. */
bool nnrt_weights_digest(const NnrtSession *session, char digest[65], NnrtError *error);

#endif
