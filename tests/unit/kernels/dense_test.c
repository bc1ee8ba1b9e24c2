/* dense_test.c: whole dense models with their optimizer: training steps in double against the
 * reference evaluation, and in single the same bits for every CPU, level, plan and split. */

#include "execute.h"
#include "passes/fixture.h"
#include "tests.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { STEPS = 3, MOST_VARIABLES = 32 };

typedef struct Dense {
    Fixture fixture;
    EvalInputs values;
    double *inputs[2], *variables[MOST_VARIABLES];
    uint64_t random;
} Dense;

static double draw(Dense *dense) {
    dense->random = dense->random * 6364136223846793005u + 1442695040888963407u;
    return (double)(float)((double)(dense->random >> 40) / 16777216.0 - 0.5);
}

static void dense_begin(Dense *dense, const int64_t *sizes, int count, FixtureOptimizer optimizer,
                        int64_t samples) {
    *dense = (Dense){.random = 42};
    fixture_init(&dense->fixture);
    fixture_dense(&dense->fixture, sizes, count, optimizer);
    Model *model = &dense->fixture.model;
    Arena *arena = &dense->fixture.arena;
    model->inputs.items[1].class_count = sizes[count - 1];
    dense->inputs[0] = ARENA_ARRAY(arena, double, samples *sizes[0]);
    dense->inputs[1] = ARENA_ARRAY(arena, double, samples);
    for (int64_t i = 0; i < samples * sizes[0]; i++)
        dense->inputs[0][i] = draw(dense);
    for (int64_t i = 0; i < samples; i++)
        dense->inputs[1][i] = (double)(i * 7 % sizes[count - 1]);
    for (int64_t i = 0; i < model->variables.count; i++) {
        int64_t elements = shape_elements(model->variables.items[i].type.shape);
        dense->variables[i] = ARENA_ARRAY(arena, double, elements);
        bool moment = model->variables.items[i].role == ROLE_OPTIMIZER;
        for (int64_t e = 0; e < elements && !moment; e++)
            dense->variables[i][e] = draw(dense);
    }
    dense->values = (EvalInputs){.samples = samples,
                                 .inputs = (const double *const *)dense->inputs,
                                 .variables = (const double *const *)dense->variables,
                                 .step = 1,
                                 .steps = 10,
                                 .seed = 3};
}

/* STEPS training steps; the values of all variables, one after the other, then the loss. */
static double *train(Dense *dense, const ExecuteOptions *options, Split split, int64_t *count) {
    Execution execution;
    Arena *arena = &dense->fixture.arena;
    Model *model = &dense->fixture.model;
    double *all = NULL;
    if (execute_begin(&execution, arena, model, &dense->fixture.views, options,
                      dense->values.samples)) {
        *count = 1;
        for (int64_t i = 0; i < model->variables.count; i++)
            *count += shape_elements(model->variables.items[i].type.shape);
        all = ARENA_ARRAY(arena, double, *count);
        execute_split(&execution, split);
        execute_set(&execution, &dense->values);
        EvalInputs values = dense->values;
        for (int step = 0; step < STEPS; step++) {
            values.step = 1 + step;
            execute_run(&execution, &values, VIEW_TRAIN_STEP);
        }
        if (split != SPLIT_NONE) CU_ASSERT(execution.called_tasks > 0);
        int64_t at = 0;
        for (int64_t i = 0; i < model->variables.count; i++) {
            double *variable = execute_variable(&execution, i);
            int64_t elements = shape_elements(model->variables.items[i].type.shape);
            for (int64_t e = 0; e < elements; e++)
                all[at++] = variable[e];
        }
        all[at] = execute_result(&execution, VIEW_TRAIN_STEP, 0)[0];
    }
    execute_end(&execution);
    return all;
}

/* The same by reference evaluation. */
static double *train_by_reference(Dense *dense, int64_t count) {
    Arena *arena = &dense->fixture.arena;
    Model *model = &dense->fixture.model;
    const View *view = NULL;
    for (int64_t i = 0; i < dense->fixture.views.count; i++)
        if (dense->fixture.views.items[i].kind == VIEW_TRAIN_STEP)
            view = &dense->fixture.views.items[i];
    const double *now[MOST_VARIABLES];
    memcpy(now, dense->variables, sizeof now);
    EvalInputs values = dense->values;
    values.variables = now;
    double loss = 0;
    for (int step = 0; step < STEPS; step++) {
        values.step = 1 + step;
        const double **results = eval_view(arena, view, &values);
        for (int64_t i = 0; i < view->results.count; i++)
            if (view->results.items[i].kind == RESULT_VARIABLE)
                now[view->results.items[i].index] = results[i];
        loss = results[0][0];
    }
    double *all = ARENA_ARRAY(arena, double, count);
    int64_t at = 0;
    for (int64_t i = 0; i < model->variables.count; i++)
        for (int64_t e = 0; e < shape_elements(model->variables.items[i].type.shape); e++)
            all[at++] = now[i][e];
    all[at] = loss;
    return all;
}

static void one_model(const int64_t *sizes, int count, FixtureOptimizer optimizer,
                      int64_t samples) {
    static const PlanOptions plain,
        everything = {.fuse = true, .reuse = true, .panels = true, .share_functions = true};
    PlanOptions wide = everything;
    wide.double_precision = true;
    const char *narrow = execute_runs("x86-64-v3") ? "x86-64-v3" : NULL;
    Dense dense;
    dense_begin(&dense, sizes, count, optimizer, samples);
    int64_t numbers = 0;
    ExecuteOptions options = {.level = 2, .plan = wide};
    double *compiled = train(&dense, &options, SPLIT_NONE, &numbers);
    if (compiled) {
        double *expected = train_by_reference(&dense, numbers);
        double worst = 0;
        for (int64_t i = 0; i < numbers; i++)
            worst = fmax(worst, fabs(compiled[i] - expected[i]));
        if (!(worst < 1e-12)) printf("\n%d layers, n %d: off by %g\n", count, (int)samples, worst);
        CU_ASSERT(worst < 1e-12);
    }
    options.plan = everything;
    double *single = train(&dense, &options, SPLIT_NONE, &numbers);
    const struct {
        ExecuteOptions options;
        Split split;
    } others[] = {
        {{.level = 0, .plan = plain}, SPLIT_NONE},
        {{.level = 2, .plan = plain, .debug = true}, SPLIT_EACH},
        {{.level = 2, .plan = everything}, SPLIT_THIRDS},
        {{.level = 1, .plan = everything, .cpu = narrow}, SPLIT_EACH},
    };
    for (int i = 0; i < 4 && single; i++) {
        double *other = train(&dense, &others[i].options, others[i].split, &numbers);
        bool same = other && memcmp(single, other, (size_t)numbers * sizeof *other) == 0;
        if (!same) printf("\n%d layers, n %d: variant %d differs\n", count, (int)samples, i);
        CU_ASSERT(same);
    }
    fixture_free(&dense.fixture);
}

void dense_models(void) {
    if (!execute_runs(NULL)) {
        puts("SKIP: this host has no fused multiply-add");
        return;
    }
    one_model((int64_t[]){3, 2}, 2, FIXTURE_SGD, 1);
    one_model((int64_t[]){7, 5, 3}, 3, FIXTURE_ADAM, 5);
    one_model((int64_t[]){33, 17, 31, 1}, 4, FIXTURE_ADAM, 37);
    one_model((int64_t[]){64, 64, 64, 10}, 4, FIXTURE_ADAM, 32);
    one_model((int64_t[]){20, 48, 100}, 3, FIXTURE_SGD, 70);
    one_model((int64_t[]){5, 3}, 2, FIXTURE_SGD, 9000); /* sums in chunks */
}
