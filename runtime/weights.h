/* weights.h: parameters, states and statistics in a safetensors file.
 *
 * Tensor names are the variables' paths. The metadata holds the model's name and fingerprint, the
 * seed of the split, class names found in the data, means that replaced missing values, and the
 * options in force, so that evaluate and predict prepare their inputs as training did.
 * A checkpoint (checkpoint.h) has more tensors, under a prefix, which nothing here reads.
 */
#ifndef NNRT_WEIGHTS_H
#define NNRT_WEIGHTS_H

#include "runtime/session.h"
#include "runtime/source.h"

/* The names of where training stood: optimizer states and weights that are not the kept ones. */
#define NNRT_RESUME_PREFIX "resume/"

/* What goes with the weights besides tensors. */
typedef struct NnrtNotes {
    uint64_t seed;
    int64_t epochs, steps; /* run */
    int64_t batch, patience;
    const NnrtData *data; /* class names found, means; may be NULL */
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

/* Whether a variable is a parameter, a state or a statistic: all but the optimizer's. */
bool nnrt_is_stored(const NnrtVariable *variable);

/* For those who read weight files in other ways. */
struct NnrtTensor;
bool nnrt_same_shape(const struct NnrtTensor *tensor, const NnrtVariable *variable);
/* Copies a tensor of the same shape into its variable. */
bool nnrt_weights_take(NnrtSession *session, const NnrtVariable *variable,
                       const struct NnrtTensor *tensor, NnrtError *error);
/* What differs between file and model, a line each; "" when the file fits. */
void nnrt_weights_differences(const NnrtModel *model, const struct NnrtTensorFile *file, char *text,
                              size_t size);
/* Adds one line to such a text, which may be full already. */
void nnrt_add_difference(char *text, size_t size, const char *difference);

/* SHA-256 of all parameters, states and statistics in the file's order, as 64 hexadecimal digits
 * and a NUL. */
bool nnrt_weights_digest(const NnrtSession *session, char digest[65], NnrtError *error);

#endif
