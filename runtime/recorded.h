/* recorded.h: what training found in its data and predict needs again, out of a weight file.
 *
 * Metadata "classes.INPUT" and "columns.INPUT" are lists of names (names.h), "means.INPUT" numbers
 * with a space between. nnrt_weights_save() writes them. A file is not trusted: lists and numbers
 * must be as many as the model needs.
 */
#ifndef NNRT_RECORDED_H
#define NNRT_RECORDED_H

#include "runtime/abi.h"
#include "runtime/safetensors.h"
#include "runtime/table.h"

typedef struct NnrtRecordedInput {
    char **class_names;  /* [class_count] or NULL; owned */
    char **column_names; /* [elements] or NULL; owned */
    double *means;       /* [elements] or NULL; owned */
} NnrtRecordedInput;

typedef struct NnrtRecorded {
    const NnrtModel *model;
    NnrtRecordedInput *inputs; /* one for each input of the model; owned */
} NnrtRecorded;

/* Reads the notes of a weight file (of none when its metadata is NULL). Exit 3 for notes that do
 * not fit. Free in any case. */
bool nnrt_recorded_read(const char *path, const NnrtModel *model, const NnrtTensorFile *file,
                        NnrtRecorded *recorded, NnrtError *error);
void nnrt_recorded_free(NnrtRecorded *recorded);

/* Gives the fields of the model's inputs (nnrt_fields()) the recorded names. */
void nnrt_recorded_name_fields(const NnrtRecorded *recorded, NnrtField *fields);

/* Puts the recorded means where the table has missing values; exit 1 when there are none. */
bool nnrt_recorded_fill(const NnrtRecorded *recorded, NnrtTable *table, NnrtError *error);

#endif
