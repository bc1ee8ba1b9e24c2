/* command_train.c: train, keep the best, save. */

#include "runtime/commands.h"
#include "runtime/progress.h"
#include "runtime/weights.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* Set by the signal handler, the one thing a handler may do; read after each step. */
static volatile sig_atomic_t signal_received;

static void on_signal(int number) {
    signal_received = number;
}

static bool was_interrupted(void *user) {
    (void)user;
    return signal_received != 0;
}

static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static bool check_model(const NnrtModel *model, NnrtError *error) {
    if (!model->has_loss)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                         "model `%s` has no loss, so there is nothing to train: write `loss ...`",
                         model->name);
    if (!nnrt_view(model, NNRT_VIEW_TRAIN_STEP, 0))
        return nnrt_fail(error, NNRT_EXIT_DISAGREE, "model `%s` was built without training",
                         model->name);
    bool trainable = false;
    for (int64_t i = 0; i < model->variable_count; i++)
        if (model->variables[i].role == NNRT_ROLE_PARAMETER && !model->variables[i].frozen)
            trainable = true;
    return trainable || nnrt_fail(error, NNRT_EXIT_DISAGREE, "model `%s` has no parameter to train",
                                  model->name);
}

/* Final line of the test part, or of the JSON. */
static bool report(NnrtSession *session, const NnrtData *data, const NnrtOptions *options,
                   const NnrtTrainResult *result, const char *path, NnrtError *error) {
    const NnrtModel *model = session->model;
    char digest[65] = "";
    if (options->digest && !nnrt_weights_digest(session, digest, error)) return false;
    NnrtFigures figures = {0};
    const NnrtRows rows = data->test.count         ? data->test
                          : data->validation.count ? data->validation
                                                   : data->train;
    const char *part = data->test.count         ? "test"
                       : data->validation.count ? "validation"
                                                : "training";
    nnrt_evaluate(session, rows, &figures);
    if (options->json) {
        printf("{\"epochs\": %lld, \"steps\": %lld, \"best_epoch\": %lld, \"part\": \"%s\", ",
               (long long)result->epochs, (long long)result->steps, (long long)result->best_epoch,
               part);
        nnrt_print_figures_json(model, &figures);
        printf(", \"weights\": ");
        nnrt_print_json_text(path);
        if (*digest) printf(", \"digest\": \"%s\"", digest);
        nnrt_print_tasks_json(session);
        printf("}\n");
        return true;
    }
    if (result->stopped_early)
        printf("stopped early: no improvement for %lld epochs\n", (long long)options->patience);
    printf("%s part, %lld samples", part, (long long)rows.count);
    if (result->best_epoch != result->epochs)
        printf(", weights of epoch %lld", (long long)result->best_epoch);
    printf(":  ");
    nnrt_print_figures(stdout, model, &figures);
    printf("\nweights saved to %s\n", path);
    if (*digest) printf("digest %s\n", digest);
    return true;
}

/* Initial values, statistics, --from; then the loop. */
static bool run(NnrtSession *session, const NnrtData *data, const NnrtOptions *options,
                NnrtTrainResult *result, NnrtError *error) {
    const NnrtModel *model = session->model;
    memcpy(session->hypers, options->hypers, (size_t)model->hyper_count * sizeof(double));
    nnrt_initialize(session, options->seed);
    if (!nnrt_statistics(session, data->train, error)) return false;
    if (options->from && !nnrt_weights_start_from(session, options->from, error)) return false;
    NnrtTrainOptions train = {
        .batch = session->context.capacity,
        .epochs = options->epochs,
        .steps = options->steps,
        .patience = options->patience,
        .seed = options->seed,
        .shuffle = options->shuffle,
    };
    if (options->batch && options->batch < train.batch) train.batch = options->batch;
    NnrtProgress progress;
    nnrt_progress_init(&progress, model, options->epochs, options->quiet, options->json);
    NnrtTrainEvents events = {&progress, nnrt_progress_step, nnrt_progress_epoch, was_interrupted};
    catch_signals();
    bool ok = nnrt_train(session, data, &train, &events, result, error);
    nnrt_progress_end(&progress);
    return ok;
}

static bool train(NnrtSession *session, const NnrtData *data, const NnrtOptions *options,
                  NnrtError *error) {
    const NnrtModel *model = session->model;
    char buffer[300];
    const char *path = nnrt_weights_path(model, options->out, buffer, sizeof buffer);
    NnrtTrainResult result = {0};
    bool ok = run(session, data, options, &result, error);
    bool keep = ok || (error->exit_code == NNRT_EXIT_NOT_FINITE && result.best_epoch > 0 &&
                       data->validation.count > 0);
    if (!keep) return false;
    NnrtNotes notes = {options->seed, result.epochs, result.steps, data};
    NnrtError save_error = {0};
    if (!nnrt_weights_save(session, path, &notes, &save_error)) {
        if (ok) *error = save_error;
        return false;
    }
    if (!ok) return false;
    if (result.interrupted) {
        int code = signal_received == SIGTERM ? NNRT_EXIT_TERMINATED : NNRT_EXIT_INTERRUPTED;
        return nnrt_fail(error, code, "interrupted at step %lld; weights saved to %s",
                         (long long)result.steps, path);
    }
    return report(session, data, options, &result, path, error);
}

bool nnrt_command_train(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    if (!check_model(model, error)) return false;
    NnrtDataOptions where = {options->folders, options->folder_count, options->seed, 0, 0};
    NnrtData data;
    NnrtSession session = {0};
    bool ok = nnrt_data_load(model, &where, &data, error);
    if (ok) {
        int64_t batch = options->batch ? options->batch : data.train.count;
        if (batch > data.train.count) batch = data.train.count;
        ok = nnrt_session_open(&session, model, batch, options->threads, error) &&
             train(&session, &data, options, error);
    }
    nnrt_session_close(&session);
    nnrt_data_free(&data);
    return ok;
}
