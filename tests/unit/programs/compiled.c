/* compiled.c: see compiled.h. */
#include "compiled.h"

#include <math.h>

#include "passes/passes.h"

ExecuteOptions compiled_options(bool double_precision) {
    return (ExecuteOptions){.level = 2,
                            .plan = {.fuse = true,
                                     .reuse = true,
                                     .panels = true,
                                     .share_functions = true,
                                     .double_precision = double_precision,
                                     .chain_bytes = 1}};
}

void compiled_passes(Model *model, ViewVec *views) {
    for (int i = 0; i < pass_count; i++)
        pass_table[i].run(model, views);
}

double *compiled_result(Execution *execution, ViewKind view, ResultKind kind, int64_t index) {
    if (kind == RESULT_VARIABLE) return execute_variable(execution, index);
    for (int64_t v = 0; v < execution->model->view_count; v++) {
        const NnrtView *found = &execution->model->views[v];
        if (found->kind != (int64_t)view) continue;
        for (int64_t i = 0; i < found->result_count; i++)
            if (found->results[i].kind == (int64_t)kind && found->results[i].index == index)
                return execute_result(execution, view, i);
    }
    return NULL;
}

void compiled_run(Execution *execution, const EvalInputs *values, ViewKind view, int64_t count) {
    execution->context.count = count;
    execute_set(execution, values);
    execute_run(execution, values, view);
}

double compiled_distance(const double *values, const double *expected, int64_t count) {
    double most = 0, largest = 1;
    for (int64_t i = 0; i < count; i++) {
        if (isnan(values[i]) != isnan(expected[i])) return NAN;
        if (isnan(expected[i]) || values[i] == expected[i]) continue;
        double difference = fabs(values[i] - expected[i]);
        most = difference <= most ? most : difference;
    }
    for (int64_t i = 0; i < count; i++)
        if (isfinite(expected[i])) largest = fmax(largest, fabs(expected[i]));
    return most / largest;
}
