/* random_test.c: random models: three training steps, an evaluation and the gradient as compiled
 * code in double against the reference evaluation, the gradient there against finite differences,
 * and in single the same bits at every level, with and without passes, fusion, reuse and panels,
 * for a narrower CPU, and however tasks are split.
 *
 * NNC_SEEDS: how many models (default 6). */
#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiled.h"
#include "entry_models.h"
#include "random_text.h"

enum { STEPS = 3, MODELS = 6 };

typedef struct Way {
    const char *name;
    ExecuteOptions options;
    bool passes;
    Split split;
} Way;

/* Numbers that a way gave, one after the other. */
typedef struct Numbers {
    double *items;
    int64_t count, room;
} Numbers;

static void append(Numbers *numbers, const double *values, int64_t count) {
    CU_ASSERT_FATAL(numbers->count + count <= numbers->room);
    memcpy(numbers->items + numbers->count, values, (size_t)count * sizeof *values);
    numbers->count += count;
}

/* Room for the variables after each step and the results of the two other views. */
static Numbers numbers_for(const EntryRun *run) {
    int64_t room = 0;
    for (int64_t i = 0; i < run->model.variables.count; i++)
        room += (STEPS + 1) * shape_elements(run->model.variables.items[i].type.shape);
    for (int64_t v = 0; v < run->views.count; v++)
        for (int64_t i = 0; i < run->views.items[v].results.count; i++)
            room += eval_elements(run->views.items[v].results.items[i].node, run->samples);
    return (Numbers){ARENA_ARRAY(run->arena, double, room), 0, room};
}

/* The views besides the training step, each with all its results. */
static const ViewKind others[] = {VIEW_GRADIENT, VIEW_EVALUATE};

static Numbers evaluated(EntryRun *run) {
    Numbers numbers = numbers_for(run);
    for (int k = 0; k < 2; k++) {
        const View *view = entry_view(run, others[k]);
        const double **values = entry_evaluate(run, run->arena, view, 0, STEPS);
        for (int64_t i = 0; i < view->results.count; i++)
            append(&numbers, values[i], eval_elements(view->results.items[i].node, run->samples));
    }
    const View *view = entry_view(run, VIEW_TRAIN_STEP);
    double **first = run->variables;
    run->variables = ARENA_ARRAY(run->arena, double *, run->model.variables.count);
    memcpy(run->variables, first, (size_t)run->model.variables.count * sizeof *first);
    for (int step = 0; step < STEPS; step++) {
        const double **values = entry_evaluate(run, run->arena, view, step, STEPS);
        for (int64_t i = 0; i < view->results.count; i++)
            if (view->results.items[i].kind == RESULT_VARIABLE)
                run->variables[view->results.items[i].index] = (double *)values[i];
        for (int64_t i = 0; i < run->model.variables.count; i++)
            append(&numbers, run->variables[i],
                   shape_elements(run->model.variables.items[i].type.shape));
    }
    run->variables = first;
    return numbers;
}

/* The same numbers by code. `run` gives the values, text the model that passes may change. */
static Numbers compiled(const EntryRun *run, const char *text, const Way *way) {
    Numbers numbers = numbers_for(run);
    EntryRun changed;
    CU_ASSERT_FATAL(entry_compile(&changed, run->arena, text, 0));
    changed.model.train.double_precision = way->options.plan.double_precision;
    if (way->passes) compiled_passes(&changed.model, &changed.views);
    Execution execution;
    bool ok = execute_begin(&execution, run->arena, &changed.model, &changed.views, &way->options,
                            run->samples);
    if (ok) execute_split(&execution, way->split);
    for (int k = 0; ok && k < 2; k++) {
        EvalInputs inputs = entry_inputs(run, 0, STEPS);
        compiled_run(&execution, &inputs, others[k], run->samples);
        const View *view = entry_view(run, others[k]);
        for (int64_t i = 0; i < view->results.count; i++) {
            const ViewResult *result = &view->results.items[i];
            append(&numbers, compiled_result(&execution, others[k], result->kind, result->index),
                   eval_elements(result->node, run->samples));
        }
    }
    EvalInputs inputs = entry_inputs(run, 0, STEPS);
    if (ok) execute_set(&execution, &inputs);
    for (int step = 0; ok && step < STEPS; step++) {
        inputs.step = step;
        execute_run(&execution, &inputs, VIEW_TRAIN_STEP);
        for (int64_t i = 0; i < run->model.variables.count; i++)
            append(&numbers, execute_variable(&execution, i),
                   shape_elements(run->model.variables.items[i].type.shape));
    }
    execute_end(&execution);
    return numbers;
}

static double objective(const EntryRun *run, const View *view) {
    Arena arena;
    arena_init(&arena);
    const double **values = entry_evaluate(run, &arena, view, 0, STEPS);
    double sum = 0;
    for (int64_t i = 0; i < view->results.count; i++)
        if (view->results.items[i].kind == RESULT_LOSS ||
            view->results.items[i].kind == RESULT_PENALTY)
            sum += *values[i];
    arena_free(&arena);
    return sum;
}

/* The first, middle and last element of every parameter, moved by a little. */
static void check_gradient(EntryRun *run, const char *text) {
    const View *view = entry_view(run, VIEW_GRADIENT);
    const double **values = entry_evaluate(run, run->arena, view, 0, STEPS);
    for (int64_t i = 0; i < view->results.count; i++) {
        if (view->results.items[i].kind != RESULT_GRADIENT) continue;
        int64_t index = view->results.items[i].index;
        int64_t count = shape_elements(run->model.variables.items[index].type.shape);
        double largest = 1;
        for (int64_t e = 0; e < count; e++)
            largest = fmax(largest, fabs(values[i][e]));
        int64_t places[3] = {0, count / 2, count - 1};
        for (int k = 0; k < 3; k++) {
            double *element = &run->variables[index][places[k]], before = *element, h = 1e-5;
            *element = before + h;
            double above = objective(run, view);
            *element = before - h;
            double slope = (above - objective(run, view)) / (2 * h);
            *element = before;
            bool equal = fabs(values[i][places[k]] - slope) <= 1e-6 * largest;
            if (!equal)
                fprintf(stderr, "%s%s: gradient %.12g, slope %.12g\n", text,
                        run->model.variables.items[index].name, values[i][places[k]], slope);
            CU_ASSERT(equal);
        }
    }
}

static void one_model(uint64_t seed, const char *narrow) {
    Arena arena;
    arena_init(&arena);
    const char *text = random_text(&arena, seed);
    EntryRun run;
    bool ok = entry_compile(&run, &arena, text, 0);
    CU_ASSERT(ok);
    if (ok) {
        static const int64_t samples[] = {1, 2, 3, 5, 8, 17, 32, 37};
        entry_values(&run, samples[seed % 8], seed);
        run.accumulated = ARENA_ARRAY(&arena, double *, run.model.accumulators.count);
        for (int64_t i = 0; i < run.model.accumulators.count; i++)
            run.accumulated[i] = ARENA_ARRAY(
                &arena, double, shape_elements(run.model.accumulators.items[i].value->type.shape));
        check_gradient(&run, text);
        Numbers expected = evaluated(&run);
        Way wide = {"double", compiled_options(true), true, SPLIT_NONE};
        Numbers found = compiled(&run, text, &wide);
        double off = compiled_distance(found.items, expected.items, expected.count);
        if (!(off <= 1e-9)) fprintf(stderr, "%s%g off\n", text, off);
        CU_ASSERT(found.count == expected.count && off <= 1e-9);

        const PlanOptions all = compiled_options(false).plan;
        PlanOptions unfused = all, spread = all, rows = all, unchained = all;
        unfused.fuse = spread.reuse = rows.panels = false;
        unchained.chain_bytes = 0;
        Way first = {"everything", compiled_options(false), true, SPLIT_NONE};
        const Way ways[] = {
            {"-O0 without anything", {.level = 0}, false, SPLIT_NONE},
            {"no fusion", {.level = 2, .plan = unfused}, true, SPLIT_EACH},
            {"no reuse", {.level = 1, .plan = spread}, true, SPLIT_THIRDS},
            {"no panels", {.level = 2, .plan = rows}, true, SPLIT_NONE},
            {"no chains", {.level = 1, .plan = unchained}, true, SPLIT_THIRDS},
            {"-g, narrow",
             {.cpu = narrow, .level = 2, .debug = true, .plan = all},
             false,
             SPLIT_EACH},
        };
        found = compiled(&run, text, &first);
        for (int w = 0; w < 6; w++) {
            Numbers other = compiled(&run, text, &ways[w]);
            bool same =
                other.count == found.count &&
                memcmp(other.items, found.items, (size_t)found.count * sizeof *found.items) == 0;
            if (!same) fprintf(stderr, "%s%s: other bits\n", text, ways[w].name);
            CU_ASSERT(same);
        }
    }
    arena_free(&arena);
}

void programs_random(void) {
    if (!execute_runs(NULL)) {
        puts("skip: this host has no fused multiply-add");
        return;
    }
    const char *more = getenv("NNC_SEEDS");
    uint64_t count = more ? strtoull(more, NULL, 10) : MODELS;
    const char *narrow = execute_runs("x86-64-v3") ? "x86-64-v3" : NULL;
    for (uint64_t seed = 1; seed <= count; seed++)
        one_model(seed, narrow);
}
