/* session.c: see session.h. */

#include "runtime/session.h"

#include "runtime/peak.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, PANEL = 16 };

/* A kernel and its call, for the pool's plain tasks. */
typedef struct Job {
    NnrtKernel kernel;
    const NnrtCall *call;
} Job;

static void run_job(void *argument, int64_t first, int64_t last) {
    const Job *job = argument;
    job->kernel(job->call, first, last);
}

static void run_parallel(void *pool, NnrtKernel kernel, const NnrtCall *call, int64_t tasks) {
    Job job = {kernel, call};
    nnrt_parallel(pool, run_job, &job, tasks);
}

void *nnrt_view_memory(int64_t bytes, NnrtError *error) {
    int64_t size;
    if (__builtin_add_overflow(bytes, (int64_t)(3 * ALIGNMENT - 1), &size)) {
        nnrt_fail(error, NNRT_EXIT_SYSTEM, "the model needs more memory than can be addressed");
        return NULL;
    }
    size = size / ALIGNMENT * ALIGNMENT;
    void *memory = NULL;
    if (posix_memalign(&memory, ALIGNMENT, (size_t)size) != 0) {
        nnrt_fail(error, NNRT_EXIT_SYSTEM, "out of memory: the model needs %lld bytes",
                  (long long)size);
        return NULL;
    }
    memset(memory, 0, (size_t)size);
    return memory;
}

static int64_t total_elements(const NnrtModel *model) {
    int64_t elements = 0;
    for (int64_t i = 0; i < model->accumulator_count; i++)
        elements += model->accumulators[i].elements;
    return elements;
}

bool nnrt_session_open(NnrtSession *session, const NnrtModel *model, int64_t capacity, int threads,
                       NnrtError *error) {
    *session = (NnrtSession){.model = model};
    if (model->abi_version != NNRT_ABI_VERSION)
        return nnrt_fail(error, NNRT_EXIT_SYSTEM, "program and runtime are of different versions");
    NnrtContext *context = &session->context;
    capacity = (capacity + PANEL - 1) / PANEL * PANEL;
    int64_t sample_bytes;
    if (__builtin_mul_overflow(capacity, model->sample_bytes, &sample_bytes))
        return nnrt_fail(error, NNRT_EXIT_SYSTEM, "a batch of %lld samples is too large",
                         (long long)capacity);
    session->memory[0] = nnrt_view_memory(model->variable_bytes, error);
    session->memory[1] = nnrt_view_memory(model->fixed_bytes, error);
    session->memory[2] = nnrt_view_memory(sample_bytes, error);
    session->hypers = nnrt_allocate(model->hyper_count, sizeof(double), error);
    session->plateaus = nnrt_allocate(model->plateau_count, sizeof(double), error);
    session->totals = nnrt_allocate(total_elements(model), sizeof(double), error);
    if (error->exit_code) return false;
    for (int64_t i = 0; i < model->hyper_count; i++)
        session->hypers[i] = model->hypers[i].value;
    *context = (NnrtContext){
        .variables = session->memory[0],
        .fixed = session->memory[1],
        .samples = session->memory[2],
        .capacity = capacity,
        .seed = model->default_seed,
        .hypers = session->hypers,
        .plateaus = session->plateaus,
        .totals = session->totals,
    };
    if (threads > 1) {
        session->pool = nnrt_pool_new(threads, error);
        if (!session->pool) return false;
        context->parallel = run_parallel;
        context->pool = session->pool;
    }
    return true;
}

void nnrt_session_close(NnrtSession *session) {
    nnrt_ahead_end(session->ahead);
    nnrt_pool_free(session->pool);
    for (int i = 0; i < 3; i++)
        free(session->memory[i]);
    free(session->hypers);
    free(session->plateaus);
    free(session->totals);
    memset(session, 0, sizeof *session);
}

const NnrtView *nnrt_view(const NnrtModel *model, int64_t kind, int64_t level) {
    for (int64_t i = 0; i < model->view_count; i++)
        if (model->views[i].kind == kind && model->views[i].level == level) return &model->views[i];
    return NULL;
}

const NnrtResult *nnrt_view_result(const NnrtView *view, int64_t kind, int64_t index) {
    for (int64_t i = 0; view && i < view->result_count; i++)
        if (view->results[i].kind == kind && view->results[i].index == index)
            return &view->results[i];
    return NULL;
}

void nnrt_run(NnrtSession *session, const NnrtView *view, int64_t count) {
    session->context.count = count;
    if (session->watch && view->kernels)
        session->watch(session, view, count);
    else
        view->run(&session->context);
}

void nnrt_announce(NnrtSession *session, const NnrtTable *table, const int64_t *rows, int64_t at,
                   int64_t count, int64_t batch) {
    nnrt_ahead_end(session->ahead);
    session->ahead = NULL;
    if (table && nnrt_table_fetches(table) && at < count)
        session->ahead =
            nnrt_ahead_begin(session->model, &(NnrtBatches){table, rows, at, count, batch});
}

void nnrt_gather(NnrtSession *session, const NnrtTable *table, const int64_t *rows, int64_t first,
                 int64_t count) {
    const NnrtModel *model = session->model;
    unsigned char *places[NNRT_FIELDS_MAX];
    NnrtError error = {0};
    bool good = true;
    double begin = nnrt_seconds();
    for (int64_t i = 0; i < model->input_count; i++)
        places[i] = session->context.samples + session->context.capacity * model->inputs[i].offset;
    if (!session->ahead ||
        !nnrt_ahead_take(session->ahead, table, rows, first, count, places, &good, &error))
        good = nnrt_gather_inputs(model, table, rows, first, count, places, &error);
    session->gather_seconds += nnrt_seconds() - begin;
    session->gather_samples += count;
    if (!good && !session->failure.exit_code) session->failure = error;
}

bool nnrt_gathered(const NnrtSession *session, NnrtError *error) {
    const NnrtError *failure = &session->failure;
    return !failure->exit_code || nnrt_fail(error, failure->exit_code, "%s", failure->text);
}

/* Position in the layout of an element given by its row-major position. */
static int64_t position(int64_t layout, int64_t rows, int64_t columns, int64_t element) {
    if (layout == 0) return element;
    int64_t row = element / columns, column = element % columns;
    return (column / PANEL * rows + row) * PANEL + column % PANEL;
}

static double element_at(const unsigned char *base, int64_t bytes, int64_t at) {
    if (bytes == 8) {
        double value;
        memcpy(&value, base + at * 8, 8);
        return value;
    }
    float value;
    memcpy(&value, base + at * 4, 4);
    return value;
}

double nnrt_result_value(const NnrtSession *session, const NnrtResult *result, int64_t sample,
                         int64_t element) {
    const NnrtContext *context = &session->context;
    const unsigned char *base = result->per_sample
                                    ? context->samples + context->capacity * result->offset
                                    : context->fixed + result->offset;
    int64_t at = result->per_sample
                     ? sample * result->elements + element
                     : position(result->layout, result->rows, result->columns, element);
    if (result->element == 1) {
        int32_t value;
        memcpy(&value, base + at * 4, 4);
        return value;
    }
    return element_at(base, session->model->element_bytes, at);
}

double nnrt_result_number(const NnrtSession *session, const NnrtResult *result) {
    return nnrt_result_value(session, result, 0, 0);
}

int64_t nnrt_variable_count(const NnrtVariable *variable) {
    return variable->rows * variable->columns;
}

void nnrt_variable_get(const NnrtSession *session, const NnrtVariable *variable, void *values) {
    const unsigned char *base = session->context.variables + variable->offset;
    size_t bytes = (size_t)session->model->element_bytes;
    int64_t count = nnrt_variable_count(variable);
    for (int64_t i = 0; i < count; i++) {
        int64_t at = position(variable->layout, variable->rows, variable->columns, i);
        memcpy((unsigned char *)values + (size_t)i * bytes, base + (size_t)at * bytes, bytes);
    }
}

void nnrt_variable_set(NnrtSession *session, const NnrtVariable *variable, const void *values) {
    unsigned char *base = session->context.variables + variable->offset;
    size_t bytes = (size_t)session->model->element_bytes;
    int64_t count = nnrt_variable_count(variable);
    for (int64_t i = 0; i < count; i++) {
        int64_t at = position(variable->layout, variable->rows, variable->columns, i);
        memcpy(base + (size_t)at * bytes, (const unsigned char *)values + (size_t)i * bytes, bytes);
    }
}

double nnrt_variable_element(const NnrtSession *session, const NnrtVariable *variable,
                             int64_t element) {
    return element_at(session->context.variables + variable->offset, session->model->element_bytes,
                      position(variable->layout, variable->rows, variable->columns, element));
}

void nnrt_variable_set_element(NnrtSession *session, const NnrtVariable *variable, int64_t element,
                               double value) {
    int64_t at = position(variable->layout, variable->rows, variable->columns, element);
    unsigned char *base = session->context.variables + variable->offset;
    if (session->model->element_bytes == 8) {
        memcpy(base + at * 8, &value, 8);
    } else {
        float single = (float)value;
        memcpy(base + at * 4, &single, 4);
    }
}
