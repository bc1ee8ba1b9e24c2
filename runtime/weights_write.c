/* weights_write.c: see weights_write.h. */

#include "runtime/weights_write.h"

#include "runtime/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A list of names under "KIND.INPUT"; NULL is no list. */
static bool add_names(NnrtPairs *pairs, const char *kind, const char *input,
                      const char *const *names, int64_t count, NnrtError *error) {
    if (!names) return true;
    char key[300];
    snprintf(key, sizeof key, "%s.%s", kind, input);
    char *text = nnrt_names_write(names, count, error);
    bool ok = text && nnrt_pairs_add(pairs, key, text, error);
    free(text);
    return ok;
}

static bool add_means(NnrtPairs *pairs, const NnrtInput *input, const double *means,
                      NnrtError *error) {
    char key[300];
    snprintf(key, sizeof key, "means.%s", input->name);
    char *text = nnrt_allocate(input->elements, 32, error);
    if (!text) return false;
    char *end = text;
    for (int64_t k = 0; k < input->elements; k++)
        end += snprintf(end, 32, "%s%.17g", k ? " " : "", means[k]);
    bool ok = nnrt_pairs_add(pairs, key, text, error);
    free(text);
    return ok;
}

/* What recorded.h reads again: class names and columns found in the data, and means that replaced
 * missing values. */
static bool add_data_notes(NnrtPairs *pairs, const NnrtModel *model, const NnrtData *data,
                           NnrtError *error) {
    for (int64_t i = 0; i < model->input_count; i++) {
        const NnrtInput *input = &model->inputs[i];
        const char *const *classes =
            input->class_count ? nnrt_table_class_names(&data->tables[0], (int)i) : NULL;
        const char *const *columns = (const char *const *)data->tables[0].columns[i].columns_found;
        if (!add_names(pairs, "classes", input->name, classes, input->class_count, error) ||
            !add_names(pairs, "columns", input->name, columns, input->elements, error) ||
            (data->means && data->means[i] && !add_means(pairs, input, data->means[i], error)))
            return false;
    }
    return true;
}

static bool add_notes(NnrtPairs *pairs, const NnrtSession *session, const NnrtNotes *notes,
                      NnrtError *error) {
    const NnrtModel *model = session->model;
    bool ok = nnrt_pairs_add(pairs, "model", model->name, error) &&
              nnrt_pairs_add(pairs, "fingerprint", model->fingerprint, error) &&
              nnrt_pairs_add_whole(pairs, "seed", (int64_t)notes->seed, error) &&
              nnrt_pairs_add_whole(pairs, "epochs", notes->epochs, error) &&
              nnrt_pairs_add_whole(pairs, "steps", notes->steps, error) &&
              nnrt_pairs_add_whole(pairs, "batch", notes->batch, error) &&
              nnrt_pairs_add_whole(pairs, "patience", notes->patience, error);
    for (int64_t i = 0; ok && i < model->hyper_count; i++) {
        char key[300], number[40];
        snprintf(key, sizeof key, "hyper.%s", model->hypers[i].name);
        snprintf(number, sizeof number, "%.17g", session->hypers[i]);
        ok = nnrt_pairs_add(pairs, key, number, error);
    }
    if (ok && notes->data && notes->data->folds)
        ok = nnrt_pairs_add_whole(pairs, "folds", notes->data->folds, error) &&
             nnrt_pairs_add_whole(pairs, "fold", notes->data->fold + 1, error);
    return ok && (!notes->data || add_data_notes(pairs, model, notes->data, error));
}

bool nnrt_is_stored(const NnrtVariable *variable) {
    return variable->role != NNRT_ROLE_OPTIMIZER && variable->role != NNRT_ROLE_JOINED;
}

bool nnrt_weights_begin(NnrtWeightsFile *file, const NnrtSession *session, const NnrtNotes *notes,
                        NnrtError *error) {
    const NnrtModel *model = session->model;
    *file = (NnrtWeightsFile){.capacity = 2 * model->variable_count};
    file->tensors = nnrt_allocate(file->capacity, sizeof *file->tensors, error);
    file->owned = nnrt_allocate(2 * file->capacity, sizeof *file->owned, error);
    return file->tensors && file->owned && add_notes(&file->pairs, session, notes, error);
}

/* The variable's elements in user order: in their place where it has that order, else a copy. */
static const void *values_of(NnrtWeightsFile *file, const NnrtSession *session,
                             const NnrtVariable *variable, NnrtError *error) {
    if (variable->layout == 0) return session->context.variables + variable->offset;
    void *values =
        nnrt_allocate(nnrt_variable_count(variable), session->model->element_bytes, error);
    if (values) nnrt_variable_get(session, variable, values);
    file->owned[2 * file->count + 1] = values;
    return values;
}

bool nnrt_weights_add(NnrtWeightsFile *file, const NnrtSession *session,
                      const NnrtVariable *variable, const char *prefix, NnrtError *error) {
    int64_t bytes = session->model->element_bytes;
    int64_t room = (int64_t)strlen(prefix) + (int64_t)strlen(variable->name) + 1;
    char *name = nnrt_allocate(room, 1, error);
    if (!name) return false;
    snprintf(name, (size_t)room, "%s%s", prefix, variable->name);
    file->owned[2 * file->count] = name;
    NnrtTensor *tensor = &file->tensors[file->count];
    *tensor = (NnrtTensor){
        .name = name,
        .type = bytes == 8 ? NNRT_TENSOR_F64 : NNRT_TENSOR_F32,
        .rank = (int)variable->rank,
        .values = values_of(file, session, variable, error),
        .bytes = nnrt_variable_count(variable) * bytes,
    };
    for (int64_t axis = 0; axis < variable->rank; axis++)
        tensor->dims[axis] = variable->dims[axis];
    file->count++;
    return tensor->values != NULL;
}

bool nnrt_weights_add_stored(NnrtWeightsFile *file, const NnrtSession *session, NnrtError *error) {
    const NnrtModel *model = session->model;
    for (int64_t i = 0; i < model->variable_count; i++)
        if (nnrt_is_stored(&model->variables[i]) &&
            !nnrt_weights_add(file, session, &model->variables[i], "", error))
            return false;
    return true;
}

bool nnrt_weights_end(NnrtWeightsFile *file, const char *path, bool flush, NnrtError *error) {
    return nnrt_tensors_write_to(path, file->tensors, file->count, file->pairs.items,
                                 file->pairs.count, flush, error);
}

void nnrt_weights_free(NnrtWeightsFile *file) {
    for (int64_t i = 0; file->owned && i < 2 * file->capacity; i++)
        free(file->owned[i]);
    free(file->owned);
    free(file->tensors);
    nnrt_pairs_free(&file->pairs);
    *file = (NnrtWeightsFile){0};
}

bool nnrt_weights_save(const NnrtSession *session, const char *path, const NnrtNotes *notes,
                       NnrtError *error) {
    NnrtWeightsFile file;
    bool ok = nnrt_weights_begin(&file, session, notes, error) &&
              nnrt_weights_add_stored(&file, session, error) &&
              nnrt_weights_end(&file, path, true, error);
    nnrt_weights_free(&file);
    return ok;
}
