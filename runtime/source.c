/* source.c: see source.h. */

#include "runtime/source.h"

#include "runtime/memory.h"

#include <stdlib.h>
#include <string.h>

void nnrt_fields(const NnrtModel *model, NnrtField *fields) {
    for (int64_t i = 0; i < model->input_count; i++) {
        const NnrtInput *input = &model->inputs[i];
        fields[i] = (NnrtField){
            .name = input->name,
            .kind = input->class_count ? NNRT_FIELD_CLASS
                    : input->is_image  ? NNRT_FIELD_IMAGE
                                       : NNRT_FIELD_REAL,
            .target = input->is_target != 0,
            .rank = (int)input->rank,
            .classes = input->class_count,
            .class_names = input->class_names,
        };
        for (int64_t axis = 0; axis < input->rank; axis++)
            fields[i].dims[axis] = input->dims[axis];
    }
}

bool nnrt_source_load(const NnrtSource *source, const NnrtReadOptions *options,
                      const char *const *folders, int64_t folder_count, NnrtTable *table,
                      NnrtError *error) {
    NnrtPaths *paths = nnrt_allocate(source->path_count, sizeof *paths, error);
    if (!paths) return false;
    bool ok = true;
    for (int64_t i = 0; ok && i < source->path_count; i++)
        ok = nnrt_find(source->paths[i], folders, folder_count, &paths[i], error);
    if (ok) ok = source->read(paths, source->path_count, options, table, error);
    for (int64_t i = 0; i < source->path_count; i++)
        nnrt_paths_free(&paths[i]);
    free(paths);
    return ok;
}

/* The target by whose classes the split is stratified: the only class target, or -1. */
static int64_t class_target(const NnrtModel *model) {
    int64_t found = -1;
    for (int64_t i = 0; i < model->input_count; i++)
        if (model->inputs[i].is_target) {
            if (found >= 0) return -1;
            found = i;
        }
    return found >= 0 && model->inputs[found].class_count ? found : -1;
}

static bool split(const NnrtModel *model, const NnrtDataOptions *options, NnrtData *data,
                  NnrtError *error) {
    NnrtTable *table = &data->tables[0];
    NnrtSplitRequest request = {
        .rows = table->rows,
        .validation = model->validation_source ? 0 : model->validation_share,
        .test = model->test_source ? 0 : model->test_share,
        .seed = options->seed,
        .folds = options->folds,
        .fold = options->fold,
    };
    int64_t target = class_target(model);
    if (target >= 0 && table->columns[target].present) {
        request.labels = table->columns[target].values;
        request.classes = model->inputs[target].class_count;
    }
    if (!nnrt_split(&request, &data->split, error)) return false;
    data->train = (NnrtRows){table, data->split.train.rows, data->split.train.count};
    data->validation = (NnrtRows){table, data->split.validation.rows, data->split.validation.count};
    data->test = (NnrtRows){table, data->split.test.rows, data->split.test.count};
    if (model->validation_source)
        data->validation = (NnrtRows){&data->tables[1], NULL, data->tables[1].rows};
    if (model->test_source && !options->folds)
        data->test = (NnrtRows){&data->tables[2], NULL, data->tables[2].rows};
    return true;
}

/* missing = "mean": the means of the training part, in all tables. */
static bool fill_missing(const NnrtModel *model, NnrtData *data, NnrtError *error) {
    data->means = nnrt_allocate(model->input_count, sizeof *data->means, error);
    if (!data->means) return false;
    data->input_count = model->input_count;
    for (int64_t i = 0; i < model->input_count; i++) {
        const NnrtInput *input = &model->inputs[i];
        if (input->class_count || input->is_target || !data->tables[0].columns[i].present) continue;
        data->means[i] = nnrt_allocate(input->elements, sizeof(double), error);
        if (!data->means[i] || !nnrt_table_means(&data->tables[0], (int)i, data->train.rows,
                                                 data->train.count, data->means[i], error))
            return false;
        for (int t = 0; t < 3; t++)
            if (data->tables[t].columns) nnrt_table_fill(&data->tables[t], (int)i, data->means[i]);
    }
    return true;
}

bool nnrt_data_load(const NnrtModel *model, const NnrtDataOptions *options, NnrtData *data,
                    NnrtError *error) {
    memset(data, 0, sizeof *data);
    if (!model->train_source)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                         "the model has no data: write data { source = csv(\"file.csv\") }");
    if (model->input_count > NNRT_FIELDS_MAX)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE, "more than %d inputs and targets",
                         NNRT_FIELDS_MAX);
    data->folds = options->folds;
    data->fold = options->fold;
    NnrtField fields[NNRT_FIELDS_MAX];
    nnrt_fields(model, fields);
    const NnrtSource *sources[3] = {model->train_source, model->validation_source,
                                    model->test_source};
    for (int i = 0; i < 3; i++) {
        if (!sources[i] || (i == 2 && options->folds)) continue;
        NnrtReadOptions read = {
            .open = sources[i]->open,
            .missing = (NnrtMissing)model->missing,
            .ignore = model->ignore,
            .ignore_count = model->ignore_count,
            .again = options->again,
            .picture_bytes = options->picture_bytes,
        };
        if (!nnrt_table_init(&data->tables[i], fields, (int)model->input_count,
                             model->element_bytes == 8 ? NNRT_F64 : NNRT_F32, error))
            return false;
        if (options->max_memory)
            data->tables[i].limit = options->max_memory > NNRT_MEMORY_PROGRAM
                                        ? options->max_memory - NNRT_MEMORY_PROGRAM
                                        : 1;
        if (!nnrt_source_load(sources[i], &read, options->folders, options->folder_count,
                              &data->tables[i], error))
            return false;
        if (i == 0) /* later tables use the names of classes and columns found in the first */
            for (int64_t k = 0; k < model->input_count; k++) {
                fields[k].class_names = nnrt_table_class_names(&data->tables[0], (int)k);
                fields[k].column_names =
                    (const char *const *)data->tables[0].columns[k].columns_found;
            }
    }
    for (int i = 0; i < 2; i++)
        data->hash = data->hash * 31 + nnrt_table_hash(&data->tables[i]);
    if (!split(model, options, data, error)) return false;
    return model->missing != NNRT_MISSING_MEAN || fill_missing(model, data, error);
}

void nnrt_data_free(NnrtData *data) {
    for (int i = 0; i < 3; i++)
        nnrt_table_free(&data->tables[i]);
    nnrt_split_free(&data->split);
    for (int64_t i = 0; i < data->input_count; i++)
        free(data->means[i]);
    free(data->means);
    memset(data, 0, sizeof *data);
}
