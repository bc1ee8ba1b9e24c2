/* command_train.c: train or go on with training, keep the best, save, show. */

#include "runtime/atomic.h"
#include "runtime/commands.h"
#include "runtime/curve.h"
#include "runtime/log.h"
#include "runtime/outputs.h"
#include "runtime/peak.h"
#include "runtime/progress.h"
#include "runtime/saver.h"
#include "runtime/weights.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* One run of the command: what listens to the trainer. */
typedef struct Run {
    NnrtSession *session;
    const NnrtData *data;
    const NnrtOptions *options;
    const char *path; /* of the weights */
    double begin;     /* seconds */
    NnrtTrainOptions train;
    NnrtTrainState state;
    NnrtTrainResult result;
    NnrtProgress progress;
    NnrtLog log;
    NnrtCurve curve;
    NnrtSaver saver;
} Run;

static void on_step(void *user, int64_t epoch, int64_t done, int64_t samples, double loss) {
    Run *run = user;
    nnrt_progress_step(&run->progress, epoch, done, samples, loss);
}

static void on_epoch(void *user, const NnrtEpoch *epoch) {
    Run *run = user;
    nnrt_progress_epoch(&run->progress, epoch);
    nnrt_log_epoch(&run->log, epoch);
    nnrt_curve_add(&run->curve, epoch->loss, epoch->validated ? epoch->validation.loss : NAN);
}

static bool on_save(void *user, const NnrtTrainState *state, bool last, NnrtError *error) {
    Run *run = user;
    return nnrt_saver_save(&run->saver, state, last, error);
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

static void report_json(const Run *run, const char *part, const NnrtFigures *figures,
                        const char *digest) {
    const NnrtTrainResult *result = &run->result;
    printf("{\"epochs\": %lld, \"steps\": %lld, \"best_epoch\": %lld, \"part\": \"%s\", ",
           (long long)result->epochs, (long long)result->steps, (long long)result->best_epoch,
           part);
    nnrt_print_figures_json(run->session->model, figures);
    printf(", \"weights\": ");
    nnrt_print_json_text(run->path);
    if (*digest) printf(", \"digest\": \"%s\"", digest);
    nnrt_print_tasks_json(run->session);
    printf("}\n");
}

/* Final line of the test part, or of the JSON. */
static bool report(Run *run, NnrtError *error) {
    const NnrtData *data = run->data;
    const NnrtTrainResult *result = &run->result;
    char digest[65] = "";
    if (run->options->digest && !nnrt_weights_digest(run->session, digest, error)) return false;
    NnrtFigures figures = {0};
    const NnrtRows rows = data->test.count         ? data->test
                          : data->validation.count ? data->validation
                                                   : data->train;
    const char *part = data->test.count         ? "test"
                       : data->validation.count ? "validation"
                                                : "training";
    nnrt_evaluate(run->session, rows, &figures);
    nnrt_log_part(&run->log, part, &figures);
    if (run->options->json) {
        report_json(run, part, &figures, digest);
        return true;
    }
    if (!run->options->quiet && isatty(STDOUT_FILENO)) nnrt_curve_print(&run->curve, stdout);
    if (result->stopped_early)
        printf("stopped early: no improvement for %lld epochs\n",
               (long long)run->options->patience);
    printf("%s part, %lld samples", part, (long long)rows.count);
    if (result->best_epoch != result->epochs)
        printf(", weights of epoch %lld", (long long)result->best_epoch);
    printf(":  ");
    nnrt_print_figures(stdout, run->session->model, &figures);
    printf("\nweights saved to %s\n", run->path);
    if (*digest) printf("digest %s\n", digest);
    return true;
}

/* The state of the first step or of where training stood. */
static bool begin(Run *run, NnrtError *error) {
    NnrtSession *session = run->session;
    const NnrtOptions *options = run->options;
    memcpy(session->hypers, options->hypers, (size_t)session->model->hyper_count * sizeof(double));
    if (!nnrt_train_state_init(&run->state, session->model, run->data, error)) return false;
    if (!options->resume) {
        nnrt_initialize(session, options->seed);
        return nnrt_statistics(session, run->data->train, error) &&
               (!options->from || nnrt_weights_start_from(session, options->from, error));
    }
    if (!nnrt_checkpoint_load(session, run->path, run->data, &run->train, &run->state, error))
        return false;
    if (!options->quiet)
        fprintf(stderr, "resumed from %s: %lld epochs and %lld samples, step %lld\n", run->path,
                (long long)run->state.epochs, (long long)run->state.position,
                (long long)run->state.steps);
    return true;
}

static bool train(Run *run, NnrtError *error) {
    const NnrtModel *model = run->session->model;
    const NnrtOptions *options = run->options;
    if (!begin(run, error) ||
        !nnrt_log_open(&run->log, model, options->log, options->resume ? &run->state : NULL, error))
        return false;
    if (!options->resume) nnrt_log_start(&run->log, run->data, options, &run->train);
    nnrt_progress_init(&run->progress, model,
                       nnrt_planned_epochs(&run->train, run->data->train.count), options->quiet,
                       options->json);
    run->progress.begun =
        (double)run->state.epochs + (double)run->state.position / (double)run->data->train.count;
    run->saver = (NnrtSaver){.session = run->session,
                             .path = run->path,
                             .data = run->data,
                             .options = &run->train,
                             .saved = options->resume,
                             .begin = nnrt_seconds()};
    NnrtTrainEvents events = {run, on_step, on_epoch, was_interrupted, on_save};
    catch_signals();
    bool ok =
        nnrt_train(run->session, run->data, &run->train, &events, &run->state, &run->result, error);
    nnrt_progress_end(&run->progress);
    return ok;
}

/* What a failed run leaves: the best weights when there is no checkpoint that has them. */
static void save_best(Run *run, const NnrtError *error) {
    if (error->exit_code != NNRT_EXIT_NOT_FINITE || run->saver.saved || !run->state.best ||
        !run->state.best_epoch)
        return;
    NnrtNotes notes = {run->options->seed, run->result.epochs, run->result.steps, run->data};
    NnrtError ignored = {0}; /* the first failure is the one to report */
    nnrt_weights_save(run->session, run->path, &notes, &ignored);
}

static bool train_and_report(NnrtSession *session, const NnrtData *data, const NnrtOptions *options,
                             NnrtError *error) {
    char buffer[300];
    Run run = {
        .session = session,
        .data = data,
        .options = options,
        .path = nnrt_weights_path(session->model, options->out, buffer, sizeof buffer),
        .begin = nnrt_seconds(),
        .train = {.batch = session->context.capacity,
                  .epochs = options->epochs,
                  .steps = options->steps,
                  .patience = options->patience,
                  .checkpoint = session->model->checkpoint,
                  .seed = options->seed,
                  .shuffle = options->shuffle},
    };
    if (options->batch && options->batch < run.train.batch) run.train.batch = options->batch;
    bool ok = train(&run, error);
    if (!ok) save_best(&run, error);
    if (ok && run.result.interrupted) {
        int code = signal_received == SIGTERM ? NNRT_EXIT_TERMINATED : NNRT_EXIT_INTERRUPTED;
        ok = nnrt_fail(error, code, "interrupted at step %lld; saved to %s, go on with --resume",
                       (long long)run.result.steps, run.path);
    }
    ok = ok && report(&run, error);
    nnrt_log_end(&run.log, &run.result, nnrt_seconds() - run.begin, ok ? NULL : error);
    ok = nnrt_log_close(&run.log, error) && ok;
    nnrt_train_state_free(&run.state);
    return ok;
}

/* Before anything is computed: what is to be written can be, and is none of what is read. */
static bool check_outputs(const NnrtModel *model, const NnrtOptions *options, const char *path,
                          NnrtError *error) {
    const char *others[] = {path, options->from};
    if (!nnrt_output_is_free(model, options, path, NULL, 0, error)) return false;
    if (options->log && !nnrt_output_is_free(model, options, options->log, others, 2, error))
        return false;
    NnrtWriter writer;
    if (!nnrt_writer_begin(&writer, path, error)) return false;
    nnrt_writer_abandon(&writer);
    return true;
}

bool nnrt_command_train(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    if (!check_model(model, error)) return false;
    if (options->resume && options->from)
        return nnrt_fail(error, NNRT_EXIT_USAGE,
                         "--resume goes on with all weights, --from starts anew: give one of them");
    NnrtDataOptions where = {options->folders, options->folder_count, options->seed, 0, 0};
    NnrtData data = {0};
    NnrtSession session = {0};
    char buffer[300];
    bool ok = check_outputs(model, options,
                            nnrt_weights_path(model, options->out, buffer, sizeof buffer), error) &&
              nnrt_data_load(model, &where, &data, error);
    if (ok) {
        int64_t batch = options->batch ? options->batch : data.train.count;
        if (batch > data.train.count) batch = data.train.count;
        ok = nnrt_session_open(&session, model, batch, options->threads, error) &&
             train_and_report(&session, &data, options, error);
    }
    nnrt_session_close(&session);
    nnrt_data_free(&data);
    return ok;
}
