/* compilation.c: see compilation.h. */

#include "driver/compilation.h"

#include "artifact/artifact.h"
#include "autodiff/autodiff.h"
#include "driver/pipeline.h"
#include "grammar/parser.h"
#include "graph/verify.h"
#include "lint/lint.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

void compilation_init(Compilation *compilation) {
    memset(compilation, 0, sizeof *compilation);
    arena_init(&compilation->arena);
    intern_init(&compilation->interner, &compilation->arena);
    sources_init(&compilation->sources, &compilation->arena);
    diag_init(&compilation->diags, &compilation->arena);
}

void compilation_free(Compilation *compilation) {
    arena_free(&compilation->arena);
}

bool compilation_fail(Compilation *compilation, int exit_code, const char *message) {
    if (!compilation->failure) {
        compilation->failure = message ? message : "unknown failure";
        compilation->exit_code = exit_code;
    }
    return false;
}

static double seconds_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* --time: what a stage took. */
static void print_time(const Compilation *compilation, const char *stage, double begin) {
    if (compilation->options.time)
        fprintf(stderr, "%-24s %8.1f ms\n", stage, 1e3 * (seconds_now() - begin));
}

bool compilation_parse(Compilation *compilation) {
    const Options *options = &compilation->options;
    double begin = seconds_now();
    if (options->arguments.count < 1)
        return compilation_fail(compilation, EXIT_CODE_USAGE, "no model given; see nnc --help");
    const char *path = options->arguments.items[0];
    const char *open_path = strcmp(path, "-") == 0 ? "/dev/stdin" : path;
    const char *problem = NULL;
    compilation->source = sources_read(&compilation->sources, path, open_path, &problem);
    if (!compilation->source)
        return compilation_fail(compilation, EXIT_CODE_INPUT,
                                arena_format(&compilation->arena, "%s: %s", path, problem));
    compilation->file = parse_source(&compilation->arena, &compilation->interner,
                                     &compilation->diags, compilation->source);
    print_time(compilation, "parse", begin);
    return !diag_failed(&compilation->diags);
}

bool compilation_elaborate(Compilation *compilation) {
    if (!compilation_parse(compilation)) return false;
    double begin = seconds_now();
    bool ok = elaborate(&compilation->arena, &compilation->interner, &compilation->sources,
                        &compilation->diags, compilation->file, &compilation->options.elaborate,
                        &compilation->model);
    if (ok) lint(&compilation->model, &compilation->diags);
    print_time(compilation, "elaborate", begin);
    return ok && !diag_failed(&compilation->diags);
}

/* Every view after a stage; names the stage that broke one. */
static bool verify(Compilation *compilation, const char *stage) {
    const char *problem =
        views_verify(&compilation->arena, &compilation->model, &compilation->views);
    return !*problem ||
           compilation_fail(compilation, EXIT_CODE_INTERNAL,
                            arena_format(&compilation->arena, "after %s: %s", stage, problem));
}

bool compilation_differentiate(Compilation *compilation) {
    if (!compilation_elaborate(compilation)) return false;
    double begin = seconds_now();
    autodiff(&compilation->model);
    graph_views(&compilation->model, &compilation->views);
    print_time(compilation, "gradient", begin);
    return verify(compilation, "gradient");
}

bool compilation_pass(Compilation *compilation, const char *last) {
    if (!compilation_differentiate(compilation)) return false;
    for (int i = 0; i < pipeline_count(); i++) {
        const PipelineRow *row = pipeline_row(i);
        if (!row->run) continue;
        double begin = seconds_now();
        if (!options_disabled(&compilation->options, row->name)) {
            row->run(&compilation->model, &compilation->views);
            if (!verify(compilation, row->name)) return false;
        }
        print_time(compilation, row->name, begin);
        if (last && strcmp(last, row->name) == 0) break;
    }
    return true;
}

/* The views whose kind is in the mask. */
static ViewVec select_views(Compilation *compilation, unsigned kinds) {
    ViewVec result = {0};
    for (int64_t i = 0; i < compilation->views.count; i++)
        if (kinds >> compilation->views.items[i].kind & 1)
            VEC_PUSH(&compilation->arena, result, compilation->views.items[i]);
    return result;
}

static Plan *make_plan(Compilation *compilation, unsigned kinds, bool double_precision) {
    const Options *options = &compilation->options;
    PlanOptions plan_options = {
        .fuse = !options_disabled(options, "fuse"),
        .reuse = !options_disabled(options, "reuse"),
        .panels = !options_disabled(options, "panels"),
        .share_functions = !options->debug,
        .double_precision = double_precision,
        .chain_bytes = options_disabled(options, "chains") ? 0 : options->chain_bytes,
    };
    ViewVec views = select_views(compilation, kinds);
    Plan *plan = plan_make(&compilation->arena, &compilation->model, &views, plan_options);
    const char *problem = plan_verify(&compilation->arena, plan);
    if (*problem)
        compilation_fail(compilation, EXIT_CODE_INTERNAL,
                         arena_format(&compilation->arena, "plan: %s", problem));
    return plan;
}

bool compilation_plan(Compilation *compilation) {
    if (!compilation_pass(compilation, NULL)) return false;
    double begin = seconds_now();
    unsigned kinds = ~(1u << VIEW_GRADIENT);
    if (compilation->options.emit == EMIT_LIB || compilation->options.emit == EMIT_HEADER)
        kinds = ~0u;
    compilation->plan = make_plan(compilation, kinds, compilation->model.train.double_precision);
    if (compilation->model.losses.count > 0)
        compilation->twin = make_plan(compilation, 1u << VIEW_GRADIENT, true);
    print_time(compilation, "plan", begin);
    return !compilation->failure;
}

static bool has_step(const Plan *plan) {
    for (int64_t i = 0; i < plan->views.count; i++)
        if (plan->views.items[i].view.kind == VIEW_TRAIN_STEP) return true;
    return false;
}

bool compilation_reads_pictures(const Compilation *compilation) {
    const Options *options = &compilation->options;
    const ModelInputVec *inputs = &compilation->model.inputs;
    if (codegen_needs_pictures(&compilation->model)) return true;
    if (!options->pictures && strcmp(options->command, "run") != 0) return false;
    for (int64_t i = 0; i < inputs->count; i++)
        if (inputs->items[i].is_image) return true;
    return false;
}

bool compilation_module(Compilation *compilation, Module *module, ModulePart part) {
    if (!compilation->plan && !compilation_plan(compilation)) return false;
    const Options *options = &compilation->options;
    double begin = seconds_now();
    const char *error = NULL;
    ModuleOptions module_options = {
        .triple = options->target,
        .cpu = options->cpu      ? options->cpu
               : options->target ? NULL
                                 : "native",
        .level = options->level,
        .position_independent = true,
    };
    if (!module_init(module, &compilation->arena, compilation->model.name, &module_options, &error))
        return compilation_fail(compilation, EXIT_CODE_USAGE, error);
    /* With -g all of the model's lines are in one object. */
    bool share = compilation->twin && !options->debug && has_step(compilation->plan);
    CodegenOptions codegen_options = {
        .summary = compilation_summary(compilation),
        .twin = part == PART_WHOLE ? compilation->twin : NULL,
        .twin_elsewhere = part == PART_MODEL && compilation->twin,
        .others_elsewhere = share && part == PART_MODEL,
        .others_of = share && part == PART_TWIN ? compilation->plan : NULL,
        .is_twin = part == PART_TWIN,
        .debug = options->debug,
        .parallel_threshold = options->parallel_threshold >= 0 ? options->parallel_threshold
                                                               : CODEGEN_PARALLEL_THRESHOLD,
        .core_only = part == PART_CORE,
        .reads_pictures = compilation_reads_pictures(compilation),
        .program_main = options->emit == EMIT_EXE && strcmp(options->command, "run") != 0,
    };
    const Plan *plan = part == PART_TWIN ? compilation->twin : compilation->plan;
    if (!codegen_module(module, plan, &codegen_options, &error))
        return compilation_fail(compilation, EXIT_CODE_INTERNAL, error);
    print_time(compilation, "emit", begin);
    begin = seconds_now();
    if (!module_optimize(module, &error))
        return compilation_fail(compilation, EXIT_CODE_INTERNAL, error);
    print_time(compilation, "llvm", begin);
    return true;
}

int compilation_finish(Compilation *compilation) {
    Text text;
    text_init(&text, &compilation->arena);
    diag_print(&compilation->diags, compilation->options.diagnostics, &text);
    fputs(text.chars, stderr);
    if (compilation->failure) {
        bool internal = compilation->exit_code == EXIT_CODE_INTERNAL;
        fprintf(stderr, "nnc: %serror: %s\n", internal ? "internal " : "", compilation->failure);
        return compilation->exit_code;
    }
    return diag_failed(&compilation->diags) ? EXIT_CODE_INPUT : EXIT_CODE_OK;
}

int compilation_deliver(Compilation *compilation, bool ok, const char *text) {
    const Options *options = &compilation->options;
    ArtifactError error = {0};
    if (ok && options->output &&
        !artifact_write(&compilation->arena, options->output, options->arguments.items[0], text,
                        strlen(text), false, &error))
        compilation_fail(compilation, error.exit_code, error.text);
    int code = compilation_finish(compilation);
    if (ok && !options->output) fputs(text, stdout);
    return code;
}
