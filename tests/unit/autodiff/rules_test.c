/* rules_test.c: the rules of derivatives at the places where a formula alone would go wrong. */

#include "autodiff/slope.h"
#include "autodiff/tests.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>

typedef struct Rule {
    Arena arena;
    Sample sample;
    Node *x;
} Rule;

static Graph *begin(Rule *rule, Shape shape, const double *values) {
    arena_init(&rule->arena);
    sample_begin(&rule->sample, &rule->arena, 1, 8);
    rule->x = sample_parameter(&rule->sample, shape, values);
    return &rule->sample.model.graph;
}

/* The gradient of the sum of y's elements by x; frees all. */
static void expect_gradient(Rule *rule, Node *y, int count, const double *expected) {
    Graph *g = &rule->sample.model.graph;
    int rank = y->type.shape.rank;
    Node *sum = graph_reduce(g, OP_SUM, y, (1u << rank) - 1);
    VEC_PUSH(&rule->arena, rule->sample.model.losses, graph_reshape(g, sum, shape_scalar()));
    ViewVec views;
    slope_prepare(&rule->sample, &views);
    const double *gradient = slope_gradient(&rule->sample, &views, 0);
    for (int i = 0; i < count; i++) {
        bool same = fabs(gradient[i] - expected[i]) <= 1e-12 * fmax(1, fabs(expected[i]));
        if (!same) printf("\n  [%d] = %.17g, expected %.17g", i, gradient[i], expected[i]);
        CU_ASSERT_TRUE(same);
    }
    arena_free(&rule->arena);
}

static Shape shape1(int64_t a) {
    return (Shape){.rank = 1, .dims = {a}};
}

static Node *number(Graph *g, const Node *like, double value) {
    return graph_full(g, value, like->type);
}

/* elu(x) = if x > 0 then x else alpha (e^x - 1) */
static Node *elu(Graph *g, Node *x) {
    Node *above = graph_binary(g, OP_LESS, number(g, x, 0), x);
    Node *less = graph_binary(g, OP_SUBTRACT, graph_unary(g, OP_EXP, x), number(g, x, 1));
    return graph_select(g, above, x, graph_binary(g, OP_MULTIPLY, number(g, x, 2), less));
}

void zero_times_anything_is_zero(void) {
    Rule rule;
    Graph *g = begin(&rule, shape1(3), (double[]){800, -1, -800});
    expect_gradient(&rule, elu(g, rule.x), 3, (double[]){1, 2 * 0.36787944117144233, 0});

    /* norm at 0 */
    g = begin(&rule, shape1(2), (double[]){0, 0});
    Node *square = graph_binary(g, OP_POWER, rule.x, number(g, rule.x, 2));
    Node *norm = graph_unary(g, OP_SQRT, graph_reduce(g, OP_SUM, square, 1));
    expect_gradient(&rule, norm, 2, (double[]){0, 0});

    g = begin(&rule, shape1(2), (double[]){0, 0});
    square = graph_binary(g, OP_MULTIPLY, rule.x, rule.x);
    norm = graph_unary(g, OP_SQRT, graph_reduce(g, OP_SUM, square, 1));
    expect_gradient(&rule, norm, 2, (double[]){0, 0});

    /* the logarithm on the side that is not taken; 1/0 and 0/0 too */
    g = begin(&rule, shape1(3), (double[]){0, -1, 2});
    Node *above = graph_binary(g, OP_LESS, number(g, rule.x, 0), rule.x);
    Node *log = graph_unary(g, OP_LOG, rule.x);
    expect_gradient(&rule, graph_select(g, above, log, rule.x), 3, (double[]){1, 1, 0.5});

    g = begin(&rule, shape1(3), (double[]){0, -1, 2});
    above = graph_binary(g, OP_LESS, number(g, rule.x, 0), rule.x);
    Node *quotient = graph_binary(g, OP_DIVIDE, number(g, rule.x, 1), rule.x);
    expect_gradient(&rule, graph_select(g, above, quotient, rule.x), 3, (double[]){1, 1, -0.25});

    g = begin(&rule, shape1(3), (double[]){0, -1, 4});
    above = graph_binary(g, OP_LESS, number(g, rule.x, 0), rule.x);
    Node *root = graph_binary(g, OP_POWER, rule.x, number(g, rule.x, 0.5));
    expect_gradient(&rule, graph_select(g, above, root, rule.x), 3, (double[]){1, 1, 0.25});

    /* 0^b by b: 0, although log 0 is not finite; x^0 by x at 0 */
    g = begin(&rule, shape1(2), (double[]){2, 3});
    Node *zero = number(g, rule.x, 0);
    expect_gradient(&rule, graph_binary(g, OP_POWER, zero, rule.x), 2, (double[]){0, 0});
    g = begin(&rule, shape1(1), (double[]){0});
    expect_gradient(&rule, graph_binary(g, OP_POWER, rule.x, number(g, rule.x, 0)), 1,
                    (double[]){0});

    /* a factor that is infinite under a gradient of zero */
    g = begin(&rule, shape1(2), (double[]){1, 2});
    Node *big = graph_unary(g, OP_EXP, number(g, rule.x, 800));
    Node *product = graph_binary(g, OP_MULTIPLY, rule.x, big);
    above = graph_binary(g, OP_LESS, number(g, rule.x, 0), rule.x);
    expect_gradient(&rule, graph_select(g, above, rule.x, product), 2, (double[]){1, 1});
}

void ties_give_neither_side(void) {
    Rule rule;
    Graph *g = begin(&rule, shape1(3), (double[]){0, 1, -1});
    expect_gradient(&rule, graph_binary(g, OP_MAXIMUM, rule.x, number(g, rule.x, 0)), 3,
                    (double[]){0, 1, 0});
    g = begin(&rule, shape1(3), (double[]){0, 1, -1});
    expect_gradient(&rule, graph_binary(g, OP_MAXIMUM, number(g, rule.x, 0), rule.x), 3,
                    (double[]){0, 1, 0});
    g = begin(&rule, shape1(3), (double[]){0, 1, -1});
    expect_gradient(&rule, graph_binary(g, OP_MINIMUM, rule.x, number(g, rule.x, 0)), 3,
                    (double[]){0, 0, 1});
    g = begin(&rule, shape1(3), (double[]){0, 1, -1});
    expect_gradient(&rule, graph_unary(g, OP_ABS, rule.x), 3, (double[]){0, 1, -1});
    g = begin(&rule, shape1(2), (double[]){3, -2});
    expect_gradient(&rule, graph_binary(g, OP_MAXIMUM, rule.x, rule.x), 2, (double[]){0, 0});
}

void the_first_of_equals_wins(void) {
    Rule rule;
    const double xs[] = {1, 5, 5, 2, 2, 1};
    Shape shape = {.rank = 2, .dims = {2, 3}};
    Graph *g = begin(&rule, shape, xs);
    expect_gradient(&rule, graph_reduce(g, OP_REDUCE_MAX, rule.x, 2), 6,
                    (double[]){0, 1, 0, 1, 0, 0});
    g = begin(&rule, shape, xs);
    expect_gradient(&rule, graph_reduce(g, OP_REDUCE_MIN, rule.x, 3), 6,
                    (double[]){1, 0, 0, 0, 0, 0});
}

/* -log(softmax(z)[y]), -log(sigmoid(z)), -log(1 - sigmoid(z)), log(sum(exp(z))) */
void logits_of_a_thousand(void) {
    Rule rule;
    const double zs[] = {1000, -1000, 0};
    Graph *g = begin(&rule, shape1(3), zs);
    Node *p = graph_unary(g, OP_SOFTMAX, rule.x);
    Node *last = graph_node(g, OP_SLICE, (Attr){.from = 1, .to = 2}, &p, 1, NULL);
    Node *loss = graph_unary(g, OP_NEGATE, graph_unary(g, OP_LOG, last));
    expect_gradient(&rule, loss, 3, (double[]){1, -1, 0});

    g = begin(&rule, shape1(3), zs);
    p = graph_unary(g, OP_SIGMOID, rule.x);
    expect_gradient(&rule, graph_unary(g, OP_LOG, p), 3, (double[]){0, 1, 0.5});

    g = begin(&rule, shape1(3), zs);
    p = graph_unary(g, OP_SIGMOID, rule.x);
    Node *rest = graph_binary(g, OP_SUBTRACT, number(g, p, 1), p);
    expect_gradient(&rule, graph_unary(g, OP_LOG, rest), 3, (double[]){-1, 0, -0.5});

    const double equal[] = {1000, 1000, 1000, 1000};
    g = begin(&rule, shape1(4), equal);
    Node *sum = graph_reduce(g, OP_SUM, graph_unary(g, OP_EXP, rule.x), 1);
    expect_gradient(&rule, graph_unary(g, OP_LOG, sum), 4, (double[]){0.25, 0.25, 0.25, 0.25});
}
