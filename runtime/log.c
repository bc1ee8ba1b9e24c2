/* log.c: see log.h. */

#include "runtime/log.h"

#include "runtime/json.h"

#include <errno.h>
#include <math.h>
#include <string.h>

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
    return fgetc(file) == '\n';
}

bool nnrt_log_open(NnrtLog *log, const NnrtModel *model, const char *path,
                   const NnrtTrainState *state, NnrtError *error) {
    *log = (NnrtLog){.model = model, .path = path};
    if (!path) return true;
    log->file = fopen(path, state ? "a+" : "w");
    if (!log->file) return nnrt_fail_errno(error, NNRT_EXIT_SYSTEM, path, errno);
    if (!state) return true;
    bool whole = ends_in_line(log->file);
    fseek(log->file, 0, SEEK_END);
    fprintf(log->file, "%s{\"event\": \"resume\", \"epoch\": %lld, \"step\": %lld, ",
            whole ? "" : "\n", (long long)state->epochs, (long long)state->steps);
    fprintf(log->file, "\"position\": %lld}\n", (long long)state->position);
    fflush(log->file);
    return true;
}

void nnrt_log_epoch(NnrtLog *log, const NnrtEpoch *epoch) {
    if (!log->file) return;
    const NnrtModel *model = log->model;
    fprintf(log->file, "{\"event\": \"epoch\", \"epoch\": %lld, \"step\": %lld",
            (long long)epoch->epoch, (long long)epoch->step);
    put_number(log, "loss", epoch->loss);
    put_number(log, "penalty", epoch->penalty);
    put_number(log, "learning_rate", epoch->learning_rate);
    if (epoch->validated) {
        fprintf(log->file, ", \"validation\": {\"samples\": %lld",
                (long long)epoch->validation.samples);
        put_number(log, "loss", epoch->validation.loss);
        put_number(log, "penalty", epoch->validation.penalty);
        for (int64_t i = 0; i < model->metric_count && i < NNRT_METRICS_MAX; i++)
            put_number(log, model->metrics[i].name, epoch->validation.metrics[i]);
        fputs("}", log->file);
    }
    put_number(log, "seconds", epoch->seconds);
    fprintf(log->file, ", \"best\": %s}\n", epoch->is_best ? "true" : "false");
    fflush(log->file);
}

bool nnrt_log_close(NnrtLog *log, NnrtError *error) {
    if (!log->file) return true;
    bool failed = ferror(log->file) != 0;
    failed = fclose(log->file) != 0 || failed;
    log->file = NULL;
    return !failed || nnrt_fail(error, NNRT_EXIT_SYSTEM, "%s cannot be written", log->path);
}
