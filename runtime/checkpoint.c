/* checkpoint.c: writing checkpoints. See checkpoint.h. */

#include "runtime/checkpoint.h"

#include "runtime/weights_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SETTINGS = 9 };

static int64_t whole_batch(const NnrtData *data, const NnrtTrainOptions *options) {
    return options->batch < data->train.count ? options->batch : data->train.count;
}

bool nnrt_setting(const NnrtSession *session, const NnrtData *data, const NnrtTrainOptions *options,
                  int64_t i, NnrtSetting *setting) {
    const NnrtModel *model = session->model;
    if (i >= FIRST_SETTINGS + model->hyper_count) return false;
    if (i >= FIRST_SETTINGS) {
        const char *name = model->hypers[i - FIRST_SETTINGS].name;
        *setting = (NnrtSetting){.given = true};
        snprintf(setting->key, sizeof setting->key, "hyper.%s", name);
        snprintf(setting->label, sizeof setting->label, "%s", name);
        snprintf(setting->value, sizeof setting->value, "%.17g",
                 session->hypers[i - FIRST_SETTINGS]);
        return true;
    }
    char fold[40] = "none", content[20];
    snprintf(content, sizeof content, "%016llx", (unsigned long long)data->hash);
    if (data->folds) snprintf(fold, sizeof fold, "%d of %d", data->fold + 1, data->folds);
    const struct {
        const char *key, *label, *text;
        unsigned long long number;
        bool given;
    } rows[FIRST_SETTINGS] = {
        {"fingerprint", "the computation of the outputs", model->fingerprint, 0, false},
        {"resume.training", "loss, optimizer or another setting of training",
         model->training_fingerprint, 0, false},
        {"resume.data", "the content of the data", content, 0, false},
        {"resume.train_samples", "training samples", NULL, (uint64_t)data->train.count, false},
        {"resume.validation_samples", "validation samples", NULL, (uint64_t)data->validation.count,
         false},
        {"resume.fold", "fold", fold, 0, true},
        {"seed", "seed", NULL, options->seed, true},
        {"resume.batch", "batch", NULL, (uint64_t)whole_batch(data, options), true},
        {"resume.shuffle", "shuffle", options->shuffle ? "on" : "off", 0, true},
    };
    *setting = (NnrtSetting){.hidden = i < 3, .given = rows[i].given};
    snprintf(setting->key, sizeof setting->key, "%s", rows[i].key);
    snprintf(setting->label, sizeof setting->label, "%s", rows[i].label);
    if (rows[i].text)
        snprintf(setting->value, sizeof setting->value, "%s", rows[i].text);
    else
        snprintf(setting->value, sizeof setting->value, "%llu", rows[i].number);
    return true;
}

static bool add_settings(NnrtPairs *pairs, const NnrtSession *session, const NnrtData *data,
                         const NnrtTrainOptions *options, NnrtError *error) {
    NnrtSetting setting;
    for (int64_t i = 0; nnrt_setting(session, data, options, i, &setting); i++)
        if (strncmp(setting.key, "resume.", 7) == 0 && /* the others are notes of any weight file */
            !nnrt_pairs_add(pairs, setting.key, setting.value, error))
            return false;
    return nnrt_pairs_add(pairs, "resume.optimizer", session->model->optimizer, error);
}

static bool add_state(NnrtPairs *pairs, const NnrtSession *session, const NnrtTrainState *state,
                      NnrtError *error) {
    bool ok = nnrt_pairs_add_whole(pairs, "resume.position", state->position, error) &&
              nnrt_pairs_add_real(pairs, "resume.loss_sum", state->loss_sum, error) &&
              nnrt_pairs_add_real(pairs, "resume.penalty_sum", state->penalty_sum, error) &&
              nnrt_pairs_add_real(pairs, "resume.learning_rate", state->learning_rate, error) &&
              nnrt_pairs_add_whole(pairs, "resume.best_epoch", state->best_epoch, error) &&
              nnrt_pairs_add_real(pairs, "resume.best_figure", state->best_figure, error) &&
              nnrt_pairs_add_whole(pairs, "resume.waited", state->waited, error);
    for (int64_t i = 0; ok && i < session->model->plateau_count; i++) {
        char key[60];
        snprintf(key, sizeof key, "resume.plateaus.%lld", (long long)i);
        ok = nnrt_pairs_add_real(pairs, key, session->plateaus[i], error);
        snprintf(key, sizeof key, "resume.plateau_waits.%lld", (long long)i);
        ok = ok && nnrt_pairs_add_whole(pairs, key, state->plateau_waits[i], error);
    }
    return ok;
}

/* What the plain tensors do not say: optimizer states, and variables that have moved on. */
static bool add_moved(NnrtWeightsFile *file, const NnrtSession *session, const NnrtSession *kept,
                      NnrtError *error) {
    const NnrtModel *model = session->model;
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *variable = &model->variables[i];
        if (variable->role == NNRT_ROLE_JOINED) continue;
        if (nnrt_is_stored(variable) &&
            memcmp(session->context.variables + variable->offset,
                   kept->context.variables + variable->offset, (size_t)variable->bytes) == 0)
            continue;
        if (!nnrt_weights_add(file, session, variable, NNRT_RESUME_PREFIX, error)) return false;
    }
    return true;
}

bool nnrt_checkpoint_save(const NnrtSession *session, const char *path, const NnrtData *data,
                          const NnrtTrainOptions *options, const NnrtTrainState *state, bool flush,
                          NnrtError *error) {
    NnrtSession kept = *session; /* the same model, on the memory of what is kept */
    kept.context.variables = nnrt_train_kept(session, state);
    NnrtNotes notes = {options->seed,  state->epochs,     state->steps,
                       options->batch, options->patience, data};
    NnrtWeightsFile file;
    bool ok = nnrt_weights_begin(&file, session, &notes, error) &&
              nnrt_weights_add_stored(&file, &kept, error) &&
              (state->cut || (add_moved(&file, session, &kept, error) &&
                              add_settings(&file.pairs, session, data, options, error) &&
                              add_state(&file.pairs, session, state, error))) &&
              nnrt_weights_end(&file, path, flush, error);
    nnrt_weights_free(&file);
    return ok;
}
