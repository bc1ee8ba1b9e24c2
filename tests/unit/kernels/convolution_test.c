/* convolution_test.c: convolutions and their two gradients in the sizes that take each way through
 * code generation: images that are too large for the scratch, rows that are, small images whose
 * tiles take several rows, strides with and without taps that never meet, dilation, groups, every
 * channel by itself, one channel, many, sums in chunks; compiled against the reference evaluation
 * and bit for bit against themselves. */

#include "execute.h"
#include "graph/sample.h"
#include "tests.h"

#include <stdio.h>

typedef struct Shapes {
    int64_t height, width, channels, filters, rows, columns;
    int64_t stride[2], dilation[2], before[2], after[2];
    int64_t groups, samples;
} Shapes;

static const Shapes shapes[] = {
    /* the usual: 3 x 3 over 16 and 32 channels; 1 x 1; 5 x 5; stride 2 */
    {16, 16, 16, 32, 3, 3, {1, 1}, {1, 1}, {1, 1}, {1, 1}, 1, 2},
    {8, 8, 64, 64, 3, 3, {1, 1}, {1, 1}, {1, 1}, {1, 1}, 1, 1},
    {9, 7, 32, 48, 1, 1, {1, 1}, {1, 1}, {0, 0}, {0, 0}, 1, 3},
    {14, 14, 6, 16, 5, 5, {1, 1}, {1, 1}, {0, 0}, {0, 0}, 1, 3},
    {16, 16, 16, 32, 3, 3, {2, 2}, {1, 1}, {0, 0}, {1, 1}, 1, 2},
    {16, 16, 16, 32, 1, 1, {2, 2}, {1, 1}, {0, 0}, {0, 0}, 1, 2},
    {15, 13, 5, 33, 3, 3, {2, 3}, {1, 1}, {1, 1}, {1, 1}, 1, 3},
    /* first layers, with sums in chunks */
    {28, 28, 1, 32, 3, 3, {1, 1}, {1, 1}, {1, 1}, {1, 1}, 1, 17},
    {32, 32, 3, 16, 3, 3, {1, 1}, {1, 1}, {1, 1}, {1, 1}, 1, 9},
    {28, 28, 1, 6, 5, 5, {1, 1}, {1, 1}, {2, 2}, {2, 2}, 1, 4},
    /* small images */
    {4, 4, 40, 24, 3, 3, {1, 1}, {1, 1}, {1, 1}, {1, 1}, 1, 2},
    {1, 3, 4, 70, 3, 3, {1, 1}, {1, 1}, {1, 1}, {1, 1}, 1, 5},
    {2, 2, 8, 8, 3, 3, {1, 1}, {1, 1}, {1, 1}, {1, 1}, 1, 300},
    /* images by rows, rows by segments */
    {34, 41, 33, 4, 3, 3, {1, 1}, {1, 1}, {1, 1}, {1, 1}, 1, 1},
    {3, 2900, 9, 3, 3, 5, {1, 1}, {1, 1}, {1, 2}, {1, 2}, 1, 1},
    {5, 1700, 5, 18, 3, 3, {2, 2}, {1, 1}, {1, 1}, {1, 1}, 1, 1},
    {40, 40, 24, 2, 4, 3, {3, 1}, {1, 2}, {3, 0}, {1, 3}, 1, 1},
    /* dilation, also together with strides */
    {13, 17, 7, 10, 3, 3, {1, 1}, {2, 3}, {2, 3}, {2, 3}, 1, 2},
    {12, 12, 4, 6, 3, 2, {2, 2}, {2, 3}, {1, 1}, {2, 2}, 1, 2},
    {9, 9, 3, 5, 2, 3, {4, 2}, {2, 4}, {0, 3}, {5, 4}, 1, 2},
    /* more padding than the kernel reaches */
    {4, 5, 3, 4, 2, 2, {1, 1}, {1, 1}, {4, 3}, {2, 5}, 1, 2},
    /* groups, every channel by itself */
    {10, 9, 12, 18, 3, 3, {1, 1}, {1, 1}, {1, 1}, {1, 1}, 3, 2},
    {10, 9, 64, 32, 3, 3, {2, 1}, {1, 1}, {1, 1}, {1, 1}, 2, 2},
    {11, 12, 40, 40, 3, 3, {1, 1}, {1, 1}, {1, 1}, {1, 1}, 40, 2},
    {11, 12, 17, 17, 5, 3, {2, 2}, {1, 1}, {2, 1}, {2, 1}, 17, 2},
    {8, 8, 6, 24, 3, 3, {1, 1}, {2, 1}, {2, 1}, {2, 1}, 6, 2},
};

static void one_shape(const Shapes *s, OpKind op, const char *other, uint64_t number) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, 500 + number, 8);
    sample.n = s->samples;
    Attr attr = {.window = window_of(s->rows, s->columns, s->height, s->width)};
    for (int i = 0; i < 2; i++) {
        attr.window.stride[i] = s->stride[i];
        attr.window.dilation[i] = s->dilation[i];
        attr.window.before[i] = s->before[i];
        attr.window.after[i] = s->after[i];
    }
    attr.window.groups = s->groups;
    int64_t image[3] = {s->height, s->width, s->channels};
    int64_t result[3] = {window_positions(&attr.window, 0), window_positions(&attr.window, 1),
                         s->filters};
    int64_t weights[4] = {s->rows, s->columns, s->channels / s->groups, s->filters};
    Node *operands[2];
    operands[0] = sample_input(&sample, shape_of(3, op == OP_CONV_INPUT ? result : image), NULL);
    operands[1] = op == OP_CONV_WEIGHTS ? sample_input(&sample, shape_of(3, result), NULL)
                                        : sample_parameter(&sample, shape_of(4, weights), NULL);
    sample.node = graph_node(&sample.model.graph, op, attr, operands, 2, NULL);
    operations_check(&sample, number, other);
    arena_free(&arena);
}

/* Pools: windows side by side and not, written out and in loops. */
static const struct {
    int64_t height, width, channels, size[2], stride[2], before[2], after[2];
} pools[] = {
    {8, 6, 17, {2, 2}, {2, 2}, {0, 0}, {0, 0}},  {8, 6, 32, {2, 2}, {2, 2}, {0, 0}, {0, 0}},
    {8, 8, 5, {4, 2}, {4, 2}, {0, 0}, {0, 0}},   {9, 7, 33, {2, 2}, {2, 2}, {0, 0}, {0, 0}},
    {9, 6, 1, {3, 2}, {3, 2}, {0, 0}, {0, 0}},   {8, 6, 1, {2, 2}, {2, 2}, {0, 0}, {0, 0}},
    {9, 11, 18, {3, 3}, {2, 2}, {1, 0}, {1, 2}}, {12, 11, 4, {7, 6}, {1, 3}, {3, 2}, {2, 5}},
};

static void one_pool(int i, OpKind op, const char *other) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, 700 + (uint64_t)i, 8);
    Attr attr = {
        .window = window_of(pools[i].size[0], pools[i].size[1], pools[i].height, pools[i].width)};
    for (int axis = 0; axis < 2; axis++) {
        attr.window.stride[axis] = pools[i].stride[axis];
        attr.window.before[axis] = pools[i].before[axis];
        attr.window.after[axis] = pools[i].after[axis];
    }
    int64_t image[3] = {pools[i].height, pools[i].width, pools[i].channels};
    int64_t result[3] = {window_positions(&attr.window, 0), window_positions(&attr.window, 1),
                         pools[i].channels};
    Node *operands[2] = {
        sample_input(&sample, shape_of(3, op == OP_AVGPOOL_INPUT ? result : image), NULL),
        op == OP_MAXPOOL_INPUT ? sample_input(&sample, shape_of(3, result), NULL) : NULL};
    Graph *graph = &sample.model.graph;
    Node *pool = graph_node(graph, op, attr, operands, op_table[op].arity, NULL);
    /* Something around it, as the derivative of an activation. */
    Node *zero = graph_full(graph, 0, pool->type);
    Node *beside = sample_input(&sample, pool->type.shape, NULL);
    sample.node = graph_select(graph, graph_binary(graph, OP_LESS, zero, beside), pool, zero);
    operations_check(&sample, (uint64_t)i, other);
    arena_free(&arena);
}

void pools_in_maps(void) {
    const char *other = execute_runs("x86-64-v3") ? "x86-64-v3" : NULL;
    if (!execute_runs(NULL)) {
        puts("SKIP: this host has no fused multiply-add");
        return;
    }
    static const OpKind ops[] = {OP_MAXPOOL, OP_MAXPOOL_INPUT, OP_AVGPOOL, OP_AVGPOOL_INPUT};
    for (int i = 0; i < (int)(sizeof pools / sizeof *pools); i++)
        for (int op = 0; op < 4; op++)
            one_pool(i, ops[op], other);
}

void convolutions(void) {
    const char *other = execute_runs("x86-64-v3") ? "x86-64-v3" : NULL;
    if (!execute_runs(NULL)) {
        puts("SKIP: this host has no fused multiply-add");
        return;
    }
    static const OpKind ops[] = {OP_CONVOLUTION, OP_CONV_INPUT, OP_CONV_WEIGHTS};
    for (uint64_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int op = 0; op < 3; op++)
            one_shape(&shapes[i], ops[op], other, i);
}
