/* random_graph.c: see fixture.h. */

#include "fixture.h"

typedef struct Maker {
    Fixture *fixture;
    uint64_t state;
    NodeVec nodes;
    Node *class_input;
} Maker;

static int64_t below(Maker *maker, int64_t limit) {
    maker->state = maker->state * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((maker->state >> 33) % (uint64_t)limit);
}

static Node *pick(Maker *maker) {
    return maker->nodes.items[below(maker, maker->nodes.count)];
}

/* A real node of rank 1 or 2, not too large. */
static Node *pick_real(Maker *maker) {
    for (int i = 0; i < 100; i++) {
        Node *node = pick(maker);
        if (node->type.element == ELEMENT_REAL && shape_elements(node->type.shape) < 4000)
            return node;
    }
    return maker->nodes.items[0];
}

static const OpKind unary_ops[] = {OP_NEGATE, OP_EXP, OP_TANH, OP_ABS, OP_SIGMOID, OP_NOT};
static const OpKind binary_ops[] = {OP_ADD,    OP_MULTIPLY, OP_SUBTRACT,
                                    OP_DIVIDE, OP_MAXIMUM,  OP_LESS};

static Node *as_matrix(Maker *maker, Node *a) {
    int64_t columns = type_matrix_columns(a->type);
    return graph_reshape(&maker->fixture->model.graph, a,
                         shape_of(2, (int64_t[]){type_matrix_rows(a->type), columns}));
}

static Node *make_product(Maker *maker, Node *a) {
    Graph *graph = &maker->fixture->model.graph;
    a = as_matrix(maker, a);
    int64_t columns = type_matrix_columns(a->type), m = 1 + below(maker, 20);
    bool turned = below(maker, 2);
    int64_t dims[2] = {turned ? m : columns, turned ? columns : m};
    Node *w = fixture_variable(maker->fixture, "w", ROLE_PARAMETER, fixture_fixed(2, dims));
    VEC_PUSH(&maker->fixture->arena, maker->nodes, w);
    return graph_matmul(graph, a, w, false, turned);
}

static Node *make_contract(Maker *maker, Node *a) {
    Graph *graph = &maker->fixture->model.graph;
    a = as_matrix(maker, a);
    if (!a->type.batched) return graph_matmul(graph, a, a, true, false);
    Node *b = graph_unary(graph, OP_TANH, a);
    Node *operands[2] = {a, below(maker, 2) ? b : a};
    return graph_node(graph, OP_CONTRACT, (Attr){0}, operands, 2, NULL);
}

static Node *make_binary(Maker *maker, Node *a) {
    Graph *graph = &maker->fixture->model.graph;
    Shape shape;
    OpKind op = binary_ops[below(maker, 6)];
    for (int i = 0; i < 10; i++) {
        Node *b = pick_real(maker);
        if (shape_broadcast(a->type.shape, b->type.shape, &shape) && shape_elements(shape) < 4000)
            return graph_binary_broadcast(graph, op, a, b);
    }
    return graph_binary(graph, op, a, a);
}

static Node *make_movement(Maker *maker, Node *a) {
    Graph *graph = &maker->fixture->model.graph;
    Attr attr = {0};
    Node *m = as_matrix(maker, a);
    switch (below(maker, 5)) {
    case 0: return graph_reshape(graph, a, shape_of(1, (int64_t[]){shape_elements(a->type.shape)}));
    case 1: attr.order[0] = 1; return graph_node(graph, OP_TRANSPOSE, attr, &m, 1, NULL);
    case 2:
        attr.axis = 1;
        attr.to = 1 + below(maker, type_matrix_columns(a->type));
        return graph_node(graph, OP_SLICE, attr, &m, 1, NULL);
    case 3:
        attr.before[0] = 1;
        attr.after[1] = 2;
        return graph_node(graph, OP_PAD, attr, &m, 1, NULL);
    default: {
        Node *both[2] = {m, graph_unary(graph, OP_EXP, m)};
        attr.axis = (int)below(maker, 2);
        return graph_node(graph, OP_CONCAT, attr, both, 2, NULL);
    }
    }
}

static Node *make_reduction(Maker *maker, Node *a) {
    Graph *graph = &maker->fixture->model.graph;
    int rank = a->type.shape.rank;
    if (rank == 0 || below(maker, 4) == 0)
        return a->type.batched ? graph_unary(graph, OP_BATCH_SUM, a) : a;
    if (below(maker, 4) == 0) return graph_unary(graph, OP_SOFTMAX, a);
    uint32_t axes = (uint32_t)(1 + below(maker, (1 << rank) - 1));
    return graph_reduce(graph, below(maker, 2) ? OP_SUM : OP_REDUCE_MAX, a, axes);
}

static Node *make_indexing(Maker *maker, Node *a) {
    Graph *graph = &maker->fixture->model.graph;
    int rank = a->type.shape.rank;
    if (rank == 0) return a;
    Node *operands[2] = {a, maker->class_input};
    Attr attr = {.index = a->type.shape.dims[rank - 1]};
    switch (below(maker, 4)) {
    case 0: return graph_node(graph, OP_ONE_HOT, attr, &maker->class_input, 1, NULL);
    case 1:
        if (!a->type.batched) return a;
        return graph_node(graph, OP_SCATTER_SUM, attr, operands, 2, NULL);
    case 2:
        if (!a->type.batched) return a;
        return graph_node(graph, OP_BATCH_ROLL, (Attr){0}, &a, 1, NULL);
    default:
        if (below(maker, 2)) operands[0] = graph_unary(graph, OP_LOG_SOFTMAX, a);
        return graph_node(graph, OP_TAKE, (Attr){0}, operands, 2, NULL);
    }
}

static Node *make_node(Maker *maker) {
    Graph *graph = &maker->fixture->model.graph;
    Node *a = pick_real(maker);
    switch (below(maker, 14)) {
    case 0:
    case 1: return make_product(maker, a);
    case 2: return make_contract(maker, a);
    case 3:
    case 4: return graph_unary(graph, unary_ops[below(maker, 6)], a);
    case 5: return make_movement(maker, a);
    case 6:
    case 7: return make_reduction(maker, a);
    case 8: {
        Attr attr = {.index = below(maker, 1000)};
        return graph_node(graph, OP_DRAW_UNIFORM, attr, NULL, 0, &a->type);
    }
    case 9: return make_indexing(maker, a);
    default: return make_binary(maker, a);
    }
}

static void make_graph(Maker *maker) {
    Arena *arena = &maker->fixture->arena;
    for (int i = 0; i < 2; i++) {
        int64_t dims[2] = {1 + below(maker, 9), 1 + below(maker, 40)};
        Node *x = fixture_input(maker->fixture, "x", fixture_batched(i + 1, dims));
        VEC_PUSH(arena, maker->nodes, x);
        Node *v = fixture_variable(maker->fixture, "v", ROLE_STATE, fixture_fixed(i, dims));
        VEC_PUSH(arena, maker->nodes, v);
    }
    Type label = {.element = ELEMENT_CLASS, .batched = true};
    maker->class_input = fixture_input(maker->fixture, "y", label);
    for (int64_t i = 5 + below(maker, 60); i > 0; i--) {
        Node *node = make_node(maker); /* adds nodes itself */
        VEC_PUSH(arena, maker->nodes, node);
    }
}

/* New values of variables where the types fit: also the value of another variable, and one value
 * for two variables. */
static void add_results(Maker *maker) {
    Fixture *fixture = maker->fixture;
    fixture_view(fixture, VIEW_TRAIN_STEP);
    for (int64_t i = 0; i < fixture->model.variables.count; i++) {
        const Variable *variable = &fixture->model.variables.items[i];
        for (int tries = 0; tries < 20; tries++) {
            Node *node = pick_real(maker);
            if (!type_equal(node->type, variable->type)) continue;
            if (below(maker, 2) && node != variable->leaf)
                node = graph_binary(&fixture->model.graph, OP_ADD, node, variable->leaf);
            fixture_result(fixture, RESULT_VARIABLE, i, node);
            break;
        }
    }
    for (int i = 0; i < 3; i++)
        fixture_result(fixture, RESULT_OUTPUT, i, pick_real(maker));
}

void fixture_random(Fixture *fixture, uint64_t seed) {
    Maker maker = {.fixture = fixture, .state = seed};
    make_graph(&maker);
    add_results(&maker);
}
