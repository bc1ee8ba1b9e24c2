/* fuse_test.c: how graphs other than dense layers are cut into kernels. */

#include "fixture.h"

static const PlanOptions fused = {.fuse = true, .reuse = true, .share_functions = true};

static Node *times(Graph *graph, Node *a, double number) {
    return graph_binary(graph, OP_MULTIPLY, a, graph_full(graph, number, a->type));
}

static const ViewPlan *only_view(Fixture *fixture) {
    return &fixture_plan(fixture, fused)->views.items[0];
}

/* mean, variance, scale and shift along the last axis: one pass over the rows. */
static void test_layer_norm(void) {
    Fixture fixture;
    fixture_init(&fixture);
    Graph *graph = &fixture.model.graph;
    Node *x = fixture_input(&fixture, "x", fixture_batched(2, (int64_t[]){7, 33}));
    Node *scale =
        fixture_variable(&fixture, "scale", ROLE_PARAMETER, fixture_fixed(1, (int64_t[]){33}));
    Node *mean = times(graph, graph_reduce(graph, OP_SUM, x, 2), 1.0 / 33);
    Node *centered = graph_binary_broadcast(graph, OP_SUBTRACT, x, mean);
    Node *square = graph_binary(graph, OP_MULTIPLY, centered, centered);
    Node *variance = times(graph, graph_reduce(graph, OP_SUM, square, 2), 1.0 / 33);
    Node *root = graph_unary(graph, OP_SQRT, variance);
    Node *normal = graph_binary_broadcast(graph, OP_DIVIDE, centered, root);
    fixture_view(&fixture, VIEW_PREDICT);
    fixture_result(&fixture, RESULT_OUTPUT, 0,
                   graph_binary_broadcast(graph, OP_MULTIPLY, normal, scale));
    const ViewPlan *view = only_view(&fixture);
    CU_ASSERT_EQUAL(view->kernels.count, 1);
    CU_ASSERT_EQUAL(view->kernels.items[0].family, KERNEL_ROW);
    fixture_free(&fixture);
}

/* Sum and sum of squares over the batch read the value once; then one pass normalises. */
static void test_batch_norm(void) {
    Fixture fixture;
    fixture_init(&fixture);
    Graph *graph = &fixture.model.graph;
    Node *x = fixture_input(&fixture, "x", fixture_batched(1, (int64_t[]){40}));
    Node *sum = graph_unary(graph, OP_BATCH_SUM, x);
    Node *squares = graph_unary(graph, OP_BATCH_SUM, graph_binary(graph, OP_MULTIPLY, x, x));
    Node *mean = times(graph, sum, 0.1);
    Node *variance = graph_binary(graph, OP_SUBTRACT, times(graph, squares, 0.1),
                                  graph_binary(graph, OP_MULTIPLY, mean, mean));
    Node *root = graph_unary(graph, OP_SQRT, variance);
    Node *normal = graph_binary_broadcast(
        graph, OP_DIVIDE, graph_binary_broadcast(graph, OP_SUBTRACT, x, mean), root);
    fixture_view(&fixture, VIEW_PREDICT);
    fixture_result(&fixture, RESULT_OUTPUT, 0,
                   graph_binary(graph, OP_MAXIMUM, normal, graph_full(graph, 0, normal->type)));
    const ViewPlan *view = only_view(&fixture);
    CU_ASSERT_EQUAL(fixture_count(view, KERNEL_BATCH_SUM), 1);
    CU_ASSERT_EQUAL(view->kernels.count, 3); /* sums, root, normalise with relu */
    fixture_free(&fixture);
}

/* A dear value needed twice is stored, not computed again; a cheap one is computed again. */
static void test_recompute(void) {
    Fixture fixture;
    fixture_init(&fixture);
    Graph *graph = &fixture.model.graph;
    Node *x = fixture_input(&fixture, "x", fixture_batched(1, (int64_t[]){40}));
    Node *dear = graph_unary(graph, OP_EXP, x), *cheap = graph_unary(graph, OP_ABS, x);
    fixture_view(&fixture, VIEW_PREDICT);
    Node *both[2] = {dear, cheap};
    for (int i = 0; i < 2; i++) {
        fixture_result(&fixture, RESULT_OUTPUT, 2 * i, graph_reduce(graph, OP_SUM, both[i], 1));
        fixture_result(&fixture, RESULT_STATISTIC, 2 * i + 1,
                       graph_unary(graph, OP_BATCH_SUM, both[i]));
    }
    const ViewPlan *view = only_view(&fixture);
    int dear_count = 0, cheap_count = 0;
    for (int64_t i = 0; i < view->kernels.count; i++) {
        for (int64_t j = 0; j < view->kernels.items[i].nodes.count; j++) {
            dear_count += view->kernels.items[i].nodes.items[j] == dear;
            cheap_count += view->kernels.items[i].nodes.items[j] == cheap;
        }
    }
    CU_ASSERT_EQUAL(dear_count, 1);
    CU_ASSERT_EQUAL(cheap_count, 2);
    fixture_free(&fixture);
}

/* A root over a few numbers is not computed for every element that it is broadcast to. */
static void test_domains(void) {
    Fixture fixture;
    fixture_init(&fixture);
    Graph *graph = &fixture.model.graph;
    Node *x = fixture_input(&fixture, "x", fixture_batched(1, (int64_t[]){40}));
    Node *v = fixture_variable(&fixture, "v", ROLE_STATE, fixture_fixed(1, (int64_t[]){40}));
    Node *root = graph_unary(graph, OP_SQRT, v);
    fixture_view(&fixture, VIEW_PREDICT);
    fixture_result(&fixture, RESULT_OUTPUT, 0, graph_binary_broadcast(graph, OP_MULTIPLY, x, root));
    const ViewPlan *view = only_view(&fixture);
    CU_ASSERT_EQUAL(view->kernels.count, 2);
    CU_ASSERT_FALSE(view->kernels.items[0].domain.batched);
    fixture_free(&fixture);
}

/* The new value of one variable is the old one of the other. */
static void test_swap(void) {
    Fixture fixture;
    fixture_init(&fixture);
    Graph *graph = &fixture.model.graph;
    Type type = fixture_fixed(1, (int64_t[]){20});
    Node *a = fixture_variable(&fixture, "a", ROLE_STATE, type);
    Node *b = fixture_variable(&fixture, "b", ROLE_STATE, type);
    Node *c = fixture_variable(&fixture, "c", ROLE_STATE, type);
    fixture_view(&fixture, VIEW_TRAIN_STEP);
    fixture_result(&fixture, RESULT_VARIABLE, 0, b);
    fixture_result(&fixture, RESULT_VARIABLE, 1, a);
    fixture_result(&fixture, RESULT_VARIABLE, 2, graph_binary(graph, OP_ADD, c, a));
    fixture_plan(&fixture, options_plain);
    const ViewPlan *view = only_view(&fixture);
    CU_ASSERT_EQUAL(fixture_count(view, KERNEL_COPY), 4);
    CU_ASSERT_EQUAL(fixture_count(view, KERNEL_MAP), 1);
    fixture_free(&fixture);
}

/* A variable that is read at other places than written gets its value through a copy. */
static void test_moved_update(void) {
    Fixture fixture;
    fixture_init(&fixture);
    Graph *graph = &fixture.model.graph;
    Node *a = fixture_variable(&fixture, "a", ROLE_STATE, fixture_fixed(2, (int64_t[]){9, 9}));
    Attr attr = {.order = {1, 0}};
    Node *turned = graph_node(graph, OP_TRANSPOSE, attr, &a, 1, NULL);
    fixture_view(&fixture, VIEW_TRAIN_STEP);
    fixture_result(&fixture, RESULT_VARIABLE, 0, graph_binary(graph, OP_ADD, a, turned));
    const ViewPlan *view = only_view(&fixture);
    CU_ASSERT_EQUAL(view->kernels.count, 2);
    CU_ASSERT_EQUAL(view->kernels.items[1].family, KERNEL_COPY);
    fixture_free(&fixture);
}

/* Two contributions to a gradient, and its norm needed before the update: the gradient is stored.
 */
static void test_clipped(void) {
    Fixture fixture;
    fixture_init(&fixture);
    Graph *graph = &fixture.model.graph;
    Node *x = fixture_input(&fixture, "x", fixture_batched(2, (int64_t[]){1, 24}));
    Node *w =
        fixture_variable(&fixture, "w", ROLE_PARAMETER, fixture_fixed(2, (int64_t[]){24, 24}));
    Node *y = graph_matmul(graph, x, w, false, false);
    Node *operands[2] = {x, y};
    Node *gradient = graph_node(graph, OP_CONTRACT, (Attr){0}, operands, 2, NULL);
    Node *norm =
        graph_reduce(graph, OP_SUM, graph_binary(graph, OP_MULTIPLY, gradient, gradient), 3);
    Node *step = graph_binary_broadcast(graph, OP_DIVIDE, gradient, norm);
    fixture_view(&fixture, VIEW_TRAIN_STEP);
    fixture_result(&fixture, RESULT_VARIABLE, 0, graph_binary(graph, OP_SUBTRACT, w, step));
    const ViewPlan *view = only_view(&fixture);
    CU_ASSERT_EQUAL(view->kernels.count, 4); /* product, gradient, norm, update */
    CU_ASSERT_EQUAL(view->kernels.items[3].family, KERNEL_MAP);
    fixture_free(&fixture);
}

/* The backward pass of relu reads the activation; what stands before it is not stored. */
static void test_relu(void) {
    Fixture fixture;
    fixture_init(&fixture);
    Graph *graph = &fixture.model.graph;
    Node *x = fixture_input(&fixture, "x", fixture_batched(1, (int64_t[]){24}));
    Node *z = graph_unary(graph, OP_EXP, x);
    Node *zero = graph_full(graph, 0, z->type);
    Node *h = graph_binary(graph, OP_MAXIMUM, z, zero);
    Node *sum = graph_unary(graph, OP_BATCH_SUM, h);
    Node *on = graph_binary(graph, OP_LESS, zero, z);
    Node *back = graph_binary_broadcast(graph, OP_MULTIPLY, on, sum);
    fixture_view(&fixture, VIEW_PREDICT);
    fixture_result(&fixture, RESULT_OUTPUT, 0, h);
    fixture_result(&fixture, RESULT_OUTPUT, 1, back);
    Plan *plan = fixture_plan(&fixture, fused);
    const ViewPlan *view = &plan->views.items[0];
    for (int64_t i = 0; i < view->kernels.count; i++)
        for (int64_t j = 0; j < view->kernels.items[i].outputs.count; j++)
            CU_ASSERT_PTR_NOT_EQUAL(view->kernels.items[i].outputs.items[j].node, z);
    fixture_free(&fixture);
}

/* z = exp(x) + x is read by two kernels, so it is stored; whether it is 0 they see for themselves.
 */
static void test_cheap_of_dear(void) {
    Fixture fixture;
    fixture_init(&fixture);
    Graph *graph = &fixture.model.graph;
    Node *x = fixture_input(&fixture, "x", fixture_batched(1, (int64_t[]){24}));
    Node *z = graph_binary(graph, OP_ADD, graph_unary(graph, OP_EXP, x), x);
    Node *zero = graph_full(graph, 0, z->type);
    Node *is_set = graph_binary(graph, OP_NOT_EQUAL, z, zero);
    Node *kept = graph_select(graph, is_set, graph_binary(graph, OP_MULTIPLY, z, x), zero);
    Node *sum = graph_unary(graph, OP_BATCH_SUM, kept);
    Node *scaled = graph_binary_broadcast(graph, OP_MULTIPLY, z, sum);
    fixture_view(&fixture, VIEW_PREDICT);
    fixture_result(&fixture, RESULT_OUTPUT, 0, graph_select(graph, is_set, scaled, zero));
    const ViewPlan *view = only_view(&fixture);
    bool stores_z = false, stores_is_set = false;
    for (int64_t i = 0; i < view->kernels.count; i++)
        for (int64_t j = 0; j < view->kernels.items[i].outputs.count; j++) {
            stores_z |= view->kernels.items[i].outputs.items[j].node == z;
            stores_is_set |= view->kernels.items[i].outputs.items[j].node == is_set;
        }
    CU_ASSERT_TRUE(stores_z);
    CU_ASSERT_FALSE(stores_is_set);
    fixture_free(&fixture);
}

void fuse_suite(CU_pSuite suite) {
    CU_add_test(suite, "layer normalisation", test_layer_norm);
    CU_add_test(suite, "batch normalisation", test_batch_norm);
    CU_add_test(suite, "stored or computed again", test_recompute);
    CU_add_test(suite, "small domains", test_domains);
    CU_add_test(suite, "variables change places", test_swap);
    CU_add_test(suite, "update from elsewhere", test_moved_update);
    CU_add_test(suite, "gradient needed twice", test_clipped);
    CU_add_test(suite, "relu", test_relu);
    CU_add_test(suite, "cheap from what is stored", test_cheap_of_dear);
}
