/* execute.c: see execute.h. */

#include "execute.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool execute_runs(const char *cpu) {
    Arena arena;
    arena_init(&arena);
    const TargetCpu *host = module_host_cpu(&arena);
    bool runs = host && host->fma;
    if (cpu && runs) {
        const TargetCpu *row = target_find(host->arch, cpu);
        runs = row && row->vector_bits <= host->vector_bits;
    }
    arena_free(&arena);
    return runs;
}

/* Memory that shows use before definition as NaN. */
static unsigned char *new_memory(Execution *execution, int i, int64_t bytes) {
    size_t size = (size_t)((bytes + 127) / 64 * 64);
    execution->memory[i] = aligned_alloc(64, size);
    memset(execution->memory[i], 0xff, size);
    return execution->memory[i];
}

static bool check(bool ok, const char *what, const char *const *error) {
    if (!ok) printf("%s: %s\n", what, *error);
    CU_ASSERT(ok);
    return ok;
}

bool execute_begin(Execution *execution, Arena *arena, Model *model, const ViewVec *views,
                   const ExecuteOptions *options, int64_t samples) {
    const char *error = "";
    *execution = (Execution){.arena = arena};
    execution->plan = plan_make(arena, model, views, options->plan);
    const char *problem = plan_verify(arena, execution->plan);
    if (!check(!*problem, "plan", &problem)) return false;
    ModuleOptions module_options = {.cpu = options->cpu ? options->cpu : "native",
                                    .level = options->level,
                                    .position_independent = true};
    CodegenOptions codegen = {.debug = options->debug, .parallel_threshold = 0};
    Module *module = &execution->module;
    if (!check(module_init(module, arena, "test", &module_options, &error), "module", &error) ||
        !check(codegen_module(module, execution->plan, &codegen, &error), "codegen", &error)) {
        if (getenv("NNC_PRINT_CODE") && module->module) puts(module_print(module));
        return false;
    }
    if (getenv("NNC_PRINT_CODE")) puts(module_print(module));
    if (!check(module_optimize(module, &error), "optimize", &error)) return false;

    execution->jit = jit_load(arena, module, NULL, 0, &error);
    if (!check(execution->jit, "jit", &error)) return false;
    execution->model = jit_address(execution->jit, CODEGEN_MODEL_SYMBOL);
    if (!check(execution->model, "descriptor", &(const char *){"not found"})) return false;
    if (execution->model->abi_version != NNRT_ABI_VERSION) execution->model = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(execution->model);

    const NnrtModel *made = execution->model;
    int64_t capacity = (samples + 15) / 16 * 16;
    execution->context = (NnrtContext){
        .variables = new_memory(execution, 0, made->variable_bytes),
        .fixed = new_memory(execution, 1, made->fixed_bytes),
        .samples = new_memory(execution, 2, capacity * made->sample_bytes),
        .count = samples,
        .capacity = capacity,
    };
    return true;
}

void execute_end(Execution *execution) {
    for (int i = 0; i < 3; i++)
        free(execution->memory[i]);
    jit_free(execution->jit);
    module_free(&execution->module);
}

/* ---- values ---- */

static void write_real(const Execution *execution, unsigned char *base, int64_t at, double value) {
    if (execution->model->element_bytes == 8)
        memcpy(base + 8 * at, &value, 8);
    else
        memcpy(base + 4 * at, &(float){(float)value}, 4);
}

static double read_real(const Execution *execution, const unsigned char *base, int64_t at) {
    double value;
    float single;
    if (execution->model->element_bytes == 8) {
        memcpy(&value, base + 8 * at, 8);
        return value;
    }
    memcpy(&single, base + 4 * at, 4);
    return single;
}

static int64_t position(int64_t layout, int64_t rows, int64_t columns, int64_t i) {
    int64_t r = i / columns, c = i % columns;
    return layout ? (c / 16 * rows + r) * 16 + c % 16 : i;
}

void execute_set(Execution *execution, const EvalInputs *values) {
    const NnrtModel *model = execution->model;
    const NnrtContext *context = &execution->context;
    for (int64_t i = 0; i < model->input_count; i++) {
        const NnrtInput *input = &model->inputs[i];
        unsigned char *base = context->samples + context->capacity * input->offset;
        for (int64_t e = 0; e < context->count * input->elements; e++) {
            if (input->class_count)
                memcpy(base + 4 * e, &(int32_t){(int32_t)values->inputs[i][e]}, 4);
            else
                write_real(execution, base, e, values->inputs[i][e]);
        }
    }
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *v = &model->variables[i];
        unsigned char *base = context->variables + v->offset;
        for (int64_t e = 0; e < v->rows * v->columns; e++)
            write_real(execution, base, position(v->layout, v->rows, v->columns, e),
                       values->variables[i][e]);
    }
}

double *execute_variable(Execution *execution, int64_t i) {
    const NnrtVariable *v = &execution->model->variables[i];
    double *numbers = ARENA_ARRAY(execution->arena, double, v->rows * v->columns);
    for (int64_t e = 0; e < v->rows * v->columns; e++)
        numbers[e] = read_real(execution, execution->context.variables + v->offset,
                               position(v->layout, v->rows, v->columns, e));
    return numbers;
}

static const NnrtView *find_view(const Execution *execution, ViewKind kind) {
    for (int64_t i = 0; i < execution->model->view_count; i++)
        if (execution->model->views[i].kind == (int64_t)kind) return &execution->model->views[i];
    CU_FAIL_FATAL("no such view");
    return NULL;
}

double *execute_result(Execution *execution, ViewKind kind, int64_t i) {
    const NnrtResult *result = &find_view(execution, kind)->results[i];
    const NnrtContext *context = &execution->context;
    int64_t count = result->elements * (result->per_sample ? context->count : 1);
    const unsigned char *base = result->per_sample
                                    ? context->samples + context->capacity * result->offset
                                    : context->fixed + result->offset;
    double *numbers = ARENA_ARRAY(execution->arena, double, count);
    for (int64_t e = 0; e < count; e++) {
        int64_t at = position(result->layout, result->rows, result->columns, e);
        if (result->element) {
            int32_t class;
            memcpy(&class, base + 4 * e, 4);
            numbers[e] = class;
        } else {
            numbers[e] = read_real(execution, base, at);
        }
    }
    return numbers;
}

/* ---- running ---- */

static void call_each(void *pool, NnrtKernel kernel, const NnrtCall *call, int64_t tasks) {
    Execution *execution = pool;
    for (int64_t i = tasks; i-- > 0;)
        kernel(call, i, i + 1);
    execution->called_tasks += tasks;
}

static void call_thirds(void *pool, NnrtKernel kernel, const NnrtCall *call, int64_t tasks) {
    Execution *execution = pool;
    for (int64_t i = 0; i < 3; i++)
        kernel(call, i * tasks / 3, (i + 1) * tasks / 3);
    execution->called_tasks += tasks;
}

void execute_split(Execution *execution, Split split) {
    execution->context.parallel = split == SPLIT_NONE   ? NULL
                                  : split == SPLIT_EACH ? call_each
                                                        : call_thirds;
    execution->context.pool = execution;
}

/* All totals, one accumulator after the other. */
static double *totals_of(Execution *execution, const EvalInputs *values) {
    int64_t count = 0, at = 0;
    for (int64_t i = 0; i < execution->model->accumulator_count; i++)
        count += execution->model->accumulators[i].elements;
    double *totals = ARENA_ARRAY(execution->arena, double, count);
    for (int64_t i = 0; i < execution->model->accumulator_count; i++)
        for (int64_t e = 0; e < execution->model->accumulators[i].elements; e++)
            totals[at++] = values->accumulated[i][e];
    return totals;
}

void execute_run(Execution *execution, const EvalInputs *values, ViewKind kind) {
    NnrtContext *context = &execution->context;
    double plateaus[8];
    for (int i = 0; i < 8; i++)
        plateaus[i] = values->plateaus;
    context->seed = (int64_t)values->seed;
    context->step = (int64_t)values->step;
    context->steps = (int64_t)values->steps;
    context->epoch = (int64_t)values->epoch;
    context->first_sample = values->first_sample;
    context->hypers = values->hypers;
    context->plateaus = plateaus;
    context->totals = totals_of(execution, values);
    execution->called_tasks = 0;
    find_view(execution, kind)->run(context);
}
