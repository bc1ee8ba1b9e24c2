/* split.h: which rows train, validate and test.
 *
 * A function of (rows, classes, request) alone. When the target is a class, every part gets its
 * share of every class (largest remainders, so parts have exactly round(share * rows) rows). Each
 * part lists its rows in ascending order, the order of the file.
 */
#ifndef NNRT_SPLIT_H
#define NNRT_SPLIT_H

#include "runtime/error.h"

typedef struct NnrtSplitRequest {
    int64_t rows;
    const int32_t *labels; /* class of each row, 0..classes-1; NULL when the target is no class */
    int64_t classes;
    double validation, test; /* shares, 0 to 1; 0: no such part */
    uint64_t seed;
    int folds, fold; /* folds >= 2: the test part is fold `fold` (0..folds-1) in place of `test`;
                        the validation share is then taken of what is left */
} NnrtSplitRequest;

typedef struct NnrtPart {
    int64_t *rows; /* ascending; owned */
    int64_t count;
} NnrtPart;

typedef struct NnrtSplit {
    NnrtPart train, validation, test;
} NnrtSplit;

/* Exit 1 when a part that is asked for, or the training part, would be empty. */
bool nnrt_split(const NnrtSplitRequest *request, NnrtSplit *split, NnrtError *error);
void nnrt_split_free(NnrtSplit *split);

#endif
