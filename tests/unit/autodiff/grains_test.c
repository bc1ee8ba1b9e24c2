/* grains_test.c: a step in parts against the whole, in the reference evaluation. */

#include "autodiff/autodiff.h"
#include "autodiff/slope.h"
#include "autodiff/tests.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

enum { SAMPLES = 4 };

static const double xs[SAMPLES] = {1, 5, 6, 8};

static Node *runtime_count(Graph *g) {
    Attr attr = {.runtime = RUNTIME_SAMPLE_COUNT};
    return graph_node(g, OP_RUNTIME, attr, NULL, 0, NULL);
}

/* loss (x w)^2 + (mean of x w over what is seen at once)^2, penalty w^2, w <- w - gradient,
 * s <- mean of x over what is seen at once, average of w. Variables: 0 w, 1 s. */
static void build(Sample *sample, Arena *arena, int64_t grains, ViewVec *views) {
    arena_init(arena);
    sample_begin(sample, arena, 1, 8);
    sample->n = SAMPLES;
    sample->model.train.grains = grains;
    sample->model.train.average = 0.5;
    Graph *g = &sample->model.graph;
    Node *x = sample_input(sample, shape_scalar(), xs);
    Node *w = sample_parameter(sample, shape_scalar(), (double[]){0.5});
    Node *s = sample_parameter(sample, shape_scalar(), (double[]){0});
    Node *y = graph_binary_broadcast(g, OP_MULTIPLY, x, w), *n = runtime_count(g);
    Node *mean = graph_binary(g, OP_DIVIDE, graph_unary(g, OP_BATCH_SUM, y), n);
    VEC_PUSH(arena, sample->model.losses, graph_binary(g, OP_MULTIPLY, y, y));
    VEC_PUSH(arena, sample->model.losses, graph_binary(g, OP_MULTIPLY, mean, mean));
    VEC_PUSH(arena, sample->model.penalties, graph_binary(g, OP_MULTIPLY, w, w));
    Variable *variables = sample->model.variables.items;
    variables[0].next = graph_binary(g, OP_SUBTRACT, w, graph_leaf(g, OP_GRADIENT, 0, w->type));
    variables[1].role = ROLE_STATE;
    variables[1].next = graph_binary(g, OP_DIVIDE, graph_unary(g, OP_BATCH_SUM, x), n);
    CU_ASSERT_PTR_NOT_NULL(s);
    variables[0].initial = graph_constant(g, 0.5);
    slope_prepare(sample, views);
}

static const View *view_of(const ViewVec *views, ViewKind kind) {
    for (int64_t i = 0; i < views->count; i++)
        if (views->items[i].kind == kind) return &views->items[i];
    return NULL;
}

/* Evaluates a view on samples first .. first + count - 1; its variables go to `values`. */
static double run(Sample *sample, const View *view, double *const *variables, int64_t first,
                  int64_t count, double *values) {
    EvalInputs inputs = sample_inputs(sample);
    const double *input = xs + first;
    inputs.inputs = &input;
    inputs.samples = count;
    inputs.variables = (const double *const *)variables;
    const double **results = eval_view(sample->arena, view, &inputs);
    double loss = NAN;
    for (int64_t i = 0; i < view->results.count; i++) {
        const ViewResult *result = &view->results.items[i];
        if (result->kind == RESULT_VARIABLE) values[result->index] = results[i][0];
        if (result->kind == RESULT_LOSS) loss = results[i][0];
    }
    return loss;
}

/* One step in the given parts; variables after it, and the loss. */
static double step(int64_t grains, const int64_t *sizes, double *after) {
    Arena arena;
    Sample sample;
    ViewVec views = {0};
    build(&sample, &arena, grains, &views);
    int64_t count = sample.model.variables.count;
    double *now = ARENA_ARRAY(&arena, double, count), *part = ARENA_ARRAY(&arena, double, count);
    double **places = ARENA_ARRAY(&arena, double *, count);
    now[0] = 0.5;
    for (int64_t i = 0; i < count; i++) {
        places[i] = &now[i];
        if (sample.model.variables.items[i].is_average) now[i] = 0.5;
    }
    const View *grain = view_of(&views, VIEW_GRAIN);
    CU_ASSERT_EQUAL(grain != NULL, grains > 1);
    for (int64_t g = 0, first = 0; grain && g < grains; first += sizes[g++]) {
        run(&sample, grain, places, first, sizes[g], part);
        for (int64_t i = 0; i < count; i++)
            if (sample.model.variables.items[i].role == ROLE_JOINED) now[i] += part[i];
    }
    memcpy(part, now, (size_t)count * sizeof *part);
    double loss = run(&sample, view_of(&views, VIEW_TRAIN_STEP), places, 0, SAMPLES, part);
    memcpy(after, part, 2 * sizeof *after);
    for (int64_t i = 0; i < count; i++)
        if (sample.model.variables.items[i].is_average) after[2] = part[i];
    /* gradcheck sees the whole batch */
    double whole = 0;
    for (int i = 0; i < SAMPLES; i++)
        whole += 2 * xs[i] * xs[i] * 0.5 / SAMPLES;
    sample.variables.items[0][0] = 0.5;
    CU_ASSERT_DOUBLE_EQUAL(*slope_gradient(&sample, &views, 0), whole + 2 * 0.5 * 25 + 2 * 0.5,
                           1e-12);
    arena_free(&arena);
    return loss;
}

/* Sums over samples do not care for parts; what looks at a part is averaged over the parts. */
void grains_are_joined(void) {
    static const int64_t one[] = {4}, two[] = {1, 3};
    double squares = (1 + 25 + 36 + 64) / 4.0, after[3];
    double loss = step(1, one, after);
    CU_ASSERT_DOUBLE_EQUAL(loss, 0.25 * (squares + 25), 1e-12);
    double gradient = squares + 25 + 1; /* 2 w = 1 */
    CU_ASSERT_DOUBLE_EQUAL(after[0], 0.5 - gradient, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(after[1], 5, 1e-12);

    double mean = (1 + 19.0 / 3) / 2, square = (1 + 19.0 / 3 * 19 / 3) / 2;
    loss = step(2, two, after);
    CU_ASSERT_DOUBLE_EQUAL(loss, 0.25 * (squares + square), 1e-12);
    gradient = squares + square + 1;
    CU_ASSERT_DOUBLE_EQUAL(after[0], 0.5 - gradient, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(after[1], mean, 1e-12);
    /* step 3 of sample_inputs(): the share of the new is max(1 - 0.5, 9 / 13) */
    CU_ASSERT_DOUBLE_EQUAL(after[2], 0.5 - gradient * 9 / 13, 1e-12);
}
