/* Ten models against Keras: outputs, loss, penalty, every gradient, and the weights after ten
 * steps, by the reference evaluation of the graph, and by compiled code in double (1e-9 of each
 * tensor's largest value) and in single (1e-5, after ten steps 1e-4). */
#include "reference.h"

#include <stdio.h>
#include <string.h>

#include "execute.h"
#include "graph/eval.h"
#include "passes/passes.h"

/* How views are computed, and how near they must come. */
typedef struct Way {
    bool compiled, double_precision;
    double near, near_after;
} Way;

static const Way evaluated = {false, true, 1e-9, 1e-9}, compiled_double = {true, true, 1e-9, 1e-9},
                 compiled_single = {true, false, 1e-5, 1e-4};

/* Views by kind; what they read. */
typedef struct Run {
    const Way *way;
    Execution execution; /* when compiled */
    Reference *reference;
    const double **variables; /* current values */
    const double **inputs;
} Run;

static const View *find_view(const Reference *reference, ViewKind kind) {
    for (int64_t i = 0; i < reference->views.count; i++)
        if (reference->views.items[i].kind == kind) return &reference->views.items[i];
    return NULL;
}

/* The view's results by compiled code. */
static const double **execute_view(Run *run, const View *view, const EvalInputs *inputs) {
    Execution *execution = &run->execution;
    execution->context.count = inputs->samples;
    execute_set(execution, inputs);
    execute_run(execution, inputs, view->kind);
    const double **values =
        ARENA_ARRAY(&run->reference->arena, const double *, view->results.count);
    for (int64_t i = 0; i < view->results.count; i++) {
        const ViewResult *result = &view->results.items[i];
        values[i] = result->kind == RESULT_VARIABLE ? execute_variable(execution, result->index)
                                                    : execute_result(execution, view->kind, i);
    }
    return values;
}

/* The values of a view's results on rows first .. first + count - 1. */
static const double **evaluate_view(Run *run, ViewKind kind, int64_t first, int64_t count,
                                    int64_t step) {
    Reference *reference = run->reference;
    const Model *model = &reference->model;
    const View *view = find_view(reference, kind);
    CU_ASSERT_PTR_NOT_NULL_FATAL(view);
    for (int64_t i = 0; i < model->inputs.count; i++)
        run->inputs[i] =
            reference->columns[i] + first * shape_elements(model->inputs.items[i].type.shape);
    double *hypers = ARENA_ARRAY(&reference->arena, double, model->hypers.count + 1);
    for (int64_t i = 0; i < model->hypers.count; i++)
        hypers[i] = model->hypers.items[i].value;
    EvalInputs inputs = {.samples = count,
                         .inputs = run->inputs,
                         .variables = run->variables,
                         .hypers = hypers,
                         .step = (double)step,
                         .steps = REFERENCE_STEPS,
                         .seed = 1};
    return run->way->compiled ? execute_view(run, view, &inputs)
                              : eval_view(&reference->arena, view, &inputs);
}

/* One tensor near its expected values; names it when it is not. */
static void check(Run *run, const char *prefix, const char *path, const double *values,
                  int64_t count) {
    Reference *reference = run->reference;
    double near = strncmp(prefix, "after", 5) == 0 ? run->way->near_after : run->way->near;
    int64_t expected_count = 0;
    const double *expected =
        reference_tensor(&reference->arena, &reference->expected, prefix, path, &expected_count);
    CU_ASSERT_PTR_NOT_NULL_FATAL(expected);
    CU_ASSERT_EQUAL_FATAL(expected_count, count);
    double distance = reference_distance(values, expected, count);
    if (!(distance <= near))
        fprintf(stderr, "%s: %s%s is %g off\n", reference->name, prefix, path, distance);
    CU_ASSERT(distance <= near);
}

/* Values of file and initializers. */
static void start(Run *run, Reference *reference) {
    const Model *model = &reference->model;
    run->reference = reference;
    run->inputs = ARENA_ARRAY(&reference->arena, const double *, model->inputs.count);
    run->variables = ARENA_ARRAY(&reference->arena, const double *, model->variables.count);
    EvalInputs nothing = {.samples = 1, .seed = 1};
    int64_t found = 0;
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        int64_t count = 0;
        run->variables[i] = NULL;
        if (variable->role != ROLE_OPTIMIZER) {
            run->variables[i] = reference_tensor(&reference->arena, &reference->initial, "",
                                                 variable->name, &count);
            if (!run->variables[i])
                fprintf(stderr, "%s: no tensor %s\n", reference->name, variable->name);
            CU_ASSERT_EQUAL_FATAL(count, shape_elements(variable->type.shape));
            found++;
        } else {
            run->variables[i] = eval_node(&reference->arena, variable->initial, &nothing);
        }
    }
    CU_ASSERT_EQUAL(found, reference->initial.tensor_count);
}

/* The result of a kind; its values. */
static const double *result_of(const View *view, const double **values, ResultKind kind,
                               int64_t index, const ViewResult **result) {
    for (int64_t i = 0; i < view->results.count; i++) {
        *result = &view->results.items[i];
        if ((*result)->kind == kind && (*result)->index == index) return values[i];
    }
    *result = NULL;
    return NULL;
}

static void check_forward(Run *run) {
    Reference *reference = run->reference;
    const ViewResult *result;
    const double **values = evaluate_view(run, VIEW_PREDICT, 0, REFERENCE_ROWS, 0);
    const double *output =
        result_of(find_view(reference, VIEW_PREDICT), values, RESULT_OUTPUT, 0, &result);
    CU_ASSERT_PTR_NOT_NULL_FATAL(output);
    check(run, "", "output", output, eval_elements(result->node, REFERENCE_ROWS));

    values = evaluate_view(run, VIEW_EVALUATE, 0, REFERENCE_ROWS, 0);
    const double *losses =
        result_of(find_view(reference, VIEW_EVALUATE), values, RESULT_SAMPLE_LOSS, 0, &result);
    CU_ASSERT_PTR_NOT_NULL_FATAL(losses);
    double sum = 0;
    for (int64_t i = 0; i < REFERENCE_ROWS; i++)
        sum += losses[i];
    sum /= REFERENCE_ROWS;
    check(run, "", "evaluate_loss", &sum, 1);
}

static void check_gradient(Run *run) {
    Reference *reference = run->reference;
    const View *view = find_view(reference, VIEW_GRADIENT);
    const double **values = evaluate_view(run, VIEW_GRADIENT, 0, REFERENCE_BATCH, 0);
    int64_t gradients = 0;
    for (int64_t i = 0; i < view->results.count; i++) {
        const ViewResult *result = &view->results.items[i];
        if (result->kind == RESULT_LOSS) check(run, "", "loss", values[i], 1);
        if (result->kind == RESULT_PENALTY) check(run, "", "penalty", values[i], 1);
        if (result->kind != RESULT_GRADIENT) continue;
        check(run, "gradient.", reference->model.variables.items[result->index].name, values[i],
              eval_elements(result->node, REFERENCE_BATCH));
        gradients++;
    }
    int64_t parameters = 0;
    for (int64_t i = 0; i < reference->model.variables.count; i++)
        parameters += reference->model.variables.items[i].role == ROLE_PARAMETER;
    CU_ASSERT_EQUAL(gradients, parameters);
}

static void check_training(Run *run) {
    Reference *reference = run->reference;
    const Model *model = &reference->model;
    const View *view = find_view(reference, VIEW_TRAIN_STEP);
    int64_t first = 0;
    for (int64_t step = 0; step < REFERENCE_STEPS; step++) {
        int64_t count = REFERENCE_ROWS - first;
        count = count < REFERENCE_BATCH ? count : REFERENCE_BATCH;
        const double **values = evaluate_view(run, VIEW_TRAIN_STEP, first, count, step);
        for (int64_t i = 0; i < view->results.count; i++)
            if (view->results.items[i].kind == RESULT_VARIABLE)
                run->variables[view->results.items[i].index] = values[i];
        first = first + count == REFERENCE_ROWS ? 0 : first + count;
    }
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        if (variable->role != ROLE_OPTIMIZER)
            check(run, "after_10.", variable->name, run->variables[i],
                  shape_elements(variable->type.shape));
    }
}

static void check_model(const char *name, const Way *way) {
    Reference reference;
    Run run = {.way = way};
    reference_open(&reference, name);
    if (way->compiled) {
        reference.model.train.double_precision = way->double_precision;
        reference.model.data = (DataSettings){0}; /* rows come from here, not from readers */
        for (int i = 0; i < pass_count; i++)
            pass_table[i].run(&reference.model, &reference.views);
        ExecuteOptions options = {.level = 2,
                                  .plan = {.fuse = true,
                                           .reuse = true,
                                           .panels = true,
                                           .share_functions = true,
                                           .double_precision = way->double_precision}};
        CU_ASSERT_FATAL(execute_begin(&run.execution, &reference.arena, &reference.model,
                                      &reference.views, &options, REFERENCE_ROWS));
    }
    start(&run, &reference);
    check_forward(&run);
    check_gradient(&run);
    check_training(&run);
    if (way->compiled) execute_end(&run.execution);
    reference_close(&reference);
}

static void all_models(const Way *way) {
    if (way->compiled && !execute_runs(NULL)) {
        puts("skip: this host has no fused multiply-add");
        return;
    }
    for (int i = 0; reference_names[i]; i++)
        check_model(reference_names[i], way);
}

static void evaluation(void) {
    all_models(&evaluated);
}

static void in_double(void) {
    all_models(&compiled_double);
}

static void in_single(void) {
    all_models(&compiled_single);
}

CU_TestInfo models_tests[] = {
    {"evaluation equals Keras", evaluation},
    {"compiled code in double equals Keras", in_double},
    {"compiled code in single is near Keras", in_single},
    CU_TEST_INFO_NULL,
};
