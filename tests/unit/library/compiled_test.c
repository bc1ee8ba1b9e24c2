/* Every entry of the library, walked from its texts: every view as compiled code against the
 * reference evaluation, in double and in single; and bit for bit the same with all passes, fusion
 * and address reuse as without any.
 *
 * Without NNC_ALL_SIZES each model is compiled in one of the sizes, with it in all. */
#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entry_models.h"
#include "execute.h"
#include "passes/passes.h"

static const int64_t sizes[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 127, 129};
static const int64_t batches[] = {1, 2, 3, 5};
enum { SIZE_COUNT = sizeof sizes / sizeof *sizes, STEP = 3, STEPS = 100 };

static const ViewKind kinds[] = {VIEW_INITIALIZE, VIEW_STATISTICS, VIEW_TRAIN_STEP, VIEW_GRADIENT,
                                 VIEW_EVALUATE,   VIEW_REPORT,     VIEW_PREDICT};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

typedef struct Way {
    const char *name;
    int level; /* -O */
    PlanOptions plan;
    bool passes;
    double near; /* of each result's largest value; 0: not compared */
} Way;

static const Way ways[] = {
    {"plain, double", 0, {.double_precision = true}, false, 1e-10},
    {"optimised, double",
     2,
     {.fuse = true,
      .reuse = true,
      .panels = true,
      .share_functions = true,
      .double_precision = true},
     true,
     1e-10},
    {"optimised, single",
     2,
     {.fuse = true, .reuse = true, .panels = true, .share_functions = true},
     true,
     1e-3},
};
enum { WAY_COUNT = sizeof ways / sizeof *ways };

/* Values of the accumulators as the reference evaluation sums them. */
static void accumulate(EntryRun *run) {
    const View *view = entry_view(run, VIEW_EVALUATE);
    run->accumulated = ARENA_ARRAY(run->arena, double *, run->model.accumulators.count);
    if (!view) return;
    const double **values = entry_evaluate(run, run->arena, view, STEP, STEPS);
    for (int64_t i = 0; i < view->results.count; i++) {
        const ViewResult *result = &view->results.items[i];
        if (result->kind != RESULT_ACCUMULATOR) continue;
        int64_t count = shape_elements(result->node->type.shape);
        double *sums = run->accumulated[result->index] = ARENA_ARRAY(run->arena, double, count);
        for (int64_t k = 0; k < run->samples * count; k++)
            sums[k % count] += values[i][k];
    }
}

static double distance(const double *values, const double *expected, int64_t count) {
    double most = 0, largest = 1;
    for (int64_t i = 0; i < count; i++) {
        double difference = fabs(values[i] - expected[i]);
        most = difference <= most ? most : difference; /* NaN counts */
        largest = fmax(largest, fabs(expected[i]));
    }
    return most / largest;
}

/* All results of one view; `bits` keeps those in double of the first way for the second. */
typedef struct Kept {
    double *values[KIND_COUNT][64];
} Kept;

static void compare_view(EntryRun *run, Execution *execution, const Way *way, int kind,
                         const char *text, Kept *kept) {
    const View *view = entry_view(run, kinds[kind]);
    if (!view) return;
    EvalInputs inputs = entry_inputs(run, STEP, STEPS);
    const double **expected = eval_view(run->arena, view, &inputs);
    execute_set(execution, &inputs);
    execute_run(execution, &inputs, kinds[kind]);
    for (int64_t i = 0; i < view->results.count; i++) {
        const ViewResult *result = &view->results.items[i];
        int64_t count = shape_elements(result->node->type.shape) *
                        (result->node->type.batched ? run->samples : 1);
        double *values = result->kind == RESULT_VARIABLE
                             ? execute_variable(execution, result->index)
                             : execute_result(execution, kinds[kind], i);
        double off = distance(values, expected[i], count);
        if (!(off <= way->near))
            fprintf(stderr, "%s%s, view %s, result %lld: %g off\n", text, way->name, view->name,
                    (long long)i, off);
        CU_ASSERT(off <= way->near);
        if (!way->plan.double_precision || i >= 64) continue;
        if (!kept->values[kind][i]) {
            kept->values[kind][i] = values;
            continue;
        }
        bool same = memcmp(kept->values[kind][i], values, (size_t)count * sizeof *values) == 0;
        if (!same)
            fprintf(stderr, "%sview %s, result %lld: other bits when optimised\n", text, view->name,
                    (long long)i);
        CU_ASSERT(same);
    }
}

static void check_model(const char *text, int64_t size, int64_t samples, uint64_t seed) {
    Arena arena;
    arena_init(&arena);
    Kept kept = {0};
    for (int w = 0; w < WAY_COUNT; w++) {
        EntryRun run;
        Execution execution;
        if (!entry_compile(&run, &arena, text, size)) {
            CU_FAIL("does not compile");
            break;
        }
        entry_values(&run, samples, seed);
        accumulate(&run);
        EntryRun compiled = run;
        if (ways[w].passes) {
            /* The passes change views and add nodes: the evaluation keeps its own model. */
            CU_ASSERT_FATAL(entry_compile(&compiled, &arena, text, size));
            /* Folding rounds to the model's precision. */
            compiled.model.train.double_precision = ways[w].plan.double_precision;
            for (int p = 0; p < pass_count; p++)
                pass_table[p].run(&compiled.model, &compiled.views);
        }
        ExecuteOptions options = {.level = ways[w].level, .plan = ways[w].plan};
        bool ok =
            execute_begin(&execution, &arena, &compiled.model, &compiled.views, &options, samples);
        for (int kind = 0; ok && kind < KIND_COUNT; kind++)
            compare_view(&run, &execution, &ways[w], kind, text, &kept);
        execute_end(&execution);
    }
    arena_free(&arena);
}

static void every_entry(void) {
    if (!execute_runs(NULL)) {
        puts("skip: this host has no fused multiply-add");
        return;
    }
    bool all = getenv("NNC_ALL_SIZES") != NULL;
    Arena arena;
    arena_init(&arena);
    EntryVec entries = entry_list(&arena);
    int64_t models = 0;
    for (int64_t i = 0; i < entries.count; i++) {
        TextsVec texts = entry_models(&arena, &entries.items[i]);
        for (int64_t t = 0; t < texts.count; t++)
            for (int s = 0; s < SIZE_COUNT; s++)
                if (all || s == (int)((i + 7 * t) % SIZE_COUNT)) {
                    check_model(texts.items[t], sizes[s], batches[(i + s) % 4],
                                (uint64_t)(i * 100 + s));
                    models++;
                }
    }
    printf("(%lld models) ", (long long)models);
    CU_ASSERT(models >= 80);
    arena_free(&arena);
}

int main(void) {
    if (CU_initialize_registry() != CUE_SUCCESS) return 2;
    CU_pSuite suite = CU_add_suite("library, compiled", NULL, NULL);
    CU_add_test(suite, "every entry equals its evaluation", every_entry);
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failed != 0;
}
