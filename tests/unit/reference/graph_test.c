/* The reference evaluation of the graph against Keras, in double: outputs, loss, penalty, every
 * gradient, and the weights after ten steps, to 1e-9 of each tensor's largest value. */
#include "reference.h"

#include <stdio.h>
#include <string.h>

#include "graph/eval.h"

static const double NEAR = 1e-9;

/* Views by kind; what they read. */
typedef struct Run {
    Reference *reference;
    const double **variables; /* current values */
    const double **inputs;
} Run;

static const View *find_view(const Reference *reference, ViewKind kind) {
    for (int64_t i = 0; i < reference->views.count; i++)
        if (reference->views.items[i].kind == kind) return &reference->views.items[i];
    return NULL;
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
    return eval_view(&reference->arena, view, &inputs);
}

/* One tensor near its expected values; names it when it is not. */
static void check(Run *run, const char *prefix, const char *path, const double *values,
                  int64_t count) {
    Reference *reference = run->reference;
    int64_t expected_count = 0;
    const double *expected =
        reference_tensor(&reference->arena, &reference->expected, prefix, path, &expected_count);
    CU_ASSERT_PTR_NOT_NULL_FATAL(expected);
    CU_ASSERT_EQUAL_FATAL(expected_count, count);
    double distance = reference_distance(values, expected, count);
    if (!(distance <= NEAR))
        fprintf(stderr, "%s: %s%s is %g off\n", reference->name, prefix, path, distance);
    CU_ASSERT(distance <= NEAR);
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

static void check_model(const char *name) {
    Reference reference;
    Run run;
    reference_open(&reference, name);
    start(&run, &reference);
    check_forward(&run);
    check_gradient(&run);
    check_training(&run);
    reference_close(&reference);
}

static void all_models(void) {
    for (int i = 0; reference_names[i]; i++)
        check_model(reference_names[i]);
}

CU_TestInfo graph_tests[] = {
    {"evaluation equals Keras", all_models},
    CU_TEST_INFO_NULL,
};
