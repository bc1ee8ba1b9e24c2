/* recorded.c: see recorded.h. */
#include "runtime/recorded.h"
#include "runtime/names.h"
#include "runtime/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *note(const NnrtTensorFile *file, const char *kind, const char *input) {
    char key[300];
    snprintf(key, sizeof key, "%s.%s", kind, input);
    return nnrt_tensors_metadata(file, key);
}

/* `count` numbers with a space between. */
static double *read_means(const char *path, const char *text, int64_t count, NnrtError *error) {
    double *means = nnrt_allocate(count, sizeof *means, error);
    char number[64];
    bool good = means != NULL;
    for (int64_t i = 0; good && i < count; i++) {
        size_t length = strcspn(text, " ");
        good = length < sizeof number && (text[length] == ' ') == (i + 1 < count);
        if (!good) break;
        memcpy(number, text, length);
        number[length] = 0;
        good = nnrt_number(number, (int64_t)length, &means[i]) == NNRT_NUMBER_OK;
        text += length + (i + 1 < count);
    }
    if (good) return means;
    nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: expected %lld means of an input", path,
              (long long)count);
    free(means);
    return NULL;
}

static bool read_input(const char *path, const NnrtInput *input, const NnrtTensorFile *file,
                       NnrtRecordedInput *recorded, NnrtError *error) {
    const char *classes = input->class_count ? note(file, "classes", input->name) : NULL;
    const char *columns = input->class_count ? NULL : note(file, "columns", input->name);
    const char *means = input->class_count ? NULL : note(file, "means", input->name);
    if (classes && !input->class_names &&
        !(recorded->class_names = nnrt_names_read(path, classes, input->class_count, error)))
        return false;
    if (columns &&
        !(recorded->column_names = nnrt_names_read(path, columns, input->elements, error)))
        return false;
    return !means || (recorded->means = read_means(path, means, input->elements, error));
}

bool nnrt_recorded_read(const char *path, const NnrtModel *model, const NnrtTensorFile *file,
                        NnrtRecorded *recorded, NnrtError *error) {
    *recorded = (NnrtRecorded){.model = model};
    recorded->inputs = nnrt_allocate(model->input_count, sizeof *recorded->inputs, error);
    bool good = recorded->inputs != NULL;
    for (int64_t i = 0; good && i < model->input_count; i++)
        good = read_input(path, &model->inputs[i], file, &recorded->inputs[i], error);
    return good;
}

void nnrt_recorded_free(NnrtRecorded *recorded) {
    for (int64_t i = 0; recorded->inputs && i < recorded->model->input_count; i++) {
        const NnrtInput *input = &recorded->model->inputs[i];
        nnrt_names_free(recorded->inputs[i].class_names, input->class_count);
        nnrt_names_free(recorded->inputs[i].column_names, input->elements);
        free(recorded->inputs[i].means);
    }
    free(recorded->inputs);
    *recorded = (NnrtRecorded){0};
}

void nnrt_recorded_name_fields(const NnrtRecorded *recorded, NnrtField *fields) {
    for (int64_t i = 0; i < recorded->model->input_count; i++) {
        const NnrtRecordedInput *input = &recorded->inputs[i];
        if (input->class_names) fields[i].class_names = (const char *const *)input->class_names;
        if (input->column_names) fields[i].column_names = (const char *const *)input->column_names;
    }
}

bool nnrt_recorded_fill(const NnrtRecorded *recorded, NnrtTable *table, NnrtError *error) {
    for (int i = 0; i < table->column_count; i++) {
        if (!table->columns[i].missing) continue;
        if (!recorded->inputs[i].means)
            return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                             "'%s' has missing values, and the weights hold no means for them",
                             table->columns[i].field.name);
        nnrt_table_fill(table, i, recorded->inputs[i].means);
    }
    return true;
}
