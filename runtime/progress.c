/* progress.c: see progress.h. */

#include "runtime/progress.h"

#include "runtime/peak.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

enum { BAR_WIDTH = 24, MOST_LINES = 50 };

void nnrt_progress_init(NnrtProgress *progress, const NnrtModel *model, int64_t epochs, bool quiet,
                        bool to_error) {
    *progress = (NnrtProgress){
        .model = model,
        .terminal = isatty(STDERR_FILENO) != 0 && !quiet,
        .quiet = quiet,
        .to_error = to_error,
        .every = (epochs + MOST_LINES - 1) / MOST_LINES,
        .epochs = epochs,
        .begin = nnrt_seconds(),
    };
}

/* "1:05", "2:03:04" */
static void print_time(FILE *file, double seconds) {
    long total = seconds < 0 || !isfinite(seconds) ? 0 : (long)(seconds + 0.5);
    if (total >= 3600)
        fprintf(file, "%ld:%02ld:%02ld", total / 3600, total / 60 % 60, total % 60);
    else
        fprintf(file, "%ld:%02ld", total / 60, total % 60);
}

void nnrt_progress_step(void *user, int64_t epoch, int64_t done, int64_t samples, double loss) {
    NnrtProgress *progress = user;
    if (!progress->terminal) return;
    double now = nnrt_seconds();
    if (progress->epoch_begun != epoch) {
        progress->epoch_begun = epoch;
        progress->epoch_begin = now;
    }
    if (now - progress->drawn < 0.1) return; /* at most ten times a second */
    progress->drawn = now;
    char bar[BAR_WIDTH + 1];
    int filled = (int)(done * BAR_WIDTH / samples);
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    double elapsed = now - progress->epoch_begin;
    double share = (double)(epoch - 1) + (double)done / (double)samples;
    double left =
        (now - progress->begin) * ((double)progress->epochs - share) / (share - progress->begun);
    fprintf(stderr, "\r\033[Kepoch %lld/%lld [%s] loss %.4g", (long long)epoch,
            (long long)progress->epochs, bar, loss);
    if (elapsed > 0.2) fprintf(stderr, "  %.0f samples/s", (double)done / elapsed);
    fprintf(stderr, "  ");
    print_time(stderr, left);
    fprintf(stderr, " left");
    fflush(stderr);
}

void nnrt_progress_end(NnrtProgress *progress) {
    if (progress->terminal) fprintf(stderr, "\r\033[K");
}

void nnrt_print_figures(FILE *file, const NnrtModel *model, const NnrtFigures *figures) {
    if (!isnan(figures->loss)) fprintf(file, "loss %.4g", figures->loss);
    for (int64_t i = 0; i < model->metric_count && i < NNRT_METRICS_MAX; i++)
        fprintf(file, "  %s %.4g", model->metrics[i].name, figures->metrics[i]);
}

void nnrt_progress_epoch(void *user, const NnrtEpoch *epoch) {
    NnrtProgress *progress = user;
    if (progress->quiet) return;
    nnrt_progress_end(progress);
    if (epoch->epoch != 1 && epoch->epoch != epoch->epochs && epoch->epoch % progress->every != 0)
        return;
    FILE *file = progress->to_error ? stderr : stdout;
    int width = snprintf(NULL, 0, "%lld", (long long)epoch->epochs);
    fprintf(file, "epoch %*lld/%lld  loss %-9.4g", width, (long long)epoch->epoch,
            (long long)epoch->epochs, epoch->loss);
    if (epoch->penalty != 0) fprintf(file, "  penalty %-9.4g", epoch->penalty);
    if (epoch->validated) {
        fprintf(file, "  validation ");
        nnrt_print_figures(file, progress->model, &epoch->validation);
        if (epoch->is_best) fprintf(file, "  *");
    }
    fprintf(file, "\n");
    fflush(file);
}
