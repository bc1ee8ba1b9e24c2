/* command_evaluate.c: loss and metrics of trained weights on a part of the data, and for classes a
 * table of them and of what they are taken for.
 */

#include "runtime/commands.h"
#include "runtime/progress.h"

#include <stdio.h>
#include <string.h>

static void print_text(const NnrtModel *model, const char *part, const NnrtFigures *figures,
                       const NnrtConfusions *confusions) {
    printf("%s part, %lld samples:  ", part, (long long)figures->samples);
    nnrt_print_figures(stdout, model, figures);
    printf("\n");
    for (int64_t i = 0; i < confusions->count; i++) {
        printf("\n");
        nnrt_confusion_print(&confusions->items[i], stdout);
    }
}

static void print_json(const NnrtModel *model, const char *part, const NnrtFigures *figures,
                       const NnrtConfusions *confusions) {
    printf("{\"part\": \"%s\", \"samples\": %lld, ", part, (long long)figures->samples);
    nnrt_print_figures_json(model, figures);
    for (int64_t i = 0; i < confusions->count; i++) {
        printf("%s", i ? ", " : ", \"confusion\": [");
        nnrt_confusion_print_json(&confusions->items[i], model);
    }
    printf("%s}\n", confusions->count ? "]" : "");
}

static bool evaluate_rows(NnrtSession *session, NnrtRows rows, const char *part, bool json,
                          NnrtError *error) {
    NnrtFigures figures;
    NnrtConfusions confusions;
    bool ok = nnrt_confusions_init(&confusions, session->model, rows.table, error);
    if (ok) {
        nnrt_evaluate_with(session, rows, &figures, &confusions);
        ok = nnrt_gathered(session, error);
        if (ok && json)
            print_json(session->model, part, &figures, &confusions);
        else if (ok)
            print_text(session->model, part, &figures, &confusions);
    }
    nnrt_confusions_free(&confusions);
    return ok;
}

bool nnrt_command_evaluate(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    if (!nnrt_view(model, NNRT_VIEW_EVALUATE, 0))
        return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                         "model `%s` has neither a loss nor a metric to evaluate", model->name);
    NnrtSession session = {0};
    NnrtTensorFile file = {0};
    NnrtData data = {0};
    int64_t capacity = options->batch ? options->batch : 256;
    bool ok = nnrt_open_trained(model, options, capacity, &session, &file, error);
    if (ok) {
        NnrtDataOptions where = nnrt_data_options(options, &file);
        ok = nnrt_data_load(model, &where, &data, error);
    }
    NnrtRows rows = {0};
    const char *part = NULL;
    if (ok) ok = nnrt_select_rows(&data, options->split, &rows, &part, error);
    ok = ok && evaluate_rows(&session, rows, part, options->json, error);
    nnrt_data_free(&data);
    nnrt_tensors_free(&file);
    nnrt_session_close(&session);
    return ok;
}
