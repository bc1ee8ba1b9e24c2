/* command_evaluate.c: loss and metrics of trained weights on a part of the data. */

#include "runtime/commands.h"
#include "runtime/progress.h"

#include <stdio.h>
#include <string.h>

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
        NnrtDataOptions where = {options->folders, options->folder_count,
                                 nnrt_recorded_seed(options, &file), 0, 0};
        ok = nnrt_data_load(model, &where, &data, error);
    }
    NnrtRows rows = {0};
    const char *part = NULL;
    if (ok) ok = nnrt_select_rows(&data, options->split, &rows, &part, error);
    if (ok) {
        NnrtFigures figures;
        nnrt_evaluate(&session, rows, &figures);
        if (options->json) {
            printf("{\"part\": \"%s\", \"samples\": %lld, ", part, (long long)rows.count);
            nnrt_print_figures_json(model, &figures);
            printf("}\n");
        } else {
            printf("%s part, %lld samples:  ", part, (long long)rows.count);
            nnrt_print_figures(stdout, model, &figures);
            printf("\n");
        }
    }
    nnrt_data_free(&data);
    nnrt_tensors_free(&file);
    nnrt_session_close(&session);
    return ok;
}
