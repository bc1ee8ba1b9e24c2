/* random_test.c: random graphs, in double against the reference evaluation, and in single the same
 * bits fused and not, with and without panels and reuse, at each level, on each CPU, in any split.
 */

#include "execute.h"
#include "passes/fixture.h"
#include "tests.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NNC_SEEDS: more, for a long look. */
enum { SEEDS = 12, CLASSES = 100 };

typedef struct Values {
    EvalInputs inputs;
    double **in, **variables;
    uint64_t random;
} Values;

static double draw(Values *values) {
    values->random = values->random * 6364136223846793005u + 1442695040888963407u;
    return (double)(float)((double)(values->random >> 40) / 8388608.0 - 1);
}

static Values make_values(Fixture *fixture, uint64_t seed) {
    static const int64_t counts[] = {1, 2, 3, 5, 17, 33};
    Values values = {.random = seed};
    Model *model = &fixture->model;
    Arena *arena = &fixture->arena;
    int64_t n = counts[seed % 6];
    values.in = ARENA_ARRAY(arena, double *, model->inputs.count);
    values.variables = ARENA_ARRAY(arena, double *, model->variables.count);
    for (int64_t i = 0; i < model->inputs.count; i++) {
        ModelInput *input = &model->inputs.items[i];
        int64_t elements = n * shape_elements(input->type.shape);
        values.in[i] = ARENA_ARRAY(arena, double, elements);
        for (int64_t e = 0; e < elements; e++)
            values.in[i][e] = draw(&values);
        if (input->type.element != ELEMENT_CLASS) continue;
        input->class_count = CLASSES;
        for (int64_t e = 0; e < elements; e++)
            values.in[i][e] = 0; /* every table has a first row */
    }
    for (int64_t i = 0; i < model->variables.count; i++) {
        int64_t elements = shape_elements(model->variables.items[i].type.shape);
        values.variables[i] = ARENA_ARRAY(arena, double, elements);
        for (int64_t e = 0; e < elements; e++)
            values.variables[i][e] = draw(&values);
    }
    values.inputs = (EvalInputs){.samples = n,
                                 .inputs = (const double *const *)values.in,
                                 .variables = (const double *const *)values.variables,
                                 .training = 1,
                                 .step = 2,
                                 .steps = 9,
                                 .seed = seed};
    return values;
}

/* All results one after the other. */
static double *run(Fixture *fixture, const Values *values, const ExecuteOptions *options,
                   Split split, int64_t *count) {
    Execution execution;
    const View *view = &fixture->views.items[0];
    double *all = NULL;
    if (execute_begin(&execution, &fixture->arena, &fixture->model, &fixture->views, options,
                      values->inputs.samples)) {
        *count = 0;
        for (int64_t i = 0; i < view->results.count; i++)
            *count += eval_elements(view->results.items[i].node, values->inputs.samples);
        all = ARENA_ARRAY(&fixture->arena, double, *count);
        execute_split(&execution, split);
        execute_set(&execution, &values->inputs);
        execute_run(&execution, &values->inputs, VIEW_TRAIN_STEP);
        int64_t at = 0;
        for (int64_t i = 0; i < view->results.count; i++) {
            const ViewResult *result = &view->results.items[i];
            int64_t elements = eval_elements(result->node, values->inputs.samples);
            const double *got = result->kind == RESULT_VARIABLE
                                    ? execute_variable(&execution, result->index)
                                    : execute_result(&execution, VIEW_TRAIN_STEP, i);
            memcpy(all + at, got, (size_t)elements * sizeof *all);
            at += elements;
        }
    }
    execute_end(&execution);
    return all;
}

/* Bits, all NaN counting as one. */
static bool same_bits(const double *a, const double *b, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        if (!(isnan(a[i]) && isnan(b[i])) && memcmp(&a[i], &b[i], sizeof *a) != 0) return false;
    return true;
}

/* Relative to the result's largest number; what is no number agrees in that. Comparisons with
 * numbers of the same size may turn out otherwise, so a few elements may differ. */
static bool close_to(Fixture *fixture, const Values *values, const double *all) {
    const View *view = &fixture->views.items[0];
    const double **expected = eval_view(&fixture->arena, view, &values->inputs);
    int64_t at = 0, wrong = 0;
    for (int64_t i = 0; i < view->results.count; i++) {
        int64_t count = eval_elements(view->results.items[i].node, values->inputs.samples);
        double largest = 1;
        for (int64_t e = 0; e < count; e++)
            if (isfinite(expected[i][e])) largest = fmax(largest, fabs(expected[i][e]));
        for (int64_t e = 0; e < count; e++, at++) {
            double a = all[at], b = expected[i][e];
            if (!isfinite(a) || !isfinite(b) || largest > 1e12) continue;
            if (!(fabs(a - b) <= 1e-9 * largest)) wrong++;
        }
    }
    return wrong == 0;
}

static void one_graph(uint64_t seed) {
    static const PlanOptions plain;
    const char *narrow = execute_runs("x86-64-v3") ? "x86-64-v3" : NULL;
    Fixture fixture;
    fixture_init(&fixture);
    fixture_random(&fixture, seed);
    Values values = make_values(&fixture, seed);
    PlanOptions all = {
        .fuse = true, .reuse = true, .panels = true, .share_functions = true, .chain_bytes = 1};
    PlanOptions wide = all, apart = all, rows = all, unchained = all;
    wide.double_precision = true;
    apart.reuse = false;
    rows.panels = false;
    unchained.chain_bytes = 0;
    ExecuteOptions options = {.level = 2, .plan = wide};
    int64_t count = 0;
    double *compiled = run(&fixture, &values, &options, SPLIT_NONE, &count);
    bool close = compiled && close_to(&fixture, &values, compiled);
    if (!close) printf("\nseed %" PRIu64 ": not as evaluated\n", seed);
    CU_ASSERT(close);
    options.plan = plain;
    double *first = run(&fixture, &values, &options, SPLIT_NONE, &count);
    const struct {
        ExecuteOptions options;
        Split split;
    } others[] = {
        {{.level = 0, .plan = all}, SPLIT_EACH},
        {{.level = 2, .plan = apart, .cpu = narrow}, SPLIT_THIRDS},
        {{.level = 2, .plan = rows}, SPLIT_EACH},
        {{.level = 1, .plan = unchained}, SPLIT_NONE},
    };
    for (int i = 0; i < 4 && first; i++) {
        double *other = run(&fixture, &values, &others[i].options, others[i].split, &count);
        bool same = other && same_bits(first, other, count);
        if (!same) printf("\nseed %" PRIu64 ": variant %d differs\n", seed, i);
        CU_ASSERT(same);
    }
    fixture_free(&fixture);
}

void random_graphs(void) {
    if (!execute_runs(NULL)) {
        puts("SKIP: this host has no fused multiply-add");
        return;
    }
    const char *more = getenv("NNC_SEEDS");
    uint64_t seeds = more ? strtoull(more, NULL, 10) : SEEDS;
    const char *only = getenv("NNC_SEED");
    for (uint64_t seed = 1; seed <= seeds; seed++)
        if (!only || strtoull(only, NULL, 10) == seed) one_graph(seed);
}
