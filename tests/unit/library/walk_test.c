/* Every entry of the library, walked from its texts, in sizes around the widths of vectors: it
 * elaborates, its values are finite, and its gradient equals finite differences in double. */
#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "entry_models.h"
#include "library_tests.h"

static const int64_t sizes[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 127, 129};
static const int64_t batches[] = {1, 2, 3, 5};
enum { SIZE_COUNT = sizeof sizes / sizeof *sizes, ELEMENTS_MOVED = 12 };

/* Loss plus penalty of the gradient's view. */
static double objective(const EntryRun *run, const View *view) {
    Arena arena;
    arena_init(&arena);
    const double **values = entry_evaluate(run, &arena, view, 0, 100);
    double sum = 0;
    for (int64_t i = 0; i < view->results.count; i++)
        if (view->results.items[i].kind == RESULT_LOSS ||
            view->results.items[i].kind == RESULT_PENALTY)
            sum += *values[i];
    arena_free(&arena);
    return sum;
}

/* One parameter: up to ELEMENTS_MOVED elements, evenly spread. Elements at a kink, where the slopes
 * to the left and right differ, are left out and counted. */
static void check_parameter(EntryRun *run, const View *view, int64_t index, const double *gradient,
                            const char *text, int64_t *moved, int64_t *kinks) {
    const Variable *variable = &run->model.variables.items[index];
    int64_t count = shape_elements(variable->type.shape);
    double largest = 1, middle = objective(run, view);
    for (int64_t k = 0; k < count; k++)
        largest = fmax(largest, fabs(gradient[k]));
    int64_t stride = (count + ELEMENTS_MOVED - 1) / ELEMENTS_MOVED;
    for (int64_t k = 0; k < count; k += stride) {
        double *element = &run->variables[index][k], before = *element, h = 1e-5;
        *element = before + h;
        double above = objective(run, view);
        *element = before - h;
        double below = objective(run, view);
        *element = before;
        double slope = (above - below) / (2 * h);
        double bend = fabs(above - 2 * middle + below) / h;
        (*moved)++;
        if (bend > 0.01 * fmax(1, fabs(slope))) {
            (*kinks)++;
            continue;
        }
        bool equal = fabs(gradient[k] - slope) <= 1e-6 * largest;
        if (!equal)
            fprintf(stderr, "%s%s[%lld]: gradient %.12g, slope %.12g\n", text, variable->name,
                    (long long)k, gradient[k], slope);
        CU_ASSERT(equal);
    }
}

static void check_gradient(EntryRun *run, const char *text, int64_t *moved, int64_t *kinks) {
    const View *view = entry_view(run, VIEW_GRADIENT);
    CU_ASSERT_PTR_NOT_NULL_FATAL(view);
    const double **values = entry_evaluate(run, run->arena, view, 0, 100);
    int64_t gradients = 0;
    for (int64_t i = 0; i < view->results.count; i++) {
        if (view->results.items[i].kind != RESULT_GRADIENT) continue;
        gradients++;
        check_parameter(run, view, view->results.items[i].index, values[i], text, moved, kinks);
    }
    CU_ASSERT(gradients > 0);
}

/* Every result of every view but the report, whose accumulators belong to an evaluation. */
static void check_finite(EntryRun *run, const char *text) {
    for (int64_t v = 0; v < run->views.count; v++) {
        const View *view = &run->views.items[v];
        if (view->kind == VIEW_REPORT) continue;
        const double **values = entry_evaluate(run, run->arena, view, 3, 100);
        for (int64_t i = 0; i < view->results.count; i++) {
            Node *node = view->results.items[i].node;
            int64_t count =
                shape_elements(node->type.shape) * (node->type.batched ? run->samples : 1);
            bool finite = true;
            for (int64_t k = 0; k < count; k++)
                finite = finite && isfinite(values[i][k]);
            if (!finite)
                fprintf(stderr, "%sview %s: result %lld is not finite\n", text, view->name,
                        (long long)i);
            CU_ASSERT(finite);
        }
    }
}

static void every_entry(void) {
    Arena list_arena;
    arena_init(&list_arena);
    EntryVec entries = entry_list(&list_arena);
    CU_ASSERT(entries.count >= 65);
    int64_t moved = 0, kinks = 0;
    for (int64_t i = 0; i < entries.count; i++) {
        TextsVec texts = entry_models(&list_arena, &entries.items[i]);
        for (int64_t t = 0; t < texts.count; t++)
            for (int s = 0; s < SIZE_COUNT; s++) {
                Arena arena;
                arena_init(&arena);
                EntryRun run;
                bool ok = entry_compile(&run, &arena, texts.items[t], sizes[s]);
                CU_ASSERT(ok);
                if (ok) {
                    entry_values(&run, batches[(i + s) % 4], (uint64_t)(i * 100 + s));
                    check_finite(&run, texts.items[t]);
                    check_gradient(&run, texts.items[t], &moved, &kinks);
                }
                arena_free(&arena);
                if (!ok) break;
            }
    }
    /* Kinks are rare; a test that leaves out everything would prove nothing. */
    CU_ASSERT(moved > 10000);
    CU_ASSERT(kinks * 50 < moved);
    printf("(%lld gradients, %lld at kinks) ", (long long)moved, (long long)kinks);
    arena_free(&list_arena);
}

CU_TestInfo walk_tests[] = {
    {"every entry has the gradient of its values", every_entry},
    CU_TEST_INFO_NULL,
};
