/* operations_test.c: every operation of ops.def over odd shapes, compiled against the reference
 * evaluation, and bit for bit against itself: other CPU, other optimisation level, fused or not,
 * any split of its tasks. */

#include "execute.h"
#include "graph/sample.h"
#include "tests.h"

#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NNC_SEEDS: more, for a long look; NNC_OPERATION: of one operation only. */
enum { SEEDS = 1 };

static const PlanOptions plain,
    all = {.fuse = true, .reuse = true, .panels = true, .share_functions = true};

typedef struct Variant {
    const char *cpu;
    int level;
    PlanOptions plan;
    Split split;
} Variant;

static double *run(Arena *arena, Sample *sample, const Variant *variant, bool wide, bool *ok) {
    View view = {.kind = VIEW_EVALUATE, .name = "evaluate"};
    ViewResult result = {sample->node->type.batched ? RESULT_OUTPUT : RESULT_PENALTY, 0,
                         sample->node};
    VEC_PUSH(arena, view.results, result);
    ViewVec views = {0};
    VEC_PUSH(arena, views, view);
    ExecuteOptions options = {.cpu = variant->cpu, .level = variant->level, .plan = variant->plan};
    options.plan.double_precision = wide;
    Execution execution;
    double *values = NULL;
    *ok = execute_begin(&execution, arena, &sample->model, &views, &options, sample->n);
    if (*ok) {
        EvalInputs inputs = sample_inputs(sample);
        execute_split(&execution, variant->split);
        execute_set(&execution, &inputs);
        execute_run(&execution, &inputs, VIEW_EVALUATE);
        values = execute_result(&execution, VIEW_EVALUATE, 0);
    }
    execute_end(&execution);
    return values;
}

static double largest_of(const double *values, int64_t count) {
    double largest = 1;
    for (int64_t i = 0; i < count; i++)
        if (isfinite(values[i])) largest = fmax(largest, fabs(values[i]));
    return largest;
}

static bool close_to(const double *values, const double *expected, int64_t count, double tolerance,
                     int64_t *worst) {
    double room = tolerance * largest_of(expected, count);
    for (int64_t i = 0; i < count; i++) {
        *worst = i;
        if (isnan(expected[i]) != isnan(values[i])) return false;
        if (isnan(expected[i]) || expected[i] == values[i]) continue;
        if (!(fabs(values[i] - expected[i]) <= room)) return false;
    }
    return true;
}

static void complain(const Sample *sample, uint64_t seed, const char *what, int64_t i, double a,
                     double b) {
    Text text;
    text_init(&text, sample->arena);
    type_print(&text, sample->node->type);
    for (int k = 0; k < sample->node->operand_count; k++) {
        text_add(&text, " ");
        type_print(&text, sample->node->operands[k]->type);
    }
    printf("\n%s seed %" PRIu64 " n %" PRId64 " %s: %s: element %" PRId64 ": %.17g, not %.17g\n",
           op_table[sample->node->op].name, seed, sample->n, text.chars, what, i, a, b);
}

void operations_check(Sample *sample, uint64_t seed, const char *other_cpu) {
    Arena *arena = sample->arena;
    Node *node = sample->node;
    EvalInputs inputs = sample_inputs(sample);
    const double *expected = eval_node(arena, node, &inputs);
    int64_t count = eval_elements(node, sample->n), at = 0;
    bool ok;
    const Variant first = {NULL, 2, plain, SPLIT_NONE};
    double *wide = run(arena, sample, &first, true, &ok);
    ok = ok && close_to(wide, expected, count, 1e-11, &at);
    if (!ok && wide) complain(sample, seed, "f64", at, wide[at], expected[at]);
    CU_ASSERT(ok);
    double *single = run(arena, sample, &first, false, &ok);
    double tolerance = node->op == OP_POWER ? 2e-3 : 2e-5;
    /* positions of up to 20 pixels, rounded, between pixels that differ by up to 4 */
    if (node->op == OP_RESAMPLE || node->op == OP_RESAMPLE_SLOPE || node->op == OP_RESAMPLE_INPUT)
        tolerance = 1e-4;
    ok = ok && close_to(single, expected, count, tolerance, &at);
    if (!ok && single) complain(sample, seed, "f32", at, single[at], expected[at]);
    CU_ASSERT(ok);
    const Variant others[] = {{NULL, 0, plain, SPLIT_EACH},
                              {NULL, 2, all, SPLIT_THIRDS},
                              {other_cpu, 2, all, SPLIT_EACH}};
    for (int i = 0; i < 3 && ok; i++) {
        if (i == 2 && !other_cpu) break;
        double *other = run(arena, sample, &others[i], false, &ok);
        ok = ok && memcmp(other, single, (size_t)count * sizeof *other) == 0;
        for (at = 0; other && !ok && at + 1 < count && other[at] == single[at];)
            at++;
        if (!ok && other) complain(sample, seed, "other bits", at, other[at], single[at]);
        CU_ASSERT(ok);
    }
}

static void one_sample(OpKind op, uint64_t seed, int64_t largest, const char *other_cpu) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, seed, largest);
    Node *node = sample_make(&sample, op);
    CU_ASSERT_PTR_NOT_NULL(node);
    if (op == OP_ACCUMULATED && node) {
        Accumulator total = {node, node}; /* only the type of its value counts here */
        VEC_PUSH(&arena, sample.model.accumulators, total);
    }
    if (node) operations_check(&sample, seed, other_cpu);
    arena_free(&arena);
}

void operations_equal_evaluation(void) {
    const char *other = execute_runs("x86-64-v3") ? "x86-64-v3" : NULL;
    if (!execute_runs(NULL)) {
        puts("SKIP: this host has no fused multiply-add");
        return;
    }
    const char *more = getenv("NNC_SEEDS"), *only = getenv("NNC_OPERATION");
    uint64_t seeds = more ? strtoull(more, NULL, 10) : SEEDS;
    for (int op = 0; op < OP_COUNT; op++) {
        if (op == OP_GRADIENT || op == OP_TRAINING) continue; /* views have none */
        if (only && strcmp(op_table[op].name, only)) continue;
        for (uint64_t seed = 1; seed <= seeds; seed++)
            one_sample((OpKind)op, seed, seed % 3 ? 33 : 129, other);
    }
}

/* ---- sizes that the sampler does not reach ---- */

static Node *make(Sample *sample, OpKind op, Attr attr, Node *a) {
    return graph_node(&sample->model.graph, op, attr, &a, 1, NULL);
}

static Node *long_node(Sample *sample, int which) {
    Graph *graph = &sample->model.graph;
    Shape row = shape_of(1, (int64_t[]){200}), odd = shape_of(2, (int64_t[]){3, 101});
    Shape matrix = shape_of(2, (int64_t[]){5, 128}), long_row = shape_of(1, (int64_t[]){9001});
    Attr last = {.axes = 1};
    switch (which) {
    case 0: return graph_leaf(graph, OP_DRAW_UNIFORM, 0, type_real(true, row));
    case 1: return graph_leaf(graph, OP_DRAW_UNIFORM, 0, type_real(false, matrix));
    case 2: return graph_leaf(graph, OP_DRAW_NORMAL, 0, type_real(true, matrix));
    case 3: return graph_leaf(graph, OP_DRAW_NORMAL, 0, type_real(false, odd));
    case 4: {
        Node *x = sample_input(sample, row, NULL);
        Node *draw = graph_leaf(graph, OP_DRAW_UNIFORM, 0, x->type);
        return graph_binary(graph, OP_MULTIPLY, x, draw);
    }
    case 5: return make(sample, OP_SUM, last, sample_input(sample, long_row, NULL));
    case 6: return make(sample, OP_SUM, last, sample_parameter(sample, long_row, NULL));
    case 7: return make(sample, OP_SOFTMAX, (Attr){0}, sample_input(sample, long_row, NULL));
    case 8:
        return make(sample, OP_LOG_SOFTMAX, (Attr){0},
                    sample_input(sample, shape_of(1, (int64_t[]){20000}), NULL));
    case 9: return make(sample, OP_FIRST_MAX, last, sample_input(sample, long_row, NULL));
    case 10:
        return make(sample, OP_SUM, last,
                    sample_input(sample, shape_of(2, (int64_t[]){5000, 3}), NULL));
    case 11: {
        int64_t dims[] = {70, 2, 80};
        return make(sample, OP_REDUCE_MAX, (Attr){.axes = 5},
                    sample_input(sample, shape_of(3, dims), NULL));
    }
    case 12: { /* chunks of a contraction */
        Node *operands[2] = {sample_input(sample, shape_of(2, (int64_t[]){3000, 5}), NULL),
                             sample_input(sample, shape_of(2, (int64_t[]){3000, 18}), NULL)};
        return graph_node(graph, OP_CONTRACT, (Attr){0}, operands, 2, NULL);
    }
    case 13:
        return make(sample, OP_TRANSPOSE, (Attr){.order = {1, 0}},
                    sample_parameter(sample, shape_of(2, (int64_t[]){90, 70}), NULL));
    default: return NULL;
    }
}

void long_operations(void) {
    const char *other = execute_runs("x86-64-v3") ? "x86-64-v3" : NULL;
    bool more = execute_runs(NULL);
    if (!more) puts("SKIP: this host has no fused multiply-add");
    for (int which = 0; more; which++) {
        Arena arena;
        arena_init(&arena);
        Sample sample;
        sample_begin(&sample, &arena, 100 + (uint64_t)which, 8);
        sample.node = long_node(&sample, which);
        more = sample.node != NULL;
        if (more) operations_check(&sample, (uint64_t)which, other);
        arena_free(&arena);
    }
}
