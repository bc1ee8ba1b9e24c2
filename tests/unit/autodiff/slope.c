/* slope.c: see slope.h. */

#include "autodiff/slope.h"

#include "autodiff/autodiff.h"
#include "graph/verify.h"

#include <math.h>
#include <stdio.h>

void slope_prepare(Sample *sample, ViewVec *views) {
    *views = (ViewVec){0};
    autodiff(&sample->model);
    graph_views(&sample->model, views);
}

static const View *gradient_view(const ViewVec *views) {
    for (int64_t i = 0; i < views->count; i++)
        if (views->items[i].kind == VIEW_GRADIENT) return &views->items[i];
    return NULL;
}

const double *slope_gradient(Sample *sample, const ViewVec *views, int64_t index) {
    EvalInputs inputs = sample_inputs(sample);
    const View *view = gradient_view(views);
    const double **values = eval_view(sample->arena, view, &inputs);
    for (int64_t i = 0; i < view->results.count; i++)
        if (view->results.items[i].kind == RESULT_GRADIENT && view->results.items[i].index == index)
            return values[i];
    return NULL;
}

double slope_loss(Sample *sample, const ViewVec *views) {
    Arena arena;
    arena_init(&arena);
    View forward = {.kind = VIEW_GRADIENT};
    const View *view = gradient_view(views);
    for (int64_t i = 0; i < view->results.count; i++)
        if (view->results.items[i].kind != RESULT_GRADIENT)
            VEC_PUSH(&arena, forward.results, view->results.items[i]);
    EvalInputs inputs = sample_inputs(sample);
    const double **values = eval_view(&arena, &forward, &inputs);
    double loss = 0;
    for (int64_t i = 0; i < forward.results.count; i++)
        loss += values[i][0];
    arena_free(&arena);
    return loss;
}

static double slope_at(Sample *sample, const ViewVec *views, double *at) {
    double kept = *at, step = 1e-5 * fmax(1, fabs(kept));
    *at = kept + step;
    double above = *at, high = slope_loss(sample, views);
    *at = kept - step;
    double low = slope_loss(sample, views), below = *at;
    *at = kept;
    return (high - low) / (above - below);
}

double slope_error(Sample *sample, const ViewVec *views) {
    const char *problem = views_verify(sample->arena, &sample->model, views);
    if (problem[0]) {
        printf("\n  %s", problem);
        return INFINITY;
    }
    double worst = 0;
    for (int64_t v = 0; v < sample->model.variables.count; v++) {
        const Variable *variable = &sample->model.variables.items[v];
        if (variable->role != ROLE_PARAMETER || variable->frozen) continue;
        const double *gradient = slope_gradient(sample, views, v);
        if (!gradient) return INFINITY;
        int64_t count = shape_elements(variable->type.shape);
        double largest = 1, difference = 0;
        for (int64_t i = 0; i < count; i++) {
            double slope = slope_at(sample, views, &sample->variables.items[v][i]);
            largest = fmax(largest, fabs(slope));
            if (!isfinite(gradient[i])) return INFINITY;
            difference = fmax(difference, fabs(gradient[i] - slope));
        }
        worst = fmax(worst, difference / largest);
    }
    return worst;
}
