/* weights.c: see weights.h. */

#include "runtime/weights.h"

#include "runtime/safetensors.h"
#include "runtime/sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool nnrt_same_shape(const NnrtTensor *tensor, const NnrtVariable *variable) {
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

bool nnrt_weights_take(NnrtSession *session, const NnrtVariable *variable, const NnrtTensor *tensor,
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
        if (nnrt_is_stored(&model->variables[i]) && strcmp(model->variables[i].name, name) == 0)
            return &model->variables[i];
    return NULL;
}

/* Neither one of the model's nor part of where training stood. */
static bool is_unknown(const NnrtModel *model, const char *name) {
    return strncmp(name, NNRT_RESUME_PREFIX, strlen(NNRT_RESUME_PREFIX)) != 0 &&
           !find_variable(model, name);
}

void nnrt_add_difference(char *text, size_t size, const char *difference) {
    size_t used = strlen(text);
    if (used + strlen(difference) + 8 < size)
        snprintf(text + used, size - used, "\n  %s", difference);
    else if (used + 6 < size && (used < 4 || strcmp(text + used - 3, "...") != 0))
        snprintf(text + used, size - used, "\n  ...");
}

void nnrt_weights_differences(const NnrtModel *model, const NnrtTensorFile *file, char *text,
                              size_t size) {
    text[0] = '\0';
    char line[700], a[120], b[120];
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *variable = &model->variables[i];
        if (!nnrt_is_stored(variable)) continue;
        const NnrtTensor *tensor = nnrt_tensors_find(file, variable->name);
        if (tensor && nnrt_same_shape(tensor, variable)) continue;
        shape_text(a, sizeof a, variable->dims, variable->rank);
        if (tensor)
            snprintf(line, sizeof line, "%s is %s in the model, %s in the file", variable->name, a,
                     shape_text(b, sizeof b, tensor->dims, tensor->rank));
        else
            snprintf(line, sizeof line, "%s %s is missing in the file", variable->name, a);
        nnrt_add_difference(text, size, line);
    }
    for (int64_t i = 0; i < file->tensor_count; i++)
        if (is_unknown(model, file->tensors[i].name)) {
            snprintf(
                line, sizeof line, "%s is not in the model",
                nnrt_quote(file->tensors[i].name, (int64_t)strlen(file->tensors[i].name)).text);
            nnrt_add_difference(text, size, line);
        }
}

bool nnrt_weights_load(NnrtSession *session, const char *path, NnrtTensorFile *file,
                       NnrtError *error) {
    if (!nnrt_tensors_read(path, file, error)) return false;
    char differences[380];
    nnrt_weights_differences(session->model, file, differences, sizeof differences);
    if (differences[0])
        return nnrt_fail(error, NNRT_EXIT_DISAGREE, "%.80s holds the weights of another model:%s",
                         path, differences);
    for (int64_t i = 0; i < session->model->variable_count; i++) {
        const NnrtVariable *variable = &session->model->variables[i];
        if (nnrt_is_stored(variable) &&
            !nnrt_weights_take(session, variable, nnrt_tensors_find(file, variable->name), error))
            return false;
    }
    return true;
}

bool nnrt_weights_start_from(NnrtSession *session, const char *path, NnrtError *error) {
    NnrtTensorFile file = {0};
    bool ok = nnrt_tensors_read(path, &file, error);
    int64_t taken = 0, wanted = 0, unknown = 0;
    for (int64_t i = 0; ok && i < session->model->variable_count; i++) {
        const NnrtVariable *variable = &session->model->variables[i];
        if (!nnrt_is_stored(variable)) continue;
        wanted++;
        const NnrtTensor *tensor = nnrt_tensors_find(&file, variable->name);
        if (tensor && nnrt_same_shape(tensor, variable)) {
            ok = nnrt_weights_take(session, variable, tensor, error);
            taken++;
        }
    }
    for (int64_t i = 0; ok && i < file.tensor_count; i++)
        unknown += is_unknown(session->model, file.tensors[i].name);
    if (ok && !taken)
        ok = nnrt_fail(error, NNRT_EXIT_DISAGREE,
                       "%s: no tensor matches the model by name and shape", path);
    if (ok && (taken < wanted || unknown)) {
        fprintf(stderr, "from %s: %lld of %lld tensors taken\n", path, (long long)taken,
                (long long)wanted);
        for (int64_t i = 0; i < session->model->variable_count; i++) {
            const NnrtVariable *variable = &session->model->variables[i];
            if (!nnrt_is_stored(variable)) continue;
            const NnrtTensor *tensor = nnrt_tensors_find(&file, variable->name);
            if (!tensor || !nnrt_same_shape(tensor, variable))
                fprintf(stderr, "  initialised: %s%s\n", variable->name,
                        tensor ? " (another shape in the file)" : "");
        }
        for (int64_t i = 0; i < file.tensor_count; i++)
            if (is_unknown(session->model, file.tensors[i].name))
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
        if (!nnrt_is_stored(variable)) continue;
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
