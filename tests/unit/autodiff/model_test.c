/* model_test.c: what autodiff makes of whole models. */

#include "autodiff/autodiff.h"
#include "autodiff/slope.h"
#include "autodiff/tests.h"

#include <CUnit/CUnit.h>
#include <math.h>

static void begin(Sample *sample, Arena *arena, int64_t n) {
    arena_init(arena);
    sample_begin(sample, arena, 1, 8);
    sample->n = n;
}

static Node *times(Graph *g, Node *a, Node *b) {
    return graph_binary_broadcast(g, OP_MULTIPLY, a, b);
}

static void add_loss(Sample *sample, Node *loss) {
    VEC_PUSH(sample->arena, sample->model.losses, loss);
}

/* The value a view gives a variable. */
static double new_value(Sample *sample, const ViewVec *views, ViewKind kind, int64_t index) {
    EvalInputs inputs = sample_inputs(sample);
    for (int64_t i = 0; i < views->count; i++) {
        if (views->items[i].kind != kind) continue;
        const double **values = eval_view(sample->arena, &views->items[i], &inputs);
        for (int64_t k = 0; k < views->items[i].results.count; k++) {
            const ViewResult *result = &views->items[i].results.items[k];
            if (result->kind == RESULT_VARIABLE && result->index == index) return values[k][0];
        }
    }
    return NAN;
}

/* loss = x w^2 + w, w shared between three places */
void parameters_used_twice(void) {
    Arena arena;
    Sample sample;
    begin(&sample, &arena, 2);
    Graph *g = &sample.model.graph;
    Node *w = sample_parameter(&sample, shape_scalar(), (double[]){3});
    Node *x = sample_input(&sample, shape_scalar(), (double[]){1, 5});
    Node *loss = times(g, times(g, x, w), w);
    add_loss(&sample, graph_binary_broadcast(g, OP_ADD, loss, w));
    ViewVec views;
    slope_prepare(&sample, &views);
    CU_ASSERT_DOUBLE_EQUAL(*slope_gradient(&sample, &views, 0), 2 * 3 * 3.0 + 1, 1e-14);
    CU_ASSERT_TRUE(slope_error(&sample, &views) <= 1e-6);
    arena_free(&arena);
}

/* The data's part is divided by n once, losses of no sample and penalties are added as they are. */
void losses_and_penalties_are_weighed(void) {
    Arena arena;
    Sample sample;
    begin(&sample, &arena, 3);
    Graph *g = &sample.model.graph;
    Node *w = sample_parameter(&sample, shape_scalar(), (double[]){3});
    Node *unused = sample_parameter(&sample, (Shape){.rank = 1, .dims = {2}}, NULL);
    CU_ASSERT_PTR_NOT_NULL(unused);
    Node *x = sample_input(&sample, shape_scalar(), (double[]){1, 5, 6});
    add_loss(&sample, times(g, x, w));
    add_loss(&sample, times(g, w, graph_constant(g, 7)));
    VEC_PUSH(&arena, sample.model.penalties, times(g, w, w));
    ViewVec views;
    slope_prepare(&sample, &views);
    CU_ASSERT_DOUBLE_EQUAL(*slope_gradient(&sample, &views, 0), 4 + 7 + 6, 1e-14);
    CU_ASSERT_EQUAL(slope_gradient(&sample, &views, 1)[1], 0);
    CU_ASSERT_TRUE(slope_error(&sample, &views) <= 1e-6);
    arena_free(&arena);
}

/* w <- w - gradient(w) for every parameter */
static void descend(Sample *sample) {
    Graph *g = &sample->model.graph;
    for (int64_t i = 0; i < sample->model.variables.count; i++) {
        Variable *variable = &sample->model.variables.items[i];
        Node *gradient = graph_leaf(g, OP_GRADIENT, i, variable->type);
        variable->next = graph_binary(g, OP_SUBTRACT, variable->leaf, gradient);
    }
}

void frozen_parameters_have_no_gradient(void) {
    Arena arena;
    Sample sample;
    begin(&sample, &arena, 1);
    Graph *g = &sample.model.graph;
    Node *a = sample_parameter(&sample, shape_scalar(), (double[]){3});
    Node *b = sample_parameter(&sample, shape_scalar(), (double[]){4});
    sample_parameter(&sample, shape_scalar(), (double[]){1});
    add_loss(&sample, times(g, a, b));
    descend(&sample);
    VariableVec *variables = &sample.model.variables;
    variables->items[0].frozen = true;
    variables->items[2].role = ROLE_OPTIMIZER;
    variables->items[2].owner = 0;
    variables->items[2].next = graph_leaf(g, OP_GRADIENT, 0, a->type);
    ViewVec views;
    slope_prepare(&sample, &views);
    CU_ASSERT_PTR_NULL(variables->items[0].gradient);
    CU_ASSERT_PTR_NULL(variables->items[0].next);
    CU_ASSERT_PTR_NULL(variables->items[2].next);
    CU_ASSERT_EQUAL(new_value(&sample, &views, VIEW_TRAIN_STEP, 1), 1);
    CU_ASSERT_TRUE(isnan(new_value(&sample, &views, VIEW_TRAIN_STEP, 0)));
    arena_free(&arena);
}

static void clipped(double value, double norm, double expected_a, double expected_b) {
    Arena arena;
    Sample sample;
    begin(&sample, &arena, 1);
    Graph *g = &sample.model.graph;
    Node *a = sample_parameter(&sample, shape_scalar(), (double[]){3});
    Node *b = sample_parameter(&sample, shape_scalar(), (double[]){4});
    add_loss(&sample, times(g, a, graph_constant(g, 3)));
    VEC_PUSH(&arena, sample.model.penalties, times(g, b, graph_constant(g, -4)));
    descend(&sample);
    sample.model.train.clip_value = value;
    sample.model.train.clip_norm = norm;
    ViewVec views;
    slope_prepare(&sample, &views);
    CU_ASSERT_DOUBLE_EQUAL(new_value(&sample, &views, VIEW_TRAIN_STEP, 0), 3 - expected_a, 1e-14);
    CU_ASSERT_DOUBLE_EQUAL(new_value(&sample, &views, VIEW_TRAIN_STEP, 1), 4 - expected_b, 1e-14);
    /* the gradient itself is not clipped */
    CU_ASSERT_EQUAL(*slope_gradient(&sample, &views, 0), 3);
    CU_ASSERT_EQUAL(*slope_gradient(&sample, &views, 1), -4);
    arena_free(&arena);
}

void updates_see_clipped_gradients(void) {
    clipped(0, 0, 3, -4);
    clipped(3.5, 0, 3, -3.5);
    clipped(0, 1, 0.6, -0.8);
    clipped(0, 10, 3, -4);
    clipped(3, 1, sqrt(0.5), -sqrt(0.5));
}

/* The gradient is that of training: dropped elements pass none on. */
void gradients_see_training(void) {
    Arena arena;
    Sample sample;
    begin(&sample, &arena, 1);
    Graph *g = &sample.model.graph;
    Node *w = sample_parameter(&sample, (Shape){.rank = 1, .dims = {3}}, NULL);
    Node *training = graph_node(g, OP_TRAINING, (Attr){0}, NULL, 0, NULL);
    Attr mask = {.literal = (double[]){2, 0, 2}};
    Node *dropped =
        graph_binary(g, OP_MULTIPLY, w, graph_node(g, OP_LITERAL, mask, NULL, 0, &w->type));
    Node *y = graph_select(g, graph_broadcast(g, training, w->type), dropped, w);
    add_loss(&sample, graph_reshape(g, graph_reduce(g, OP_SUM, y, 1), shape_scalar()));
    ViewVec views;
    slope_prepare(&sample, &views);
    const double *gradient = slope_gradient(&sample, &views, 0);
    CU_ASSERT_EQUAL(gradient[0], 2);
    CU_ASSERT_EQUAL(gradient[1], 0);
    CU_ASSERT_EQUAL(gradient[2], 2);
    arena_free(&arena);
}
