/* stable_test.c: the stable forms are found however they are written, and are finite with the right
 * values at logits of +-1000. */

#include "graph/sample.h"
#include "graph/tests.h"

#include <CUnit/CUnit.h>
#include <math.h>

static Shape shape1(int64_t a) {
    return (Shape){.rank = 1, .dims = {a}};
}

static Node *one_like(Graph *g, Node *node) {
    return graph_full(g, 1, node->type);
}

static Node *log_of(Graph *g, Node *node) {
    return graph_unary(g, OP_LOG, node);
}

static Node *exp_of(Graph *g, Node *node) {
    return graph_unary(g, OP_EXP, node);
}

static void expect(Sample *sample, Node *node, int count, const double *expected) {
    EvalInputs inputs = sample_inputs(sample);
    const double *value = eval_node(sample->arena, node, &inputs);
    for (int i = 0; i < count; i++)
        CU_ASSERT_TRUE(fabs(value[i] - expected[i]) <= 1e-12 * fmax(1, fabs(expected[i])));
}

static const double logits[] = {1000, -1000, 0};

void logarithms_are_stable(void) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, 1, 8);
    Graph *g = &sample.model.graph;
    Node *z = sample_parameter(&sample, shape1(3), logits);
    Node *sigmoid = graph_unary(g, OP_SIGMOID, z);
    const double two = 0.6931471805599453;
    expect(&sample, log_of(g, graph_unary(g, OP_SOFTMAX, z)), 3, (double[]){0, -2000, -1000});
    expect(&sample, log_of(g, sigmoid), 3, (double[]){0, -1000, -two});
    Node *rest = graph_binary(g, OP_SUBTRACT, one_like(g, z), sigmoid);
    expect(&sample, log_of(g, rest), 3, (double[]){-1000, 0, -two});
    Node *sum = graph_binary(g, OP_ADD, one_like(g, z), graph_unary(g, OP_NEGATE, sigmoid));
    expect(&sample, log_of(g, sum), 3, (double[]){-1000, 0, -two});
    Node *plus = graph_binary(g, OP_ADD, one_like(g, z), exp_of(g, z));
    CU_ASSERT_EQUAL(log_of(g, plus)->op, OP_SOFTPLUS);
    plus = graph_binary(g, OP_ADD, exp_of(g, z), one_like(g, z));
    CU_ASSERT_EQUAL(log_of(g, plus)->op, OP_SOFTPLUS);
    CU_ASSERT_EQUAL(graph_unary(g, OP_LOG1P, exp_of(g, z))->op, OP_SOFTPLUS);
    CU_ASSERT_PTR_EQUAL(log_of(g, exp_of(g, z)), z);
    expect(&sample, log_of(g, graph_reduce(g, OP_SUM, exp_of(g, z), 1)), 1, (double[]){1000});

    /* log(sum(exp(z))) over any axes */
    const double ms[] = {1, -1000, 2, 1, 1000, 2};
    Node *m = sample_parameter(&sample, (Shape){.rank = 2, .dims = {2, 3}}, ms);
    expect(&sample, log_of(g, graph_reduce(g, OP_SUM, exp_of(g, m), 1)), 3,
           (double[]){1 + two, 1000, 2 + two});
    expect(&sample, log_of(g, graph_reduce(g, OP_SUM, exp_of(g, m), 2)), 2,
           (double[]){2.313261687518223, 1000});
    expect(&sample, log_of(g, graph_reduce(g, OP_SUM, exp_of(g, m), 3)), 1, (double[]){1000});
    arena_free(&arena);
}

void logarithms_see_through_movement(void) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, 1, 8);
    sample.n = 2;
    Graph *g = &sample.model.graph;
    const double zs[] = {1000, -1000, 0, 3, 3, 3};
    Node *z = sample_input(&sample, shape1(3), zs);
    Node *c = sample_class(&sample, 3, (double[]){1, 2});
    Node *operands[2] = {graph_unary(g, OP_SOFTMAX, z), c};
    Node *taken = graph_node(g, OP_TAKE, (Attr){0}, operands, 2, NULL);
    Node *log = log_of(g, taken);
    CU_ASSERT_EQUAL(log->op, OP_TAKE);
    CU_ASSERT_EQUAL(log->operands[0]->op, OP_LOG_SOFTMAX);
    expect(&sample, log, 2, (double[]){-2000, -1.0986122886681098});

    /* 1 - reshape(sigmoid(z)), then broadcast */
    Node *first = graph_node(g, OP_SLICE, (Attr){.axis = 0, .to = 1}, &z, 1, NULL);
    Node *p = graph_reshape(g, graph_unary(g, OP_SIGMOID, first), shape_scalar());
    Node *rest = graph_binary(g, OP_SUBTRACT, one_like(g, p), p);
    rest = graph_broadcast(g, rest, type_real(true, shape1(2)));
    expect(&sample, log_of(g, rest), 4,
           (double[]){-1000, -1000, -3.048587351573742, -3.048587351573742});

    /* a choice between two stable sides */
    Node *condition = graph_binary(g, OP_LESS, z, graph_full(g, 2, z->type));
    Node *sigmoid = graph_unary(g, OP_SIGMOID, z);
    Node *other = graph_binary(g, OP_SUBTRACT, one_like(g, z), sigmoid);
    Node *choice = log_of(g, graph_select(g, condition, sigmoid, other));
    CU_ASSERT_EQUAL(choice->op, OP_SELECT);
    expect(&sample, choice, 3, (double[]){-1000, -1000, -0.6931471805599453});
    arena_free(&arena);
}

void quotients_are_sigmoid_and_softmax(void) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, 1, 8);
    Graph *g = &sample.model.graph;
    Node *z = sample_parameter(&sample, shape1(3), logits);
    Node *one = one_like(g, z);
    Node *sigmoid = graph_unary(g, OP_SIGMOID, z);
    Node *minus = exp_of(g, graph_unary(g, OP_NEGATE, z));
    Node *plus = graph_binary(g, OP_ADD, one, minus);
    CU_ASSERT_PTR_EQUAL(graph_binary(g, OP_DIVIDE, one, plus), sigmoid);
    plus = graph_binary(g, OP_ADD, minus, one);
    CU_ASSERT_PTR_EQUAL(graph_binary(g, OP_DIVIDE, one, plus), sigmoid);
    Node *exp = exp_of(g, z);
    plus = graph_binary(g, OP_ADD, one, exp);
    CU_ASSERT_PTR_EQUAL(graph_binary(g, OP_DIVIDE, exp, plus), sigmoid);
    expect(&sample, graph_binary(g, OP_DIVIDE, one, plus), 3, (double[]){0, 1, 0.5});

    Node *softmax = graph_unary(g, OP_SOFTMAX, z);
    Node *sum = graph_reduce(g, OP_SUM, exp, 1);
    CU_ASSERT_PTR_EQUAL(graph_binary_broadcast(g, OP_DIVIDE, exp, sum), softmax);
    sum = graph_reshape(g, sum, shape_scalar());
    CU_ASSERT_PTR_EQUAL(graph_binary_broadcast(g, OP_DIVIDE, exp, sum), softmax);

    /* columns and whole matrices, too */
    const double ms[] = {1000, 0, 1000, 0};
    Node *m = sample_parameter(&sample, (Shape){.rank = 2, .dims = {2, 2}}, ms);
    Node *em = exp_of(g, m);
    sum = graph_reduce(g, OP_SUM, em, 1);
    expect(&sample, graph_binary_broadcast(g, OP_DIVIDE, em, sum), 4,
           (double[]){0.5, 0.5, 0.5, 0.5});
    sum = graph_reduce(g, OP_SUM, em, 3);
    expect(&sample, graph_binary_broadcast(g, OP_DIVIDE, em, sum), 4, (double[]){0.5, 0, 0.5, 0});
    arena_free(&arena);
}

/* What only looks like a stable form keeps its own value. */
void other_formulas_stay(void) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, 1, 8);
    Graph *g = &sample.model.graph;
    const double ms[] = {1, 2, 3, 4};
    Node *m = sample_parameter(&sample, (Shape){.rank = 2, .dims = {2, 2}}, ms);
    Node *em = exp_of(g, m);
    /* sums of rows, laid along columns: not softmax */
    Node *sum = graph_reshape(g, graph_reduce(g, OP_SUM, em, 2), shape1(2));
    Node *quotient = graph_binary_broadcast(g, OP_DIVIDE, em, sum);
    CU_ASSERT_EQUAL(quotient->op, OP_DIVIDE);
    Node *two = graph_full(g, 2, m->type);
    CU_ASSERT_EQUAL(log_of(g, graph_binary(g, OP_ADD, two, em))->op, OP_LOG);
    Node *sigmoid = graph_unary(g, OP_SIGMOID, m);
    Node *less = graph_binary(g, OP_SUBTRACT, sigmoid, one_like(g, m));
    CU_ASSERT_EQUAL(log_of(g, less)->op, OP_LOG);
    Node *exp_two = exp_of(g, two);
    Node *plus = graph_binary(g, OP_ADD, one_like(g, m), em);
    CU_ASSERT_EQUAL(graph_binary(g, OP_DIVIDE, exp_two, plus)->op, OP_DIVIDE);
    g->forms_closed = true;
    CU_ASSERT_EQUAL(log_of(g, graph_unary(g, OP_SOFTMAX, m))->op, OP_LOG);
    arena_free(&arena);
}
