/* average.c: see average.h. */

#include "runtime/average.h"

#include <string.h>

bool nnrt_averages(const NnrtModel *model) {
    for (int64_t i = 0; i < model->variable_count; i++)
        if (model->variables[i].is_average) return true;
    return false;
}

/* Copies the elements of a variable to another one of its shape, which may have another layout. */
static void copy(const NnrtSession *from, const NnrtVariable *source, NnrtSession *to,
                 const NnrtVariable *target) {
    if (source->layout == target->layout) {
        memcpy(to->context.variables + target->offset, from->context.variables + source->offset,
               (size_t)target->bytes);
        return;
    }
    int64_t count = nnrt_variable_count(source);
    for (int64_t i = 0; i < count; i++)
        nnrt_variable_set_element(to, target, i, nnrt_variable_element(from, source, i));
}

void nnrt_average_take(const NnrtSession *session, unsigned char *memory) {
    const NnrtModel *model = session->model;
    NnrtSession to = *session;
    to.context.variables = memory;
    memcpy(memory, session->context.variables, (size_t)model->variable_bytes);
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *average = &model->variables[i];
        if (average->is_average) copy(session, average, &to, &model->variables[average->owner]);
    }
}

void nnrt_average_begin(NnrtSession *session) {
    const NnrtModel *model = session->model;
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *average = &model->variables[i];
        if (average->is_average) copy(session, &model->variables[average->owner], session, average);
    }
}
