/* command_train.c: train or go on with training, keep the best, save, show. */

#include "runtime/atomic.h"
#include "runtime/commands.h"
#include "runtime/curve.h"
#include "runtime/outputs.h"
#include "runtime/report.h"
#include "runtime/training.h"
#include "runtime/weights.h"

#include <stdio.h>
#include <unistd.h>

static void report_json(const NnrtTraining *run, const char *part, const NnrtFigures *figures,
                        const char *digest) {
    const NnrtTrainResult *result = &run->result;
    printf("{\"epochs\": %lld, \"steps\": %lld, \"best_epoch\": %lld, \"part\": \"%s\", ",
           (long long)result->epochs, (long long)result->steps, (long long)result->best_epoch,
           part);
    nnrt_print_figures_json(run->session.model, figures);
    printf(", \"weights\": ");
    nnrt_print_json_text(run->path);
    if (*digest) printf(", \"digest\": \"%s\"", digest);
    nnrt_print_tasks_json(&run->session);
    printf("}\n");
}

/* Final line of the test part, or of the JSON. */
static bool report(NnrtTraining *run, NnrtError *error) {
    const NnrtData *data = &run->data;
    const NnrtTrainResult *result = &run->result;
    char digest[65] = "";
    if (run->options->digest && !nnrt_weights_digest(&run->session, digest, error)) return false;
    NnrtFigures figures = {0};
    const NnrtRows rows = data->test.count         ? data->test
                          : data->validation.count ? data->validation
                                                   : data->train;
    const char *part = data->test.count         ? "test"
                       : data->validation.count ? "validation"
                                                : "training";
    nnrt_evaluate(&run->session, rows, &figures);
    if (!nnrt_gathered(&run->session, error)) return false;
    nnrt_log_part(run->log, part, &figures);
    if (run->options->report) {
        NnrtReport page = {run->options->report, run, part, rows};
        if (!run->session.model->report(&page, error)) return false;
    }
    if (run->options->json) {
        report_json(run, part, &figures, digest);
        return true;
    }
    if (!run->options->quiet && isatty(STDOUT_FILENO)) nnrt_curve_print(&run->history, stdout);
    if (result->stopped_early)
        printf("stopped early: no improvement for %lld epochs\n",
               (long long)run->options->patience);
    printf("%s part, %lld samples", part, (long long)rows.count);
    if (result->best_epoch != result->epochs)
        printf(", weights of epoch %lld", (long long)result->best_epoch);
    printf(":  ");
    nnrt_print_figures(stdout, run->session.model, &figures);
    printf("\nweights saved to %s\n", run->path);
    if (run->options->report) printf("report written to %s\n", run->options->report);
    if (*digest) printf("digest %s\n", digest);
    return true;
}

/* Before anything is computed: what is to be written can be, and is none of what is read. */
static bool check_outputs(const NnrtModel *model, const NnrtOptions *options, const char *path,
                          NnrtError *error) {
    const char *others[] = {path, options->from, options->log};
    if (!nnrt_output_is_free(model, options, path, NULL, 0, error)) return false;
    const char *beside[] = {options->log, options->report};
    for (int i = 0; i < 2; i++)
        if (beside[i] && !(nnrt_output_is_free(model, options, beside[i], others, 2 + i, error) &&
                           nnrt_output_is_no_weights(beside[i], error)))
            return false;
    NnrtWriter writer;
    if (!nnrt_writer_begin(&writer, path, error)) return false;
    nnrt_writer_abandon(&writer);
    if (!options->report) return true;
    if (!nnrt_writer_begin(&writer, options->report, error)) return false;
    nnrt_writer_abandon(&writer);
    return true;
}

bool nnrt_command_train(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    if (!nnrt_training_check(model, error)) return false;
    if (options->resume && options->from)
        return nnrt_fail(error, NNRT_EXIT_USAGE,
                         "--resume goes on with all weights, --from starts anew: give one of them");
    NnrtDataOptions where = nnrt_data_options(options, NULL);
    char buffer[300];
    const char *path = nnrt_weights_path(model, options->out, buffer, sizeof buffer);
    NnrtTraining training = {0};
    NnrtLog log = {0};
    bool ok = check_outputs(model, options, path, error) &&
              nnrt_training_open(&training, model, options, &where, path, error) &&
              nnrt_log_open(&log, model, options->log, options->resume, error);
    if (ok && model->check_images) model->check_images(training.data.train.table);
    ok = ok && nnrt_training_run(&training, &log, error) && report(&training, error);
    nnrt_training_end(&training, ok ? NULL : error);
    ok = nnrt_log_close(&log, error) && ok;
    nnrt_training_close(&training);
    return ok;
}
