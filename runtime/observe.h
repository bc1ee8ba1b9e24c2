/* observe.h: running a view kernel by kernel, with somebody looking on.
 *
 * What is known of each kernel is a line of NnrtView.kernels (codegen/kernel_info.h says how it is
 * written). The numbers that come out are those of an unobserved run.
 */
#ifndef NNRT_OBSERVE_H
#define NNRT_OBSERVE_H

#include "runtime/session.h"

typedef struct NnrtKernelRow {
    const char *place, *operations; /* not ended by NUL */
    int place_length, operations_length;
    bool backward;
    double fixed_work, sample_work; /* floating-point operations */
    int64_t parallel_from;
    int64_t inputs;      /* of NnrtCall.buffers; results follow */
    const char *results; /* for nnrt_kernel_result */
} NnrtKernelRow;

typedef struct NnrtKernelResult {
    bool is_class, per_sample, panels;
    int64_t rows, columns; /* rows of one sample where per_sample */
} NnrtKernelResult;

/* Reads the line at *next and moves it on; false at the end. */
bool nnrt_kernel_row(const char **next, NnrtKernelRow *row);
/* Reads the result at *next and moves it on; false when there is none left. */
bool nnrt_kernel_result(const char **next, NnrtKernelResult *result);

/* One view being run, and who looks on. */
typedef struct NnrtObserver NnrtObserver;
struct NnrtObserver {
    /* Kernel `index` of the view: run it by nnrt_observe_kernel(). */
    void (*kernel)(NnrtObserver *observer, int64_t index, const NnrtKernelRow *row,
                   NnrtKernel kernel, const NnrtCall *call, int64_t tasks);
    NnrtSession *session; /* set by nnrt_observe */
    NnrtParallel parallel;
    void *pool;
    const char *next;
    int64_t index;
};

/* nnrt_run() with every kernel handed to observer->kernel. The view must have a table of kernels.
 */
void nnrt_observe(NnrtObserver *observer, NnrtSession *session, const NnrtView *view,
                  int64_t count);
/* Runs the kernel as an unobserved run would: over the session's threads where that is worth it. */
void nnrt_observe_kernel(const NnrtObserver *observer, const NnrtKernelRow *row, NnrtKernel kernel,
                         const NnrtCall *call, int64_t tasks);

#endif
