/* trap.c: see trap.h. */

#include "runtime/trap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_NAMED = 5, PANEL = 16 };

/* What one kernel read and wrote. */
typedef struct Seen {
    NnrtKernelRow kernel;
    const void **buffers; /* inputs, then results; owned */
    int64_t *made_by;     /* for each input: the kernel that wrote it in this step, or -1; owned */
    int64_t result_count;
    /* Of the first result that is not finite; later kernels may write over it. */
    bool bad, per_sample;
    double value;
    int64_t row, column;         /* of its first element that is not finite */
    int64_t samples[ROWS_NAMED]; /* in the batch */
    int64_t sample_count;        /* may be more */
} Seen;

/* The step that is made again. */
typedef struct Replay {
    NnrtObserver observer;
    Seen *seen; /* one for each kernel; owned */
    NnrtError *error;
} Replay;

bool nnrt_trap_init(NnrtTrap *trap, const NnrtModel *model, NnrtError *error) {
    *trap = (NnrtTrap){nnrt_allocate(model->variable_bytes, 1, error)};
    return trap->before != NULL;
}

void nnrt_trap_free(NnrtTrap *trap) {
    free(trap->before);
    *trap = (NnrtTrap){0};
}

/* ---- looking through a result ---- */

typedef struct Scan {
    const unsigned char *values;
    NnrtKernelResult result;
    int64_t count; /* samples */
    int64_t bytes; /* of an element */
} Scan;

static double value_at(const Scan *scan, int64_t row, int64_t column) {
    int64_t rows = scan->result.rows * (scan->result.per_sample ? scan->count : 1);
    int64_t at = scan->result.panels ? (column / PANEL * rows + row) * PANEL + column % PANEL
                                     : row * scan->result.columns + column;
    double wide;
    float narrow;
    if (scan->bytes == 8) {
        memcpy(&wide, scan->values + 8 * at, 8);
        return wide;
    }
    memcpy(&narrow, scan->values + 4 * at, 4);
    return (double)narrow;
}

/* The first element from row `row` on that is not finite; false: none. */
static bool find_bad(const Scan *scan, int64_t *row, int64_t *column) {
    int64_t rows = scan->result.rows * (scan->result.per_sample ? scan->count : 1);
    for (; *row < rows && !scan->result.is_class; ++*row)
        for (*column = 0; *column < scan->result.columns; ++*column)
            if (!isfinite(value_at(scan, *row, *column))) return true;
    return false;
}

/* Notes what of the result is not finite; false: all of it is. */
static bool note_bad(Seen *seen, const Scan *scan) {
    int64_t row = 0, column;
    while (find_bad(scan, &row, &column)) {
        if (!seen->bad) {
            seen->value = value_at(scan, row, column);
            seen->row = row;
            seen->column = column;
        }
        seen->bad = true;
        seen->per_sample = scan->result.per_sample;
        if (!seen->per_sample) break;
        int64_t sample = row / scan->result.rows;
        if (seen->sample_count < ROWS_NAMED) seen->samples[seen->sample_count] = sample;
        seen->sample_count++;
        row = (sample + 1) * scan->result.rows;
    }
    return seen->bad;
}

/* ---- the step again ---- */

/* The last kernel before `index` that wrote to this place, or -1. */
static int64_t writer_of(const Replay *replay, int64_t index, const void *place) {
    for (int64_t k = index - 1; k >= 0; k--) {
        const Seen *seen = &replay->seen[k];
        for (int64_t i = 0; i < seen->result_count; i++)
            if (seen->buffers[seen->kernel.inputs + i] == place) return k;
    }
    return -1;
}

static void on_kernel(NnrtObserver *observer, int64_t index, const NnrtKernelRow *row,
                      NnrtKernel kernel, const NnrtCall *call, int64_t tasks) {
    Replay *replay = (Replay *)observer; /* its first member */
    Seen *seen = &replay->seen[index];
    Scan scan = {.count = call->context->count, .bytes = observer->session->model->element_bytes};
    const char *next = row->results;
    seen->kernel = *row; /* the rest is zero */
    while (nnrt_kernel_result(&next, &scan.result))
        seen->result_count++;
    int64_t buffers = row->inputs + seen->result_count;
    seen->buffers = nnrt_allocate(buffers, sizeof *seen->buffers, replay->error);
    seen->made_by = nnrt_allocate(row->inputs, sizeof *seen->made_by, replay->error);
    nnrt_observe_kernel(observer, row, kernel, call, tasks);
    if (!seen->buffers || !seen->made_by) {
        seen->result_count = 0;
        seen->kernel.inputs = 0;
        return;
    }
    memcpy(seen->buffers, call->buffers, (size_t)buffers * sizeof *seen->buffers);
    for (int64_t i = 0; i < row->inputs; i++)
        seen->made_by[i] = writer_of(replay, index, seen->buffers[i]);
    next = row->results;
    for (int64_t i = 0; nnrt_kernel_result(&next, &scan.result); i++) {
        scan.values = seen->buffers[row->inputs + i];
        if (note_bad(seen, &scan)) break;
    }
}

/* From the kernel that spoilt the loss, or else any variable, back to the one that began it. */
static int64_t find_origin(const Replay *replay, int64_t kernels, const void *loss) {
    int64_t at = writer_of(replay, kernels, loss);
    if (at < 0 || !replay->seen[at].bad)
        for (at = 0; at < kernels && !replay->seen[at].bad;)
            at++;
    for (int64_t i = 0; at < kernels && i < replay->seen[at].kernel.inputs; i++) {
        int64_t maker = replay->seen[at].made_by[i];
        if (maker < 0 || !replay->seen[maker].bad) continue;
        at = maker;
        i = -1;
    }
    return at;
}

/* ---- the message ---- */

typedef struct Words {
    char text[400];
    size_t used;
} Words;

static void add(Words *words, const char *chars, int length) {
    size_t room = sizeof words->text - words->used;
    int used = snprintf(words->text + words->used, room, "%.*s", length, chars);
    words->used += used > 0 && (size_t)used < room ? (size_t)used : 0;
}

static void add_number(Words *words, const char *before, int64_t number) {
    char text[60];
    add(words, text, snprintf(text, sizeof text, "%s%lld", before, (long long)number));
}

/* " for row 3, row 17" (of the data, from 1), or the element of a result that is of no sample. */
static void add_where(Words *words, const Seen *seen, const int64_t *rows) {
    if (!seen->per_sample) {
        add_number(words, " in row ", seen->row);
        add_number(words, ", column ", seen->column);
    }
    for (int64_t i = 0; i < seen->sample_count && i < ROWS_NAMED; i++)
        add_number(words, i == 0 ? " for row " : ", row ", rows[seen->samples[i]] + 1);
    if (seen->sample_count > ROWS_NAMED)
        add_number(words, " and others, in all ", seen->sample_count);
}

static void describe(Words *words, const Seen *seen, const int64_t *rows) {
    const NnrtKernelRow *row = &seen->kernel;
    bool several = memchr(row->operations, ' ', (size_t)row->operations_length) != NULL;
    if (several) add(words, "one of ", 7);
    add(words, row->operations, row->operations_length);
    if (row->place_length) add(words, " at ", 4);
    add(words, row->place, row->place_length);
    const char *name = isnan(seen->value) ? " gives nan"
                       : seen->value > 0  ? " gives inf"
                                          : " gives -inf";
    add(words, name, (int)strlen(name));
    add_where(words, seen, rows);
    add(words, row->backward ? ", in the backward pass" : ", in the forward pass", 22);
}

static void report(NnrtSession *session, const NnrtTrap *trap, const NnrtView *view,
                   int64_t count) {
    NnrtError *error = &session->failure;
    Replay replay = {.observer = {.kernel = on_kernel}, .error = error};
    replay.seen = nnrt_allocate(view->kernel_count, sizeof *replay.seen, error);
    if (!replay.seen) return;
    memcpy(session->context.variables, trap->before, (size_t)session->model->variable_bytes);
    nnrt_observe(&replay.observer, session, view, count);
    const NnrtResult *loss = nnrt_view_result(view, NNRT_RESULT_LOSS, 0);
    int64_t origin = find_origin(&replay, view->kernel_count,
                                 loss ? session->context.fixed + loss->offset : NULL);
    Words words = {.used = 0};
    if (origin < view->kernel_count)
        describe(&words, &replay.seen[origin], session->order + session->context.first_sample);
    nnrt_fail(error, NNRT_EXIT_NOT_FINITE, "not finite at step %lld, epoch %lld: %s",
              (long long)session->context.step, (long long)session->context.epoch + 1,
              words.used ? words.text : "the step made again has no such value");
    for (int64_t k = 0; k < view->kernel_count; k++) {
        free(replay.seen[k].buffers);
        free(replay.seen[k].made_by);
    }
    free(replay.seen);
}

static bool all_finite(const NnrtSession *session, const NnrtView *view) {
    const NnrtModel *model = session->model;
    for (int kind = NNRT_RESULT_LOSS; kind <= NNRT_RESULT_PENALTY; kind++) {
        const NnrtResult *result = nnrt_view_result(view, kind, 0);
        if (result && !result->per_sample && !isfinite(nnrt_result_number(session, result)))
            return false;
    }
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *variable = &model->variables[i];
        int64_t elements = nnrt_variable_count(variable);
        for (int64_t k = 0; k < elements; k++)
            if (!isfinite(nnrt_variable_element(session, variable, k))) return false;
    }
    return true;
}

void nnrt_trap_watch(NnrtSession *session, const NnrtView *view, int64_t count) {
    const NnrtTrap *trap = session->watcher;
    if (session->failure.exit_code) return;
    memcpy(trap->before, session->context.variables, (size_t)session->model->variable_bytes);
    view->run(&session->context);
    if (!all_finite(session, view)) report(session, trap, view, count);
}
