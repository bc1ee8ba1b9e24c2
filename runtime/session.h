/* session.h: one model in memory: its variables, its arena, its threads.
 *
 * All memory is taken once, in nnrt_session_open(): variables, and an arena of fixed_bytes +
 * capacity * sample_bytes. Variables are read and written in user order (row-major, as in files)
 * whatever layout the compiler chose for them.
 */
#ifndef NNRT_SESSION_H
#define NNRT_SESSION_H

#include "runtime/abi.h"
#include "runtime/ahead.h"
#include "runtime/error.h"
#include "runtime/table.h"
#include "runtime/threads.h"

/* As ViewKind, ResultKind and VariableRole of the compiler's graph. */
enum {
    NNRT_VIEW_INITIALIZE,
    NNRT_VIEW_STATISTICS,
    NNRT_VIEW_TRAIN_STEP,
    NNRT_VIEW_GRADIENT,
    NNRT_VIEW_EVALUATE,
    NNRT_VIEW_REPORT,
    NNRT_VIEW_PREDICT,
    NNRT_VIEW_GRAIN,
    NNRT_VIEW_AUGMENT,
};
enum {
    NNRT_RESULT_VARIABLE,
    NNRT_RESULT_GRADIENT,
    NNRT_RESULT_LOSS,
    NNRT_RESULT_SAMPLE_LOSS,
    NNRT_RESULT_PENALTY,
    NNRT_RESULT_LEARNING_RATE,
    NNRT_RESULT_ACCUMULATOR,
    NNRT_RESULT_STATISTIC,
    NNRT_RESULT_METRIC,
    NNRT_RESULT_OUTPUT,
    NNRT_RESULT_PICTURE,
};
enum {
    NNRT_ROLE_PARAMETER,
    NNRT_ROLE_STATE,
    NNRT_ROLE_STATISTIC,
    NNRT_ROLE_OPTIMIZER,
    NNRT_ROLE_JOINED,
};

typedef struct NnrtSession {
    const NnrtModel *model;
    NnrtContext context;
    NnrtPool *pool;
    double *hypers, *plateaus, *totals; /* what the context points to; owned */
    void *memory[3];                    /* variables, fixed, samples; owned */
    double gather_seconds;              /* spent in nnrt_gather(), and for how many samples */
    int64_t gather_samples;
    NnrtAhead *ahead; /* gathers the batches announced; NULL where that is not needed */
    /* Runs a view that has a table of kernels in place of nnrt_run(), looking on (observe.h); NULL:
     * nobody does. May set `failure`. */
    void (*watch)(struct NnrtSession *session, const NnrtView *view, int64_t count);
    void *watcher;
    const int64_t
        *order;        /* rows of the epoch in the order they are met, while training; not owned */
    NnrtError failure; /* the first failure of nnrt_gather(); its samples are not to be used */
} NnrtSession;

/* Takes the memory for up to `capacity` samples at a time and starts `threads` threads (1: none).
 * Variables are zero, hypers have the model's values. Exit 4 when memory is out; the session can
 * be closed in any case. */
bool nnrt_session_open(NnrtSession *session, const NnrtModel *model, int64_t capacity, int threads,
                       NnrtError *error);
/* `bytes` zeroed bytes that views may run on: aligned, with a vector's room behind them. NULL with
 * exit 4. Free with free(). */
void *nnrt_view_memory(int64_t bytes, NnrtError *error);
void nnrt_session_close(NnrtSession *session);

/* The view of that kind (statistics: of that level), or NULL. */
const NnrtView *nnrt_view(const NnrtModel *model, int64_t kind, int64_t level);
/* The first result of that kind and index, or NULL. */
const NnrtResult *nnrt_view_result(const NnrtView *view, int64_t kind, int64_t index);

/* Runs `view` on the `count` samples that were gathered (any count >= 1 for views without them). */
void nnrt_run(NnrtSession *session, const NnrtView *view, int64_t count);

/* Says which samples nnrt_gather() will be asked for next: `count` from number `at` on of `rows`
 * (NULL: of the table), `batch` at a time; a thread then reads ahead where reading takes time.
 * What was announced before ends, so announce nothing (NULL) before changing `rows`. */
void nnrt_announce(NnrtSession *session, const NnrtTable *table, const int64_t *rows, int64_t at,
                   int64_t count, int64_t batch);

/* Copies the inputs of rows[0..count) (NULL: first, first + 1, ...) of the table into the arena.
 * Columns of the table are in the order of the model's inputs; absent targets become 0. Where a
 * picture cannot be decoded any more session->failure says so. */
void nnrt_gather(NnrtSession *session, const NnrtTable *table, const int64_t *rows, int64_t first,
                 int64_t count);

/* Whether every nnrt_gather() so far went well; false with the failure in `error`. */
bool nnrt_gathered(const NnrtSession *session, NnrtError *error);

/* Element `element` of sample `sample` of a result, as a double; for results that are not of
 * samples `sample` is 0. Row-major element order. */
double nnrt_result_value(const NnrtSession *session, const NnrtResult *result, int64_t sample,
                         int64_t element);
/* The only number of a result of shape []. */
double nnrt_result_number(const NnrtSession *session, const NnrtResult *result);

/* Number of elements of a variable. */
int64_t nnrt_variable_count(const NnrtVariable *variable);
/* Copies a variable out of / into its place; `values` is row-major in the model's precision. */
void nnrt_variable_get(const NnrtSession *session, const NnrtVariable *variable, void *values);
void nnrt_variable_set(NnrtSession *session, const NnrtVariable *variable, const void *values);
/* One element by its row-major position. */
double nnrt_variable_element(const NnrtSession *session, const NnrtVariable *variable,
                             int64_t element);
void nnrt_variable_set_element(NnrtSession *session, const NnrtVariable *variable, int64_t element,
                               double value);

#endif
