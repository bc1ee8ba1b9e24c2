/* log.c: see log.h. */

#include "runtime/log.h"

#include "runtime/json.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static void put_text(void *user, const char *chars, int64_t count) {
    fwrite(chars, 1, (size_t)count, user);
}

static void put_number(NnrtLog *log, const char *key, double value) {
    fputs(", ", log->file);
    nnrt_json_write_string(key, put_text, log->file);
    if (isfinite(value))
        fprintf(log->file, ": %.*g", log->model->element_bytes == 8 ? 17 : 9, value);
    else
        fputs(": null", log->file);
}

/* A killed program may have left half a line: what follows begins a new one. */
static bool ends_in_line(FILE *file) {
    if (fseek(file, -1, SEEK_END) != 0) return true; /* empty, or not a plain file */
    char last[2];
    return fgets(last, sizeof last, file) && *last == '\n';
}

bool nnrt_log_open(NnrtLog *log, const NnrtModel *model, const char *path, bool add,
                   NnrtError *error) {
    *log = (NnrtLog){.model = model, .path = path};
    if (!path) return true;
    log->standard = strcmp(path, "-") == 0;
    if (log->standard) { /* what else is printed there goes to standard error */
        log->path = path = "standard output";
        int copy = dup(STDOUT_FILENO);
        log->file = copy < 0 ? NULL : fdopen(copy, "w");
        dup2(STDERR_FILENO, STDOUT_FILENO);
    } else {
        log->file = fopen(path, add ? "a+" : "w");
    }
    return log->file || nnrt_fail_errno(error, NNRT_EXIT_SYSTEM, path, errno);
}

static void put_text_of(NnrtLog *log, const char *key, const char *text) {
    fprintf(log->file, ", \"%s\": ", key);
    nnrt_json_write_string(text, put_text, log->file);
}

static void put_whole(NnrtLog *log, const char *key, int64_t value) {
    fprintf(log->file, ", \"%s\": %lld", key, (long long)value);
}

static void end_line(NnrtLog *log) {
    fputs("}\n", log->file);
    fflush(log->file);
}

void nnrt_log_fold(NnrtLog *log, int fold, int folds) {
    if (!log->file) return;
    fputs("{\"event\": \"fold\"", log->file);
    put_whole(log, "fold", fold);
    put_whole(log, "folds", folds);
    end_line(log);
}

void nnrt_log_resume(NnrtLog *log, const NnrtTrainState *state) {
    if (!log->file) return;
    bool whole = log->standard || ends_in_line(log->file);
    fseek(log->file, 0, SEEK_END);
    fprintf(log->file, "%s{\"event\": \"resume\"", whole ? "" : "\n");
    put_whole(log, "epoch", state->epochs);
    put_whole(log, "step", state->steps);
    put_whole(log, "position", state->position);
    end_line(log);
}

/* The figures, as members of an object that was begun. */
static void put_figures(NnrtLog *log, const NnrtFigures *figures) {
    const NnrtModel *model = log->model;
    put_number(log, "loss", figures->loss);
    put_number(log, "penalty", figures->penalty);
    for (int64_t i = 0; i < model->metric_count && i < NNRT_METRICS_MAX; i++)
        put_number(log, model->metrics[i].name, figures->metrics[i]);
}

void nnrt_log_start(NnrtLog *log, const NnrtData *data, const NnrtOptions *options,
                    const NnrtTrainOptions *train) {
    if (!log->file) return;
    const NnrtModel *model = log->model;
    fputs("{\"event\": \"start\"", log->file);
    put_text_of(log, "model", model->name);
    put_text_of(log, "fingerprint", model->fingerprint);
    put_whole(log, "seed", (int64_t)train->seed);
    put_whole(log, "batch", train->batch);
    put_whole(log, "epochs", nnrt_planned_epochs(train, data->train.count));
    put_whole(log, "patience", train->patience);
    put_whole(log, "threads", options->threads);
    fprintf(log->file, ", \"shuffle\": %s, \"samples\": {\"training\": %lld",
            train->shuffle ? "true" : "false", (long long)data->train.count);
    put_whole(log, "validation", data->validation.count);
    put_whole(log, "test", data->test.count);
    fputs("}, \"hypers\": {", log->file);
    for (int64_t i = 0; i < model->hyper_count; i++) {
        if (i) fputs(", ", log->file);
        nnrt_json_write_string(model->hypers[i].name, put_text, log->file);
        double value = options->hypers[i];
        fprintf(log->file, isfinite(value) ? ": %.17g" : ": null", value);
    }
    fputs("}", log->file);
    end_line(log);
}

void nnrt_log_epoch(NnrtLog *log, const NnrtEpoch *epoch) {
    if (!log->file) return;
    fputs("{\"event\": \"epoch\"", log->file);
    put_whole(log, "epoch", epoch->epoch);
    put_whole(log, "step", epoch->step);
    put_number(log, "loss", epoch->loss);
    put_number(log, "penalty", epoch->penalty);
    put_number(log, "learning_rate", epoch->learning_rate);
    if (epoch->validated) {
        fprintf(log->file, ", \"validation\": {\"samples\": %lld",
                (long long)epoch->validation.samples);
        put_figures(log, &epoch->validation);
        fputs("}", log->file);
    }
    put_number(log, "seconds", epoch->seconds);
    fprintf(log->file, ", \"best\": %s", epoch->is_best ? "true" : "false");
    end_line(log);
}

void nnrt_log_part(NnrtLog *log, const char *part, const NnrtFigures *figures) {
    if (!log->file) return;
    fputs("{\"event\": \"part\"", log->file);
    put_text_of(log, "part", part);
    put_whole(log, "samples", figures->samples);
    put_figures(log, figures);
    end_line(log);
}

void nnrt_log_end(NnrtLog *log, const NnrtTrainResult *result, double seconds,
                  const NnrtError *error) {
    if (!log->file) return;
    bool interrupted = error && result->interrupted;
    fputs("{\"event\": \"end\"", log->file);
    put_text_of(log, "reason",
                interrupted             ? "interrupted"
                : error                 ? "failed"
                : result->stopped_early ? "stopped_early"
                                        : "finished");
    if (error && !interrupted) put_text_of(log, "error", error->text);
    put_whole(log, "epoch", result->epochs);
    put_whole(log, "step", result->steps);
    put_whole(log, "best_epoch", result->best_epoch);
    put_number(log, "seconds", seconds);
    end_line(log);
}

bool nnrt_log_close(NnrtLog *log, NnrtError *error) {
    if (!log->file) return true;
    bool failed = ferror(log->file) != 0;
    failed = fclose(log->file) != 0 || failed;
    log->file = NULL;
    return !failed || nnrt_fail(error, NNRT_EXIT_SYSTEM, "%s cannot be written", log->path);
}
