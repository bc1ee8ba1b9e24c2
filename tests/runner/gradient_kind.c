/* gradient_kind.c: cases whose gradients are compared with finite differences. See kinds.h.
 *
 * Parameters, states and inputs are drawn, so that nothing stands at a kink or a special value;
 * statistics, and states that hold variances, are drawn positive. Draws of the model itself are the
 * same each time, so dropout and noise are functions like any other.
 */

#include <stdio.h>

#include "autodiff/slope.h"
#include "runner/front.h"
#include "runner/kinds.h"

static void draw_inputs(Sample *sample) {
    for (int64_t i = 0; i < sample->model.inputs.count; i++) {
        const ModelInput *input = &sample->model.inputs.items[i];
        int64_t count = sample->n * shape_elements(input->type.shape);
        double *values = ARENA_ARRAY(sample->arena, double, count);
        for (int64_t k = 0; k < count; k++) {
            if (input->class_count)
                values[k] = (double)(int64_t)sample_between(sample, 0, (double)input->class_count);
            else
                values[k] = sample_between(sample, 0.05, 0.95);
        }
        VEC_PUSH(sample->arena, sample->inputs, values);
    }
}

static void draw_variables(Sample *sample) {
    for (int64_t i = 0; i < sample->model.variables.count; i++) {
        const Variable *variable = &sample->model.variables.items[i];
        bool parameter = variable->role == ROLE_PARAMETER;
        int64_t count = shape_elements(variable->type.shape);
        double *values = ARENA_ARRAY(sample->arena, double, count);
        for (int64_t k = 0; k < count; k++)
            values[k] = sample_between(sample, parameter ? -0.8 : 0.3, 0.8);
        VEC_PUSH(sample->arena, sample->variables, values);
    }
}

CaseResult run_gradient_case(Case *a_case) {
    Front front;
    front_run(&front, a_case->name, a_case->text.chars, a_case->text.length);
    if (!front.model) {
        Text text;
        text_init(&text, a_case->arena);
        diag_print(&front.diags, DIAG_PLAIN, &text);
        fputs(text.chars, stdout);
        front_free(&front);
        return CASE_FAILED;
    }
    Sample sample = {.arena = &front.arena, .model = *front.model, .n = 3, .random = 17};
    sample.model.graph.model = &sample.model;
    draw_inputs(&sample);
    draw_variables(&sample);
    double hypers[8] = {0};
    bool fits = sample.model.hypers.count <= 8;
    for (int64_t i = 0; fits && i < sample.model.hypers.count; i++)
        hypers[i] = sample.model.hypers.items[i].value;
    sample.hypers = hypers;
    ViewVec views;
    slope_prepare(&sample, &views);
    double error = fits ? slope_error(&sample, &views) : 1;
    if (!(error <= 1e-6)) printf("  gradient and finite differences differ by %g\n", error);
    front_free(&front);
    return error <= 1e-6 ? CASE_PASSED : CASE_FAILED;
}
