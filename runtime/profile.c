/* profile.c: see profile.h. Kernels of one line are one row of the table; those of the update stand
 * under the line that they belong to, as backward. */

#include "runtime/profile.h"

#include "runtime/peak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_kernel(NnrtObserver *observer, int64_t index, const NnrtKernelRow *row,
                      NnrtKernel kernel, const NnrtCall *call, int64_t tasks) {
    NnrtProfile *profile = (NnrtProfile *)observer; /* its first member */
    double begin = nnrt_seconds();
    nnrt_observe_kernel(observer, row, kernel, call, tasks);
    profile->seconds[index] += nnrt_seconds() - begin;
    if (profile->width < row->place_length) profile->width = row->place_length;
}

bool nnrt_profile_init(NnrtProfile *profile, const NnrtView *view, NnrtError *error) {
    *profile = (NnrtProfile){.observer = {.kernel = on_kernel}, .view = view, .width = 28};
    if (!view) return true;
    profile->seconds = nnrt_allocate(view->kernel_count, sizeof *profile->seconds, error);
    return profile->seconds != NULL;
}

void nnrt_profile_free(NnrtProfile *profile) {
    free(profile->seconds);
    *profile = (NnrtProfile){0};
}

void nnrt_profile_run(NnrtProfile *profile, NnrtSession *session, int64_t count) {
    double begin = nnrt_seconds();
    nnrt_observe(&profile->observer, session, profile->view, count);
    profile->whole += nnrt_seconds() - begin;
    profile->runs++;
    profile->samples += count;
}

void nnrt_profile_watch(NnrtSession *session, const NnrtView *view, int64_t count) {
    NnrtProfile *profiles = session->watcher;
    nnrt_profile_run(&profiles[profiles[0].view != view], session, count);
}

/* What one line of the model takes: [0] forward, [1] backward. */
typedef struct Sum {
    double seconds[2], work[2];
} Sum;

static bool same_place(const NnrtKernelRow *a, const NnrtKernelRow *b) {
    return a->place_length == b->place_length &&
           memcmp(a->place, b->place, (size_t)a->place_length) == 0;
}

/* All kernels of the row's place. *first: none of them comes before the row. */
static Sum add_up(const NnrtProfile *profile, const NnrtKernelRow *row, int64_t at, bool *first) {
    Sum sum = {{0}, {0}};
    NnrtKernelRow other;
    const char *next = profile->view->kernels;
    *first = true;
    for (int64_t i = 0; nnrt_kernel_row(&next, &other); i++) {
        if (!same_place(row, &other)) continue;
        if (i < at) *first = false;
        sum.seconds[other.backward] += profile->seconds[i];
        sum.work[other.backward] +=
            other.fixed_work * (double)profile->runs + other.sample_work * (double)profile->samples;
    }
    return sum;
}

static void print_half(const NnrtProfile *profile, const Sum *sum, int half, double peak) {
    double seconds = sum->seconds[half], rate = seconds > 0 ? sum->work[half] / seconds : 0;
    if (seconds == 0) {
        printf("  %10s %8s %5s", "", "", "");
        return;
    }
    printf("  %10.2f %8.2f", 1e6 * seconds / (double)profile->runs, 1e-9 * rate);
    if (peak > 0)
        printf(" %3.0f %%", 100 * rate / peak);
    else
        printf("      ");
}

static void print_row(const NnrtProfile *profile, const char *place, int length, const Sum *sum,
                      double peak) {
    printf("  %-*.*s", profile->width, length, place);
    for (int half = 0; half < 2; half++)
        print_half(profile, sum, half, peak);
    printf("\n");
}

void nnrt_profile_print(const NnrtProfile *profile, double peak) {
    static const char compiler[] = "(the compiler's own)", all[] = "all lines";
    NnrtKernelRow row;
    Sum total = {{0}, {0}};
    if (!profile->runs) return;
    printf("%-*s  %10s %8s  peak  %10s %8s  peak\n", profile->width + 2, profile->view->name,
           "forward us", "GFLOP/s", "backward us", "GFLOP/s");
    const char *next = profile->view->kernels;
    for (int64_t i = 0; nnrt_kernel_row(&next, &row); i++) {
        bool first;
        Sum sum = add_up(profile, &row, i, &first);
        if (!first) continue;
        bool named = row.place_length > 0;
        print_row(profile, named ? row.place : compiler,
                  named ? row.place_length : (int)sizeof compiler - 1, &sum, peak);
        for (int half = 0; half < 2; half++) {
            total.seconds[half] += sum.seconds[half];
            total.work[half] += sum.work[half];
        }
    }
    print_row(profile, all, (int)sizeof all - 1, &total, peak);
    printf("  a run takes %.2f us, calls and clock included\n",
           1e6 * profile->whole / (double)profile->runs);
}

void nnrt_profile_print_data(const NnrtProfile *profile, const NnrtSession *session) {
    if (!profile->runs || !session->gather_samples) return;
    double samples = (double)profile->samples;
    double data = session->gather_seconds / (double)session->gather_samples * samples;
    printf("  before each run %.2f us for its data, %.1f %% of both together\n",
           1e6 * data / (double)profile->runs, 100 * data / (data + profile->whole));
}
