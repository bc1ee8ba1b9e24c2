/* command_support.c: what several commands share. See commands.h. */

#include "runtime/commands.h"

#include "runtime/json.h"
#include "runtime/weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *nnrt_weights_path(const NnrtModel *model, const char *given, char *buffer,
                              size_t size) {
    if (given) return given;
    snprintf(buffer, size, "%s.safetensors", model->name);
    return buffer;
}

/* Hypers as recorded, where the command line says nothing else. */
static void recorded_hypers(NnrtSession *session, const NnrtOptions *options,
                            const NnrtTensorFile *file) {
    const NnrtModel *model = session->model;
    for (int64_t i = 0; i < model->hyper_count; i++) {
        char key[300];
        snprintf(key, sizeof key, "hyper.%s", model->hypers[i].name);
        const char *text = nnrt_tensors_metadata(file, key);
        bool given = options->hypers[i] != model->hypers[i].value;
        session->hypers[i] = text && !given ? strtod(text, NULL) : options->hypers[i];
    }
}

/* A note of the weights, NULL when it is missing. */
static const char *note(const NnrtTensorFile *file, const char *key) {
    return file && file->metadata ? nnrt_tensors_metadata(file, key) : NULL;
}

static uint64_t recorded_seed(const NnrtOptions *options, const NnrtTensorFile *file) {
    const char *text = note(file, "seed");
    return text && !options->seed_given ? (uint64_t)strtoll(text, NULL, 10) : options->seed;
}

NnrtDataOptions nnrt_data_options(const NnrtOptions *options, const NnrtTensorFile *file) {
    NnrtDataOptions data = {.folders = options->folders,
                            .folder_count = options->folder_count,
                            .max_memory = options->max_memory,
                            .seed = recorded_seed(options, file),
                            .picture_bytes = options->picture_bytes};
    const char *fold = note(file, "fold"), *folds = note(file, "folds");
    if (options->fold) {
        data.folds = options->folds;
        data.fold = options->fold - 1;
    } else if (fold && folds) {
        long long count = strtoll(folds, NULL, 10), number = strtoll(fold, NULL, 10);
        bool good = count >= 2 && count <= 1000 && number >= 1 && number <= count;
        data.folds = good ? (int)count : 0;
        data.fold = good ? (int)number - 1 : 0;
    }
    return data;
}

bool nnrt_open_trained(const NnrtModel *model, const NnrtOptions *options, int64_t capacity,
                       NnrtSession *session, NnrtTensorFile *file, NnrtError *error) {
    memset(file, 0, sizeof *file);
    char buffer[300];
    const char *path = nnrt_weights_path(model, options->weights, buffer, sizeof buffer);
    if (!nnrt_session_open(session, model, capacity, options->threads, error)) return false;
    bool stored = false;
    for (int64_t i = 0; i < model->variable_count; i++)
        if (nnrt_is_stored(&model->variables[i])) stored = true;
    if (!stored && !options->weights) return true; /* nothing was ever trained */
    if (!nnrt_weights_load(session, path, file, error)) {
        if (!options->weights && error->exit_code == NNRT_EXIT_FORMAT && !file->tensors) {
            size_t used = strlen(error->text);
            snprintf(error->text + used, sizeof error->text - used,
                     "; run `%s train` first, or name a file with --weights", options->program);
        }
        return false;
    }
    recorded_hypers(session, options, file);
    session->context.seed = (int64_t)recorded_seed(options, file);
    return true;
}

bool nnrt_select_rows(const NnrtData *data, const char *split, NnrtRows *rows, const char **name,
                      NnrtError *error) {
    if (!split) split = data->test.count ? "test" : "all";
    *name = split;
    if (strcmp(split, "train") == 0)
        *rows = data->train;
    else if (strcmp(split, "validation") == 0)
        *rows = data->validation;
    else if (strcmp(split, "test") == 0)
        *rows = data->test;
    else
        *rows = (NnrtRows){&data->tables[0], NULL, data->tables[0].rows};
    return rows->count > 0 ||
           nnrt_fail(error, NNRT_EXIT_DISAGREE, "the data has no %s part: write `%s = ...` in data",
                     split, split);
}

void nnrt_print_json_number(const NnrtModel *model, double value) {
    if (isfinite(value))
        printf("%.*g", model->element_bytes == 8 ? 17 : 9, value);
    else
        printf("null");
}

static void put_text(void *user, const char *chars, int64_t count) {
    fwrite(chars, 1, (size_t)count, user);
}

void nnrt_print_json_text(const char *text) {
    nnrt_json_write_string(text, put_text, stdout);
}

void nnrt_print_figures_json(const NnrtModel *model, const NnrtFigures *figures) {
    printf("\"loss\": ");
    nnrt_print_json_number(model, figures->loss);
    printf(", \"penalty\": ");
    nnrt_print_json_number(model, figures->penalty);
    for (int64_t i = 0; i < model->metric_count && i < NNRT_METRICS_MAX; i++) {
        printf(", ");
        nnrt_print_json_text(model->metrics[i].name);
        printf(": ");
        nnrt_print_json_number(model, figures->metrics[i]);
    }
}

void nnrt_print_tasks_json(const NnrtSession *session) {
    for (int i = 0; session->pool && i < nnrt_pool_threads(session->pool); i++)
        printf("%s%lld", i ? ", " : ", \"tasks\": [", (long long)nnrt_pool_tasks(session->pool, i));
    if (session->pool) printf("]");
}
