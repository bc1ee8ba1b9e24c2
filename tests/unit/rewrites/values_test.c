/* values_test.c: no pass changes a bit of any result: every operation with its derivative, and
 * random chains, evaluated before and after each pass, alone and one after the other. Folding uses
 * the compiler's own elementary functions where reference evaluation uses libm, so results that
 * depend on it are compared to a few units in the last place. */

#include "autodiff/autodiff.h"
#include "graph/sample.h"
#include "graph/verify.h"
#include "passes/passes.h"
#include "rewrites/tests.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef void Build(Sample *sample, int variant);

typedef struct Results {
    VEC(const double *) values;
    VEC(int64_t) counts;
    VEC(ViewResult) results;
} Results;

static Results evaluate(Sample *sample, const ViewVec *views) {
    Results all = {0};
    EvalInputs inputs = sample_inputs(sample);
    for (int64_t v = 0; v < views->count; v++) {
        const View *view = &views->items[v];
        const double **values = eval_view(sample->arena, view, &inputs);
        for (int64_t i = 0; i < view->results.count; i++) {
            int64_t count = eval_elements(view->results.items[i].node, sample->n);
            VEC_PUSH(sample->arena, all.values, values[i]);
            VEC_PUSH(sample->arena, all.counts, count);
        }
    }
    return all;
}

static bool close(const double *a, const double *b, int64_t count) {
    double largest = 1;
    for (int64_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(a[i]));
    for (int64_t i = 0; i < count; i++)
        if (!(fabs(a[i] - b[i]) <= 1e-13 * largest)) return false;
    return true;
}

static bool same(const Results *a, const Results *b, bool exact) {
    if (a->values.count != b->values.count) return false;
    for (int64_t i = 0; i < a->values.count; i++) {
        int64_t count = a->counts.items[i];
        const double *x = a->values.items[i], *y = b->values.items[i];
        if (count != b->counts.items[i]) return false;
        bool equal = !memcmp(x, y, sizeof *x * (size_t)count);
        if (!equal && (exact || !close(x, y, count))) return false;
    }
    return true;
}

/* Runs passes `first` .. `last` on the model and compares. */
static bool keeps(Build *build, int variant, int first, int last) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, (uint64_t)variant, 7);
    sample.model.train.double_precision = true;
    build(&sample, variant);
    ViewVec views = {0};
    autodiff(&sample.model);
    graph_views(&sample.model, &views);
    Results before = evaluate(&sample, &views);
    bool good = true;
    for (int i = first; i <= last && good; i++) {
        pass_table[i].run(&sample.model, &views);
        const char *problem = views_verify(&arena, &sample.model, &views);
        if (problem[0]) printf("\n  %s: %s", pass_table[i].name, problem);
        good = !problem[0];
    }
    Results after = evaluate(&sample, &views);
    good = good && same(&before, &after, strcmp(pass_table[first].name, "fold_constants") != 0);
    arena_free(&arena);
    return good;
}

static void check_all(Build *build, int variant) {
    for (int i = 0; i < pass_count; i++) {
        bool good = keeps(build, variant, i, i);
        if (!good) printf("\n  %s, variant %d", pass_table[i].name, variant);
        CU_ASSERT_TRUE(good);
    }
    bool good =
        keeps(build, variant, 0, pass_count - 1) && keeps(build, variant, 1, pass_count - 1);
    if (!good) printf("\n  all passes, variant %d", variant);
    CU_ASSERT_TRUE(good);
}

static bool stands_in_views(OpKind op) {
    return op != OP_TRAINING && op != OP_GRADIENT && op != OP_ACCUMULATED;
}

/* Operation variant % OP_COUNT, its value an output and its weighted sum the loss; derivatives'
 * own operations have no derivative. */
static void build_operation(Sample *sample, int variant) {
    OpKind op = (OpKind)(variant % OP_COUNT);
    Node *node = sample_make(sample, op);
    if (node->type.element == ELEMENT_CLASS)
        node = graph_unary(&sample->model.graph, OP_AS_REAL, node);
    NamedNode output = {.name = "y", .node = node};
    VEC_PUSH(sample->arena, sample->model.outputs, output);
    if (!(op_table[op].properties & OP_IS_DERIVATIVE)) sample_loss(sample, node);
}

void passes_keep_every_operation(void) {
    for (int variant = 0; variant < 6 * OP_COUNT; variant++)
        if (stands_in_views((OpKind)(variant % OP_COUNT))) check_all(build_operation, variant);
}

/* Operations on operations, with the numbers 0, -0, 1, -1, 2 and 0.5 among them and movement
 * between. */
static void build_chain(Sample *sample, int variant) {
    static const OpKind steps[] = {OP_NEGATE,  OP_ADD,    OP_SUBTRACT, OP_MULTIPLY, OP_DIVIDE,
                                   OP_POWER,   OP_SELECT, OP_MAXIMUM,  OP_ABS,      OP_NOT,
                                   OP_RESHAPE, OP_SLICE,  OP_SUM,      OP_AND,      OP_TRANSPOSE,
                                   OP_LESS,    OP_OR,     OP_TANH,     OP_CONCAT,   OP_MATMUL};
    static const double numbers[] = {0, -0.0, 1, -1, 2, 3};
    (void)variant;
    Graph *g = &sample->model.graph;
    Shape square = {.rank = 2, .dims = {3, 3}};
    Type type = type_real(true, square);
    NodeVec pool = {0};
    VEC_PUSH(sample->arena, pool, sample_input(sample, square, NULL));
    VEC_PUSH(sample->arena, pool, graph_broadcast(g, sample_parameter(sample, square, NULL), type));
    Shape row = {.rank = 1, .dims = {3}};
    VEC_PUSH(sample->arena, pool, graph_broadcast(g, sample_parameter(sample, row, NULL), type));
    for (int i = 0; i < 6; i++)
        VEC_PUSH(sample->arena, pool, graph_full(g, numbers[i], type));
    for (int i = 0; i < 24; i++) {
        OpKind op = steps[(int)sample_between(sample, 0, 19.99)];
        Node *a[3];
        for (int k = 0; k < 3; k++)
            a[k] = pool.items[(int64_t)sample_between(sample, 0, (double)pool.count - 0.01)];
        Attr attr = {.order = {1, 0}, .axes = 2, .axis = 1, .from = 1, .to = 3};
        Type given = type;
        given.shape = (Shape){.rank = 3, .dims = {3, 1, 3}};
        if (op == OP_POWER) a[1] = pool.items[3 + (int)sample_between(sample, 0, 4.99)];
        if (op == OP_DIVIDE) a[1] = pool.items[5 + (int)sample_between(sample, 0, 3.99)];
        int count = op == OP_CONCAT ? 2 : op_table[op].arity;
        Node *node = graph_node(g, op, attr, a, count, &given);
        if (op == OP_RESHAPE) node = graph_reshape(g, node, square);
        if (op == OP_CONCAT) attr.from = 2, attr.to = 5;
        if (op == OP_CONCAT) node = graph_node(g, OP_SLICE, attr, &node, 1, NULL);
        if (op == OP_SLICE) attr = (Attr){.before = {0, 1}, .number = 1};
        if (op == OP_SLICE) node = graph_node(g, OP_PAD, attr, &node, 1, NULL);
        if (op == OP_MATMUL) node = graph_unary(g, OP_TANH, node);
        VEC_PUSH(sample->arena, pool, graph_broadcast(g, node, type));
    }
    Node *sum = pool.items[0];
    for (int64_t i = 0; i < pool.count; i++)
        sum = graph_binary(g, OP_ADD, sum, graph_unary(g, OP_TANH, pool.items[i]));
    NamedNode output = {.name = "y", .node = sum};
    VEC_PUSH(sample->arena, sample->model.outputs, output);
    sample_loss(sample, sum);
}

void passes_keep_chains(void) {
    for (int variant = 1; variant <= 300; variant++)
        check_all(build_chain, variant);
}

/* What is equal on paper only stays: x + 0 of -0 is +0. */
void passes_keep_minus_zero(void) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, 1, 8);
    sample.n = 1;
    Graph *g = &sample.model.graph;
    Node *x = sample_input(&sample, shape_scalar(), (double[]){-0.0});
    Node *zero = graph_full(g, 0, x->type);
    NamedNode output = {.name = "y", .node = graph_binary(g, OP_ADD, x, zero)};
    VEC_PUSH(&arena, sample.model.outputs, output);
    output.node = graph_binary(g, OP_SUBTRACT, x, zero);
    VEC_PUSH(&arena, sample.model.outputs, output);
    ViewVec views = {0};
    graph_views(&sample.model, &views);
    for (int i = 0; i < pass_count; i++)
        pass_table[i].run(&sample.model, &views);
    EvalInputs inputs = sample_inputs(&sample);
    const double **values = eval_view(&arena, &views.items[views.count - 1], &inputs);
    CU_ASSERT_EQUAL(signbit(values[0][0]), 0);
    CU_ASSERT_NOT_EQUAL(signbit(values[1][0]), 0);
    arena_free(&arena);
}
