/* sample.c: see sample.h. */

#include "graph/sample.h"

#include <string.h>

static uint64_t next(Sample *sample) {
    sample->random = sample->random * 6364136223846793005u + 1442695040888963407u;
    return sample->random >> 33;
}

static int64_t below(Sample *sample, int64_t limit) {
    return limit > 0 ? (int64_t)(next(sample) % (uint64_t)limit) : 0;
}

double sample_between(Sample *sample, double low, double high) {
    return low + (high - low) * ((double)next(sample) / 2147483648.0);
}

void sample_begin(Sample *sample, Arena *arena, uint64_t seed, int64_t largest) {
    static const int64_t batches[] = {1, 2, 3, 5};
    *sample = (Sample){.arena = arena, .largest = largest, .random = seed * 2654435761u + 12345};
    for (int i = 0; i < 4; i++)
        next(sample);
    graph_init(&sample->model.graph, arena);
    sample->model.graph.model = &sample->model;
    sample->model.draw_count = 1;
    sample->n = batches[below(sample, 4)];
    Hyper hyper = {.name = "rate", .value = sample_between(sample, -2, 2)};
    sample->hypers = arena_copy(arena, &hyper.value, sizeof hyper.value);
    VEC_PUSH(arena, sample->model.hypers, hyper);
}

/* ---- leaves ---- */

static double *values_of(Sample *sample, int64_t count, const double *values, double low,
                         double high) {
    double *result = ARENA_ARRAY(sample->arena, double, count);
    for (int64_t i = 0; i < count; i++)
        result[i] = values ? values[i] : sample_between(sample, low, high);
    return result;
}

static Node *input_between(Sample *sample, Shape shape, const double *values, double low,
                           double high) {
    ModelInput input = {.name = "x", .type = type_real(true, shape)};
    int64_t index = sample->model.inputs.count;
    VEC_PUSH(sample->arena, sample->model.inputs, input);
    int64_t count = sample->n * shape_elements(shape);
    VEC_PUSH(sample->arena, sample->inputs, values_of(sample, count, values, low, high));
    Node *leaf = graph_leaf(&sample->model.graph, OP_INPUT, index, input.type);
    sample->model.inputs.items[index].leaf = leaf;
    return leaf;
}

static Node *parameter_between(Sample *sample, Shape shape, const double *values, double low,
                               double high) {
    Variable variable = {.name = "w", .type = type_real(false, shape), .owner = -1};
    int64_t index = sample->model.variables.count;
    VEC_PUSH(sample->arena, sample->model.variables, variable);
    VEC_PUSH(sample->arena, sample->variables,
             values_of(sample, shape_elements(shape), values, low, high));
    Node *leaf = graph_leaf(&sample->model.graph, OP_VARIABLE, index, variable.type);
    sample->model.variables.items[index].leaf = leaf;
    return leaf;
}

Node *sample_input(Sample *sample, Shape shape, const double *values) {
    return input_between(sample, shape, values, -2, 2);
}

Node *sample_parameter(Sample *sample, Shape shape, const double *values) {
    return parameter_between(sample, shape, values, -2, 2);
}

Node *sample_class(Sample *sample, int64_t classes, const double *values) {
    Type type = {.element = ELEMENT_CLASS, .batched = true};
    ModelInput input = {.name = "c", .type = type, .class_count = classes};
    int64_t index = sample->model.inputs.count;
    VEC_PUSH(sample->arena, sample->model.inputs, input);
    double *numbers = ARENA_ARRAY(sample->arena, double, sample->n);
    for (int64_t i = 0; i < sample->n; i++)
        numbers[i] = values ? values[i] : (double)below(sample, classes);
    VEC_PUSH(sample->arena, sample->inputs, numbers);
    Node *leaf = graph_leaf(&sample->model.graph, OP_INPUT, index, type);
    sample->model.inputs.items[index].leaf = leaf;
    return leaf;
}

/* ---- operands ---- */

static int64_t dim(Sample *sample) {
    static const int64_t dims[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 127, 129};
    int count = 0;
    while (count < 15 && dims[count] <= sample->largest)
        count++;
    return dims[below(sample, count)];
}

/* A shape of this rank; not many elements even where single dims are large. */
static Shape shape_with(Sample *sample, int rank) {
    Shape shape = {.rank = rank};
    int64_t elements = 1;
    for (int i = 0; i < rank; i++) {
        shape.dims[i] = dim(sample);
        if (elements * shape.dims[i] > 4096) shape.dims[i] = 1 + below(sample, 3);
        elements *= shape.dims[i];
    }
    return shape;
}

/* A real operand between low and high. */
static Node *operand(Sample *sample, bool batched, Shape shape, double low, double high) {
    if (!batched) return parameter_between(sample, shape, NULL, low, high);
    Graph *graph = &sample->model.graph;
    Node *x = input_between(sample, shape, NULL, low * 0.5, high * 0.5);
    Node *w = parameter_between(sample, shape, NULL, low * 0.5, high * 0.5);
    return graph_binary(graph, OP_ADD, x, graph_broadcast(graph, w, x->type));
}

static bool coin(Sample *sample) {
    return below(sample, 2);
}

static Node *any(Sample *sample, int rank) {
    return operand(sample, coin(sample), shape_with(sample, rank), -2, 2);
}

static Node *make(Sample *sample, OpKind op, Attr attr, Node *a) {
    return graph_node(&sample->model.graph, op, attr, &a, 1, NULL);
}

/* ---- families ---- */

static Node *make_leaf(Sample *sample, OpKind op) {
    Graph *graph = &sample->model.graph;
    Shape shape = shape_with(sample, (int)below(sample, 3));
    int64_t count = shape_elements(shape);
    Type type = type_real(false, shape);
    switch (op) {
    case OP_CONSTANT: return graph_constant(graph, sample_between(sample, -2, 2));
    case OP_LITERAL: {
        Attr attr = {.literal = values_of(sample, count, NULL, -2, 2)};
        return graph_node(graph, op, attr, NULL, 0, &type);
    }
    case OP_INPUT: return sample_input(sample, shape, NULL);
    case OP_VARIABLE: return sample_parameter(sample, shape, NULL);
    case OP_GRADIENT:
        sample_parameter(sample, shape, NULL);
        VEC_PUSH(sample->arena, sample->gradients, values_of(sample, count, NULL, -2, 2));
        return graph_leaf(graph, op, 0, type);
    case OP_HYPER: return graph_node(graph, op, (Attr){0}, NULL, 0, NULL);
    case OP_RUNTIME: {
        Attr attr = {.runtime = (RuntimeNumber)below(sample, RUNTIME_SAMPLE_COUNT + 1)};
        return graph_node(graph, op, attr, NULL, 0, NULL);
    }
    case OP_TRAINING: return graph_node(graph, op, (Attr){0}, NULL, 0, NULL);
    case OP_ACCUMULATED:
        VEC_PUSH(sample->arena, sample->accumulated, values_of(sample, count, NULL, -2, 2));
        return graph_leaf(graph, op, 0, type);
    case OP_DRAW_UNIFORM:
    case OP_DRAW_NORMAL: type.batched = coin(sample); return graph_leaf(graph, op, 0, type);
    default: return NULL;
    }
}

static Node *make_elementwise(Sample *sample, OpKind op) {
    Graph *graph = &sample->model.graph;
    if (op == OP_AS_REAL) return make(sample, op, (Attr){0}, sample_class(sample, 4, NULL));
    Shape shape = shape_with(sample, (int)below(sample, 4));
    bool batched = coin(sample), positive = false;
    positive = op == OP_LOG || op == OP_SQRT || op == OP_POWER;
    Node *operands[3] = {0};
    for (int i = 0; i < op_table[op].arity; i++) {
        bool above = positive || (op == OP_DIVIDE && i == 1);
        operands[i] = operand(sample, batched, shape, above ? 0.4 : op == OP_LOG1P ? -0.8 : -2, 2);
    }
    if (op == OP_POWER && operands[0] && coin(sample)) {
        static const double exponents[] = {0, 1, 2, 3, 7, -1, -2, 0.5, 64};
        double exponent = exponents[below(sample, 9)];
        if (exponent == 64) operands[0] = operand(sample, batched, shape, 0.4, 1.2);
        operands[1] = graph_full(graph, exponent, operands[0]->type);
    }
    if (op == OP_SELECT) operands[0] = graph_binary(graph, OP_LESS, operands[0], operands[1]);
    return graph_node(graph, op, (Attr){0}, operands, op_table[op].arity, NULL);
}

static Node *make_product(Sample *sample, OpKind op) {
    int64_t i = dim(sample), k = dim(sample), m = dim(sample);
    if (i * k * m > 20000) i = 1 + below(sample, 3);
    Attr attr = {.transpose_a = coin(sample), .transpose_b = coin(sample)};
    bool contract = op == OP_CONTRACT;
    bool ta = contract || attr.transpose_a, tb = !contract && attr.transpose_b;
    Shape a = {.rank = 2, .dims = {ta ? k : i, ta ? i : k}};
    Shape b = {.rank = 2, .dims = {tb ? m : k, tb ? k : m}};
    Node *operands[2] = {operand(sample, contract || coin(sample), a, -2, 2),
                         operand(sample, contract || coin(sample), b, -2, 2)};
    return graph_node(&sample->model.graph, op, attr, operands, 2, NULL);
}

/* An image with few enough elements, so that a convolution of it is quick. */
static Shape image(Sample *sample) {
    Shape shape = shape_with(sample, 3);
    for (int axis = 0; axis < 3; axis++)
        while (shape.dims[axis] > 1 && shape_elements(shape) > (sample->largest > 9 ? 600 : 60))
            shape.dims[axis] = (shape.dims[axis] + 1) / 2;
    return shape;
}

/* Sizes, strides and padding of any kind that leave the window a position. */
static Window any_window(Sample *sample, Shape x, bool pool) {
    Window window = window_of(1, 1, x.dims[0], x.dims[1]);
    for (int axis = 0; axis < 2; axis++) {
        window.size[axis] = 1 + below(sample, 4);
        window.stride[axis] = 1 + below(sample, 3);
        if (!pool) window.dilation[axis] = 1 + below(sample, 2);
        int64_t padding = pool ? window.size[axis] : 4;
        window.before[axis] = below(sample, padding);
        window.after[axis] = below(sample, padding);
        if (window_positions(&window, axis) < 1) window.size[axis] = 1;
        if (pool && window.size[axis] == 1) window.before[axis] = window.after[axis] = 0;
    }
    return window;
}

static Node *make_convolution(Sample *sample, OpKind op) {
    Shape x = image(sample);
    Attr attr = {.window = any_window(sample, x, false)};
    static const int64_t groups[] = {1, 1, 2, 3};
    int64_t group_channels = 1 + x.dims[2] / 2, filters = 1 + below(sample, 17);
    if (sample->largest < 9) filters = 1 + below(sample, 3);
    attr.window.groups = groups[below(sample, 4)];
    x.dims[2] = group_channels * attr.window.groups;
    filters *= attr.window.groups;
    Shape y = {
        .rank = 3,
        .dims = {window_positions(&attr.window, 0), window_positions(&attr.window, 1), filters}};
    Shape w = {.rank = 4,
               .dims = {attr.window.size[0], attr.window.size[1], group_channels, filters}};
    Node *operands[2];
    operands[0] = operand(sample, true, op == OP_CONV_INPUT ? y : x, -2, 2);
    operands[1] =
        op == OP_CONV_WEIGHTS ? operand(sample, true, y, -2, 2) : operand(sample, false, w, -2, 2);
    return graph_node(&sample->model.graph, op, attr, operands, 2, NULL);
}

static Node *make_pool(Sample *sample, OpKind op) {
    Shape x = image(sample);
    Attr attr = {.window = any_window(sample, x, true)};
    Shape y = {
        .rank = 3,
        .dims = {window_positions(&attr.window, 0), window_positions(&attr.window, 1), x.dims[2]}};
    Node *operands[2] = {operand(sample, true, op == OP_AVGPOOL_INPUT ? y : x, -2, 2), NULL};
    if (op == OP_MAXPOOL_INPUT) operands[1] = operand(sample, true, y, -2, 2);
    return graph_node(&sample->model.graph, op, attr, operands, op_table[op].arity, NULL);
}

/* Six numbers near those of the picture itself, so that some positions lie in it. */
static Node *make_resample(Sample *sample, OpKind op) {
    static const int64_t sides[] = {1, 2, 3, 7, 9, 16, 17}, channels[] = {1, 2, 3, 16, 17};
    int64_t kinds = sample->largest > 9 ? 7 : 3;
    Shape shape = {.rank = 3,
                   .dims = {sides[below(sample, kinds)], sides[below(sample, kinds)],
                            channels[below(sample, sample->largest > 9 ? 5 : 3)]}};
    Attr attr = {.index = below(sample, op == OP_RESAMPLE_SLOPE ? 4 : 2)};
    Node *operands[2] = {operand(sample, true, shape, -2, 2),
                         operand(sample, true, (Shape){.rank = 1, .dims = {6}}, -1.2, 1.2)};
    return graph_node(&sample->model.graph, op, attr, operands, 2, NULL);
}

static Node *make_reduction(Sample *sample, OpKind op) {
    int rank = 1 + (int)below(sample, 4);
    if (op == OP_BATCH_SUM)
        return make(sample, op, (Attr){0},
                    operand(sample, true, shape_with(sample, rank - 1), -2, 2));
    Attr attr = {.axis = (int)below(sample, rank),
                 .axes = 1 + (uint32_t)below(sample, (1 << rank) - 1)};
    return make(sample, op, attr, any(sample, rank));
}

static Node *make_resized(Sample *sample, OpKind op) {
    Graph *graph = &sample->model.graph;
    Node *a = any(sample, (int)below(sample, 4));
    Shape shape = a->type.shape;
    if (op == OP_RESHAPE) {
        Shape flat = {.rank = 2, .dims = {1, shape_elements(shape)}};
        for (int64_t d = 2; d <= 9; d++)
            if (flat.dims[1] % d == 0 && coin(sample))
                flat = (Shape){.rank = 2, .dims = {flat.dims[0] * d, flat.dims[1] / d}};
        if (shape_equal(flat, shape)) flat.rank = 3, flat.dims[2] = 1;
        return graph_reshape(graph, a, flat);
    }
    Type type = type_real(a->type.batched || coin(sample), shape);
    for (int i = 0; i < shape.rank; i++)
        if (coin(sample)) shape.dims[i] = 1;
    if (type.shape.rank && coin(sample)) {
        shape.rank--; /* a leading axis is missing */
        memmove(shape.dims, shape.dims + 1, sizeof(int64_t) * (MAX_RANK - 1));
    }
    a = operand(sample, type.batched && coin(sample), shape, -2, 2);
    return graph_node(graph, op, (Attr){0}, &a, 1, &type);
}

static Node *make_movement(Sample *sample, OpKind op) {
    Graph *graph = &sample->model.graph;
    if (op == OP_RESHAPE || op == OP_BROADCAST) return make_resized(sample, op);
    int rank = 1 + (int)below(sample, 3);
    Shape shape = shape_with(sample, rank);
    Attr attr = {.axis = (int)below(sample, rank), .number = op == OP_PAD ? 0.5 : 0};
    Node *a =
        operand(sample, op == OP_BATCH_ROLL || op == OP_BATCH_UNROLL || coin(sample), shape, -2, 2);
    switch (op) {
    case OP_TRANSPOSE:
        for (int i = 0; i < rank; i++)
            attr.order[i] = i;
        for (int i = rank; i-- > 1;) {
            int other = (int)below(sample, i + 1), held = attr.order[i];
            attr.order[i] = attr.order[other];
            attr.order[other] = held;
        }
        return make(sample, op, attr, a);
    case OP_SLICE:
        attr.from = below(sample, shape.dims[attr.axis]);
        attr.to = attr.from + 1 + below(sample, shape.dims[attr.axis] - attr.from);
        return make(sample, op, attr, a);
    case OP_PAD:
        for (int i = 0; i < rank; i++) {
            attr.before[i] = below(sample, 3);
            attr.after[i] = below(sample, 3);
        }
        return make(sample, op, attr, a);
    case OP_CONCAT: {
        Node *operands[3] = {a, NULL, a};
        shape.dims[attr.axis] = dim(sample);
        operands[1] = operand(sample, a->type.batched, shape, -2, 2);
        return graph_node(graph, op, attr, operands, 1 + (int)below(sample, 3), NULL);
    }
    case OP_BATCH_ROLL:
    case OP_BATCH_UNROLL: return make(sample, op, attr, a);
    default: return NULL;
    }
}

static Node *make_indexing(Sample *sample, OpKind op) {
    Graph *graph = &sample->model.graph;
    int rank = 1 + (int)below(sample, 3);
    Shape shape = shape_with(sample, rank);
    Node *index = sample_class(sample, shape.dims[0], NULL);
    Attr attr = {.index = shape.dims[0]};
    if (op == OP_ONE_HOT) return make(sample, op, attr, index);
    Node *operands[2] = {operand(sample, op == OP_SCATTER_SUM || coin(sample), shape, -2, 2),
                         index};
    if (op == OP_TAKE && !operands[0]->type.batched && coin(sample))
        operands[1] = make(sample, OP_ARGMAX, (Attr){0},
                           operand(sample, false, shape_of(1, shape.dims), -2, 2));
    return graph_node(graph, op, attr, operands, 2, NULL);
}

Node *sample_make(Sample *sample, OpKind op) {
    unsigned properties = op_table[op].properties;
    if (properties & OP_IS_LEAF)
        sample->node = make_leaf(sample, op);
    else if (properties & OP_IS_ELEMENTWISE)
        sample->node = make_elementwise(sample, op);
    else if (properties & OP_IS_REDUCTION)
        sample->node = make_reduction(sample, op);
    else if (properties & OP_IS_MOVEMENT)
        sample->node = make_movement(sample, op);
    else if (properties & OP_IS_ROW)
        sample->node = make(sample, op, (Attr){0}, any(sample, 1 + (int)below(sample, 3)));
    else if (op == OP_MATMUL || op == OP_CONTRACT)
        sample->node = make_product(sample, op);
    else if (op == OP_CONVOLUTION || op == OP_CONV_INPUT || op == OP_CONV_WEIGHTS)
        sample->node = make_convolution(sample, op);
    else if (op_table[op].attr == ATTR_WINDOW)
        sample->node = make_pool(sample, op);
    else if (op == OP_RESAMPLE || op == OP_RESAMPLE_SLOPE || op == OP_RESAMPLE_INPUT)
        sample->node = make_resample(sample, op);
    else if (op == OP_TAKE || op == OP_ONE_HOT || op == OP_SCATTER_SUM)
        sample->node = make_indexing(sample, op);
    return sample->node;
}

/* ---- the loss and the values ---- */

void sample_loss(Sample *sample, Node *y) {
    Graph *graph = &sample->model.graph;
    if (y->type.element == ELEMENT_CLASS) y = graph_unary(graph, OP_AS_REAL, y);
    int64_t count = shape_elements(y->type.shape);
    Shape flat = {.rank = 1, .dims = {count}};
    y = graph_reshape(graph, y, flat);
    Node *weights;
    if (y->type.batched) {
        weights = sample_input(sample, flat, NULL);
    } else {
        Attr attr = {.literal = values_of(sample, count, NULL, -2, 2)};
        weights = graph_node(graph, OP_LITERAL, attr, NULL, 0, &y->type);
    }
    Node *sum = graph_reduce(graph, OP_SUM, graph_binary(graph, OP_MULTIPLY, y, weights), 1);
    VEC_PUSH(sample->arena, sample->model.losses, graph_reshape(graph, sum, shape_scalar()));
}

EvalInputs sample_inputs(const Sample *sample) {
    return (EvalInputs){.samples = sample->n,
                        .inputs = (const double *const *)sample->inputs.items,
                        .variables = (const double *const *)sample->variables.items,
                        .gradients = (const double *const *)sample->gradients.items,
                        .accumulated = (const double *const *)sample->accumulated.items,
                        .hypers = sample->hypers,
                        .training = 1,
                        .step = 3,
                        .steps = 10,
                        .epoch = 2,
                        .plateaus = 1,
                        .seed = 7};
}
