/* fixture.c: see fixture.h. */

#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

const PlanOptions options_plain = {0};
const PlanOptions options_all = {
    .fuse = true, .reuse = true, .panels = true, .share_functions = true, .chain_bytes = 1};

void fixture_init(Fixture *fixture) {
    *fixture = (Fixture){0};
    arena_init(&fixture->arena);
    graph_init(&fixture->model.graph, &fixture->arena);
    fixture->model.graph.model = &fixture->model;
    fixture->model.name = "fixture";
    fixture->model.train.batch = 32;
}

void fixture_free(Fixture *fixture) {
    arena_free(&fixture->arena);
}

Type fixture_batched(int rank, const int64_t *dims) {
    return type_real(true, shape_of(rank, dims));
}

Type fixture_fixed(int rank, const int64_t *dims) {
    return type_real(false, shape_of(rank, dims));
}

Node *fixture_input(Fixture *fixture, const char *name, Type type) {
    ModelInput input = {.name = name, .type = type};
    int64_t index = fixture->model.inputs.count;
    VEC_PUSH(&fixture->arena, fixture->model.inputs, input);
    Node *leaf = graph_leaf(&fixture->model.graph, OP_INPUT, index, type);
    fixture->model.inputs.items[index].leaf = leaf;
    return leaf;
}

Node *fixture_variable(Fixture *fixture, const char *name, VariableRole role, Type type) {
    Variable variable = {.name = name, .role = role, .type = type, .owner = -1};
    int64_t index = fixture->model.variables.count;
    VEC_PUSH(&fixture->arena, fixture->model.variables, variable);
    Node *leaf = graph_leaf(&fixture->model.graph, OP_VARIABLE, index, type);
    fixture->model.variables.items[index].leaf = leaf;
    return leaf;
}

void fixture_view(Fixture *fixture, ViewKind kind) {
    View view = {.kind = kind, .name = view_names[kind]};
    VEC_PUSH(&fixture->arena, fixture->views, view);
}

void fixture_result(Fixture *fixture, ResultKind kind, int64_t index, Node *node) {
    ViewResult result = {.kind = kind, .index = index, .node = node};
    VEC_PUSH(&fixture->arena, fixture->views.items[fixture->views.count - 1].results, result);
}

Plan *fixture_plan(Fixture *fixture, PlanOptions options) {
    Plan *plan = plan_make(&fixture->arena, &fixture->model, &fixture->views, options);
    const char *wrong = plan_verify(&fixture->arena, plan);
    if (*wrong || getenv("NNC_PRINT_PLANS")) {
        Text text;
        text_init(&text, &fixture->arena);
        plan_print(&text, plan);
        printf("%s\n%s\n", text.chars, wrong);
    }
    CU_ASSERT_STRING_EQUAL(wrong, "");
    return plan;
}

const ViewPlan *fixture_view_plan(const Plan *plan, ViewKind kind) {
    for (int64_t i = 0; i < plan->views.count; i++)
        if (plan->views.items[i].view.kind == kind) return &plan->views.items[i];
    CU_FAIL_FATAL("no such view");
    return NULL;
}

int fixture_count(const ViewPlan *view, KernelFamily family) {
    int count = 0;
    for (int64_t i = 0; i < view->kernels.count; i++)
        count += view->kernels.items[i].family == family;
    return count;
}

/* ---- the dense model ---- */

typedef struct Layer {
    Node *w, *b;       /* variables */
    Node *m[2], *v[2]; /* adam's moments of w and b */
    Node *x, *z, *h;   /* in, before the activation, and out */
} Layer;

typedef struct Dense {
    Fixture *fixture;
    Graph *graph;
    const int64_t *sizes;
    int layer_count;
    FixtureOptimizer optimizer;
    Layer *layers;
    Node *pixels, *label, *logits;
    Node *count; /* n */
    Node *rate;
} Dense;

static Node *number_like(Graph *graph, double number, const Node *node) {
    return graph_full(graph, number, node->type);
}

static Node *as_rows(Graph *graph, Node *x) {
    return graph_reshape(graph, x, shape_of(2, (int64_t[]){1, type_matrix_columns(x->type)}));
}

static void make_variables(Dense *dense) {
    Arena *arena = &dense->fixture->arena;
    for (int i = 0; i < dense->layer_count; i++) {
        Layer *layer = &dense->layers[i];
        Type w = fixture_fixed(2, dense->sizes + i), b = fixture_fixed(1, dense->sizes + i + 1);
        layer->w = fixture_variable(dense->fixture, arena_format(arena, "dense_%d.w", i + 1),
                                    ROLE_PARAMETER, w);
        layer->b = fixture_variable(dense->fixture, arena_format(arena, "dense_%d.b", i + 1),
                                    ROLE_PARAMETER, b);
        for (int p = 0; p < 2 && dense->optimizer == FIXTURE_ADAM; p++) {
            const char *of = p ? "b" : "w";
            layer->m[p] =
                fixture_variable(dense->fixture, arena_format(arena, "dense_%d.%s.m", i + 1, of),
                                 ROLE_OPTIMIZER, p ? b : w);
            layer->v[p] =
                fixture_variable(dense->fixture, arena_format(arena, "dense_%d.%s.v", i + 1, of),
                                 ROLE_OPTIMIZER, p ? b : w);
            VariableVec *variables = &dense->fixture->model.variables;
            int64_t owner = (p ? layer->b : layer->w)->attr.index;
            variables->items[layer->m[p]->attr.index].owner = owner;
            variables->items[layer->v[p]->attr.index].owner = owner;
        }
    }
}

static void make_forward(Dense *dense) {
    Graph *graph = dense->graph;
    Node *h = dense->pixels;
    for (int i = 0; i < dense->layer_count; i++) {
        Layer *layer = &dense->layers[i];
        layer->x = h;
        Node *product = graph_matmul(graph, as_rows(graph, h), layer->w, false, false);
        Node *flat = graph_reshape(graph, product, layer->b->type.shape);
        Node *z = graph_binary_broadcast(graph, OP_ADD, flat, layer->b);
        h = i + 1 < dense->layer_count
                ? graph_binary(graph, OP_MAXIMUM, z, number_like(graph, 0, z))
                : z;
        layer->z = z;
        layer->h = h;
    }
    dense->logits = h;
}

/* -log p[y] */
static Node *sample_loss(Dense *dense) {
    Graph *graph = dense->graph;
    Node *operands[2] = {graph_unary(graph, OP_LOG_SOFTMAX, dense->logits), dense->label};
    return graph_unary(graph, OP_NEGATE, graph_node(graph, OP_TAKE, (Attr){0}, operands, 2, NULL));
}

/* The gradient of the mean loss by the logits: (p - one_hot(y)) / n. */
static Node *logits_gradient(Dense *dense) {
    Graph *graph = dense->graph;
    Node *p = graph_unary(graph, OP_SOFTMAX, dense->logits);
    Attr attr = {.index = dense->sizes[dense->layer_count]};
    Node *hot = graph_node(graph, OP_ONE_HOT, attr, &dense->label, 1, NULL);
    return graph_binary_broadcast(graph, OP_DIVIDE, graph_binary(graph, OP_SUBTRACT, p, hot),
                                  dense->count);
}

static Node *scaled(Graph *graph, Node *a, double number) {
    return graph_binary(graph, OP_MULTIPLY, a, number_like(graph, number, a));
}

static void update(Dense *dense, Layer *layer, int which, Node *gradient) {
    Graph *graph = dense->graph;
    Node *old = which ? layer->b : layer->w;
    Node *step;
    if (dense->optimizer == FIXTURE_ADAM) {
        Node *m0 = layer->m[which], *v0 = layer->v[which];
        Node *m = graph_binary(graph, OP_ADD, m0,
                               scaled(graph, graph_binary(graph, OP_SUBTRACT, gradient, m0), 0.1));
        Node *square = graph_binary(graph, OP_MULTIPLY, gradient, gradient);
        Node *v = graph_binary(graph, OP_ADD, v0,
                               scaled(graph, graph_binary(graph, OP_SUBTRACT, square, v0), 0.001));
        fixture_result(dense->fixture, RESULT_VARIABLE, m0->attr.index, m);
        fixture_result(dense->fixture, RESULT_VARIABLE, v0->attr.index, v);
        Node *root = graph_binary_broadcast(graph, OP_ADD, graph_unary(graph, OP_SQRT, v),
                                            graph_constant(graph, 1e-7));
        step = graph_binary(graph, OP_DIVIDE,
                            graph_binary_broadcast(graph, OP_MULTIPLY, dense->rate, m), root);
    } else {
        step = graph_binary_broadcast(graph, OP_MULTIPLY, dense->rate, gradient);
    }
    fixture_result(dense->fixture, RESULT_VARIABLE, old->attr.index,
                   graph_binary(graph, OP_SUBTRACT, old, step));
}

static Node *make_rate(Dense *dense) {
    Graph *graph = dense->graph;
    Attr attr = {.runtime = RUNTIME_STEP};
    Node *step = graph_node(graph, OP_RUNTIME, attr, NULL, 0, NULL);
    Node *power = graph_binary(graph, OP_POWER, graph_constant(graph, 0.999), step);
    Node *one = graph_constant(graph, 1);
    Node *root = graph_unary(graph, OP_SQRT, graph_binary(graph, OP_SUBTRACT, one, power));
    return graph_binary(graph, OP_MULTIPLY, root, graph_constant(graph, 0.001));
}

static void make_train_step(Dense *dense) {
    Graph *graph = dense->graph;
    fixture_view(dense->fixture, VIEW_TRAIN_STEP);
    Node *total = graph_unary(graph, OP_BATCH_SUM, sample_loss(dense));
    fixture_result(dense->fixture, RESULT_LOSS, 0,
                   graph_binary(graph, OP_DIVIDE, total, dense->count));
    fixture_result(dense->fixture, RESULT_PENALTY, 0, graph_constant(graph, 0));
    dense->rate = make_rate(dense);
    Node **dw = ARENA_ARRAY(graph->arena, Node *, dense->layer_count);
    Node **db = ARENA_ARRAY(graph->arena, Node *, dense->layer_count);
    Node *dz = logits_gradient(dense);
    for (int i = dense->layer_count; i-- > 0;) {
        Layer *layer = &dense->layers[i];
        Node *operands[2] = {as_rows(graph, layer->x), as_rows(graph, dz)};
        dw[i] = graph_node(graph, OP_CONTRACT, (Attr){0}, operands, 2, NULL);
        db[i] = graph_unary(graph, OP_BATCH_SUM, dz);
        if (i == 0) break;
        Node *dx = graph_matmul(graph, as_rows(graph, dz), layer->w, false, true);
        dx = graph_reshape(graph, dx, layer->x->type.shape);
        Node *zero = number_like(graph, 0, dx);
        Node *on = graph_binary(graph, OP_LESS, zero, dense->layers[i - 1].z);
        dz = graph_select(graph, on, dx, zero);
    }
    for (int i = 0; i < dense->layer_count; i++) {
        update(dense, &dense->layers[i], 0, dw[i]);
        update(dense, &dense->layers[i], 1, db[i]);
    }
}

static void make_initialize(Dense *dense) {
    Graph *graph = dense->graph;
    fixture_view(dense->fixture, VIEW_INITIALIZE);
    for (int64_t i = 0; i < dense->fixture->model.variables.count; i++) {
        Type type = dense->fixture->model.variables.items[i].type;
        bool is_weight =
            dense->fixture->model.variables.items[i].role == ROLE_PARAMETER && type.shape.rank == 2;
        Attr attr = {.index = i};
        fixture_result(dense->fixture, RESULT_VARIABLE, i,
                       is_weight ? graph_node(graph, OP_DRAW_UNIFORM, attr, NULL, 0, &type)
                                 : graph_full(graph, 0, type));
    }
}

void fixture_dense(Fixture *fixture, const int64_t *sizes, int count, FixtureOptimizer optimizer) {
    Dense dense = {.fixture = fixture,
                   .graph = &fixture->model.graph,
                   .sizes = sizes,
                   .layer_count = count - 1,
                   .optimizer = optimizer,
                   .layers = ARENA_ARRAY(&fixture->arena, Layer, count)};
    dense.pixels = fixture_input(fixture, "pixels", fixture_batched(1, sizes));
    Type label = fixture_batched(0, NULL);
    label.element = ELEMENT_CLASS;
    dense.label = fixture_input(fixture, "label", label);
    Attr attr = {.runtime = RUNTIME_SAMPLE_COUNT};
    dense.count = graph_node(dense.graph, OP_RUNTIME, attr, NULL, 0, NULL);
    make_variables(&dense);
    make_forward(&dense);
    make_initialize(&dense);
    make_train_step(&dense);
    Node *p = graph_unary(dense.graph, OP_SOFTMAX, dense.logits);
    fixture_view(fixture, VIEW_EVALUATE);
    fixture_result(fixture, RESULT_SAMPLE_LOSS, 0, sample_loss(&dense));
    fixture_result(fixture, RESULT_PENALTY, 0, graph_constant(dense.graph, 0));
    fixture_result(fixture, RESULT_OUTPUT, 0, p);
    fixture_view(fixture, VIEW_PREDICT);
    fixture_result(fixture, RESULT_OUTPUT, 0, p);
}
