/* values_test.c: reference evaluation against values known in closed form. */

#include "graph/sample.h"
#include "graph/tests.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>

typedef struct Values {
    Arena arena;
    Sample sample;
} Values;

static void begin(Values *values, int64_t n) {
    arena_init(&values->arena);
    sample_begin(&values->sample, &values->arena, 1, 8);
    values->sample.n = n;
}

static Graph *graph_of(Values *values) {
    return &values->sample.model.graph;
}

static void expect_close(Values *values, Node *node, int64_t count, const double *expected,
                         double tolerance) {
    EvalInputs inputs = sample_inputs(&values->sample);
    const double *value = eval_node(&values->arena, node, &inputs);
    CU_ASSERT_EQUAL(eval_elements(node, values->sample.n), count);
    for (int64_t i = 0; i < count; i++) {
        bool same = isnan(expected[i])   ? isnan(value[i])
                    : isinf(expected[i]) ? value[i] == expected[i]
                                         : fabs(value[i] - expected[i]) <= tolerance;
        if (!same)
            printf("\n  %s[%d] = %.17g, expected %.17g", op_table[node->op].name, (int)i, value[i],
                   expected[i]);
        CU_ASSERT_TRUE(same);
    }
}

#define EXPECT(values, node, ...)                                                                  \
    do {                                                                                           \
        const double expected_[] = {__VA_ARGS__};                                                  \
        expect_close(values, node, (int64_t)(sizeof expected_ / sizeof *expected_), expected_,     \
                     1e-14);                                                                       \
    } while (0)

static Shape shape1(int64_t a) {
    return (Shape){.rank = 1, .dims = {a}};
}
static Shape shape2(int64_t a, int64_t b) {
    return (Shape){.rank = 2, .dims = {a, b}};
}

void elementwise_values(void) {
    Values v;
    begin(&v, 1);
    Graph *g = graph_of(&v);
    const double xs[] = {-2, -0.5, 0, 1, NAN, 1000};
    Node *x = sample_parameter(&v.sample, shape1(6), xs);
    EXPECT(&v, graph_unary(g, OP_NEGATE, x), 2, 0.5, 0, -1, NAN, -1000);
    EXPECT(&v, graph_unary(g, OP_EXP, x), 0.1353352832366127, 0.6065306597126334, 1,
           2.718281828459045, NAN, INFINITY);
    EXPECT(&v, graph_unary(g, OP_LOG, x), NAN, NAN, -INFINITY, 0, NAN, 6.907755278982137);
    EXPECT(&v, graph_unary(g, OP_LOG1P, x), NAN, -0.6931471805599453, 0, 0.6931471805599453, NAN,
           6.90875477931522);
    EXPECT(&v, graph_unary(g, OP_SQRT, x), NAN, NAN, 0, 1, NAN, 31.622776601683793);
    EXPECT(&v, graph_unary(g, OP_TANH, x), -0.9640275800758169, -0.46211715726000973, 0,
           0.7615941559557649, NAN, 1);
    EXPECT(&v, graph_unary(g, OP_ERF, x), -0.9953222650189527, -0.5204998778130465, 0,
           0.8427007929497149, NAN, 1);
    EXPECT(&v, graph_unary(g, OP_ABS, x), 2, 0.5, 0, 1, NAN, 1000);
    EXPECT(&v, graph_unary(g, OP_SIGN, x), -1, -1, 0, 1, NAN, 1);
    EXPECT(&v, graph_unary(g, OP_FLOOR, x), -2, -1, 0, 1, NAN, 1000);
    EXPECT(&v, graph_unary(g, OP_SIGMOID, x), 0.11920292202211755, 0.3775406687981454, 0.5,
           0.7310585786300049, NAN, 1);
    EXPECT(&v, graph_unary(g, OP_SOFTPLUS, x), 0.1269280110429726, 0.4740769841801067,
           0.6931471805599453, 1.3132616875182228, NAN, 1000);
    EXPECT(&v, graph_unary(g, OP_NOT, x), 0, 0, 1, 0, 0, 0);
    const double ys[] = {2, -0.5, NAN, 3, 1, 0};
    Node *y = sample_parameter(&v.sample, shape1(6), ys);
    EXPECT(&v, graph_binary(g, OP_MAXIMUM, x, y), 2, -0.5, NAN, 3, NAN, 1000);
    EXPECT(&v, graph_binary(g, OP_MINIMUM, x, y), -2, -0.5, NAN, 1, NAN, 0);
    EXPECT(&v, graph_binary(g, OP_SUBTRACT, x, y), -4, 0, NAN, -2, NAN, 1000);
    EXPECT(&v, graph_binary(g, OP_MULTIPLY, x, y), -4, 0.25, NAN, 3, NAN, 0);
    EXPECT(&v, graph_binary(g, OP_DIVIDE, x, y), -1, 1, NAN, 1.0 / 3, NAN, INFINITY);
    EXPECT(&v, graph_binary(g, OP_LESS, x, y), 1, 0, 0, 1, 0, 0);
    EXPECT(&v, graph_binary(g, OP_LESS_EQUAL, x, y), 1, 1, 0, 1, 0, 0);
    EXPECT(&v, graph_binary(g, OP_EQUAL, x, y), 0, 1, 0, 0, 0, 0);
    EXPECT(&v, graph_binary(g, OP_NOT_EQUAL, x, y), 1, 0, 1, 1, 1, 1);
    EXPECT(&v, graph_binary(g, OP_AND, x, y), 1, 1, 0, 1, 1, 0);
    EXPECT(&v, graph_binary(g, OP_OR, x, y), 1, 1, 1, 1, 1, 1);
    EXPECT(&v, graph_select(g, x, y, x), 2, -0.5, 0, 3, 1, 0);
    const double squares[] = {4, 0.25, 0, 1, NAN, 1e6};
    expect_close(&v, graph_binary(g, OP_POWER, x, graph_full(g, 2, x->type)), 6, squares, 1e-9);
    arena_free(&v.arena);
}

void product_values(void) {
    Values v;
    begin(&v, 2);
    Graph *g = graph_of(&v);
    const double as[] = {1, 2, 3, 4, 5, 6};
    const double bs[] = {1, 0, 2, 1, 0, 3};
    const double xs[] = {1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6};
    Node *a = sample_parameter(&v.sample, shape2(2, 3), as);
    Node *b = sample_parameter(&v.sample, shape2(3, 2), bs);
    Node *x = sample_input(&v.sample, shape2(2, 3), xs);
    EXPECT(&v, graph_matmul(g, a, b, false, false), 5, 11, 14, 23);
    EXPECT(&v, graph_matmul(g, a, a, false, true), 14, 32, 32, 77);
    EXPECT(&v, graph_matmul(g, a, a, true, false), 17, 22, 27, 22, 29, 36, 27, 36, 45);
    EXPECT(&v, graph_matmul(g, b, a, true, true), 5, 14, 11, 23);
    EXPECT(&v, graph_matmul(g, x, b, false, false), 5, 11, 14, 23, -5, -11, -14, -23);
    Node *both[2] = {x, x};
    Node *contract = graph_node(g, OP_CONTRACT, (Attr){0}, both, 2, NULL);
    EXPECT(&v, contract, 34, 44, 54, 44, 58, 72, 54, 72, 90);
    arena_free(&v.arena);
}

void reduction_values(void) {
    Values v;
    begin(&v, 2);
    Graph *g = graph_of(&v);
    const double as[] = {1, 5, 5, 4, 2, 6};
    const double ns[] = {3, NAN, 1, 1, 7, 7};
    const double xs[] = {1, 2, 10, 20};
    Node *a = sample_parameter(&v.sample, shape2(2, 3), as);
    Node *n = sample_parameter(&v.sample, shape2(2, 3), ns);
    Node *x = sample_input(&v.sample, shape1(2), xs);
    EXPECT(&v, graph_reduce(g, OP_SUM, a, 1), 5, 7, 11);
    EXPECT(&v, graph_reduce(g, OP_SUM, a, 2), 11, 12);
    EXPECT(&v, graph_reduce(g, OP_SUM, a, 3), 23);
    EXPECT(&v, graph_reduce(g, OP_REDUCE_MAX, a, 2), 5, 6);
    EXPECT(&v, graph_reduce(g, OP_REDUCE_MIN, a, 1), 1, 2, 5);
    EXPECT(&v, graph_reduce(g, OP_REDUCE_MAX, n, 2), NAN, 7);
    EXPECT(&v, graph_reduce(g, OP_FIRST_MAX, a, 2), 0, 1, 0, 0, 0, 1);
    EXPECT(&v, graph_reduce(g, OP_FIRST_MAX, a, 3), 0, 0, 0, 0, 0, 1);
    EXPECT(&v, graph_reduce(g, OP_FIRST_MAX, n, 2), 0, 1, 0, 0, 1, 0);
    EXPECT(&v, graph_reduce(g, OP_FIRST_MAX, a, 0), 1, 1, 1, 1, 1, 1);
    EXPECT(&v, graph_node(g, OP_ARGMAX, (Attr){.axis = 1}, &a, 1, NULL), 1, 2);
    EXPECT(&v, graph_node(g, OP_ARGMAX, (Attr){.axis = 0}, &a, 1, NULL), 1, 0, 1);
    EXPECT(&v, graph_node(g, OP_ARGMAX, (Attr){.axis = 1}, &n, 1, NULL), 1, 1);
    EXPECT(&v, graph_reduce(g, OP_SUM, x, 1), 3, 30);
    EXPECT(&v, graph_unary(g, OP_BATCH_SUM, x), 11, 22);
    const double zs[] = {0, 0.6931471805599453, 1000, -1000};
    Node *z = sample_parameter(&v.sample, shape2(2, 2), zs);
    EXPECT(&v, graph_unary(g, OP_SOFTMAX, z), 1.0 / 3, 2.0 / 3, 1, 0);
    EXPECT(&v, graph_unary(g, OP_LOG_SOFTMAX, z), -1.0986122886681098, -0.4054651081081644, 0,
           -2000);
    arena_free(&v.arena);
}

void movement_values(void) {
    Values v;
    begin(&v, 3);
    Graph *g = graph_of(&v);
    const double as[] = {1, 2, 3, 4, 5, 6};
    const double xs[] = {1, 2, 10, 20, 100, 200};
    Node *a = sample_parameter(&v.sample, shape2(2, 3), as);
    Node *x = sample_input(&v.sample, shape1(2), xs);
    EXPECT(&v, graph_reshape(g, a, shape2(3, 2)), 1, 2, 3, 4, 5, 6);
    EXPECT(&v, graph_node(g, OP_TRANSPOSE, (Attr){.order = {1, 0}}, &a, 1, NULL), 1, 4, 2, 5, 3, 6);
    EXPECT(&v, graph_node(g, OP_SLICE, (Attr){.axis = 1, .from = 1, .to = 3}, &a, 1, NULL), 2, 3, 5,
           6);
    Attr pad = {.before = {1, 0}, .after = {0, 1}, .number = 9};
    EXPECT(&v, graph_node(g, OP_PAD, pad, &a, 1, NULL), 9, 9, 9, 9, 1, 2, 3, 9, 4, 5, 6, 9);
    Node *parts[2] = {a, graph_node(g, OP_SLICE, (Attr){.axis = 1, .to = 1}, &a, 1, NULL)};
    EXPECT(&v, graph_node(g, OP_CONCAT, (Attr){.axis = 1}, parts, 2, NULL), 1, 2, 3, 1, 4, 5, 6, 4);
    Node *rows = graph_node(g, OP_SLICE, (Attr){.axis = 0, .from = 1, .to = 2}, &a, 1, NULL);
    EXPECT(&v, graph_broadcast(g, rows, type_real(false, shape2(2, 3))), 4, 5, 6, 4, 5, 6);
    Node *one = sample_parameter(&v.sample, shape1(2), as);
    EXPECT(&v, graph_broadcast(g, one, x->type), 1, 2, 1, 2, 1, 2);
    EXPECT(&v, graph_broadcast(g, x, type_real(true, shape2(2, 2))), 1, 2, 1, 2, 10, 20, 10, 20,
           100, 200, 100, 200);
    EXPECT(&v, graph_unary(g, OP_BATCH_ROLL, x), 100, 200, 1, 2, 10, 20);
    EXPECT(&v, graph_unary(g, OP_BATCH_UNROLL, x), 10, 20, 100, 200, 1, 2);
    arena_free(&v.arena);
}

void indexing_values(void) {
    Values v;
    begin(&v, 3);
    Graph *g = graph_of(&v);
    const double as[] = {1, 2, 3, 4, 5, 6};
    const double xs[] = {1, 2, 10, 20, 100, 200};
    const double cs[] = {1, 0, 1};
    Node *a = sample_parameter(&v.sample, shape2(2, 3), as);
    Node *x = sample_input(&v.sample, shape1(2), xs);
    Node *c = sample_class(&v.sample, 2, cs);
    Node *table[2] = {a, c}, *rows[2] = {x, c};
    EXPECT(&v, graph_node(g, OP_TAKE, (Attr){0}, table, 2, NULL), 4, 5, 6, 1, 2, 3, 4, 5, 6);
    EXPECT(&v, graph_node(g, OP_TAKE, (Attr){0}, rows, 2, NULL), 2, 10, 200);
    EXPECT(&v, graph_node(g, OP_ONE_HOT, (Attr){.index = 3}, &c, 1, NULL), 0, 1, 0, 1, 0, 0, 0, 1,
           0);
    EXPECT(&v, graph_node(g, OP_SCATTER_SUM, (Attr){.index = 3}, rows, 2, NULL), 10, 20, 101, 202,
           0, 0);
    EXPECT(&v, graph_unary(g, OP_AS_REAL, c), 1, 0, 1);
    arena_free(&v.arena);
}

/* One picture [2, 3, 1] with rows 1 2 3 and 4 5 6, read in different ways. */
static Node *resampled(Values *v, const double m[6], OpKind op, int64_t index) {
    static const double picture[] = {1, 2, 3, 4, 5, 6};
    Node *operands[2] = {sample_input(&v->sample, (Shape){.rank = 3, .dims = {2, 3, 1}}, picture),
                         sample_input(&v->sample, shape1(6), m)};
    return graph_node(graph_of(v), op, (Attr){.index = index}, operands, 2, NULL);
}

void resample_values(void) {
    Values v;
    begin(&v, 1);
    static const double same[] = {1, 0, 0, 0, 1, 0}, mirrored[] = {-1, 0, 0, 0, 1, 0};
    static const double turned[] = {-1, 0, 0, 0, -1, 0}, moved[] = {1, 0, 1, 0, 1, 0};
    static const double halfway[] = {1, 0, 0.5, 0, 1, 0}, between[] = {1, 0, 0, 0, 0, 0};
    static const double far[] = {1, 0, 1e30, 0, 1, -1e30}, none[] = {1, 0, NAN, 0, 1, 0};
    static const double column[] = {0, 1, 0.5, 0, 1, 0};
    EXPECT(&v, resampled(&v, same, OP_RESAMPLE, 0), 1, 2, 3, 4, 5, 6);
    EXPECT(&v, resampled(&v, mirrored, OP_RESAMPLE, 0), 3, 2, 1, 6, 5, 4);
    EXPECT(&v, resampled(&v, turned, OP_RESAMPLE, 1), 6, 5, 4, 3, 2, 1);
    EXPECT(&v, resampled(&v, moved, OP_RESAMPLE, 0), 2, 3, 0, 5, 6, 0);
    EXPECT(&v, resampled(&v, moved, OP_RESAMPLE, 1), 2, 3, 3, 5, 6, 6);
    EXPECT(&v, resampled(&v, halfway, OP_RESAMPLE, 0), 1.5, 2.5, 1.5, 4.5, 5.5, 3);
    EXPECT(&v, resampled(&v, halfway, OP_RESAMPLE, 1), 1.5, 2.5, 3, 4.5, 5.5, 6);
    EXPECT(&v, resampled(&v, between, OP_RESAMPLE, 0), 2.5, 3.5, 4.5, 2.5, 3.5, 4.5);
    EXPECT(&v, resampled(&v, far, OP_RESAMPLE, 0), 0, 0, 0, 0, 0, 0);
    EXPECT(&v, resampled(&v, far, OP_RESAMPLE, 1), 3, 3, 3, 3, 3, 3);
    EXPECT(&v, resampled(&v, none, OP_RESAMPLE, 1), NAN, NAN, NAN, NAN, NAN, NAN);
    /* the row decides the column: -0.5 + 0.5 and 0.5 + 0.5 from the middle */
    EXPECT(&v, resampled(&v, column, OP_RESAMPLE, 0), 2, 2, 2, 6, 6, 6);
    EXPECT(&v, resampled(&v, halfway, OP_RESAMPLE_SLOPE, 0), 1, 1, -3, 1, 1, -6);
    EXPECT(&v, resampled(&v, halfway, OP_RESAMPLE_SLOPE, 1), 1, 1, 0, 1, 1, 0);
    EXPECT(&v, resampled(&v, between, OP_RESAMPLE_SLOPE, 2), 3, 3, 3, 3, 3, 3);
    EXPECT(&v, resampled(&v, moved, OP_RESAMPLE_INPUT, 0), 0, 1, 2, 0, 4, 5);
    EXPECT(&v, resampled(&v, moved, OP_RESAMPLE_INPUT, 1), 0, 1, 5, 0, 4, 11);
    EXPECT(&v, resampled(&v, halfway, OP_RESAMPLE_INPUT, 0), 0.5, 1.5, 2.5, 2, 4.5, 5.5);
    arena_free(&v.arena);
}

/* Salmon et al. 2011, known answer of Philox4x32-10 for counter 0, key 0: 6627e8d5 e169c58d
 * bc57ac4c 9b00dbd8. A uniform draw is the upper 24 bits. */
void draws_are_philox(void) {
    Values v;
    begin(&v, 2);
    Graph *g = graph_of(&v);
    Node *draw = graph_leaf(g, OP_DRAW_UNIFORM, 0, type_real(false, shape1(4)));
    EvalInputs inputs = sample_inputs(&v.sample);
    inputs.seed = 0;
    inputs.step = 0;
    const double *value = eval_node(&v.arena, draw, &inputs);
    const double words[] = {0x6627e8, 0xe169c5, 0xbc57ac, 0x9b00db};
    for (int i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(value[i], words[i] / 16777216.0);

    /* Sample 1 of a batch that begins at 5 is sample 6 of one that begins at 0. */
    Node *batched = graph_leaf(g, OP_DRAW_NORMAL, 0, type_real(true, shape1(3)));
    inputs.first_sample = 5;
    const double *late = eval_node(&v.arena, batched, &inputs);
    inputs.first_sample = 0;
    inputs.samples = 7;
    const double *early = eval_node(&v.arena, batched, &inputs);
    for (int i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(late[3 + i], early[18 + i]);
    CU_ASSERT_NOT_EQUAL(late[0], late[3]);
    arena_free(&v.arena);
}
