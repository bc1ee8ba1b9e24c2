/* source.h: the data a model names: found, read, split into training, validation and test parts.
 *
 * The three parts may be rows of one table (shares of the training source) or tables of their own.
 */
#ifndef NNRT_SOURCE_H
#define NNRT_SOURCE_H

#include "runtime/abi.h"
#include "runtime/array.h"
#include "runtime/find.h"
#include "runtime/split.h"
#include "runtime/table.h"

/* NnrtSource.kind, as SourceKind of the compiler's graph/model.h. */
enum {
    NNRT_SOURCE_NONE,
    NNRT_SOURCE_CSV,
    NNRT_SOURCE_IDX,
    NNRT_SOURCE_NPY,
    NNRT_SOURCE_IMAGES,
    NNRT_SOURCE_CIFAR10,
};

/* Readers with the signature of NnrtReader, one object file each. */
bool nnrt_source_csv(const NnrtPaths *paths, int64_t path_count, const NnrtReadOptions *options,
                     NnrtTable *table, NnrtError *error);
/* Two paths: inputs and targets (or inputs alone where there are none or they are skipped). */
bool nnrt_source_idx(const NnrtPaths *paths, int64_t path_count, const NnrtReadOptions *options,
                     NnrtTable *table, NnrtError *error);
bool nnrt_source_npy(const NnrtPaths *paths, int64_t path_count, const NnrtReadOptions *options,
                     NnrtTable *table, NnrtError *error);
/* Files of CIFAR-10's binary version. */
bool nnrt_source_cifar10(const NnrtPaths *paths, int64_t path_count, const NnrtReadOptions *options,
                         NnrtTable *table, NnrtError *error);
/* Folders of pictures, a folder a class; where there are no targets or they are skipped, pictures
 * and folders of them. */
bool nnrt_source_images(const NnrtPaths *paths, int64_t path_count, const NnrtReadOptions *options,
                        NnrtTable *table, NnrtError *error);

/* What idx and npy share. */
bool nnrt_source_arrays(NnrtArrayReader read, const NnrtPaths *paths, int64_t path_count,
                        const NnrtReadOptions *options, NnrtTable *table, NnrtError *error);

/* Rows of a table. */
typedef struct NnrtRows {
    const NnrtTable *table;
    const int64_t *rows; /* NULL: all of the table, in order */
    int64_t count;
} NnrtRows;

typedef struct NnrtData {
    NnrtTable tables[3];              /* training source, validation source, test source */
    NnrtSplit split;                  /* of tables[0] */
    NnrtRows train, validation, test; /* count 0: no such part */
    int folds, fold;                  /* as asked for */
    uint64_t hash;                    /* of the sources of training and validation, as read */
    double **means; /* one array for each input, or NULL: what missing values became; owned */
    int64_t input_count;
} NnrtData;

/* Where data is looked for and how it is split. */
typedef struct NnrtDataOptions {
    const char *const *folders; /* in turn; "" is the working directory */
    int64_t folder_count;
    uint64_t seed;
    int folds,
        fold;   /* folds >= 2: fold 0 .. folds - 1 is the test part; 0: the model's own parts */
    bool again; /* as NnrtReadOptions.again */
    int64_t picture_bytes; /* as NnrtReadOptions.picture_bytes, for each source */
    int64_t max_memory;    /* bytes that a table may take; 0: any number */
} NnrtDataOptions;

/* Describes the model's inputs for the readers. `fields` has room for model->input_count. */
void nnrt_fields(const NnrtModel *model, NnrtField *fields);

/* Reads everything the model's `data` block names. Exit 1 without a training source. Free with
 * nnrt_data_free() in any case. */
bool nnrt_data_load(const NnrtModel *model, const NnrtDataOptions *options, NnrtData *data,
                    NnrtError *error);
void nnrt_data_free(NnrtData *data);

/* Reads one source into an initialised table. */
bool nnrt_source_load(const NnrtSource *source, const NnrtReadOptions *options,
                      const char *const *folders, int64_t folder_count, NnrtTable *table,
                      NnrtError *error);

#endif
