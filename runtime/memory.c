/* memory.c: see memory.h. */

#include "runtime/memory.h"

#include "runtime/average.h"
#include "runtime/confusion.h"
#include "runtime/grains.h"
#include "runtime/session.h"

enum { CAPACITY_STEP = 16 }; /* a session holds a multiple of 16 samples */

/* What the copies of variables that lie in panels take in the order of files. */
static int64_t copies(const NnrtModel *model, bool with_stored, bool with_optimizer) {
    int64_t elements = 0;
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *variable = &model->variables[i];
        bool counts = variable->role == NNRT_ROLE_OPTIMIZER ? with_optimizer : with_stored;
        if (variable->layout != 0 && counts) elements += nnrt_variable_count(variable);
    }
    return elements * model->element_bytes;
}

NnrtMemory nnrt_memory(const NnrtModel *model, const NnrtOptions *options, int64_t batch,
                       const NnrtData *data) {
    batch = nnrt_grain_capacity(model, batch);
    int64_t capacity = (batch + CAPACITY_STEP - 1) / CAPACITY_STEP * CAPACITY_STEP;
    NnrtMemory memory = {.fixed = model->variable_bytes + model->fixed_bytes};
    bool keeps_best = data ? data->validation.count > 0
                           : model->validation_share > 0 || model->validation_source != NULL;
    if (__builtin_mul_overflow(capacity, model->sample_bytes, &memory.samples))
        memory.samples = INT64_MAX / 4;
    memory.best = keeps_best ? model->variable_bytes : 0;
    if (nnrt_averages(model)) memory.best += model->variable_bytes;
    memory.best += nnrt_grain_bytes(model);
    if (options->trap) memory.fixed += model->variable_bytes;
    memory.saving = copies(model, true, false) + copies(model, keeps_best, true);
    int64_t report = options->report ? nnrt_confusions_bytes(model) : 0;
    if (report > memory.saving) memory.saving = report;
    for (int t = 0; data && t < 3; t++) {
        const NnrtTable *table = &data->tables[t];
        memory.data += nnrt_table_bytes(table);
        if (table->reading > memory.reading) memory.reading = table->reading;
    }
    if (data)
        memory.data += (2 * data->train.count + data->validation.count + data->test.count) * 8;
    return memory;
}

int64_t nnrt_memory_total(const NnrtMemory *memory) {
    int64_t training = memory->fixed + memory->samples + memory->best + memory->saving;
    return memory->data + (training > memory->reading ? training : memory->reading);
}

bool nnrt_memory_check(const NnrtModel *model, const NnrtOptions *options, int64_t batch,
                       const NnrtData *data, NnrtError *error) {
    if (!options->max_memory) return true;
    NnrtMemory memory = nnrt_memory(model, options, batch, data);
    long long total = nnrt_memory_total(&memory) + NNRT_MEMORY_PROGRAM, limit = options->max_memory;
    if (total <= limit) return true;
    NnrtMemory least = memory;
    least.samples = 0;
    int64_t left = limit - NNRT_MEMORY_PROGRAM - nnrt_memory_total(&least);
    if (memory.data + memory.reading + NNRT_MEMORY_PROGRAM > limit) left = -1;
    int64_t fits = left > 0 && model->sample_bytes > 0 ? left / model->sample_bytes : 0;
    fits = (fits - fits % CAPACITY_STEP) * model->grains;
    if (fits > 0)
        return nnrt_fail(error, NNRT_EXIT_SYSTEM,
                         "batches of %lld samples take %lld bytes, more than --max-memory (%lld); "
                         "the largest batch that fits is %lld",
                         (long long)batch, total, limit, (long long)fits);
    return nnrt_fail(error, NNRT_EXIT_SYSTEM,
                     "a training takes %lld bytes with batches of %d samples%s, more than "
                     "--max-memory (%lld): no batch fits",
                     (long long)(nnrt_memory_total(&least) + NNRT_MEMORY_PROGRAM +
                                 CAPACITY_STEP * model->sample_bytes),
                     CAPACITY_STEP, data ? " and this data" : "", limit);
}
