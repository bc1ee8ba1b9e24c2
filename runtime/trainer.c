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
    nnrt_announce(session, rows.table, rows.rows, 0, rows.count, session->context.capacity);
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
    nnrt_announce(session, NULL, NULL, 0, 0, 0);
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
    return nnrt_gathered(session, error);
}

bool nnrt_statistics(NnrtSession *session, NnrtRows rows, NnrtError *error) {
    session->context.step = 0;
    for (int64_t level = 0;; level++) {
        const NnrtView *view = nnrt_view(session->model, NNRT_VIEW_STATISTICS, level);
        if (!view) return true;
        if (!statistics_level(session, view, rows, error)) return false;
    }
}

bool nnrt_train_state_init(NnrtTrainState *state, const NnrtModel *model, const NnrtData *data,
                           NnrtError *error) {
    *state = (NnrtTrainState){.learning_rate = NAN};
    state->plateau_waits = nnrt_allocate(model->plateau_count, sizeof *state->plateau_waits, error);
    if (data->validation.count) state->best = nnrt_allocate(model->variable_bytes, 1, error);
    if (nnrt_averages(model)) state->averaged = nnrt_view_memory(model->variable_bytes, error);
    return error->exit_code == 0;
}

void nnrt_train_state_free(NnrtTrainState *state) {
    free(state->plateau_waits);
    free(state->best);
    free(state->averaged);
    *state = (NnrtTrainState){0};
}

unsigned char *nnrt_train_kept(const NnrtSession *session, const NnrtTrainState *state) {
    if (state->best && state->best_epoch) return state->best;
    if (!state->averaged) return session->context.variables;
    nnrt_average_take(session, state->averaged);
    return state->averaged;
}

/* What the loop works on. */
typedef struct Loop {
    NnrtSession *session;
    const NnrtData *data;
    const NnrtTrainOptions *options;
    const NnrtTrainEvents *events;
    NnrtTrainState *state;
    NnrtTrainResult *result;
    int64_t epochs; /* planned */
    int64_t *order; /* rows of the epoch, in the order they are met; owned */
    NnrtGrains grains;
} Loop;

/* plateaus(n): how often n epochs passed without improvement since the best or the last plateau. */
static void count_plateaus(Loop *loop, bool improved) {
    const NnrtModel *model = loop->session->model;
    int64_t *waits = loop->state->plateau_waits;
    for (int64_t i = 0; i < model->plateau_count; i++) {
        waits[i] = improved ? 0 : waits[i] + 1;
        if (waits[i] < model->plateau_lengths[i]) continue;
        loop->session->plateaus[i] += 1;
        waits[i] = 0;
    }
}

static void order_rows(Loop *loop) {
    const NnrtRows *rows = &loop->data->train;
    for (int64_t i = 0; i < rows->count; i++)
        loop->order[i] = rows->rows ? rows->rows[i] : i;
    if (loop->options->shuffle)
        nnrt_shuffle(loop->options->seed, (uint32_t)loop->state->epochs, loop->order, rows->count);
    loop->session->order = loop->order;
}

static bool interrupted(Loop *loop) {
    const NnrtTrainEvents *events = loop->events;
    if (events->interrupted && events->interrupted(events->user)) loop->result->interrupted = true;
    return loop->result->interrupted;
}

static bool gather_part(void *user, int64_t first, int64_t count) {
    const Loop *loop = user;
    nnrt_gather(loop->session, loop->data->train.table, loop->order + loop->state->position + first,
                0, count);
    return loop->session->failure.exit_code == 0;
}

/* One step on the next `count` samples of the epoch. False when the loss is not finite or the
 * samples cannot be had. */
static bool run_step(Loop *loop, const NnrtView *view, int64_t count) {
    NnrtSession *session = loop->session;
    NnrtTrainState *state = loop->state;
    const NnrtResult *loss = nnrt_view_result(view, NNRT_RESULT_LOSS, 0);
    const NnrtResult *penalty = nnrt_view_result(view, NNRT_RESULT_PENALTY, 0);
    const NnrtResult *rate = nnrt_view_result(view, NNRT_RESULT_LEARNING_RATE, 0);
    session->context.step = state->steps;
    if (!nnrt_train_step(session, &loop->grains, state->position, count, gather_part, loop))
        return false;
    if (session->failure.exit_code) return false; /* of who watches the session */
    state->steps++;
    double value = loss ? nnrt_result_number(session, loss) : 0;
    double extra = penalty ? nnrt_result_number(session, penalty) : 0;
    if (rate) state->learning_rate = nnrt_result_number(session, rate);
    loop->result->last_loss = value;
    if (!isfinite(value) || !isfinite(extra)) return false;
    state->loss_sum += value * (double)count;
    state->penalty_sum += extra * (double)count;
    state->position += count;
    return true;
}

/* The rest of one pass over the training rows. False when a step fails. */
static bool run_epoch(Loop *loop) {
    const NnrtView *view = nnrt_view(loop->session->model, NNRT_VIEW_TRAIN_STEP, 0);
    const NnrtTrainEvents *events = loop->events;
    NnrtTrainState *state = loop->state;
    int64_t samples = loop->data->train.count, batch = loop->options->batch;
    order_rows(loop);
    if (loop->grains.most < 2)
        nnrt_announce(loop->session, loop->data->train.table, loop->order, state->position, samples,
                      batch);
    bool good = true;
    while (state->position < samples) {
        int64_t left = samples - state->position;
        good = run_step(loop, view, left < batch ? left : batch);
        if (!good) break;
        if (events->step)
            events->step(events->user, state->epochs + 1, state->position, samples,
                         state->loss_sum / (double)state->position);
        int64_t most = loop->options->steps;
        state->cut = most && state->steps >= most && state->position < samples;
        if (state->cut || interrupted(loop)) break;
    }
    nnrt_announce(loop->session, NULL, NULL, 0, 0, 0);
    return good;
}

/* Evaluates the weights of now, or their averages, which are then up to date. */
static void evaluate_kept(NnrtSession *session, NnrtTrainState *state, NnrtRows rows,
                          NnrtFigures *figures) {
    unsigned char *own = session->context.variables;
    if (state->averaged) {
        nnrt_average_take(session, state->averaged);
        session->context.variables = state->averaged;
    }
    nnrt_evaluate(session, rows, figures);
    session->context.variables = own;
}

/* Validates, keeps the best, counts plateaus. */
static void finish_epoch(Loop *loop, NnrtEpoch *epoch) {
    NnrtSession *session = loop->session;
    NnrtTrainState *state = loop->state;
    epoch->epoch = ++state->epochs;
    epoch->step = state->steps;
    epoch->loss = state->loss_sum / (double)state->position;
    epoch->penalty = state->penalty_sum / (double)state->position;
    epoch->learning_rate = state->learning_rate;
    state->position = 0;
    state->loss_sum = state->penalty_sum = 0;
    double figure = epoch->loss;
    if (loop->data->validation.count) {
        evaluate_kept(session, state, loop->data->validation, &epoch->validation);
        epoch->validated = true;
        figure = epoch->validation.loss;
    }
    epoch->is_best = state->best_epoch == 0 || figure < state->best_figure;
    if (epoch->is_best) {
        state->best_figure = figure;
        state->waited = 0;
        state->best_epoch = epoch->epoch;
        if (state->best)
            memcpy(state->best, state->averaged ? state->averaged : session->context.variables,
                   (size_t)session->model->variable_bytes);
    } else {
        state->waited++;
    }
    count_plateaus(loop, epoch->is_best);
}

static bool save(Loop *loop, bool last, NnrtError *error) {
    const NnrtTrainEvents *events = loop->events;
    return !events->save || events->save(events->user, loop->state, last, error);
}

/* Epoch after epoch until the last, or patience runs out, or a signal, or a failure. */
static bool run_epochs(Loop *loop, NnrtError *error) {
    const NnrtTrainOptions *options = loop->options;
    NnrtTrainState *state = loop->state;
    NnrtTrainResult *result = loop->result;
    for (;;) {
        result->stopped_early = options->patience > 0 && state->waited >= options->patience &&
                                state->epochs < loop->epochs;
        if (result->stopped_early || state->epochs >= loop->epochs) break;
        double begin = nnrt_seconds();
        NnrtEpoch epoch = {.epochs = loop->epochs};
        loop->session->context.epoch = state->epochs;
        if (!run_epoch(loop))
            return nnrt_gathered(loop->session, error) &&
                   nnrt_fail(error, NNRT_EXIT_NOT_FINITE,
                             "the loss is not finite (%g) at step %lld, epoch %lld: try a smaller "
                             "learning rate",
                             result->last_loss, (long long)state->steps - 1,
                             (long long)state->epochs + 1);
        if (result->interrupted) break;
        finish_epoch(loop, &epoch);
        if (!nnrt_gathered(loop->session, error)) return false;
        epoch.seconds = nnrt_seconds() - begin;
        if (loop->events->epoch) loop->events->epoch(loop->events->user, &epoch);
        if (state->epochs < loop->epochs && interrupted(loop)) break;
        if (state->epochs < loop->epochs && options->checkpoint > 0 &&
            state->epochs % options->checkpoint == 0 && !save(loop, false, error))
            return false;
    }
    return save(loop, true, error);
}

int64_t nnrt_planned_epochs(const NnrtTrainOptions *options, int64_t samples) {
    int64_t batches = (samples + options->batch - 1) / options->batch;
    return options->steps ? (options->steps + batches - 1) / batches : options->epochs;
}

bool nnrt_train(NnrtSession *session, const NnrtData *data, const NnrtTrainOptions *options,
                const NnrtTrainEvents *events, NnrtTrainState *state, NnrtTrainResult *result,
                NnrtError *error) {
    *result = (NnrtTrainResult){0};
    int64_t batches = (data->train.count + options->batch - 1) / options->batch;
    int64_t epochs = nnrt_planned_epochs(options, data->train.count);
    Loop loop = {session, data, options, events, state, result, epochs, NULL, {0}};
    loop.order = nnrt_allocate(data->train.count, sizeof *loop.order, error);
    if (!loop.order || !nnrt_grains_init(&loop.grains, session->model, error)) {
        free(loop.order);
        return false;
    }
    session->context.seed = (int64_t)options->seed;
    session->context.steps = options->steps ? options->steps : batches * epochs;
    bool ok = run_epochs(&loop, error);
    result->epochs = state->epochs;
    result->steps = state->steps;
    result->best_epoch = state->epochs;
    if (state->best && state->best_epoch) {
        memcpy(session->context.variables, state->best, (size_t)session->model->variable_bytes);
        result->best_epoch = state->best_epoch;
    } else if (state->averaged) {
        memcpy(session->context.variables, nnrt_train_kept(session, state),
               (size_t)session->model->variable_bytes);
    }
    nnrt_grains_free(&loop.grains);
    free(loop.order);
    return ok;
}
