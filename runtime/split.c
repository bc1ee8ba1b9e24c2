/* split.c: shares of every class, drawn by seed.
 *
 * Every class's rows are put in a random order; the first of them go to the test part, the next to
 * validation, the rest to training. How many of each class is decided before, by largest
 * remainders, so that the sizes of the parts are exact. Folds deal the rows of all classes out one
 * after another, so fold sizes differ by at most one, also within a class.
 */
#include "runtime/split.h"
#include "runtime/random.h"

#include <stdlib.h>
#include <string.h>

enum { TRAIN, VALIDATION, TEST };

typedef struct Strata {
    int64_t count;   /* classes, or 1 */
    int64_t *starts; /* [count + 1]: where each class's rows begin in `rows`; owned */
    int64_t *rows;   /* grouped by class, each group in random order; owned */
    int64_t *takes;  /* [count]: rows of each class for the part in hand; owned */
    int64_t *used;   /* [count]: rows of each class already given away; owned */
} Strata;

static void free_strata(Strata *strata) {
    free(strata->starts);
    free(strata->rows);
    free(strata->takes);
    free(strata->used);
}

/* Groups the rows by class (counting sort) and shuffles each group. */
static bool make_strata(const NnrtSplitRequest *request, Strata *strata, NnrtError *error) {
    const int32_t *labels = request->labels;
    strata->count = labels ? request->classes : 1;
    strata->starts = nnrt_allocate(strata->count + 1, sizeof *strata->starts, error);
    strata->rows = nnrt_allocate(request->rows, sizeof *strata->rows, error);
    strata->takes = nnrt_allocate(strata->count, sizeof *strata->takes, error);
    strata->used = nnrt_allocate(strata->count, sizeof *strata->used, error);
    if (!strata->starts || !strata->rows || !strata->takes || !strata->used) return false;
    for (int64_t row = 0; row < request->rows; row++)
        strata->starts[(labels ? labels[row] : 0) + 1]++;
    for (int64_t c = 0; c < strata->count; c++)
        strata->starts[c + 1] += strata->starts[c];
    for (int64_t row = 0; row < request->rows; row++) {
        int64_t c = labels ? labels[row] : 0;
        strata->rows[strata->starts[c] + strata->used[c]++] = row;
    }
    memset(strata->used, 0, (size_t)strata->count * sizeof *strata->used);
    NnrtRandom random = nnrt_random(request->seed, NNRT_STREAM_SPLIT, 0);
    for (int64_t c = 0; c < strata->count; c++)
        nnrt_random_permute(&random, strata->rows + strata->starts[c],
                            strata->starts[c + 1] - strata->starts[c]);
    return true;
}

static int64_t left_in(const Strata *strata, int64_t c) {
    return strata->starts[c + 1] - strata->starts[c] - strata->used[c];
}

typedef struct Remainder {
    double fraction;
    int64_t stratum;
} Remainder;

/* Larger fractions first; ties go to the smaller class number. */
static int compare_remainders(const void *a, const void *b) {
    const Remainder *x = a, *y = b;
    if (x->fraction != y->fraction) return x->fraction > y->fraction ? -1 : 1;
    return (x->stratum > y->stratum) - (x->stratum < y->stratum);
}

/* Decides how many rows of each class the part takes: `wanted` in all, in proportion to
 * the rows of each class that are left. */
static bool apportion(Strata *strata, int64_t wanted, int64_t left, NnrtError *error) {
    Remainder *remainders = nnrt_allocate(strata->count, sizeof *remainders, error);
    if (!remainders) return false;
    int64_t given = 0;
    for (int64_t c = 0; c < strata->count; c++) {
        double exact = left ? (double)wanted * (double)left_in(strata, c) / (double)left : 0;
        strata->takes[c] = (int64_t)exact;
        remainders[c] = (Remainder){exact - (double)strata->takes[c], c};
        given += strata->takes[c];
    }
    qsort(remainders, (size_t)strata->count, sizeof *remainders, compare_remainders);
    for (int64_t i = 0; given < wanted && i < strata->count; i++) {
        int64_t c = remainders[i].stratum;
        if (strata->takes[c] == left_in(strata, c)) continue;
        strata->takes[c]++;
        given++;
    }
    free(remainders);
    return true;
}

/* Marks `wanted` of the `left` rows that are in no part yet. */
static bool mark_share(Strata *strata, int64_t wanted, int64_t left, unsigned char part,
                       unsigned char *parts, NnrtError *error) {
    if (!apportion(strata, wanted, left, error)) return false;
    for (int64_t c = 0; c < strata->count; c++) {
        const int64_t *rows = strata->rows + strata->starts[c] + strata->used[c];
        for (int64_t i = 0; i < strata->takes[c]; i++)
            parts[rows[i]] = part;
        strata->used[c] += strata->takes[c];
    }
    return true;
}

/* Marks fold `fold`: every `folds`-th row of the dealt order. The rows that stay move to the end of
 * their class, in order. */
static int64_t mark_fold(Strata *strata, int folds, int fold, unsigned char *parts) {
    int64_t dealt = 0, marked = 0;
    for (int64_t c = 0; c < strata->count; c++) {
        int64_t *rows = strata->rows + strata->starts[c];
        int64_t size = left_in(strata, c), kept = size;
        for (int64_t i = size - 1; i >= 0; i--) {
            if ((dealt + i) % folds == fold)
                parts[rows[i]] = TEST;
            else
                rows[--kept] = rows[i];
        }
        dealt += size;
        marked += kept;
        strata->used[c] += kept;
    }
    return marked;
}

/* round(share * rows); an error when a part that is wanted gets no row. */
static bool share_rows(const char *part, double share, int64_t rows, int64_t *wanted,
                       NnrtError *error) {
    *wanted = (int64_t)(share * (double)rows + 0.5);
    if (*wanted > rows) *wanted = rows;
    return share <= 0 || *wanted > 0 ||
           nnrt_fail(error, NNRT_EXIT_DISAGREE, "%g%% of %lld rows leaves none for %s", share * 100,
                     (long long)rows, part);
}

static bool mark_parts(const NnrtSplitRequest *request, Strata *strata, unsigned char *parts,
                       NnrtError *error) {
    int64_t left = request->rows, wanted;
    if (request->folds >= 2) {
        if (left < request->folds)
            return nnrt_fail(error, NNRT_EXIT_DISAGREE, "%lld rows are too few for %d folds",
                             (long long)left, request->folds);
        left -= mark_fold(strata, request->folds, request->fold, parts);
    } else if (!share_rows("the test", request->test, left, &wanted, error) ||
               !mark_share(strata, wanted, left, TEST, parts, error)) {
        return false;
    } else {
        left -= wanted;
    }
    /* The validation share is one of all rows; with folds, of those that are left. */
    int64_t whole = request->folds >= 2 ? left : request->rows;
    if (!share_rows("validation", request->validation, whole, &wanted, error)) return false;
    wanted = wanted < left ? wanted : left;
    return mark_share(strata, wanted, left, VALIDATION, parts, error) &&
           (left > wanted || nnrt_fail(error, NNRT_EXIT_DISAGREE,
                                       "validation and test leave no row of %lld to train on",
                                       (long long)request->rows));
}

static bool collect(const unsigned char *parts, int64_t rows, int part, NnrtPart *out,
                    NnrtError *error) {
    for (int64_t row = 0; row < rows; row++)
        out->count += parts[row] == part;
    out->rows = nnrt_allocate(out->count, sizeof *out->rows, error);
    int64_t used = 0;
    for (int64_t row = 0; out->rows && row < rows; row++)
        if (parts[row] == part) out->rows[used++] = row;
    return out->rows != NULL;
}

bool nnrt_split(const NnrtSplitRequest *request, NnrtSplit *split, NnrtError *error) {
    *split = (NnrtSplit){0};
    Strata strata = {0};
    unsigned char *parts = nnrt_allocate(request->rows, 1, error);
    bool good = parts && make_strata(request, &strata, error) &&
                mark_parts(request, &strata, parts, error) &&
                collect(parts, request->rows, TRAIN, &split->train, error) &&
                collect(parts, request->rows, VALIDATION, &split->validation, error) &&
                collect(parts, request->rows, TEST, &split->test, error);
    free(parts);
    free_strata(&strata);
    if (!good) nnrt_split_free(split);
    return good;
}

void nnrt_split_free(NnrtSplit *split) {
    free(split->train.rows);
    free(split->validation.rows);
    free(split->test.rows);
    *split = (NnrtSplit){0};
}
