/* ahead.c: two slots, one thread that fills them in turn. See ahead.h.
 *
 *     thread:   wait until slot[k % 2] is free;  gather batch k into it;  mark it full
 *     caller:   wait until slot[k % 2] is full;  copy batch k out of it;  mark it free
 *
 * A slot belongs to the thread while it is free and to the caller while it is full, so only the
 * marks need the lock. A batch that fails is handed over with its error and is the last.
 */
#include "runtime/ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2 };

typedef struct Slot {
    bool full, good;
    NnrtError error;
    unsigned char *places[NNRT_FIELDS_MAX];
    unsigned char *memory; /* of all places; owned */
} Slot;

struct NnrtAhead {
    const NnrtModel *model;
    NnrtBatches batches; /* `at` is the caller's */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool ending;
    int64_t taken;
    Slot slots[SLOTS];
};

static int64_t input_bytes(const NnrtModel *model, const NnrtInput *input) {
    return input->elements * (input->class_count ? 4 : model->element_bytes);
}

bool nnrt_gather_inputs(const NnrtModel *model, const NnrtTable *table, const int64_t *rows,
                        int64_t first, int64_t count, unsigned char *const *places,
                        NnrtError *error) {
    NnrtElement real = model->element_bytes == 8 ? NNRT_F64 : NNRT_F32;
    for (int64_t i = 0; i < model->input_count; i++) {
        const NnrtInput *input = &model->inputs[i];
        if (!table->columns[i].present)
            memset(places[i], 0, (size_t)(count * input_bytes(model, input)));
        else if (!nnrt_table_gather(table, (int)i, rows, first, count,
                                    input->class_count ? NNRT_I32 : real, places[i], error))
            return false;
    }
    return true;
}

/* The rows of a batch that begins at sample `at`, as gathering takes them. */
static const int64_t *rows_at(const NnrtBatches *batches, int64_t at, int64_t *first) {
    *first = batches->rows ? 0 : at;
    return batches->rows ? batches->rows + at : NULL;
}

/* Waits until the slot is as wanted. False when all is to end. */
static bool wait_for(NnrtAhead *ahead, const Slot *slot, bool full) {
    pthread_mutex_lock(&ahead->lock);
    while (slot->full != full && !ahead->ending)
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    bool going_on = !ahead->ending;
    pthread_mutex_unlock(&ahead->lock);
    return going_on;
}

static void mark(NnrtAhead *ahead, Slot *slot, bool full) {
    pthread_mutex_lock(&ahead->lock);
    slot->full = full;
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
}

static void *run(void *argument) {
    NnrtAhead *ahead = argument;
    NnrtBatches batches = ahead->batches;
    bool good = true;
    for (int64_t k = 0; good && batches.at < batches.count; k++) {
        Slot *slot = &ahead->slots[k % SLOTS];
        int64_t left = batches.count - batches.at, first;
        int64_t count = left < batches.batch ? left : batches.batch;
        if (!wait_for(ahead, slot, false)) break;
        const int64_t *rows = rows_at(&batches, batches.at, &first);
        slot->good = good = nnrt_gather_inputs(ahead->model, batches.table, rows, first, count,
                                               slot->places, &slot->error);
        batches.at += count;
        mark(ahead, slot, true);
    }
    return NULL;
}

/* Memory for a batch; false when there is none. */
static bool make_slot(Slot *slot, const NnrtModel *model, int64_t batch) {
    int64_t bytes = 0;
    for (int64_t i = 0; i < model->input_count; i++)
        bytes += (input_bytes(model, &model->inputs[i]) * batch + 63) / 64 * 64;
    slot->memory = nnrt_allocate(bytes, 1, NULL);
    if (!slot->memory) return false;
    bytes = 0;
    for (int64_t i = 0; i < model->input_count; i++) {
        slot->places[i] = slot->memory + bytes;
        bytes += (input_bytes(model, &model->inputs[i]) * batch + 63) / 64 * 64;
    }
    return true;
}

NnrtAhead *nnrt_ahead_begin(const NnrtModel *model, const NnrtBatches *batches) {
    NnrtAhead *ahead = nnrt_allocate(1, sizeof *ahead, NULL);
    if (!ahead) return NULL;
    ahead->model = model;
    ahead->batches = *batches;
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->changed, NULL);
    bool good = true;
    for (int i = 0; good && i < SLOTS; i++)
        good = make_slot(&ahead->slots[i], model, batches->batch);
    if (good && pthread_create(&ahead->thread, NULL, run, ahead) == 0) return ahead;
    for (int i = 0; i < SLOTS; i++)
        free(ahead->slots[i].memory);
    pthread_mutex_destroy(&ahead->lock);
    pthread_cond_destroy(&ahead->changed);
    free(ahead);
    return NULL;
}

bool nnrt_ahead_take(NnrtAhead *ahead, const NnrtTable *table, const int64_t *rows, int64_t first,
                     int64_t count, unsigned char *const *places, bool *good, NnrtError *error) {
    NnrtBatches *batches = &ahead->batches;
    int64_t left = batches->count - batches->at, expected_first;
    const int64_t *expected = rows_at(batches, batches->at, &expected_first);
    if (table != batches->table || left <= 0 || rows != expected || first != expected_first ||
        count != (left < batches->batch ? left : batches->batch))
        return false;
    Slot *slot = &ahead->slots[ahead->taken % SLOTS];
    wait_for(ahead, slot, true);
    *good = slot->good;
    if (!slot->good) *error = slot->error;
    for (int64_t i = 0; slot->good && i < ahead->model->input_count; i++)
        memcpy(places[i], slot->places[i],
               (size_t)(count * input_bytes(ahead->model, &ahead->model->inputs[i])));
    batches->at = slot->good ? batches->at + count : batches->count;
    ahead->taken++;
    mark(ahead, slot, false);
    return true;
}

int64_t nnrt_ahead_taken(const NnrtAhead *ahead) {
    return ahead->taken;
}

void nnrt_ahead_end(NnrtAhead *ahead) {
    if (!ahead) return;
    pthread_mutex_lock(&ahead->lock);
    ahead->ending = true;
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    pthread_join(ahead->thread, NULL);
    for (int i = 0; i < SLOTS; i++)
        free(ahead->slots[i].memory);
    pthread_mutex_destroy(&ahead->lock);
    pthread_cond_destroy(&ahead->changed);
    free(ahead);
}
