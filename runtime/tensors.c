/* tensors.c: looking into a weight file that has been read. */
#include "runtime/safetensors.h"

#include <string.h>

const NnrtTensor *nnrt_tensors_find(const NnrtTensorFile *file, const char *name) {
    for (int64_t i = 0; i < file->tensor_count; i++)
        if (strcmp(file->tensors[i].name, name) == 0) return &file->tensors[i];
    return NULL;
}

const char *nnrt_tensors_metadata(const NnrtTensorFile *file, const char *key) {
    for (int64_t i = 0; i < file->metadata_count; i++)
        if (strcmp(file->metadata[i].key, key) == 0) return file->metadata[i].value;
    return NULL;
}

int64_t nnrt_tensor_count(const NnrtTensor *tensor) {
    int64_t count = 1;
    for (int i = 0; i < tensor->rank; i++)
        count *= tensor->dims[i];
    return count;
}

bool nnrt_tensor_copy(const NnrtTensor *tensor, NnrtElement element, void *out, NnrtError *error) {
    int64_t count = nnrt_tensor_count(tensor);
    bool wide = tensor->type == NNRT_TENSOR_F64;
    if (tensor->type != NNRT_TENSOR_F32 && !wide)
        return nnrt_fail(error, NNRT_EXIT_FORMAT, "tensor %s holds no F32 or F64 numbers",
                         nnrt_quote(tensor->name, (int64_t)strlen(tensor->name)).text);
    if (wide == (element == NNRT_F64)) {
        memcpy(out, tensor->values, (size_t)tensor->bytes);
        return true;
    }
    for (int64_t i = 0; i < count; i++) {
        double number;
        float single;
        if (wide) {
            memcpy(&number, (const char *)tensor->values + i * 8, 8);
            ((float *)out)[i] = (float)number;
        } else {
            memcpy(&single, (const char *)tensor->values + i * 4, 4);
            ((double *)out)[i] = single;
        }
    }
    return true;
}
