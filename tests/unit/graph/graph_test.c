/* graph_test.c: making nodes, shape rules, views, reading and verifying. */

#include "graph/print.h"
#include "graph/sample.h"
#include "graph/tests.h"
#include "graph/verify.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static Shape shape1(int64_t a) {
    return (Shape){.rank = 1, .dims = {a}};
}

void equal_nodes_are_one(void) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, 1, 8);
    Graph *g = &sample.model.graph;
    Node *x = sample_parameter(&sample, shape1(3), NULL);
    CU_ASSERT_PTR_EQUAL(graph_unary(g, OP_EXP, x), graph_unary(g, OP_EXP, x));
    CU_ASSERT_PTR_EQUAL(graph_constant(g, 0.5), graph_constant(g, 0.5));
    CU_ASSERT_PTR_NOT_EQUAL(graph_constant(g, 0.0), graph_constant(g, -0.0));
    CU_ASSERT_PTR_NOT_EQUAL(graph_leaf(g, OP_DRAW_UNIFORM, 0, x->type),
                            graph_leaf(g, OP_DRAW_UNIFORM, 1, x->type));
    /* fields that do not count for the operation keep nothing apart */
    Node *sum = graph_node(g, OP_SUM, (Attr){.axes = 1, .index = 7, .axis = 1}, &x, 1, NULL);
    CU_ASSERT_PTR_EQUAL(sum, graph_reduce(g, OP_SUM, x, 1));
    const double a[] = {1, 2, 3}, b[] = {1, 2, 3}, c[] = {1, 2, 4};
    Node *la = graph_node(g, OP_LITERAL, (Attr){.literal = a}, NULL, 0, &x->type);
    Node *lb = graph_node(g, OP_LITERAL, (Attr){.literal = b}, NULL, 0, &x->type);
    Node *lc = graph_node(g, OP_LITERAL, (Attr){.literal = c}, NULL, 0, &x->type);
    CU_ASSERT_PTR_EQUAL(la, lb);
    CU_ASSERT_PTR_NOT_EQUAL(la, lc);
    /* many nodes: the table grows and still finds them */
    for (int i = 0; i < 5000; i++)
        graph_constant(g, i);
    int64_t count = g->nodes.count;
    for (int i = 0; i < 5000; i++)
        graph_constant(g, i);
    CU_ASSERT_EQUAL(g->nodes.count, count);
    arena_free(&arena);
}

static void expect_words(Arena *arena, OpKind op, Attr attr, Type a, Type b, const Type *given,
                         const char *words) {
    Type types[2] = {a, b}, result;
    int count = op_table[op].arity < 0 ? 2 : op_table[op].arity;
    const char *problem = infer_check(arena, op, &attr, types, count, given, &result);
    if (!strstr(problem, words)) printf("\n  '%s', expected '%s'", problem, words);
    CU_ASSERT_PTR_NOT_NULL(strstr(problem, words));
}

void bad_types_give_words(void) {
    Arena arena;
    arena_init(&arena);
    Type v3 = type_real(false, shape1(3)), v4 = type_real(false, shape1(4));
    Type n3 = type_real(true, shape1(3));
    Type class = {.element = ELEMENT_CLASS, .batched = true};
    Type scalar = type_real(false, shape_scalar());
    Type m34 = type_real(false, (Shape){.rank = 2, .dims = {3, 4}});
    Attr none = {0};
    expect_words(&arena, OP_ADD, none, v3, v4, NULL, "cannot add [3] and [4]");
    expect_words(&arena, OP_ADD, none, v3, n3, NULL, "cannot add real[3] and real[n, 3]");
    expect_words(&arena, OP_EXP, none, class, v3, NULL, "exp needs numbers, not a class");
    expect_words(&arena, OP_EQUAL, none, class, v3, NULL, "cannot compare");
    expect_words(&arena, OP_SOFTMAX, none, scalar, v3, NULL, "at least one axis");
    expect_words(&arena, OP_MATMUL, none, m34, m34, NULL, "[3, 4] and [3, 4]: 4 is not 3");
    expect_words(&arena, OP_MATMUL, none, v3, m34, NULL, "two axes each");
    expect_words(&arena, OP_SUM, (Attr){.axes = 4}, m34, v3, NULL, "[3, 4] has no axis 2");
    expect_words(&arena, OP_BATCH_SUM, none, v3, v3, NULL, "no batch");
    expect_words(&arena, OP_RESHAPE, none, v3, v3, &v4, "3 elements are not 4");
    expect_words(&arena, OP_BROADCAST, none, v3, v3, &v4, "cannot broadcast");
    expect_words(&arena, OP_BROADCAST, none, n3, v3, &v3, "cannot broadcast");
    expect_words(&arena, OP_TRANSPOSE, (Attr){.order = {0, 0}}, m34, v3, NULL, "each axis");
    expect_words(&arena, OP_SLICE, (Attr){.from = 1, .to = 4}, v3, v3, NULL, "elements 1 .. 3");
    expect_words(&arena, OP_CONCAT, none, v3, m34, NULL, "cannot concatenate");
    expect_words(&arena, OP_TAKE, none, v3, v4, NULL, "an index is one class");
    expect_words(&arena, OP_ONE_HOT, (Attr){.index = 0}, class, v3, NULL, "length 0");
    Type large = type_real(false, shape1(MAX_ELEMENTS));
    expect_words(&arena, OP_PAD, (Attr){.after = {1}}, large, v3, NULL, "2^40");
    arena_free(&arena);
}

void shapes_broadcast(void) {
    Shape a = {.rank = 3, .dims = {5, 1, 4}}, b = {.rank = 2, .dims = {3, 4}}, result;
    CU_ASSERT_TRUE(shape_broadcast(a, b, &result));
    CU_ASSERT_TRUE(shape_equal(result, (Shape){.rank = 3, .dims = {5, 3, 4}}));
    CU_ASSERT_TRUE(shape_broadcast(b, a, &result));
    CU_ASSERT_TRUE(shape_equal(result, (Shape){.rank = 3, .dims = {5, 3, 4}}));
    CU_ASSERT_FALSE(shape_broadcast(a, shape1(3), &result));
    CU_ASSERT_TRUE(shape_broadcast(a, shape_scalar(), &result));
    CU_ASSERT_TRUE(shape_equal(result, a));
    CU_ASSERT_FALSE(shape_is_valid((Shape){.rank = 2, .dims = {1 << 21, 1 << 21}}));
    CU_ASSERT_FALSE(shape_is_valid((Shape){.rank = 3, .dims = {INT64_MAX, INT64_MAX, 4}}));
    CU_ASSERT_FALSE(shape_is_valid((Shape){.rank = 1, .dims = {0}}));
    CU_ASSERT_TRUE(shape_is_valid((Shape){.rank = 2, .dims = {1 << 20, 1 << 20}}));
}

/* Each view keeps its own side, and draws of the other side are gone from it. */
void training_chooses(void) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, 1, 8);
    Graph *g = &sample.model.graph;
    Node *x = sample_parameter(&sample, shape1(3), NULL);
    Node *training = graph_node(g, OP_TRAINING, (Attr){0}, NULL, 0, NULL);
    Node *noisy = graph_binary(g, OP_ADD, x, graph_leaf(g, OP_DRAW_NORMAL, 0, x->type));
    Node *off = graph_unary(g, OP_NOT, training);
    Node *condition = graph_binary(g, OP_AND, off, graph_leaf(g, OP_HYPER, 0, off->type));
    condition = graph_unary(g, OP_NOT, condition);
    Node *choice = graph_select(g, graph_broadcast(g, training, x->type), noisy, x);
    Node *y = graph_unary(g, OP_EXP, choice);
    Node *z = graph_select(g, graph_broadcast(g, condition, x->type), y, x);
    int64_t count = g->nodes.count;
    Node **on_map = ARENA_ARRAY(&arena, Node *, count),
         **off_map = ARENA_ARRAY(&arena, Node *, count);
    CU_ASSERT_PTR_EQUAL(graph_set_training(g, y, 1, on_map, count), graph_unary(g, OP_EXP, noisy));
    CU_ASSERT_PTR_EQUAL(graph_set_training(g, y, 0, off_map, count), graph_unary(g, OP_EXP, x));
    /* and(0, hyper) is decided although the hyper is not known */
    CU_ASSERT_PTR_EQUAL(graph_set_training(g, z, 1, on_map, count), graph_unary(g, OP_EXP, noisy));
    CU_ASSERT_EQUAL(graph_set_training(g, z, 0, off_map, count)->op, OP_SELECT);
    /* graph_replace keeps what does not change */
    Node **map = ARENA_ARRAY(&arena, Node *, count);
    CU_ASSERT_PTR_EQUAL(graph_replace(g, y, map, count), y);
    arena_free(&arena);
}

static Model *two_losses(Sample *sample) {
    sample->n = 3;
    Graph *g = &sample->model.graph;
    Node *w = sample_parameter(sample, shape_scalar(), (double[]){2});
    Node *x = sample_input(sample, shape_scalar(), (double[]){1, 2, 4});
    Node *product = graph_binary(g, OP_MULTIPLY, x, graph_broadcast(g, w, x->type));
    Model *model = &sample->model;
    VEC_PUSH(sample->arena, model->losses, product);
    VEC_PUSH(sample->arena, model->losses, graph_binary(g, OP_MULTIPLY, w, w));
    VEC_PUSH(sample->arena, model->penalties, graph_constant(g, 5));
    model->variables.items[0].initial = graph_constant(g, 1.5);
    model->variables.items[0].next = w;
    model->variables.items[0].gradient = w;
    NamedNode output = {.name = "y", .node = product};
    VEC_PUSH(sample->arena, model->outputs, output);
    return model;
}

/* Three NaNs where there is no such result: they equal nothing. */
static const double *value_of(Sample *sample, const ViewVec *views, ViewKind kind,
                              ResultKind result) {
    static const double missing[3] = {NAN, NAN, NAN};
    EvalInputs inputs = sample_inputs(sample);
    for (int64_t i = 0; i < views->count; i++) {
        if (views->items[i].kind != kind) continue;
        const double **values = eval_view(sample->arena, &views->items[i], &inputs);
        for (int64_t k = 0; k < views->items[i].results.count; k++)
            if (views->items[i].results.items[k].kind == result) return values[k];
    }
    return missing;
}

void views_of_a_model(void) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, 1, 8);
    ViewVec views = {0};
    Model *model = two_losses(&sample);
    graph_views(model, &views);
    CU_ASSERT_STRING_EQUAL(views_verify(&arena, model, &views), "");
    CU_ASSERT_EQUAL(views.count, 5);
    const double *loss = value_of(&sample, &views, VIEW_TRAIN_STEP, RESULT_LOSS);
    CU_ASSERT_DOUBLE_EQUAL(*loss, (2.0 + 4 + 8) / 3 + 4, 1e-14);
    const double *each = value_of(&sample, &views, VIEW_EVALUATE, RESULT_SAMPLE_LOSS);
    CU_ASSERT_EQUAL(each[0], 6);
    CU_ASSERT_EQUAL(each[2], 12);
    const double *penalty = value_of(&sample, &views, VIEW_EVALUATE, RESULT_PENALTY);
    CU_ASSERT_EQUAL(*penalty, 5);
    const double *initial = value_of(&sample, &views, VIEW_INITIALIZE, RESULT_VARIABLE);
    CU_ASSERT_EQUAL(*initial, 1.5);
    const double *output = value_of(&sample, &views, VIEW_PREDICT, RESULT_OUTPUT);
    CU_ASSERT_EQUAL(output[2], 8);
    arena_free(&arena);
}

static void expect_problem(const char *text, const char *words) {
    Arena arena;
    arena_init(&arena);
    Graph graph;
    graph_init(&graph, &arena);
    View view;
    const char *problem = view_read(&graph, text, &view);
    if (!strstr(problem, words)) printf("\n  '%s', expected '%s'", problem, words);
    CU_ASSERT_PTR_NOT_NULL(strstr(problem, words));
    arena_free(&arena);
}

void bad_texts_give_words(void) {
    expect_problem("view predict\n  %0 = constant real[] 1 # one\n  output 0 = %0\n", "");
    expect_problem("view picture\n", "line 1: unknown view 'picture'");
    expect_problem("view predict\n  %1 = constant real[] 1\n", "line 2: nodes are numbered");
    expect_problem("view predict\n  %0 = explode real[] 1\n", "unknown operation 'explode'");
    expect_problem("view predict\n  %0 = exp real[] %0\n", "%0 is not defined above");
    expect_problem("view predict\n  %0 = constant real[] x\n", "expected a number");
    expect_problem("view predict\n  %0 = constant real[2] 1\n", "the type is not that");
    expect_problem("view predict\n  %0 = constant real[] 1\n  %1 = exp real[] %0 %0\n",
                   "takes 1 operand");
    expect_problem("view predict\n  %0 = add real[] 1 x\n", "expected a number");
    expect_problem("view predict\n  %0 = sum real[1] 1 axes=0\n", "expected 'axes='");
    expect_problem("view predict\n  %0 = literal real[2] [1]\n", "expected ','");
    expect_problem("view predict\n  %0 = literal real[99] [1]\n", "a literal has one number");
    expect_problem("view predict\n  %0 = constant real[] 1 2\n", "more on the line");
    expect_problem("view predict\n  %0 = constant real[1, 2, 3, 4, 5, 6, 7, 8, 9] 1\n", "axes");
    expect_problem("view predict\n  result 0 = %0\n", "unknown result 'result'");
}

void wrong_graphs_are_found(void) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, 1, 8);
    Model *model = two_losses(&sample);
    ViewVec views = {0};
    graph_views(model, &views);
    Node *output = model->outputs.items[0].node;
    View *predict = &views.items[views.count - 1];
    Type kept = output->type;
    output->type.batched = false;
    CU_ASSERT_PTR_NOT_NULL(strstr(view_verify(&arena, model, predict), "type"));
    output->type = kept;
    CU_ASSERT_STRING_EQUAL(view_verify(&arena, model, predict), "");
    output->operands[0]->id += 1000;
    CU_ASSERT_PTR_NOT_NULL(strstr(view_verify(&arena, model, predict), "comes later"));
    output->operands[0]->id -= 1000;
    model->inputs.items[0].is_target = true;
    CU_ASSERT_PTR_NOT_NULL(strstr(view_verify(&arena, model, predict), "target"));
    model->inputs.items[0].is_target = false;
    predict->results.items[0].kind = RESULT_LOSS;
    CU_ASSERT_PTR_NOT_NULL(strstr(view_verify(&arena, model, predict), "not one number"));
    predict->results.items[0].kind = RESULT_OUTPUT;
    predict->results.items[0].node =
        graph_leaf(&model->graph, OP_GRADIENT, 0, model->variables.items[0].type);
    CU_ASSERT_PTR_NOT_NULL(strstr(view_verify(&arena, model, predict), "not worked out"));
    arena_free(&arena);
}
