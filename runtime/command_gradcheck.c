/* command_gradcheck.c: the compiled gradient against central finite differences, in double.
 *
 * The model's twin in double computes loss + penalty and their gradient on a few rows, at initial
 * values (or --weights). For every parameter tensor up to 40 elements, evenly spread, are moved by
 * +-h. Agreement: |a - b| <= 1e-6 max(1, max|b|) of the tensor. h shrinks until the two agree, so
 * that a kink beside the value (relu near 0) does not count; an element where the slopes to the
 * left and to the right differ even then stands at a kink and is left out.
 */

#include "runtime/commands.h"
#include "runtime/trainer.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 8, MOST_ELEMENTS = 40 };

/* NaN of b counts as nothing. */
static double larger(double a, double b) {
    return b > a ? b : a;
}

typedef struct Check {
    NnrtSession *session;
    const NnrtView *view;
    const NnrtResult *loss, *penalty;
    int64_t count;
} Check;

static double objective(Check *check) {
    nnrt_run(check->session, check->view, check->count);
    double value = check->loss ? nnrt_result_number(check->session, check->loss) : 0;
    if (check->penalty) value += nnrt_result_number(check->session, check->penalty);
    return value;
}

/* The nearest difference quotient to `expected` over shrinking steps; *kink when the two one-sided
 * slopes do not meet, by more than rounding makes of them. */
static double slope(Check *check, const NnrtVariable *variable, int64_t element, double expected,
                    bool *kink) {
    double value = nnrt_variable_element(check->session, variable, element);
    double middle = objective(check);
    double best = NAN, left = 0, right = 0, step = 0;
    for (double h = 1e-4; h >= 0.9e-8; h /= 10) {
        step = h * larger(1, fabs(value));
        nnrt_variable_set_element(check->session, variable, element, value + step);
        double above = objective(check);
        nnrt_variable_set_element(check->session, variable, element, value - step);
        double below = objective(check);
        double quotient = (above - below) / (2 * step);
        if (isnan(best) || fabs(quotient - expected) < fabs(best - expected)) best = quotient;
        right = (above - middle) / step;
        left = (middle - below) / step;
        if (fabs(best - expected) <= 1e-7 * larger(1, fabs(expected))) break;
    }
    nnrt_variable_set_element(check->session, variable, element, value);
    *kink = fabs(right - left) > 1e-6 * larger(1, larger(fabs(left), fabs(right))) +
                                     8 * DBL_EPSILON * fabs(middle) / step;
    return best;
}

/* One tensor: prints a line, returns whether it agrees. */
static bool check_variable(Check *check, int64_t index, double *gradient, NnrtError *error) {
    const NnrtVariable *variable = &check->session->model->variables[index];
    const NnrtResult *result = nnrt_view_result(check->view, NNRT_RESULT_GRADIENT, index);
    int64_t count = nnrt_variable_count(variable);
    objective(check);
    for (int64_t i = 0; i < count; i++)
        gradient[i] = nnrt_result_value(check->session, result, 0, i);
    int64_t tried = count < MOST_ELEMENTS ? count : MOST_ELEMENTS, kinks = 0;
    double largest = 1, worst = 0;
    for (int64_t k = 0; k < tried; k++) {
        int64_t element = count <= MOST_ELEMENTS ? k : k * (count - 1) / (tried - 1);
        bool kink = false;
        double expected = slope(check, variable, element, gradient[element], &kink);
        double difference = fabs(gradient[element] - expected);
        if (!(difference <= 1e-6 * larger(1, fabs(expected))) && kink) {
            kinks++;
            continue;
        }
        largest = larger(largest, fabs(expected));
        if (!(difference <= worst)) worst = difference; /* NaN stays */
    }
    bool ok = worst <= 1e-6 * largest;
    const char *verdict = tried == kinks ? "none" : ok ? "ok" : "BAD";
    printf("%-4s %-32s %lld of %lld elements, largest difference %.2g", verdict, variable->name,
           (long long)(tried - kinks), (long long)count, worst);
    if (kinks) printf(", %lld at a kink left out", (long long)kinks);
    printf("\n");
    if (!ok && !error->exit_code)
        nnrt_fail(error, NNRT_EXIT_DISAGREE, "gradient and finite differences differ for %s",
                  variable->name);
    return ok;
}

static bool check_all(Check *check, NnrtError *error) {
    const NnrtModel *model = check->session->model;
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *variable = &model->variables[i];
        if (!nnrt_view_result(check->view, NNRT_RESULT_GRADIENT, i)) continue;
        double *gradient = nnrt_allocate(nnrt_variable_count(variable), sizeof *gradient, error);
        if (!gradient) return false;
        check_variable(check, i, gradient, error);
        free(gradient);
    }
    return error->exit_code == 0;
}

/* The twin's variables from the model itself: initial values and statistics, or --weights. The twin
 * has no views for them. */
static bool copy_variables(const NnrtModel *model, const NnrtOptions *options, const NnrtData *data,
                           NnrtSession *twin, NnrtError *error) {
    NnrtSession session = {0};
    NnrtTensorFile file = {0};
    bool ok;
    if (options->weights) {
        ok = nnrt_open_trained(model, options, ROWS, &session, &file, error);
    } else {
        ok = nnrt_session_open(&session, model, ROWS, 1, error);
        if (ok) {
            for (int64_t i = 0; i < model->hyper_count; i++)
                session.hypers[i] = options->hypers[i];
            nnrt_initialize(&session, options->seed);
            ok = nnrt_statistics(&session, data->train, error);
        }
    }
    for (int64_t i = 0; ok && i < model->variable_count; i++) {
        const NnrtVariable *from = &model->variables[i], *to = &twin->model->variables[i];
        for (int64_t k = 0; k < nnrt_variable_count(from); k++)
            nnrt_variable_set_element(twin, to, k, nnrt_variable_element(&session, from, k));
    }
    for (int64_t i = 0; ok && i < model->hyper_count; i++)
        twin->hypers[i] = session.hypers[i];
    if (ok) twin->context.seed = session.context.seed;
    nnrt_tensors_free(&file);
    nnrt_session_close(&session);
    return ok;
}

bool nnrt_command_gradcheck(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    const NnrtModel *twin = model->double_twin;
    const NnrtView *view = twin ? nnrt_view(twin, NNRT_VIEW_GRADIENT, 0) : NULL;
    if (!view)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                         "model `%s` has no gradient in double to check, or was built without it",
                         model->name);
    NnrtSession session = {0};
    NnrtData data = {0};
    NnrtDataOptions where = {.folders = options->folders,
                             .folder_count = options->folder_count,
                             .seed = options->seed,
                             .picture_bytes = options->picture_bytes};
    bool ok = nnrt_data_load(twin, &where, &data, error) &&
              nnrt_session_open(&session, twin, ROWS, 1, error) &&
              copy_variables(model, options, &data, &session, error);
    if (ok) {
        session.context.steps = 1;
        Check check = {
            .session = &session,
            .view = view,
            .loss = nnrt_view_result(view, NNRT_RESULT_LOSS, 0),
            .penalty = nnrt_view_result(view, NNRT_RESULT_PENALTY, 0),
            .count = data.train.count < ROWS ? data.train.count : ROWS,
        };
        nnrt_gather(&session, data.train.table, data.train.rows, 0, check.count);
        ok = nnrt_gathered(&session, error) && check_all(&check, error);
    }
    nnrt_data_free(&data);
    nnrt_session_close(&session);
    return ok;
}
