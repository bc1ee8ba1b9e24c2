/* operations_test.c: every row of ops.def, on sampled shapes: it can be made, its value has the
 * right size and is finite, its printed form reads back to the same text, it verifies. */

#include "graph/print.h"
#include "graph/sample.h"
#include "graph/tests.h"
#include "graph/verify.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SEEDS = 25 };

typedef bool Check(Sample *sample);

static void for_every_operation(Check *check) {
    for (int op = 0; op < OP_COUNT; op++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            Arena arena;
            arena_init(&arena);
            Sample sample;
            sample_begin(&sample, &arena, seed * 1000 + (uint64_t)op, 129);
            bool good = sample_make(&sample, (OpKind)op) && check(&sample);
            if (!good) printf("\n  %s, seed %d", op_table[op].name, (int)seed);
            CU_ASSERT_TRUE(good);
            arena_free(&arena);
        }
    }
}

static View view_of(ViewResult *result, Node *node) {
    *result = (ViewResult){.kind = RESULT_OUTPUT, .node = node};
    View view = {.kind = VIEW_PREDICT, .name = "predict"};
    view.results.items = result;
    view.results.count = view.results.capacity = 1;
    return view;
}

static bool has_finite_value(Sample *sample) {
    EvalInputs inputs = sample_inputs(sample);
    const double *value = eval_node(sample->arena, sample->node, &inputs);
    int64_t count = eval_elements(sample->node, sample->n);
    Type type = sample->node->type;
    if (count != shape_elements(type.shape) * (type.batched ? sample->n : 1)) return false;
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(value[i])) return false;
    return true;
}

void every_operation_is_sampled(void) {
    for_every_operation(has_finite_value);
}

static bool reads_back(Sample *sample) {
    ViewResult result;
    View view = view_of(&result, sample->node), again;
    Text first, second;
    text_init(&first, sample->arena);
    view_print(&first, &view, NULL);
    Graph graph;
    graph_init(&graph, sample->arena);
    const char *problem = view_read(&graph, first.chars, &again);
    if (problem[0]) {
        printf("\n  %s", problem);
        return false;
    }
    text_init(&second, sample->arena);
    view_print(&second, &again, NULL);
    if (strcmp(first.chars, second.chars)) return false;
    EvalInputs inputs = sample_inputs(sample);
    const double *a = eval_view(sample->arena, &view, &inputs)[0];
    const double *b = eval_view(sample->arena, &again, &inputs)[0];
    return !memcmp(a, b, sizeof *a * (size_t)eval_elements(sample->node, sample->n));
}

void every_operation_prints_and_reads(void) {
    for_every_operation(reads_back);
}

static bool verifies(Sample *sample) {
    OpKind op = sample->node->op;
    ViewResult result;
    View view = view_of(&result, sample->node);
    const char *problem = view_verify(sample->arena, &sample->model, &view);
    if (op == OP_TRAINING || op == OP_GRADIENT || op == OP_ACCUMULATED) return problem[0];
    if (problem[0]) printf("\n  %s", problem);
    return !problem[0];
}

void every_operation_verifies(void) {
    for_every_operation(verifies);
}
