/* graph_kind.c: cases of the graph and its views, as text. See kinds.h. */

#include <stdio.h>
#include <string.h>

#include "autodiff/autodiff.h"
#include "graph/print.h"
#include "graph/verify.h"
#include "runner/files.h"
#include "runner/front.h"
#include "runner/kinds.h"

/* Everything that is printed of a model; false when it is not sound. */
static bool print_all(Case *a_case, Front *front, Text *text) {
    Model *model = front->model;
    ViewVec views = {0};
    autodiff(model);
    graph_views(model, &views);
    const char *problem = views_verify(a_case->arena, model, &views);
    if (problem[0]) {
        printf("  %s\n", problem);
        return false;
    }
    model_print(text, model);
    for (int64_t i = 0; i < views.count; i++) {
        text_add_char(text, '\n');
        view_print(text, &views.items[i], model);
    }
    return true;
}

CaseResult run_graph_case(Case *a_case) {
    const char *sidecar =
        arena_format(a_case->arena, "%.*s.graph", (int)strlen(a_case->name) - 3, a_case->name);
    Text expected, actual;
    text_init(&expected, a_case->arena);
    text_init(&actual, a_case->arena);
    files_read(sidecar, &expected);

    Front front;
    front_run(&front, a_case->name, a_case->text.chars, a_case->text.length);
    bool good = front.model && print_all(a_case, &front, &actual);
    if (!front.model) diag_print(&front.diags, DIAG_PLAIN, &actual);
    front_free(&front);
    if (!good) {
        fputs(actual.chars, stdout);
        return CASE_FAILED;
    }
    if (!strcmp(expected.chars, actual.chars)) return CASE_PASSED;
    if (a_case->update) {
        files_write(sidecar, actual.chars, actual.length);
        return CASE_UPDATED;
    }
    files_print_difference(expected.chars, actual.chars);
    return CASE_FAILED;
}
