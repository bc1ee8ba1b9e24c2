/* training.c: see training.h. */

#include "runtime/training.h"

#include "runtime/memory.h"
#include "runtime/peak.h"
#include "runtime/weights.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
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
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void on_step(void *user, int64_t epoch, int64_t done, int64_t samples, double loss) {
    NnrtTraining *run = user;
    nnrt_progress_step(&run->progress, epoch, done, samples, loss);
}

static void on_epoch(void *user, const NnrtEpoch *epoch) {
    NnrtTraining *run = user;
    nnrt_progress_epoch(&run->progress, epoch);
    nnrt_log_epoch(run->log, epoch);
    NnrtFigures training;
    if (run->seen.count) nnrt_evaluate(&run->session, run->seen, &training);
    nnrt_history_add(&run->history, epoch, run->seen.count ? &training : NULL);
}

static bool on_save(void *user, const NnrtTrainState *state, bool last, NnrtError *error) {
    NnrtTraining *run = user;
    return !run->path || nnrt_saver_save(&run->saver, state, last, error);
}

/* Who looks on while training, under --trap and --profile. */
static bool watch(NnrtTraining *run, NnrtError *error) {
    NnrtSession *session = &run->session;
    const NnrtModel *model = session->model;
    if (run->options->trap) {
        session->watch = nnrt_trap_watch;
        session->watcher = &run->trap;
        return nnrt_trap_init(&run->trap, model, error);
    }
    if (!run->options->profile) return true;
    session->watch = nnrt_profile_watch;
    session->watcher = run->profiles;
    return nnrt_profile_init(&run->profiles[0], nnrt_view(model, NNRT_VIEW_TRAIN_STEP, 0), error) &&
           nnrt_profile_init(&run->profiles[1], nnrt_view(model, NNRT_VIEW_GRAIN, 0), error);
}

bool nnrt_training_check(const NnrtModel *model, NnrtError *error) {
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

bool nnrt_training_open(NnrtTraining *training, const NnrtModel *model, const NnrtOptions *options,
                        const NnrtDataOptions *where, const char *path, NnrtError *error) {
    *training = (NnrtTraining){.options = options, .path = path, .begin = nnrt_seconds()};
    if (!nnrt_memory_check(model, options, 1, NULL, error) ||
        !nnrt_data_load(model, where, &training->data, error))
        return false;
    int64_t samples = training->data.train.count;
    int64_t batch = options->batch && options->batch < samples ? options->batch : samples;
    if (!nnrt_memory_check(model, options, batch, &training->data, error) ||
        !nnrt_session_open(&training->session, model, nnrt_grain_capacity(model, batch),
                           options->threads, error))
        return false;
    training->train = (NnrtTrainOptions){
        .batch = batch,
        .epochs = options->epochs,
        .steps = options->steps,
        .patience = options->patience,
        .checkpoint = model->checkpoint,
        .seed = options->seed,
        .shuffle = options->shuffle,
    };
    return true;
}

void nnrt_training_close(NnrtTraining *training) {
    nnrt_trap_free(&training->trap);
    nnrt_profile_free(&training->profiles[0]);
    nnrt_profile_free(&training->profiles[1]);
    nnrt_train_state_free(&training->state);
    nnrt_history_free(&training->history);
    free((int64_t *)training->seen.rows);
    nnrt_session_close(&training->session);
    nnrt_data_free(&training->data);
}

/* The state of the first step or of where training stood. */
static bool begin(NnrtTraining *run, NnrtError *error) {
    NnrtSession *session = &run->session;
    const NnrtOptions *options = run->options;
    memcpy(session->hypers, options->hypers, (size_t)session->model->hyper_count * sizeof(double));
    if (!nnrt_train_state_init(&run->state, session->model, &run->data, error)) return false;
    if (!options->resume) {
        nnrt_initialize(session, options->seed);
        if (!nnrt_statistics(session, run->data.train, error) ||
            (options->from && !nnrt_weights_start_from(session, options->from, error)))
            return false;
        nnrt_average_begin(session);
        return true;
    }
    if (!nnrt_checkpoint_load(session, run->path, &run->data, &run->train, &run->state, error))
        return false;
    if (!options->quiet)
        fprintf(stderr, "resumed from %s: %lld epochs and %lld samples, step %lld\n", run->path,
                (long long)run->state.epochs, (long long)run->state.position,
                (long long)run->state.steps);
    return true;
}

/* Everything but what becomes of a failure. */
static bool run_training(NnrtTraining *run, NnrtLog *log, NnrtError *error) {
    const NnrtModel *model = run->session.model;
    const NnrtOptions *options = run->options;
    if (!nnrt_history_init(&run->history, model, error) || !begin(run, error)) return false;
    if (options->report && model->metric_count &&
        !nnrt_training_rows(&run->data, &run->seen, error))
        return false;
    run->log = log;
    if (options->resume)
        nnrt_log_resume(log, &run->state);
    else
        nnrt_log_start(log, &run->data, options, &run->train);
    nnrt_progress_init(&run->progress, model,
                       nnrt_planned_epochs(&run->train, run->data.train.count), options->quiet,
                       options->json);
    if (!run->path) run->progress.quiet = true; /* the bar on a terminal, no line an epoch */
    run->progress.begun =
        (double)run->state.epochs + (double)run->state.position / (double)run->data.train.count;
    run->saver = (NnrtSaver){.session = &run->session,
                             .path = run->path,
                             .data = &run->data,
                             .options = &run->train,
                             .saved = options->resume,
                             .begin = nnrt_seconds()};
    NnrtTrainEvents events = {run, on_step, on_epoch, was_interrupted, on_save};
    if (!watch(run, error)) return false;
    catch_signals();
    bool ok = nnrt_train(&run->session, &run->data, &run->train, &events, &run->state, &run->result,
                         error);
    nnrt_progress_end(&run->progress);
    run->seconds = nnrt_seconds() - run->begin;
    run->session.watch = NULL;
    if (options->profile && !options->json && ok) {
        double peak = options->threads * nnrt_peak_flops(0.02, (int)model->element_bytes);
        for (int i = 1; i >= 0; i--)
            nnrt_profile_print(&run->profiles[i], peak);
        const NnrtProfile *grain = &run->profiles[1];
        nnrt_profile_print_data(grain->runs ? grain : &run->profiles[0], &run->session);
    }
    return ok;
}

/* What a failed run leaves: the best weights when there is no checkpoint that has them. */
static void save_best(NnrtTraining *run, const NnrtError *error) {
    if (!run->path || error->exit_code != NNRT_EXIT_NOT_FINITE || run->saver.saved ||
        !run->state.best || !run->state.best_epoch)
        return;
    NnrtNotes notes = {run->options->seed, run->result.epochs,  run->result.steps,
                       run->train.batch,   run->train.patience, &run->data};
    NnrtError ignored = {0}; /* the first failure is the one to report */
    nnrt_weights_save(&run->session, run->path, &notes, &ignored);
}

bool nnrt_training_run(NnrtTraining *training, NnrtLog *log, NnrtError *error) {
    if (!run_training(training, log, error)) {
        save_best(training, error);
        return false;
    }
    if (!training->result.interrupted) return true;
    int code = signal_received == SIGTERM ? NNRT_EXIT_TERMINATED : NNRT_EXIT_INTERRUPTED;
    long long step = training->result.steps;
    if (!training->path) return nnrt_fail(error, code, "interrupted at step %lld", step);
    return nnrt_fail(error, code, "interrupted at step %lld; saved to %s, go on with --resume",
                     step, training->path);
}

void nnrt_training_end(NnrtTraining *training, const NnrtError *error) {
    if (training->log)
        nnrt_log_end(training->log, &training->result, nnrt_seconds() - training->begin, error);
}
