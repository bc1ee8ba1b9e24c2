/* pass_kind.c: cases of one pass: a view before and after it. See kinds.h. */

#include <stdio.h>
#include <string.h>

#include "graph/eval.h"
#include "graph/print.h"
#include "passes/passes.h"
#include "runner/files.h"
#include "runner/kinds.h"

static const char separator[] = "\nbecomes\n";

/* Values for every leaf of the views: element e of tensor t is the same in both. */
static const double *const *leaf_values(Arena *arena, const View *view, OpKind op,
                                        int64_t samples) {
    NodeVec nodes = view_nodes(arena, view);
    int64_t count = 0;
    for (int64_t i = 0; i < nodes.count; i++)
        if (nodes.items[i]->op == op && nodes.items[i]->attr.index >= count)
            count = nodes.items[i]->attr.index + 1;
    const double **tensors = ARENA_ARRAY(arena, const double *, count);
    for (int64_t i = 0; i < nodes.count; i++) {
        const Node *node = nodes.items[i];
        if (node->op != op) continue;
        int64_t elements = eval_elements(node, samples);
        double *values = ARENA_ARRAY(arena, double, elements);
        for (int64_t e = 0; e < elements; e++)
            values[e] = node->type.element == ELEMENT_CLASS
                            ? (double)(e % 2)
                            : (double)((e * 7 + node->attr.index * 3) % 11 - 5) / 4;
        tensors[node->attr.index] = values;
    }
    return (const double *const *)tensors;
}

/* The first result's value before and after. */
static bool same_values(Arena *arena, const View *before, const View *after) {
    EvalInputs inputs = {.samples = 3, .steps = 10, .seed = 1};
    double hypers[16] = {0.1, 0.2, 0.3};
    inputs.hypers = hypers;
    inputs.inputs = leaf_values(arena, before, OP_INPUT, inputs.samples);
    inputs.variables = leaf_values(arena, before, OP_VARIABLE, inputs.samples);
    const double **a = eval_view(arena, before, &inputs), **b = eval_view(arena, after, &inputs);
    for (int64_t i = 0, k = 0; i < before->results.count; i++) {
        const ViewResult *result = &before->results.items[i];
        if (k == after->results.count) return true; /* idle updates were dropped */
        const ViewResult *other = &after->results.items[k];
        if (other->kind != result->kind || other->index != result->index) continue;
        int64_t count = eval_elements(result->node, inputs.samples);
        if (memcmp(a[i], b[k++], sizeof(double) * (size_t)count)) return false;
    }
    return true;
}

static const Pass *pass_of(const Case *a_case) {
    for (int i = 0; i < pass_count; i++)
        if (!strcmp(pass_table[i].name, a_case->folder)) return &pass_table[i];
    printf("  there is no pass '%s'\n", a_case->folder);
    return NULL;
}

CaseResult run_pass_case(Case *a_case) {
    const Pass *pass = pass_of(a_case);
    if (!pass) return CASE_FAILED;
    const char *chars = a_case->text.chars, *middle = strstr(chars, separator);
    const char *expected = middle ? middle + strlen(separator) : "";
    const char *written =
        middle ? arena_text(a_case->arena, chars, (size_t)(middle + 1 - chars)) : chars;

    Model model = {0};
    View before;
    graph_init(&model.graph, a_case->arena);
    const char *problem = view_read(&model.graph, written, &before);
    if (problem[0]) {
        printf("  %s\n", problem);
        return CASE_FAILED;
    }
    /* The pass may number nodes anew: what was there before is read again for its values. */
    Graph graph;
    View kept;
    graph_init(&graph, a_case->arena);
    view_read(&graph, written, &kept);
    ViewVec views = {0};
    VEC_PUSH(a_case->arena, views, before);
    pass->run(&model, &views);
    Text actual;
    text_init(&actual, a_case->arena);
    view_print(&actual, &views.items[0], NULL);
    if (!same_values(a_case->arena, &kept, &views.items[0])) {
        printf("  the pass changed a value\n");
        return CASE_FAILED;
    }
    if (!strcmp(actual.chars, expected)) return CASE_PASSED;
    if (a_case->update) {
        const char *all =
            arena_format(a_case->arena, "%s%s%s", written, separator + 1, actual.chars);
        files_write(a_case->name, all, strlen(all));
        return CASE_UPDATED;
    }
    files_print_difference(expected, actual.chars);
    return CASE_FAILED;
}
