/* slope_test.c: every derivative against finite differences in double, walked from ops.def, and
 * random chains of operations. */

#include "autodiff/slope.h"
#include "autodiff/tests.h"

#include <CUnit/CUnit.h>
#include <stdio.h>

enum { SEEDS = 12, LARGEST_DIM = 7 };

static bool is_differentiated(OpKind op) {
    return !(op_table[op].properties & (OP_IS_LEAF | OP_IS_DERIVATIVE));
}

void every_derivative_is_the_slope(void) {
    for (int op = 0; op < OP_COUNT; op++) {
        if (!is_differentiated((OpKind)op)) continue;
        double worst = 0;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            Arena arena;
            arena_init(&arena);
            Sample sample;
            sample_begin(&sample, &arena, seed * 1000 + (uint64_t)op, LARGEST_DIM);
            CU_ASSERT_PTR_NOT_NULL_FATAL(sample_make(&sample, (OpKind)op));
            sample_loss(&sample, sample.node);
            ViewVec views;
            slope_prepare(&sample, &views);
            double error = slope_error(&sample, &views);
            if (!(error <= 1e-6))
                printf("\n  %s, seed %d: %g", op_table[op].name, (int)seed, error);
            CU_ASSERT_TRUE(error <= 1e-6);
            if (error > worst) worst = error;
            arena_free(&arena);
        }
    }
}

/* A few operations one on the other, each result used again, as residuals do. */
void chains_of_operations(void) {
    static const OpKind steps[] = {OP_TANH,    OP_SIGMOID,  OP_SOFTPLUS, OP_SIN,
                                   OP_SOFTMAX, OP_MULTIPLY, OP_ADD,      OP_SUBTRACT,
                                   OP_ABS,     OP_MAXIMUM,  OP_DIVIDE,   OP_LOG_SOFTMAX};
    for (uint64_t seed = 1; seed <= 40; seed++) {
        Arena arena;
        arena_init(&arena);
        Sample sample;
        sample_begin(&sample, &arena, seed, LARGEST_DIM);
        Graph *g = &sample.model.graph;
        Shape rows = {.rank = 2, .dims = {2, 3}};
        Node *x = sample_input(&sample, rows, NULL);
        Node *w = sample_parameter(&sample, (Shape){.rank = 2, .dims = {3, 3}}, NULL);
        Node *b = sample_parameter(&sample, (Shape){.rank = 1, .dims = {3}}, NULL);
        Node *kept = x;
        for (int i = 0; i < 6; i++) {
            OpKind op = steps[(int)sample_between(&sample, 0, 11.99)];
            Node *y = graph_binary_broadcast(g, OP_ADD, graph_matmul(g, x, w, false, i & 1), b);
            if (op_table[op].arity == 1) {
                y = graph_unary(g, op, y);
            } else {
                if (op == OP_DIVIDE)
                    kept = graph_binary(g, OP_ADD, graph_full(g, 1, kept->type),
                                        graph_binary(g, OP_MULTIPLY, kept, kept));
                y = graph_binary(g, op, y, kept);
                y = graph_unary(g, OP_TANH, y);
            }
            kept = x;
            x = y;
        }
        sample_loss(&sample, x);
        ViewVec views;
        slope_prepare(&sample, &views);
        double error = slope_error(&sample, &views);
        if (!(error <= 1e-6)) printf("\n  chain %d: %g", (int)seed, error);
        CU_ASSERT_TRUE(error <= 1e-6);
        arena_free(&arena);
    }
}
