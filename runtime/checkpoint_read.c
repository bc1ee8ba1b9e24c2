/* checkpoint_read.c: reading checkpoints, refusing what would not go on as before. See
 * checkpoint.h. */

#include "runtime/checkpoint.h"

#include "runtime/safetensors.h"
#include "runtime/weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file that is being read. */
typedef struct Reading {
    const char *path;
    NnrtTensorFile file;
    NnrtSession *session;
    const NnrtData *data;
    const NnrtTrainOptions *options;
    NnrtTrainState *state;
    NnrtError *error;
} Reading;

static bool bad(const Reading *reading, const char *key) {
    return nnrt_fail(reading->error, NNRT_EXIT_FORMAT, "%s: the checkpoint's \"%s\" is wrong",
                     reading->path, key);
}

static bool read_whole(const Reading *reading, const char *key, int64_t high, int64_t *value) {
    const char *text = nnrt_tensors_metadata(&reading->file, key);
    int64_t number = 0;
    bool good = text && *text;
    for (; good && *text; text++)
        good = *text >= '0' && *text <= '9' && !__builtin_mul_overflow(number, 10, &number) &&
               !__builtin_add_overflow(number, *text - '0', &number);
    *value = number;
    return (good && number <= high) || bad(reading, key);
}

static bool read_real(const Reading *reading, const char *key, double *value) {
    const char *text = nnrt_tensors_metadata(&reading->file, key);
    char *end = NULL;
    if (text) *value = strtod(text, &end);
    return (end && end != text && !*end) || bad(reading, key);
}

/* ---- what must be the same ---- */

/* The weights, and what training has beside them. */
static bool check_tensors(const Reading *reading) {
    const NnrtModel *model = reading->session->model;
    char differences[380], line[700], name[600];
    nnrt_weights_differences(model, &reading->file, differences, sizeof differences);
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *variable = &model->variables[i];
        snprintf(name, sizeof name, "%s%s", NNRT_RESUME_PREFIX, variable->name);
        const NnrtTensor *tensor = nnrt_tensors_find(&reading->file, name);
        int64_t bytes = nnrt_variable_count(variable) * model->element_bytes;
        if (variable->role == NNRT_ROLE_JOINED) continue;
        bool fits = tensor && nnrt_same_shape(tensor, variable) && tensor->bytes == bytes;
        if (tensor ? fits : nnrt_is_stored(variable)) continue;
        snprintf(line, sizeof line, "%s %s", name,
                 tensor ? "has another shape or precision" : "is missing in the file");
        nnrt_add_difference(differences, sizeof differences, line);
    }
    return !differences[0] ||
           nnrt_fail(reading->error, NNRT_EXIT_DISAGREE,
                     "%.80s is a checkpoint of another model:%s", reading->path, differences);
}

/* Settings of the file and of now; those of options, or the others. */
static bool check_settings(const Reading *reading, bool given) {
    char differences[380] = "", line[800];
    NnrtSetting setting;
    for (int64_t i = 0;
         nnrt_setting(reading->session, reading->data, reading->options, i, &setting); i++) {
        const char *found = nnrt_tensors_metadata(&reading->file, setting.key);
        if (setting.given != given || (found && strcmp(found, setting.value) == 0)) continue;
        const char *optimizer = nnrt_tensors_metadata(&reading->file, "resume.optimizer");
        const char *now = reading->session->model->optimizer;
        if (setting.hidden && i == 1 && optimizer && strcmp(optimizer, now) != 0)
            snprintf(line, sizeof line, "the optimizer is %s in the file, %.120s now",
                     nnrt_quote(optimizer, (int64_t)strlen(optimizer)).text, now);
        else if (setting.hidden)
            snprintf(line, sizeof line, "%s has changed", setting.label);
        else
            snprintf(line, sizeof line, "%s: %s in the file, %s now", setting.label,
                     found ? nnrt_quote(found, (int64_t)strlen(found)).text : "nothing",
                     setting.value);
        nnrt_add_difference(differences, sizeof differences, line);
    }
    if (!differences[0]) return true;
    return nnrt_fail(reading->error, given ? NNRT_EXIT_USAGE : NNRT_EXIT_DISAGREE,
                     "%.80s cannot be resumed:%s", reading->path, differences);
}

/* ---- where training stood ---- */

/* The counts must belong together, as they came from whole steps. */
static bool read_counts(const Reading *reading) {
    NnrtTrainState *state = reading->state;
    const int64_t most = INT64_C(1) << 52;
    int64_t samples = reading->data->train.count, batch = reading->options->batch;
    if (!read_whole(reading, "epochs", 1000000000, &state->epochs) ||
        !read_whole(reading, "steps", most, &state->steps) ||
        !read_whole(reading, "resume.position", samples, &state->position) ||
        !read_whole(reading, "resume.best_epoch", state->epochs, &state->best_epoch) ||
        !read_whole(reading, "resume.waited", state->epochs, &state->waited))
        return false;
    int64_t batches = (samples + batch - 1) / batch;
    if (state->position % batch && state->position != samples)
        return bad(reading, "resume.position");
    if (state->steps != state->epochs * batches + (state->position + batch - 1) / batch)
        return bad(reading, "steps");
    return (state->epochs == 0 || state->best_epoch > 0) || bad(reading, "resume.best_epoch");
}

static bool read_plateaus(const Reading *reading) {
    NnrtSession *session = reading->session;
    bool ok = true;
    for (int64_t i = 0; ok && i < session->model->plateau_count; i++) {
        char key[60];
        snprintf(key, sizeof key, "resume.plateaus.%lld", (long long)i);
        ok = read_real(reading, key, &session->plateaus[i]);
        snprintf(key, sizeof key, "resume.plateau_waits.%lld", (long long)i);
        ok = ok && read_whole(reading, key, session->model->plateau_lengths[i],
                              &reading->state->plateau_waits[i]);
    }
    return ok;
}

/* The kept weights go to the memory of the best, all others to the session. */
static bool take_tensors(const Reading *reading) {
    NnrtSession *session = reading->session, best = *session;
    const NnrtTrainState *state = reading->state;
    bool has_best = state->best && state->best_epoch;
    if (has_best) best.context.variables = state->best;
    bool ok = true;
    for (int64_t i = 0; ok && i < session->model->variable_count; i++) {
        const NnrtVariable *variable = &session->model->variables[i];
        if (variable->role == NNRT_ROLE_JOINED) continue;
        char name[600];
        snprintf(name, sizeof name, "%s%s", NNRT_RESUME_PREFIX, variable->name);
        const NnrtTensor *kept = nnrt_tensors_find(&reading->file, variable->name);
        const NnrtTensor *moved = nnrt_tensors_find(&reading->file, name);
        ok = nnrt_weights_take(session, variable, moved ? moved : kept, reading->error);
        if (ok && has_best && nnrt_is_stored(variable))
            ok = nnrt_weights_take(&best, variable, kept, reading->error);
    }
    return ok;
}

bool nnrt_checkpoint_load(NnrtSession *session, const char *path, const NnrtData *data,
                          const NnrtTrainOptions *options, NnrtTrainState *state,
                          NnrtError *error) {
    Reading reading = {.path = path,
                       .session = session,
                       .data = data,
                       .options = options,
                       .state = state,
                       .error = error};
    bool ok = nnrt_tensors_read(path, &reading.file, error);
    if (ok && !nnrt_tensors_metadata(&reading.file, "resume.position"))
        ok = nnrt_fail(error, NNRT_EXIT_DISAGREE,
                       "%s holds weights only, not where training stood: use --from", path);
    ok = ok && check_tensors(&reading) && check_settings(&reading, false) &&
         check_settings(&reading, true) && read_counts(&reading) &&
         read_real(&reading, "resume.loss_sum", &state->loss_sum) &&
         read_real(&reading, "resume.penalty_sum", &state->penalty_sum) &&
         read_real(&reading, "resume.learning_rate", &state->learning_rate) &&
         read_real(&reading, "resume.best_figure", &state->best_figure) &&
         read_plateaus(&reading) && take_tensors(&reading);
    nnrt_tensors_free(&reading.file);
    return ok;
}
