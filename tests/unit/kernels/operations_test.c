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

/* NNC_SEEDS: more, for a long look. */
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

static void one_sample(OpKind op, uint64_t seed, int64_t largest, const char *other_cpu) {
    Arena arena;
    arena_init(&arena);
    Sample sample;
    sample_begin(&sample, &arena, seed, largest);
    Node *node = sample_make(&sample, op);
    CU_ASSERT_PTR_NOT_NULL(node);
    if (op == OP_ACCUMULATED) {
        Accumulator total = {node, node}; /* only the type of its value counts here */
        VEC_PUSH(&arena, sample.model.accumulators, total);
    }
    if (node) {
        EvalInputs inputs = sample_inputs(&sample);
        const double *expected = eval_node(&arena, node, &inputs);
        int64_t count = eval_elements(node, sample.n), at = 0;
        bool ok;
        const Variant first = {NULL, 2, plain, SPLIT_NONE};
        double *wide = run(&arena, &sample, &first, true, &ok);
        ok = ok && close_to(wide, expected, count, 1e-11, &at);
        if (!ok && wide) complain(&sample, seed, "f64", at, wide[at], expected[at]);
        CU_ASSERT(ok);
        double *single = run(&arena, &sample, &first, false, &ok);
        double tolerance = op == OP_POWER ? 2e-3 : 2e-5;
        ok = ok && close_to(single, expected, count, tolerance, &at);
        if (!ok && single) complain(&sample, seed, "f32", at, single[at], expected[at]);
        CU_ASSERT(ok);
        const Variant others[] = {{NULL, 0, plain, SPLIT_EACH},
                                  {NULL, 2, all, SPLIT_THIRDS},
                                  {other_cpu, 2, all, SPLIT_EACH}};
        for (int i = 0; i < 3 && ok; i++) {
            if (i == 2 && !other_cpu) break;
            double *other = run(&arena, &sample, &others[i], false, &ok);
            ok = ok && memcmp(other, single, (size_t)count * sizeof *other) == 0;
            for (at = 0; other && !ok && at + 1 < count && other[at] == single[at];)
                at++;
            if (!ok && other) complain(&sample, seed, "other bits", at, other[at], single[at]);
            CU_ASSERT(ok);
        }
    }
    arena_free(&arena);
}

void operations_equal_evaluation(void) {
    const char *other = execute_runs("x86-64-v3") ? "x86-64-v3" : NULL;
    if (!execute_runs(NULL)) {
        puts("SKIP: this host has no fused multiply-add");
        return;
    }
    const char *more = getenv("NNC_SEEDS");
    uint64_t seeds = more ? strtoull(more, NULL, 10) : SEEDS;
    for (int op = 0; op < OP_COUNT; op++) {
        if (op == OP_GRADIENT || op == OP_TRAINING) continue; /* views have none */
        for (uint64_t seed = 1; seed <= seeds; seed++)
            one_sample((OpKind)op, seed, seed % 3 ? 33 : 129, other);
    }
}
