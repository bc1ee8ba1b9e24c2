/* A model from text, with values for all that it reads, by the reference evaluation. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "autodiff/autodiff.h"
#include "elaborate/elaborate.h"
#include "entry_models.h"
#include "grammar/parser.h"
#include "graph/eval.h"
#include "graph/verify.h"

bool entry_compile(EntryRun *run, Arena *arena, const char *text, int64_t size) {
    memset(run, 0, sizeof *run);
    run->arena = arena;
    Interner *interner = ARENA_NEW(arena, Interner);
    Sources *sources = ARENA_NEW(arena, Sources);
    Diagnostics *diags = ARENA_NEW(arena, Diagnostics);
    intern_init(interner, arena);
    sources_init(sources, arena);
    diag_init(diags, arena);
    const Source *source = sources_add(sources, "walk.nn", text, strlen(text), false);
    File *file = parse_source(arena, interner, diags, source);
    ElaborateOptions options = {0};
    NamedText define = {"d", arena_format(arena, "%lld", (long long)size)};
    if (size > 0) VEC_PUSH(arena, options.defines, define);
    bool ok = !diag_failed(diags) &&
              elaborate(arena, interner, sources, diags, file, &options, &run->model);
    if (!ok) {
        Text report;
        text_init(&report, arena);
        diag_print(diags, DIAG_PLAIN, &report);
        fprintf(stderr, "%s%s", text, report.chars);
        return false;
    }
    autodiff(&run->model);
    graph_views(&run->model, &run->views);
    for (int64_t i = 0; i < run->views.count; i++) {
        const char *problem = view_verify(arena, &run->model, &run->views.items[i]);
        if (*problem) {
            fprintf(stderr, "%sview %s: %s\n", text, run->views.items[i].name, problem);
            return false;
        }
    }
    return true;
}

const View *entry_view(const EntryRun *run, ViewKind kind) {
    for (int64_t i = 0; i < run->views.count; i++)
        if (run->views.items[i].kind == kind) return &run->views.items[i];
    return NULL;
}

EvalInputs entry_inputs(const EntryRun *run, double step, double steps) {
    return (EvalInputs){.samples = run->samples,
                        .inputs = (const double *const *)run->inputs,
                        .variables = (const double *const *)run->variables,
                        .accumulated = (const double *const *)run->accumulated,
                        .hypers = run->hypers,
                        .step = step,
                        .steps = steps,
                        .seed = 1};
}

const double **entry_evaluate(const EntryRun *run, Arena *arena, const View *view, double step,
                              double steps) {
    EvalInputs inputs = entry_inputs(run, step, steps);
    return eval_view(arena, view, &inputs);
}

/* A number of [0, 1) from a counter (the finaliser of splitmix64, Steele et al. 2014). */
static double fraction(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

/* One level of data_*: the mean, smallest or largest of the samples' values. */
static void compute_statistics(EntryRun *run, const View *view) {
    const double **values = entry_evaluate(run, run->arena, view, 0, 1);
    for (int64_t i = 0; i < view->results.count; i++) {
        int64_t index = view->results.items[i].index;
        const Variable *variable = &run->model.variables.items[index];
        int64_t count = shape_elements(variable->type.shape);
        for (int64_t k = 0; k < count; k++) {
            double result = values[i][k];
            for (int64_t s = 1; s < run->samples; s++) {
                double value = values[i][s * count + k];
                result = variable->statistic == STATISTIC_MEAN  ? result + value
                         : variable->statistic == STATISTIC_MIN ? fmin(result, value)
                                                                : fmax(result, value);
            }
            if (variable->statistic == STATISTIC_MEAN) result /= (double)run->samples;
            run->variables[index][k] = result;
        }
    }
}

void entry_values(EntryRun *run, int64_t samples, uint64_t seed) {
    const Model *model = &run->model;
    Arena *arena = run->arena;
    run->samples = samples;
    run->inputs = ARENA_ARRAY(arena, double *, model->inputs.count);
    for (int64_t i = 0; i < model->inputs.count; i++) {
        const ModelInput *input = &model->inputs.items[i];
        int64_t count = samples * shape_elements(input->type.shape);
        run->inputs[i] = ARENA_ARRAY(arena, double, count);
        for (int64_t k = 0; k < count; k++) {
            double draw = fraction(&seed);
            run->inputs[i][k] =
                input->class_count ? floor(draw * (double)input->class_count) : 0.1 + 0.8 * draw;
        }
    }
    run->hypers = ARENA_ARRAY(arena, double, model->hypers.count + 1);
    for (int64_t i = 0; i < model->hypers.count; i++)
        run->hypers[i] = model->hypers.items[i].value;
    run->variables = ARENA_ARRAY(arena, double *, model->variables.count);
    EvalInputs nothing = {.samples = 1, .hypers = run->hypers, .seed = 1};
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        int64_t count = shape_elements(variable->type.shape);
        run->variables[i] = ARENA_ARRAY(arena, double, count);
        if (variable->initial)
            memcpy(run->variables[i], eval_node(arena, variable->initial, &nothing),
                   (size_t)count * sizeof(double));
    }
    for (int64_t i = 0; i < run->views.count; i++)
        if (run->views.items[i].kind == VIEW_STATISTICS)
            compute_statistics(run, &run->views.items[i]);
}
