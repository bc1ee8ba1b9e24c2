/* changes_test.c: each pass makes of small graphs what it promises. */

#include "autodiff/autodiff.h"
#include "graph/print.h"
#include "graph/sample.h"
#include "passes/passes.h"
#include "rewrites/tests.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

typedef struct Change {
    Arena arena;
    Sample sample;
    Node *x, *y; /* real[n, 3] */
} Change;

static Graph *begin(Change *change) {
    arena_init(&change->arena);
    sample_begin(&change->sample, &change->arena, 1, 8);
    Shape shape = {.rank = 1, .dims = {3}};
    change->x = sample_input(&change->sample, shape, NULL);
    change->y = sample_input(&change->sample, shape, NULL);
    return &change->sample.model.graph;
}

/* What the pass makes of one output. */
static Node *after(Change *change, PassFunction *pass, Node *node) {
    ViewResult result = {.kind = RESULT_OUTPUT, .node = node};
    View view = {.kind = VIEW_PREDICT, .name = "predict"};
    VEC_PUSH(&change->arena, view.results, result);
    ViewVec views = {0};
    VEC_PUSH(&change->arena, views, view);
    change->sample.model.graph.forms_closed = true;
    pass(&change->sample.model, &views);
    change->sample.model.graph.forms_closed = false;
    return views.items[0].results.items[0].node;
}

static void expect(Change *change, PassFunction *pass, Node *node, Node *expected) {
    Node *result = after(change, pass, node);
    if (result != expected) {
        Text text;
        text_init(&text, &change->arena);
        node_print(&text, result, NULL);
        text_add(&text, ", expected ");
        node_print(&text, expected, NULL);
        printf("\n  %s", text.chars);
    }
    CU_ASSERT_PTR_EQUAL(result, expected);
}

static Node *full(Graph *g, Node *like, double value) {
    return graph_full(g, value, like->type);
}

static Node *move(Graph *g, OpKind op, Attr attr, Node *a) {
    return graph_node(g, op, attr, &a, 1, NULL);
}

void constants_fold(void) {
    Change c;
    Graph *g = begin(&c);
    Node *two = full(g, c.x, 2), *three = full(g, c.x, 3);
    PassFunction *fold = pass_fold_constants;
    expect(&c, fold, graph_binary(g, OP_MULTIPLY, two, three), full(g, c.x, 6));
    expect(&c, fold, graph_binary(g, OP_POWER, two, full(g, c.x, 10)), full(g, c.x, 1024));
    expect(&c, fold, graph_binary(g, OP_LESS, two, three), full(g, c.x, 1));
    expect(&c, fold, graph_select(g, full(g, c.x, 0), two, three), three);
    expect(&c, fold, graph_unary(g, OP_SQRT, full(g, c.x, 16)), full(g, c.x, 4));
    expect(&c, fold, move(g, OP_SLICE, (Attr){.to = 1}, two),
           graph_full(g, 2, type_real(true, (Shape){.rank = 1, .dims = {1}})));
    expect(&c, fold, move(g, OP_PAD, (Attr){.after = {1}, .number = 2}, two),
           graph_full(g, 2, type_real(true, (Shape){.rank = 1, .dims = {4}})));
    Node *padded = move(g, OP_PAD, (Attr){.after = {1}, .number = 0}, two);
    expect(&c, fold, padded, padded);
    Type type = type_real(false, c.x->type.shape);
    Attr literal = {.literal = (double[]){1, 2, 3}}, tripled = {.literal = (double[]){3, 6, 9}};
    Node *numbers = graph_node(g, OP_LITERAL, literal, NULL, 0, &type);
    Node *product = graph_binary(g, OP_MULTIPLY, numbers, graph_full(g, 3, type));
    expect(&c, fold, product, graph_node(g, OP_LITERAL, tripled, NULL, 0, &type));
    Type one = type_real(false, (Shape){.rank = 1, .dims = {1}});
    Attr last = {.literal = (double[]){3}};
    expect(&c, fold, move(g, OP_SLICE, (Attr){.from = 2, .to = 3}, numbers),
           graph_node(g, OP_LITERAL, last, NULL, 0, &one));
    arena_free(&c.arena);
}

/* 1/3 + 1/3 in f32, where each operation rounds. */
void folding_rounds_as_the_model(void) {
    Change c;
    Graph *g = begin(&c);
    float third = 1.0f / 3.0f, expected = third + third;
    Node *a = graph_binary(g, OP_DIVIDE, graph_constant(g, 1), graph_constant(g, 3));
    Node *sum = graph_binary(g, OP_ADD, a, a);
    expect(&c, pass_fold_constants, sum, graph_constant(g, (double)expected));
    c.sample.model.train.double_precision = true;
    expect(&c, pass_fold_constants, sum, graph_constant(g, 1.0 / 3 + 1.0 / 3));
    arena_free(&c.arena);
}

void arithmetic_simplifies(void) {
    Change c;
    Graph *g = begin(&c);
    PassFunction *simplify = pass_simplify;
    Node *x = c.x, *y = c.y, *one = full(g, x, 1), *zero = full(g, x, 0);
    Node *minus_y = graph_unary(g, OP_NEGATE, y);
    expect(&c, simplify, graph_binary(g, OP_MULTIPLY, x, one), x);
    expect(&c, simplify, graph_binary(g, OP_MULTIPLY, one, x), x);
    expect(&c, simplify, graph_binary(g, OP_MULTIPLY, x, full(g, x, -1)),
           graph_unary(g, OP_NEGATE, x));
    expect(&c, simplify, graph_binary(g, OP_DIVIDE, x, one), x);
    expect(&c, simplify, graph_binary(g, OP_DIVIDE, x, full(g, x, 16)),
           graph_binary(g, OP_MULTIPLY, x, full(g, x, 0.0625)));
    Node *third = graph_binary(g, OP_DIVIDE, x, full(g, x, 3));
    expect(&c, simplify, third, third);
    expect(&c, simplify, graph_unary(g, OP_NEGATE, minus_y), y);
    expect(&c, simplify, graph_binary(g, OP_ADD, x, minus_y), graph_binary(g, OP_SUBTRACT, x, y));
    expect(&c, simplify, graph_binary(g, OP_ADD, minus_y, x), graph_binary(g, OP_SUBTRACT, x, y));
    expect(&c, simplify, graph_binary(g, OP_SUBTRACT, x, minus_y), graph_binary(g, OP_ADD, x, y));
    expect(&c, simplify, graph_binary(g, OP_POWER, x, full(g, x, 2)),
           graph_binary(g, OP_MULTIPLY, x, x));
    expect(&c, simplify, graph_binary(g, OP_POWER, x, zero), one);
    Node *sum = graph_binary(g, OP_ADD, x, zero); /* -0 + 0 is +0 */
    expect(&c, simplify, sum, sum);
    Node *exp = graph_unary(g, OP_EXP, x);
    expect(&c, simplify, graph_binary(g, OP_ADD, exp, zero), exp);
    Node *product = graph_binary(g, OP_MULTIPLY, x, zero); /* NaN, -0 */
    expect(&c, simplify, product, product);
    Node *rolled = graph_unary(g, OP_BATCH_ROLL, graph_binary(g, OP_MULTIPLY, x, one));
    expect(&c, simplify, rolled, graph_unary(g, OP_BATCH_ROLL, x));
    arena_free(&c.arena);
}

void choices_simplify(void) {
    Change c;
    Graph *g = begin(&c);
    PassFunction *simplify = pass_simplify;
    Node *x = c.x, *y = c.y, *less = graph_binary(g, OP_LESS, x, y);
    Node *not_less = graph_unary(g, OP_NOT, less);
    expect(&c, simplify, graph_select(g, full(g, x, 1), x, y), x);
    expect(&c, simplify, graph_select(g, full(g, x, 0), x, y), y);
    expect(&c, simplify, graph_select(g, less, x, x), x);
    expect(&c, simplify, graph_select(g, not_less, x, y), graph_select(g, less, y, x));
    expect(&c, simplify, graph_select(g, less, graph_select(g, less, x, y), y),
           graph_select(g, less, x, y));
    expect(&c, simplify, graph_select(g, less, full(g, x, 1), full(g, x, 0)), less);
    expect(&c, simplify, graph_unary(g, OP_NOT, not_less), less);
    expect(&c, simplify, graph_binary(g, OP_NOT_EQUAL, less, full(g, x, 0)), less);
    expect(&c, simplify, graph_binary(g, OP_AND, less, full(g, x, 1)), less);
    expect(&c, simplify, graph_binary(g, OP_AND, full(g, x, 0), less), full(g, x, 0));
    expect(&c, simplify, graph_binary(g, OP_OR, less, full(g, x, 3)), full(g, x, 1));
    Node *and = graph_binary(g, OP_AND, x, full(g, x, 1)); /* 1, not x */
    expect(&c, simplify, and, and);
    arena_free(&c.arena);
}

void movement_simplifies(void) {
    Change c;
    Graph *g = begin(&c);
    PassFunction *simplify = pass_simplify;
    Shape m23 = {.rank = 2, .dims = {2, 3}}, m32 = {.rank = 2, .dims = {3, 2}};
    Shape m123 = {.rank = 3, .dims = {1, 2, 3}}, m13 = {.rank = 2, .dims = {1, 3}};
    Shape v3 = {.rank = 1, .dims = {3}}, v2 = {.rank = 1, .dims = {2}};
    Node *a = sample_parameter(&c.sample, m23, NULL), *b = sample_parameter(&c.sample, m23, NULL);
    Node *row = sample_parameter(&c.sample, v3, NULL);
    Attr swap = {.order = {1, 0}};
    expect(&c, simplify, graph_reshape(g, graph_reshape(g, a, m123), m32),
           graph_reshape(g, a, m32));
    expect(&c, simplify, graph_reshape(g, graph_reshape(g, a, m123), m23), a);
    expect(&c, simplify, move(g, OP_TRANSPOSE, swap, move(g, OP_TRANSPOSE, swap, a)), a);
    Node *flat = graph_reshape(g, row, m13);
    expect(&c, simplify, move(g, OP_TRANSPOSE, swap, flat),
           graph_reshape(g, row, (Shape){.rank = 2, .dims = {3, 1}}));
    Node *wide = graph_broadcast(g, row, type_real(false, m23));
    expect(&c, simplify, graph_broadcast(g, wide, type_real(true, m123)),
           graph_broadcast(g, row, type_real(true, m123)));
    expect(&c, simplify, graph_broadcast(g, flat, type_real(true, m23)),
           graph_broadcast(g, row, type_real(true, m23)));
    Node *slice = move(g, OP_SLICE, (Attr){.axis = 1, .from = 1, .to = 3}, a);
    expect(&c, simplify, move(g, OP_SLICE, (Attr){.axis = 1, .from = 1, .to = 2}, slice),
           move(g, OP_SLICE, (Attr){.axis = 1, .from = 2, .to = 3}, a));
    expect(&c, simplify, move(g, OP_SLICE, (Attr){.axis = 0, .from = 0, .to = 2}, a), a);
    expect(&c, simplify, graph_matmul(g, move(g, OP_TRANSPOSE, swap, a), b, false, false),
           graph_matmul(g, a, b, true, false));
    expect(&c, simplify, graph_matmul(g, a, move(g, OP_TRANSPOSE, swap, b), false, false),
           graph_matmul(g, a, b, false, true));
    expect(&c, simplify, graph_reduce(g, OP_REDUCE_MAX, flat, 1), flat);
    expect(&c, simplify, graph_reduce(g, OP_SUM, flat, 3), graph_reduce(g, OP_SUM, flat, 2));
    Node *one_sum = graph_reduce(g, OP_SUM, flat, 1); /* turns -0 to 0 */
    expect(&c, simplify, one_sum, one_sum);
    /* columns laid along rows are no plain broadcast */
    Node *column = sample_parameter(&c.sample, v2, NULL);
    Node *tall = graph_reshape(g, column, (Shape){.rank = 2, .dims = {2, 1}});
    Node *spread = graph_broadcast(g, tall, type_real(false, m23));
    expect(&c, simplify, spread, spread);
    arena_free(&c.arena);
}

/* The gradient of -log(softmax(z)[y]) by z is softmax(z) minus one-hot. */
void cross_entropy_becomes_p_minus_y(void) {
    Change c;
    Graph *g = begin(&c);
    Sample *sample = &c.sample;
    Shape k = {.rank = 1, .dims = {10}};
    Node *w = sample_parameter(sample, k, NULL);
    Node *z = graph_binary(g, OP_ADD, sample_input(sample, k, NULL),
                           graph_broadcast(g, w, type_real(true, k)));
    Node *operands[2] = {graph_unary(g, OP_SOFTMAX, z), sample_class(sample, 10, NULL)};
    Node *p = graph_node(g, OP_TAKE, (Attr){0}, operands, 2, NULL);
    Node *loss = graph_unary(g, OP_NEGATE, graph_unary(g, OP_LOG, p));
    VEC_PUSH(&c.arena, sample->model.losses, loss);
    ViewVec views = {0};
    autodiff(&sample->model);
    graph_views(&sample->model, &views);
    for (int i = 0; i < pass_count; i++)
        pass_table[i].run(&sample->model, &views);
    CU_ASSERT_EQUAL(views.items[0].kind, VIEW_TRAIN_STEP);
    CU_ASSERT_EQUAL(views.items[1].kind, VIEW_GRADIENT);
    views.items[1].results.count = 1; /* the gradient alone */
    Text text;
    text_init(&text, &c.arena);
    view_print(&text, &views.items[1], NULL);
    NodeVec nodes = view_nodes(&c.arena, &views.items[1]);
    int64_t sums = 0, softmaxes = 0, products = 0;
    for (int64_t i = 0; i < nodes.count; i++) {
        sums += nodes.items[i]->op == OP_SUM;
        softmaxes += nodes.items[i]->op == OP_SOFTMAX || nodes.items[i]->op == OP_LOG_SOFTMAX;
        products += nodes.items[i]->op == OP_MULTIPLY;
    }
    bool good = sums == 0 && softmaxes == 1 && products == 0;
    if (!good) printf("\n%s", text.chars);
    CU_ASSERT_TRUE(good);
    arena_free(&c.arena);
}

void broadcasts_narrow(void) {
    Change c;
    Graph *g = begin(&c);
    Node *row = sample_parameter(&c.sample, c.x->type.shape, NULL);
    Node *rate = graph_leaf(g, OP_HYPER, 0, type_real(false, shape_scalar()));
    Node *wide_row = graph_broadcast(g, row, c.x->type);
    Node *wide_rate = graph_broadcast(g, rate, c.x->type);
    Node *wide_two = full(g, c.x, 2);
    Node *narrow_product = graph_binary(g, OP_MULTIPLY, row, graph_broadcast(g, rate, row->type));
    expect(&c, pass_narrow, graph_binary(g, OP_MULTIPLY, wide_row, wide_rate),
           graph_broadcast(g, narrow_product, c.x->type));
    Node *halves = graph_binary(g, OP_MULTIPLY, wide_rate, wide_two);
    Node *narrow_halves = graph_binary(g, OP_MULTIPLY, rate, graph_constant(g, 2));
    expect(&c, pass_narrow, halves, graph_broadcast(g, narrow_halves, c.x->type));
    expect(&c, pass_narrow, graph_unary(g, OP_EXP, halves),
           graph_broadcast(g, graph_unary(g, OP_EXP, narrow_halves), c.x->type));
    Node *mixed = graph_binary(g, OP_ADD, c.x, wide_rate);
    expect(&c, pass_narrow, mixed, mixed);
    arena_free(&c.arena);
}

void exchanged_operands_are_one(void) {
    Change c;
    Graph *g = begin(&c);
    Node *sum = graph_binary(g, OP_ADD, c.x, c.y), *other = graph_binary(g, OP_ADD, c.y, c.x);
    CU_ASSERT_PTR_NOT_EQUAL(sum, other);
    expect(&c, pass_common_subexpressions, graph_binary(g, OP_MULTIPLY, sum, other),
           graph_binary(g, OP_MULTIPLY, sum, sum));
    Node *difference = graph_binary(g, OP_SUBTRACT, c.y, c.x);
    expect(&c, pass_common_subexpressions, difference, difference);
    arena_free(&c.arena);
}

void dead_code_leaves(void) {
    Change c;
    Graph *g = begin(&c);
    Sample *sample = &c.sample;
    Node *w = sample_parameter(sample, c.x->type.shape, NULL);
    Node *u = sample_parameter(sample, c.x->type.shape, NULL);
    for (int i = 0; i < 100; i++)
        graph_binary(g, OP_ADD, w, graph_full(g, i, w->type)); /* nobody asks for these */
    sample->model.variables.items[0].next = w;
    sample->model.variables.items[1].next = graph_unary(g, OP_NEGATE, u);
    ViewResult idle = {.kind = RESULT_VARIABLE, .index = 0, .node = w};
    ViewResult busy = {.kind = RESULT_VARIABLE, .index = 1, .node = graph_unary(g, OP_NEGATE, u)};
    View view = {.kind = VIEW_TRAIN_STEP, .name = "train_step"};
    VEC_PUSH(&c.arena, view.results, idle);
    VEC_PUSH(&c.arena, view.results, busy);
    ViewVec views = {0};
    VEC_PUSH(&c.arena, views, view);
    pass_dead_code(&sample->model, &views);
    CU_ASSERT_EQUAL(views.items[0].results.count, 1);
    CU_ASSERT_EQUAL(views.items[0].results.items[0].index, 1);
    CU_ASSERT_TRUE(g->nodes.count < 20);
    for (int64_t i = 0; i < g->nodes.count; i++)
        CU_ASSERT_EQUAL(g->nodes.items[i]->id, i);
    /* what stayed is still found */
    CU_ASSERT_PTR_EQUAL(graph_unary(g, OP_NEGATE, u), views.items[0].results.items[0].node);
    arena_free(&c.arena);
}
