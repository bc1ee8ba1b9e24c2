/* weights.c: see weights.h. */

#include "runtime/weights.h"

#include "runtime/names.h"
#include "runtime/safetensors.h"
#include "runtime/sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_stored(const NnrtVariable *variable) {
    return variable->role != NNRT_ROLE_OPTIMIZER;
}

/* Metadata being collected; every text is owned. */
typedef struct Pairs {
    NnrtPair *items;
    int64_t count, capacity;
} Pairs;

static bool add_pair(Pairs *pairs, const char *key, const char *value, NnrtError *error) {
    if (pairs->count == pairs->capacity) {
        int64_t capacity = pairs->capacity ? pairs->capacity * 2 : 16;
        NnrtPair *items = nnrt_resize(pairs->items, capacity, sizeof *items, error);
        if (!items) return false;
        pairs->items = items;
        pairs->capacity = capacity;
    }
    NnrtPair pair = {nnrt_copy_text(key, (int64_t)strlen(key), error),
                     nnrt_copy_text(value, (int64_t)strlen(value), error)};
    pairs->items[pairs->count++] = pair;
    return pair.key && pair.value;
}

static void free_pairs(Pairs *pairs) {
    for (int64_t i = 0; i < pairs->count; i++) {
        free((char *)pairs->items[i].key);
        free((char *)pairs->items[i].value);
    }
    free(pairs->items);
}

/* A list of names under "KIND.INPUT"; NULL is no list. */
static bool add_names(Pairs *pairs, const char *kind, const char *input, const char *const *names,
                      int64_t count, NnrtError *error) {
    if (!names) return true;
    char key[300];
    snprintf(key, sizeof key, "%s.%s", kind, input);
    char *text = nnrt_names_write(names, count, error);
    bool ok = text && add_pair(pairs, key, text, error);
    free(text);
    return ok;
}

static bool add_means(Pairs *pairs, const NnrtInput *input, const double *means, NnrtError *error) {
    char key[300];
    snprintf(key, sizeof key, "means.%s", input->name);
    char *text = nnrt_allocate(input->elements, 32, error);
    if (!text) return false;
    char *end = text;
    for (int64_t k = 0; k < input->elements; k++)
        end += snprintf(end, 32, "%s%.17g", k ? " " : "", means[k]);
    bool ok = add_pair(pairs, key, text, error);
    free(text);
    return ok;
}

/* What recorded.h reads again: class names and columns found in the data, and means that replaced
 * missing values. */
static bool add_data_notes(Pairs *pairs, const NnrtModel *model, const NnrtData *data,
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

static bool add_notes(Pairs *pairs, const NnrtSession *session, const NnrtNotes *notes,
                      NnrtError *error) {
    const NnrtModel *model = session->model;
    char number[40];
    bool ok = add_pair(pairs, "model", model->name, error) &&
              add_pair(pairs, "fingerprint", model->fingerprint, error);
    const char *names[] = {"seed", "epochs", "steps"};
    unsigned long long values[] = {notes->seed, (unsigned long long)notes->epochs,
                                   (unsigned long long)notes->steps};
    for (int i = 0; ok && i < 3; i++) {
        snprintf(number, sizeof number, "%llu", values[i]);
        ok = add_pair(pairs, names[i], number, error);
    }
    for (int64_t i = 0; ok && i < model->hyper_count; i++) {
        char key[300];
        snprintf(key, sizeof key, "hyper.%s", model->hypers[i].name);
        snprintf(number, sizeof number, "%.17g", session->hypers[i]);
        ok = add_pair(pairs, key, number, error);
    }
    return ok && (!notes->data || add_data_notes(pairs, model, notes->data, error));
}

bool nnrt_weights_save(const NnrtSession *session, const char *path, const NnrtNotes *notes,
                       NnrtError *error) {
    const NnrtModel *model = session->model;
    NnrtTensor *tensors = nnrt_allocate(model->variable_count, sizeof *tensors, error);
    Pairs pairs = {0};
    int64_t count = 0;
    bool ok = tensors && add_notes(&pairs, session, notes, error);
    for (int64_t i = 0; ok && i < model->variable_count; i++) {
        const NnrtVariable *variable = &model->variables[i];
        if (!is_stored(variable)) continue;
        int64_t elements = nnrt_variable_count(variable);
        void *values = nnrt_allocate(elements, model->element_bytes, error);
        if (!values) {
            ok = false;
            break;
        }
        nnrt_variable_get(session, variable, values);
        NnrtTensor *tensor = &tensors[count++];
        *tensor = (NnrtTensor){
            .name = variable->name,
            .type = model->element_bytes == 8 ? NNRT_TENSOR_F64 : NNRT_TENSOR_F32,
            .rank = (int)variable->rank,
            .values = values,
            .bytes = elements * model->element_bytes,
        };
        for (int64_t axis = 0; axis < variable->rank; axis++)
            tensor->dims[axis] = variable->dims[axis];
    }
    if (ok) ok = nnrt_tensors_write(path, tensors, count, pairs.items, pairs.count, error);
    for (int64_t i = 0; tensors && i < count; i++)
        free((void *)tensors[i].values);
    free(tensors);
    free_pairs(&pairs);
    return ok;
}

static bool same_shape(const NnrtTensor *tensor, const NnrtVariable *variable) {
    if (tensor->rank != variable->rank) return false;
    for (int64_t axis = 0; axis < variable->rank; axis++)
        if (tensor->dims[axis] != variable->dims[axis]) return false;
    return true;
}

/* "[64, 10]" */
static const char *shape_text(char *text, size_t size, const int64_t *dims, int64_t rank) {
    size_t used = (size_t)snprintf(text, size, "[");
    for (int64_t axis = 0; axis < rank && used < size; axis++)
        used += (size_t)snprintf(text + used, size - used, "%s%lld", axis ? ", " : "",
                                 (long long)dims[axis]);
    if (used < size) snprintf(text + used, size - used, "]");
    return text;
}

static bool take(NnrtSession *session, const NnrtVariable *variable, const NnrtTensor *tensor,
                 NnrtError *error) {
    int64_t bytes = session->model->element_bytes;
    void *values = nnrt_allocate(nnrt_variable_count(variable), bytes, error);
    if (!values) return false;
    bool ok = nnrt_tensor_copy(tensor, bytes == 8 ? NNRT_F64 : NNRT_F32, values, error);
    if (ok) nnrt_variable_set(session, variable, values);
    free(values);
    return ok;
}

static const NnrtVariable *find_variable(const NnrtModel *model, const char *name) {
    for (int64_t i = 0; i < model->variable_count; i++)
        if (is_stored(&model->variables[i]) && strcmp(model->variables[i].name, name) == 0)
            return &model->variables[i];
    return NULL;
}

/* Adds one difference to a message that may be full already. */
static void add_difference(char *text, size_t size, const char *difference) {
    size_t used = strlen(text);
    if (used + strlen(difference) + 8 < size)
        snprintf(text + used, size - used, "\n  %s", difference);
    else if (used + 6 < size && (used < 4 || strcmp(text + used - 3, "...") != 0))
        snprintf(text + used, size - used, "\n  ...");
}

/* What differs between file and model, a line each; "" when the file fits. */
static void list_differences(const NnrtModel *model, const NnrtTensorFile *file, char *text,
                             size_t size) {
    text[0] = '\0';
    char line[700], a[120], b[120];
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *variable = &model->variables[i];
        if (!is_stored(variable)) continue;
        const NnrtTensor *tensor = nnrt_tensors_find(file, variable->name);
        if (tensor && same_shape(tensor, variable)) continue;
        shape_text(a, sizeof a, variable->dims, variable->rank);
        if (tensor)
            snprintf(line, sizeof line, "%s is %s in the model, %s in the file", variable->name, a,
                     shape_text(b, sizeof b, tensor->dims, tensor->rank));
        else
            snprintf(line, sizeof line, "%s %s is missing in the file", variable->name, a);
        add_difference(text, size, line);
    }
    for (int64_t i = 0; i < file->tensor_count; i++)
        if (!find_variable(model, file->tensors[i].name)) {
            snprintf(
                line, sizeof line, "%s is not in the model",
                nnrt_quote(file->tensors[i].name, (int64_t)strlen(file->tensors[i].name)).text);
            add_difference(text, size, line);
        }
}

bool nnrt_weights_load(NnrtSession *session, const char *path, NnrtTensorFile *file,
                       NnrtError *error) {
    if (!nnrt_tensors_read(path, file, error)) return false;
    char differences[380];
    list_differences(session->model, file, differences, sizeof differences);
    if (differences[0])
        return nnrt_fail(error, NNRT_EXIT_DISAGREE, "%.80s holds the weights of another model:%s",
                         path, differences);
    for (int64_t i = 0; i < session->model->variable_count; i++) {
        const NnrtVariable *variable = &session->model->variables[i];
        if (is_stored(variable) &&
            !take(session, variable, nnrt_tensors_find(file, variable->name), error))
            return false;
    }
    return true;
}

bool nnrt_weights_start_from(NnrtSession *session, const char *path, NnrtError *error) {
    NnrtTensorFile file = {0};
    bool ok = nnrt_tensors_read(path, &file, error);
    int64_t taken = 0, wanted = 0;
    for (int64_t i = 0; ok && i < session->model->variable_count; i++) {
        const NnrtVariable *variable = &session->model->variables[i];
        if (!is_stored(variable)) continue;
        wanted++;
        const NnrtTensor *tensor = nnrt_tensors_find(&file, variable->name);
        if (tensor && same_shape(tensor, variable)) {
            ok = take(session, variable, tensor, error);
            taken++;
        }
    }
    if (ok && !taken)
        ok = nnrt_fail(error, NNRT_EXIT_DISAGREE,
                       "%s: no tensor matches the model by name and shape", path);
    if (ok && (taken < wanted || taken < file.tensor_count)) {
        fprintf(stderr, "from %s: %lld of %lld tensors taken\n", path, (long long)taken,
                (long long)wanted);
        for (int64_t i = 0; i < session->model->variable_count; i++) {
            const NnrtVariable *variable = &session->model->variables[i];
            if (!is_stored(variable)) continue;
            const NnrtTensor *tensor = nnrt_tensors_find(&file, variable->name);
            if (!tensor || !same_shape(tensor, variable))
                fprintf(stderr, "  initialised: %s%s\n", variable->name,
                        tensor ? " (another shape in the file)" : "");
        }
        for (int64_t i = 0; i < file.tensor_count; i++)
            if (!find_variable(session->model, file.tensors[i].name))
                fprintf(stderr, "  not used:    %s\n", file.tensors[i].name);
    }
    nnrt_tensors_free(&file);
    return ok;
}

bool nnrt_weights_digest(const NnrtSession *session, char digest[65], NnrtError *error) {
    const NnrtModel *model = session->model;
    NnrtSha256 hash;
    nnrt_sha256_init(&hash);
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *variable = &model->variables[i];
        if (!is_stored(variable)) continue;
        int64_t elements = nnrt_variable_count(variable);
        void *values = nnrt_allocate(elements, model->element_bytes, error);
        if (!values) return false;
        nnrt_variable_get(session, variable, values);
        nnrt_sha256_add(&hash, values, elements * model->element_bytes);
        free(values);
    }
    nnrt_sha256_end(&hash, digest);
    return true;
}
