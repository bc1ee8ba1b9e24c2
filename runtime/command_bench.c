/* command_bench.c: how long a training step and a prediction take.
 *
 * On made-up inputs (nothing is read): rounds of steps, each between two probes of the core's peak,
 * so that a neighbour's load is seen. `--steps N` makes exactly N steps and tells what came of
 * them. `bench -` runs a round for each line on standard input and answers with a line of JSON, for
 * comparing programs in turn.
 */

#include "runtime/commands.h"
#include "runtime/peak.h"
#include "runtime/profile.h"
#include "runtime/random.h"
#include "runtime/trainer.h"
#include "runtime/weights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 15 };

static const double round_seconds = 0.05, probe_seconds = 0.004;

typedef struct Bench {
    NnrtSession session;
    NnrtGrains grains;
    int64_t batch;
    uint64_t seed;
    int threads;
} Bench;

/* The inputs stand in the arena already, the same ones for every part of a batch. */
static bool gather_nothing(void *user, int64_t first, int64_t count) {
    (void)user;
    (void)first;
    (void)count;
    return true;
}

static void run_view(Bench *bench, const NnrtView *view) {
    if (view->kind == NNRT_VIEW_TRAIN_STEP)
        nnrt_train_step(&bench->session, &bench->grains, 0, bench->batch, gather_nothing, NULL);
    else
        nnrt_run(&bench->session, view, bench->batch);
}

/* Inputs from the counter-based generator: reals on [0, 1), classes uniformly. */
static void make_inputs(Bench *bench) {
    const NnrtModel *model = bench->session.model;
    NnrtContext *context = &bench->session.context;
    for (int64_t i = 0; i < model->input_count; i++) {
        const NnrtInput *input = &model->inputs[i];
        unsigned char *place = context->samples + context->capacity * input->offset;
        NnrtRandom random = nnrt_random(1, NNRT_STREAM_SHUFFLE, (uint32_t)i);
        for (int64_t k = 0; k < bench->batch * input->elements; k++) {
            double unit = (nnrt_random_word(&random) >> 8) * 0x1p-24;
            if (input->class_count) {
                int32_t value = (int32_t)nnrt_random_below(&random, (uint32_t)input->class_count);
                memcpy(place + 4 * k, &value, 4);
            } else if (model->element_bytes == 8) {
                memcpy(place + 8 * k, &unit, 8);
            } else {
                float value = (float)unit;
                memcpy(place + 4 * k, &value, 4);
            }
        }
    }
}

/* Seconds a run of the view, over about `seconds`. Training begins anew: after tens of thousands of
 * steps on one batch gradients are denormal numbers, which no training meets. */
static double time_view(Bench *bench, const NnrtView *view, double seconds) {
    int64_t runs = 0, chunk = 1;
    nnrt_initialize(&bench->session, bench->seed);
    double begin = nnrt_seconds(), now = begin;
    do {
        for (int64_t i = 0; i < chunk; i++) {
            bench->session.context.step = runs + i;
            run_view(bench, view);
        }
        runs += chunk;
        double before = now;
        now = nnrt_seconds();
        if (now - before < 0.001) chunk *= 2; /* the clock must not count */
    } while (now - begin < seconds);
    return (now - begin) / (double)runs;
}

typedef struct Round {
    double seconds, peak;
} Round;

static Round run_round(Bench *bench, const NnrtView *view) {
    int bytes = (int)bench->session.model->element_bytes;
    double before = nnrt_peak_flops(probe_seconds, bytes);
    double seconds = time_view(bench, view, round_seconds);
    double after = nnrt_peak_flops(probe_seconds, bytes);
    return (Round){seconds, before > after ? before : after};
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Smallest, middle and largest time, and the middle peak. */
static void print_view(Bench *bench, const char *label, const NnrtView *view) {
    double seconds[ROUNDS], peaks[ROUNDS];
    time_view(bench, view, round_seconds);
    for (int i = 0; i < ROUNDS; i++) {
        Round round = run_round(bench, view);
        seconds[i] = round.seconds;
        peaks[i] = round.peak;
    }
    qsort(seconds, ROUNDS, sizeof *seconds, compare);
    qsort(peaks, ROUNDS, sizeof *peaks, compare);
    printf("%-12s %lld samples: %.2f us (%.2f .. %.2f), %.0f samples/s, core peak %.1f GFLOP/s\n",
           label, (long long)bench->batch, 1e6 * seconds[ROUNDS / 2], 1e6 * seconds[0],
           1e6 * seconds[ROUNDS - 1], (double)bench->batch / seconds[ROUNDS / 2],
           1e-9 * peaks[ROUNDS / 2]);
}

/* Where the time of the view goes, by line of the model. */
static bool print_profile(Bench *bench, const NnrtView *view, NnrtError *error) {
    NnrtProfile profile;
    double begin = nnrt_seconds(), peak = 0;
    bool ok = nnrt_profile_init(&profile, view, error);
    while (ok && nnrt_seconds() - begin < 4 * round_seconds)
        nnrt_profile_run(&profile, &bench->session, bench->batch);
    if (ok) {
        peak = nnrt_peak_flops(5 * probe_seconds, (int)bench->session.model->element_bytes);
        nnrt_profile_print(&profile, peak * bench->threads);
    }
    nnrt_profile_free(&profile);
    return ok;
}

/* A round of the view for each line. */
static void serve(Bench *bench, const NnrtView *view) {
    char line[100];
    time_view(bench, view, 2 * round_seconds);
    printf("{\"ready\": true}\n");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        Round round = run_round(bench, view);
        printf("{\"us\": %.4f, \"peak_gflops\": %.2f}\n", 1e6 * round.seconds, 1e-9 * round.peak);
        fflush(stdout);
    }
}

/* Exactly `options->steps` steps, then the last loss, the digest and who did the work. */
static bool run_steps(Bench *bench, const NnrtView *view, const NnrtOptions *options,
                      NnrtError *error) {
    NnrtSession *session = &bench->session;
    const NnrtResult *loss = nnrt_view_result(view, NNRT_RESULT_LOSS, 0);
    char digest[65] = "";
    session->context.steps = options->steps;
    for (int64_t i = 0; i < options->steps; i++) {
        session->context.step = i;
        run_view(bench, view);
    }
    if (options->digest && !nnrt_weights_digest(session, digest, error)) return false;
    printf("{\"steps\": %lld", (long long)options->steps);
    if (loss) {
        printf(", \"loss\": ");
        nnrt_print_json_number(session->model, nnrt_result_number(session, loss));
    }
    if (*digest) printf(", \"digest\": \"%s\"", digest);
    nnrt_print_tasks_json(session);
    printf("}\n");
    return true;
}

bool nnrt_command_bench(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    Bench bench = {.batch = options->batch ? options->batch : 256, .threads = options->threads};
    const NnrtView *step = nnrt_view(model, NNRT_VIEW_TRAIN_STEP, 0);
    const NnrtView *predict = nnrt_view(model, NNRT_VIEW_PREDICT, 0);
    bool ok = nnrt_session_open(&bench.session, model, bench.batch, options->threads, error) &&
              nnrt_grains_init(&bench.grains, model, error);
    if (ok && !step && !predict)
        ok = nnrt_fail(error, NNRT_EXIT_DISAGREE, "model `%s` has nothing to run", model->name);
    if (ok) {
        bench.seed = options->seed;
        nnrt_initialize(&bench.session, bench.seed);
        bench.session.context.steps = 1000000000;
        make_inputs(&bench);
        if (options->steps && step) {
            ok = run_steps(&bench, step, options, error);
        } else if (options->file) {
            serve(&bench, step ? step : predict);
        } else {
            if (step) print_view(&bench, "train step", step);
            if (predict) print_view(&bench, "predict", predict);
            if (step) ok = print_profile(&bench, step, error);
            if (ok && predict) ok = print_profile(&bench, predict, error);
        }
    }
    nnrt_grains_free(&bench.grains);
    nnrt_session_close(&bench.session);
    return ok;
}
