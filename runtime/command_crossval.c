/* command_crossval.c: cross-validation: each fold in turn is the test part of a training on the
 * rest.
 *
 * A fold's training is that of `train --fold N`, to the bit: nothing goes from one fold to the
 * next. Its figures are those of its test part. Reported are each fold, and over the folds the mean
 * and the standard deviation (of a sample: divided by folds - 1).
 */

#include "runtime/commands.h"
#include "runtime/outputs.h"
#include "runtime/training.h"
#include "runtime/weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Fold {
    NnrtFigures figures;
    NnrtTrainResult result;
    char digest[65];
} Fold;

typedef struct Crossval {
    const NnrtModel *model;
    const NnrtOptions *options;
    NnrtLog log;
    Fold *folds; /* owned */
    int count;
} Crossval;

static void print_fold_text(const Crossval *crossval, int number, const Fold *fold) {
    int width = snprintf(NULL, 0, "%d", crossval->count);
    printf("fold %*d/%d  %lld samples:  ", width, number, crossval->count,
           (long long)fold->figures.samples);
    nnrt_print_figures(stdout, crossval->model, &fold->figures);
    if (fold->result.best_epoch != fold->result.epochs)
        printf("  (weights of epoch %lld of %lld)", (long long)fold->result.best_epoch,
               (long long)fold->result.epochs);
    printf("\n");
    if (*fold->digest) printf("digest %s\n", fold->digest);
    fflush(stdout);
}

static void print_fold_json(const Crossval *crossval, int number, const Fold *fold) {
    printf("%s{\"fold\": %d, \"samples\": %lld, \"epochs\": %lld, \"steps\": %lld, ",
           number == 1 ? "{\"folds\": [" : ", ", number, (long long)fold->figures.samples,
           (long long)fold->result.epochs, (long long)fold->result.steps);
    printf("\"best_epoch\": %lld, ", (long long)fold->result.best_epoch);
    nnrt_print_figures_json(crossval->model, &fold->figures);
    if (*fold->digest) printf(", \"digest\": \"%s\"", fold->digest);
    printf("}");
}

/* Trains on all but fold `number` (1 ..) and evaluates on it. */
static bool run_fold(Crossval *crossval, int number, NnrtError *error) {
    const NnrtOptions *options = crossval->options;
    Fold *fold = &crossval->folds[number - 1];
    NnrtDataOptions where = nnrt_data_options(options, NULL);
    where.folds = crossval->count;
    where.fold = number - 1;
    where.again = number > 1;
    NnrtTraining training;
    bool ok = nnrt_training_open(&training, crossval->model, options, &where, NULL, error);
    if (ok) {
        nnrt_log_fold(&crossval->log, number, crossval->count);
        ok = nnrt_training_run(&training, &crossval->log, error);
    }
    if (ok) {
        nnrt_evaluate(&training.session, training.data.test, &fold->figures);
        ok = nnrt_gathered(&training.session, error);
        fold->result = training.result;
        nnrt_log_part(&crossval->log, "test", &fold->figures);
        ok =
            ok && (!options->digest || nnrt_weights_digest(&training.session, fold->digest, error));
    }
    nnrt_training_end(&training, ok ? NULL : error);
    nnrt_training_close(&training);
    return ok;
}

/* The i-th figure of a fold: loss, penalty, metrics. */
static double *figure_of(NnrtFigures *figures, int64_t i) {
    return i == 0 ? &figures->loss : i == 1 ? &figures->penalty : &figures->metrics[i - 2];
}

static void summarise(Crossval *crossval, NnrtFigures *mean, NnrtFigures *deviation) {
    int64_t metrics = crossval->model->metric_count;
    if (metrics > NNRT_METRICS_MAX) metrics = NNRT_METRICS_MAX;
    *mean = *deviation = (NnrtFigures){0};
    for (int64_t i = 0; i < metrics + 2; i++) {
        double sum = 0, squares = 0;
        for (int k = 0; k < crossval->count; k++)
            sum += *figure_of(&crossval->folds[k].figures, i);
        double middle = sum / crossval->count;
        for (int k = 0; k < crossval->count; k++) {
            double away = *figure_of(&crossval->folds[k].figures, i) - middle;
            squares += away * away;
        }
        *figure_of(mean, i) = middle;
        *figure_of(deviation, i) = sqrt(squares / (crossval->count - 1));
    }
}

static void print_summary(Crossval *crossval) {
    NnrtFigures mean, deviation;
    summarise(crossval, &mean, &deviation);
    if (crossval->options->json) {
        printf("], \"mean\": {");
        nnrt_print_figures_json(crossval->model, &mean);
        printf("}, \"deviation\": {");
        nnrt_print_figures_json(crossval->model, &deviation);
        printf("}}\n");
        return;
    }
    printf("%d folds, mean:  ", crossval->count);
    nnrt_print_figures(stdout, crossval->model, &mean);
    printf("\n%d folds, standard deviation:  ", crossval->count);
    nnrt_print_figures(stdout, crossval->model, &deviation);
    printf("\n");
}

static bool run_folds(Crossval *crossval, NnrtError *error) {
    for (int number = 1; number <= crossval->count; number++) {
        if (!run_fold(crossval, number, error)) {
            size_t used = strlen(error->text);
            snprintf(error->text + used, sizeof error->text - used, " (fold %d of %d)", number,
                     crossval->count);
            return false;
        }
        if (crossval->options->json)
            print_fold_json(crossval, number, &crossval->folds[number - 1]);
        else
            print_fold_text(crossval, number, &crossval->folds[number - 1]);
    }
    return true;
}

bool nnrt_command_crossval(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    if (!nnrt_training_check(model, error)) return false;
    if (!options->folds)
        return nnrt_fail(error, NNRT_EXIT_USAGE,
                         "how many folds? write folds = 5 in data, or give --folds 5");
    if (options->resume || options->out || options->fold || options->report)
        return nnrt_fail(error, NNRT_EXIT_USAGE,
                         "crossval saves no weights: train --fold N gives those of a fold (and "
                         "takes --out, --resume and --report)");
    Crossval crossval = {.model = model, .options = options, .count = options->folds};
    crossval.folds = nnrt_allocate(options->folds, sizeof *crossval.folds, error);
    bool ok =
        crossval.folds &&
        (!options->log || (nnrt_output_is_free(model, options, options->log, NULL, 0, error) &&
                           nnrt_output_is_no_weights(options->log, error))) &&
        nnrt_log_open(&crossval.log, model, options->log, false, error) &&
        run_folds(&crossval, error);
    if (ok) print_summary(&crossval);
    ok = nnrt_log_close(&crossval.log, error) && ok;
    free(crossval.folds);
    return ok;
}
