/* grains.c: see grains.h. */

#include "runtime/grains.h"

#include <stdlib.h>
#include <string.h>

enum { TASK_ELEMENTS = 16384 };

int64_t nnrt_grain_capacity(const NnrtModel *model, int64_t batch) {
    return (batch + model->grains - 1) / model->grains;
}

static int levels_of(int64_t grains) {
    int levels = 0;
    while (grains >> levels)
        levels++;
    return levels;
}

static int64_t slot_bytes(const NnrtModel *model) {
    int64_t bytes = 0;
    for (int64_t i = 0; i < model->variable_count; i++)
        if (model->variables[i].role == NNRT_ROLE_JOINED) bytes += model->variables[i].bytes;
    return bytes;
}

int64_t nnrt_grain_bytes(const NnrtModel *model) {
    return model->grains < 2 ? 0 : levels_of(model->grains) * slot_bytes(model);
}

bool nnrt_grains_init(NnrtGrains *grains, const NnrtModel *model, NnrtError *error) {
    *grains = (NnrtGrains){.most = model->grains};
    if (grains->most < 2) return true;
    grains->slot_bytes = slot_bytes(model);
    grains->slots = nnrt_allocate(levels_of(grains->most), grains->slot_bytes, error);
    return grains->slots != NULL;
}

void nnrt_grains_free(NnrtGrains *grains) {
    free(grains->slots);
    *grains = (NnrtGrains){0};
}

/* sum[i] = left[i] + sum[i] */
typedef struct Sum {
    const void *left;
    void *sum;
    int64_t elements;
    bool is_double;
} Sum;

static void add_elements(void *argument, int64_t first, int64_t last) {
    const Sum *add = argument;
    int64_t begin = first * TASK_ELEMENTS, end = last * TASK_ELEMENTS;
    if (end > add->elements) end = add->elements;
    if (add->is_double) {
        const double *left = add->left;
        double *sum = add->sum;
        for (int64_t i = begin; i < end; i++)
            sum[i] = left[i] + sum[i];
    } else {
        const float *left = add->left;
        float *sum = add->sum;
        for (int64_t i = begin; i < end; i++)
            sum[i] = left[i] + sum[i];
    }
}

typedef enum Way { ADD_SLOT, FROM_SLOT, TO_SLOT } Way;

/* Adds a slot to the joined variables, or copies it from or to them. */
static void move(NnrtSession *session, NnrtGrains *grains, int level, Way way) {
    const NnrtModel *model = session->model;
    unsigned char *slot = grains->slots + level * grains->slot_bytes;
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *variable = &model->variables[i];
        if (variable->role != NNRT_ROLE_JOINED) continue;
        unsigned char *values = session->context.variables + variable->offset;
        if (way == ADD_SLOT) {
            Sum sum = {slot, values, variable->bytes / model->element_bytes,
                       model->element_bytes == 8};
            int64_t tasks = (sum.elements + TASK_ELEMENTS - 1) / TASK_ELEMENTS;
            if (tasks > 1)
                nnrt_parallel(session->pool, add_elements, &sum, tasks);
            else
                add_elements(&sum, 0, tasks);
        } else if (way == FROM_SLOT) {
            memcpy(values, slot, (size_t)variable->bytes);
        } else {
            memcpy(slot, values, (size_t)variable->bytes);
        }
        slot += variable->bytes;
    }
}

/* The joined variables hold the values of grain `number`. */
static void add_grain(NnrtSession *session, NnrtGrains *grains, int64_t number) {
    int level = 0;
    for (; number >> level & 1; level++)
        move(session, grains, level, ADD_SLOT);
    move(session, grains, level, TO_SLOT);
}

/* They get the sum of all `count`. */
static void finish(NnrtSession *session, NnrtGrains *grains, int64_t count) {
    int level = 0;
    while (!(count >> level & 1))
        level++;
    move(session, grains, level, FROM_SLOT);
    for (level++; count >> level; level++)
        if (count >> level & 1) move(session, grains, level, ADD_SLOT);
}

bool nnrt_train_step(NnrtSession *session, NnrtGrains *grains, int64_t position, int64_t count,
                     NnrtGatherPart gather, void *user) {
    const NnrtView *step = nnrt_view(session->model, NNRT_VIEW_TRAIN_STEP, 0);
    if (grains->most < 2) {
        if (!gather(user, 0, count)) return false;
        session->context.first_sample = position;
        nnrt_run(session, step, count);
        return true;
    }
    const NnrtView *grain = nnrt_view(session->model, NNRT_VIEW_GRAIN, 0);
    int64_t parts = count < grains->most ? count : grains->most;
    for (int64_t i = 0; i < parts; i++) {
        int64_t begin = count * i / parts, end = count * (i + 1) / parts;
        if (!gather(user, begin, end - begin)) return false;
        session->context.first_sample = position + begin;
        nnrt_run(session, grain, end - begin);
        add_grain(session, grains, i);
    }
    finish(session, grains, parts);
    session->context.first_sample = position;
    nnrt_run(session, step, count);
    return true;
}
