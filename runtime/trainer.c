/* trainer.c: see trainer.h. */

#include "runtime/trainer.h"

#include "runtime/peak.h"
#include "runtime/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void nnrt_initialize(NnrtSession *session, uint64_t seed) {
    session->context.seed = (int64_t)seed;
    session->context.step = 0;
    session->context.epoch = 0;
    session->context.first_sample = 0;
    const NnrtView *view = nnrt_view(session->model, NNRT_VIEW_INITIALIZE, 0);
    if (view) nnrt_run(session, view, 1);
}

/* One level of statistics: each variable's elements over all rows, in double, in order. */
static bool statistics_level(NnrtSession *session, const NnrtView *view, NnrtRows rows,
                             NnrtError *error) {
    int64_t room = 0;
    for (int64_t i = 0; i < view->result_count; i++)
        room += view->results[i].elements;
    double *sums = nnrt_allocate(room, sizeof *sums, error);
    if (!sums) return false;
    for (int64_t first = 0; first < rows.count; first += session->context.capacity) {
        int64_t count = rows.count - first;
        if (count > session->context.capacity) count = session->context.capacity;
        nnrt_gather(session, rows.table, rows.rows ? rows.rows + first : NULL, first, count);
        session->context.first_sample = first;
        nnrt_run(session, view, count);
        double *sum = sums;
        for (int64_t i = 0; i < view->result_count; i++) {
            const NnrtResult *result = &view->results[i];
            int64_t kind = session->model->variables[result->index].statistic;
            for (int64_t sample = 0; sample < count; sample++)
                for (int64_t e = 0; e < result->elements; e++) {
                    double value = nnrt_result_value(session, result, sample, e);
                    if (kind == 0)
                        sum[e] += value;
                    else if ((first == 0 && sample == 0) ||
                             (kind == 1 ? value < sum[e] : value > sum[e]))
                        sum[e] = value;
                }
            sum += result->elements;
        }
    }
    double *sum = sums;
    for (int64_t i = 0; i < view->result_count; i++) {
        const NnrtVariable *variable = &session->model->variables[view->results[i].index];
        for (int64_t e = 0; e < view->results[i].elements; e++)
            nnrt_variable_set_element(session, variable, e,
                                      variable->statistic == 0 ? sum[e] / (double)rows.count
                                                               : sum[e]);
        sum += view->results[i].elements;
    }
    free(sums);
    return true;
}

bool nnrt_statistics(NnrtSession *session, NnrtRows rows, NnrtError *error) {
    session->context.step = 0;
    for (int64_t level = 0;; level++) {
        const NnrtView *view = nnrt_view(session->model, NNRT_VIEW_STATISTICS, level);
        if (!view) return true;
        if (!statistics_level(session, view, rows, error)) return false;
    }
}

/* What the loop keeps between epochs. */
typedef struct Progress {
    int64_t *order; /* rows of the epoch, in the order they are met */
    void *best;     /* copy of the variables' memory; NULL without validation data */
    double best_loss;
    int64_t waited; /* epochs since the best */
    int64_t *plateau_waits;
} Progress;

/* plateaus(n): how often n epochs passed without improvement since the best or the last plateau. */
static void count_plateaus(NnrtSession *session, Progress *progress, bool improved) {
    for (int64_t i = 0; i < session->model->plateau_count; i++) {
        progress->plateau_waits[i] = improved ? 0 : progress->plateau_waits[i] + 1;
        if (progress->plateau_waits[i] < session->model->plateau_lengths[i]) continue;
        session->plateaus[i] += 1;
        progress->plateau_waits[i] = 0;
    }
}

/* One pass over the training rows. False when the loss is not finite. */
static bool run_epoch(NnrtSession *session, const NnrtData *data, const NnrtTrainOptions *options,
                      const NnrtTrainEvents *events, Progress *progress, NnrtEpoch *epoch,
                      NnrtTrainResult *result) {
    const NnrtView *view = nnrt_view(session->model, NNRT_VIEW_TRAIN_STEP, 0);
    const NnrtResult *loss = nnrt_view_result(view, NNRT_RESULT_LOSS, 0);
    const NnrtResult *penalty = nnrt_view_result(view, NNRT_RESULT_PENALTY, 0);
    const NnrtResult *rate = nnrt_view_result(view, NNRT_RESULT_LEARNING_RATE, 0);
    int64_t samples = data->train.count;
    double loss_sum = 0, penalty_sum = 0;
    for (int64_t i = 0; i < samples; i++)
        progress->order[i] = data->train.rows ? data->train.rows[i] : i;
    if (options->shuffle)
        nnrt_shuffle(options->seed, (uint32_t)session->context.epoch, progress->order, samples);
    epoch->learning_rate = NAN;
    for (int64_t first = 0; first < samples; first += options->batch) {
        int64_t count = samples - first < options->batch ? samples - first : options->batch;
        nnrt_gather(session, data->train.table, progress->order + first, 0, count);
        session->context.first_sample = first;
        session->context.step = result->steps;
        nnrt_run(session, view, count);
        result->steps++;
        double value = loss ? nnrt_result_number(session, loss) : 0;
        double extra = penalty ? nnrt_result_number(session, penalty) : 0;
        if (rate) epoch->learning_rate = nnrt_result_number(session, rate);
        result->last_loss = value;
        if (!isfinite(value) || !isfinite(extra)) return false;
        loss_sum += value * (double)count;
        penalty_sum += extra * (double)count;
        int64_t done = first + count;
        epoch->loss = loss_sum / (double)done;
        epoch->penalty = penalty_sum / (double)done;
        if (events->step)
            events->step(events->user, session->context.epoch + 1, done, samples, epoch->loss);
        if (events->interrupted && events->interrupted(events->user)) {
            result->interrupted = true;
            break;
        }
        if (result->steps == options->steps) break;
    }
    epoch->step = result->steps;
    return true;
}

/* Validates, keeps the best, counts plateaus; true when patience has run out. */
static bool finish_epoch(NnrtSession *session, const NnrtData *data,
                         const NnrtTrainOptions *options, Progress *progress, NnrtEpoch *epoch,
                         NnrtTrainResult *result) {
    double figure = epoch->loss;
    if (data->validation.count) {
        nnrt_evaluate(session, data->validation, &epoch->validation);
        epoch->validated = true;
        figure = epoch->validation.loss;
    }
    epoch->is_best = result->best_epoch == 0 || figure < progress->best_loss;
    if (epoch->is_best) {
        progress->best_loss = figure;
        progress->waited = 0;
        result->best_epoch = epoch->epoch;
        if (progress->best)
            memcpy(progress->best, session->context.variables,
                   (size_t)session->model->variable_bytes);
    } else {
        progress->waited++;
    }
    count_plateaus(session, progress, epoch->is_best);
    return options->patience > 0 && progress->waited >= options->patience;
}

static bool prepare(NnrtSession *session, const NnrtData *data, Progress *progress,
                    NnrtError *error) {
    progress->order = nnrt_allocate(data->train.count, sizeof *progress->order, error);
    progress->plateau_waits =
        nnrt_allocate(session->model->plateau_count, sizeof *progress->plateau_waits, error);
    if (data->validation.count)
        progress->best = nnrt_allocate(session->model->variable_bytes, 1, error);
    return error->exit_code == 0;
}

bool nnrt_train(NnrtSession *session, const NnrtData *data, const NnrtTrainOptions *options,
                const NnrtTrainEvents *events, NnrtTrainResult *result, NnrtError *error) {
    *result = (NnrtTrainResult){0};
    int64_t batches = (data->train.count + options->batch - 1) / options->batch;
    int64_t epochs = options->steps ? (options->steps + batches - 1) / batches : options->epochs;
    Progress progress = {0};
    if (!prepare(session, data, &progress, error)) {
        free(progress.order);
        free(progress.plateau_waits);
        free(progress.best);
        return false;
    }
    NnrtContext *context = &session->context;
    context->seed = (int64_t)options->seed;
    context->steps = options->steps ? options->steps : batches * epochs;
    for (int64_t i = 0; i < session->model->plateau_count; i++)
        session->plateaus[i] = 0;
    bool finite = true, stop = false;
    while (finite && !stop && !result->interrupted && result->epochs < epochs) {
        double begin = nnrt_seconds();
        NnrtEpoch epoch = {.epoch = result->epochs + 1, .epochs = epochs};
        context->epoch = result->epochs;
        finite = run_epoch(session, data, options, events, &progress, &epoch, result);
        if (!finite || result->interrupted) break;
        result->epochs++;
        stop = finish_epoch(session, data, options, &progress, &epoch, result);
        epoch.seconds = nnrt_seconds() - begin;
        if (events->epoch) events->epoch(events->user, &epoch);
    }
    result->stopped_early = stop && result->epochs < epochs;
    if (progress.best && result->best_epoch)
        memcpy(context->variables, progress.best, (size_t)session->model->variable_bytes);
    else
        result->best_epoch = result->epochs;
    free(progress.order);
    free(progress.plateau_waits);
    free(progress.best);
    if (!finite)
        return nnrt_fail(error, NNRT_EXIT_NOT_FINITE,
                         "the loss is not finite (%g) at step %lld, epoch %lld: try a smaller "
                         "learning rate",
                         result->last_loss, (long long)result->steps - 1,
                         (long long)result->epochs + 1);
    return true;
}
