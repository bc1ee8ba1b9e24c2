/* progress.c: see progress.h. */

#include "runtime/progress.h"

#include "runtime/peak.h"

#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR_WIDTH = 24, MOST_LINES = 50, FIELD_ROOM = 48 };

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
        .metric = NAN,
    };
}

/* "1:05 left", "2:03:04 left" */
static void format_time(char *text, double seconds) {
    long total = seconds > 0 && seconds < 1e9 ? (long)(seconds + 0.5) : 0;
    if (total >= 3600)
        snprintf(text, FIELD_ROOM, "%ld:%02ld:%02ld left", total / 3600, total / 60 % 60,
                 total % 60);
    else
        snprintf(text, FIELD_ROOM, "%ld:%02ld left", total / 60, total % 60);
}

/* Columns of the terminal; 80 when it does not say. */
static int terminal_width(void) {
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* "epoch 3/40 [####....] loss 0.2134  accuracy 0.9741  38500 samples/s  0:12 left" in one line of
 * the terminal: what does not fit is left out, the last field first, but the bar before any. */
static void draw(const char *const fields[], int count, double share) {
    int width = terminal_width() - 1, used = 0, shown = 0;
    while (shown < count && (shown == 0 || used + 2 + (int)strlen(fields[shown]) <= width))
        used += 2 + (int)strlen(fields[shown++]);
    int bar = width - used - 3;
    if (bar > BAR_WIDTH) bar = BAR_WIDTH;
    fprintf(stderr, "\r\033[K%.*s", width > 0 ? width : 0, fields[0]);
    if (bar >= 4) {
        fputs(" [", stderr);
        for (int i = 0; i < bar; i++)
            fputc(i < (int)(share * bar) ? '#' : '.', stderr);
        fputc(']', stderr);
    }
    for (int i = 1; i < shown; i++)
        fprintf(stderr, "%s%s", i == 1 ? " " : "  ", fields[i]);
    fflush(stderr);
}

void nnrt_progress_step(void *user, int64_t epoch, int64_t done, int64_t samples, double loss) {
    NnrtProgress *progress = user;
    if (!progress->terminal) return;
    double now = nnrt_seconds();
    if (progress->epoch_begun != epoch) {
        progress->epoch_begun = epoch;
        progress->epoch_begin = now;
        progress->epoch_done = done; /* its first step's time is not known */
    }
    if (now - progress->drawn < 0.1) return; /* at most ten times a second */
    progress->drawn = now;
    char texts[5][FIELD_ROOM];
    const char *fields[5];
    int count = 0;
    snprintf(texts[count++], FIELD_ROOM, "epoch %lld/%lld", (long long)epoch,
             (long long)progress->epochs);
    snprintf(texts[count++], FIELD_ROOM, "loss %.4g", loss);
    if (!isnan(progress->metric))
        snprintf(texts[count++], FIELD_ROOM, "%s %.4g", progress->model->metrics[0].name,
                 progress->metric);
    double share = (double)(epoch - 1) + (double)done / (double)samples;
    double each = (now - progress->begin) / (share - progress->begun); /* seconds an epoch */
    format_time(texts[count++], ((double)progress->epochs - share) * each);
    double elapsed = now - progress->epoch_begin;
    double rate = elapsed > 0.2 ? (double)(done - progress->epoch_done) / elapsed
                                : (double)samples / each; /* short epochs: over all of them */
    if (isfinite(rate)) snprintf(texts[count++], FIELD_ROOM, "%.0f samples/s", rate);
    for (int i = 0; i < count; i++)
        fields[i] = texts[i];
    draw(fields, count, (double)done / (double)samples);
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
    if (epoch->validated && progress->model->metric_count)
        progress->metric = epoch->validation.metrics[0];
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
