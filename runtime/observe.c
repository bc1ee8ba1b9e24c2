/* observe.c: see observe.h. */

#include "runtime/observe.h"

#include <stdlib.h>
#include <string.h>

/* The field at *next, which ends with a tab or its line; *next moves behind it. */
static const char *field(const char **next, int *length) {
    const char *begin = *next;
    size_t size = strcspn(begin, "\t\n");
    *next = begin + size + (begin[size] == '\t');
    if (length) *length = (int)size;
    return begin;
}

bool nnrt_kernel_row(const char **next, NnrtKernelRow *row) {
    if (!*next || !**next) return false;
    row->place = field(next, &row->place_length);
    row->operations = field(next, &row->operations_length);
    row->backward = *field(next, NULL) == 'b';
    row->fixed_work = strtod(field(next, NULL), NULL);
    row->sample_work = strtod(field(next, NULL), NULL);
    row->parallel_from = (int64_t)strtod(field(next, NULL), NULL);
    row->inputs = strtoll(field(next, NULL), NULL, 10);
    row->results = *next;
    *next += strcspn(*next, "\n");
    if (**next) ++*next;
    return true;
}

bool nnrt_kernel_result(const char **next, NnrtKernelResult *result) {
    if (!**next || **next == '\n') return false;
    char kind = **next, *end;
    *result = (NnrtKernelResult){.is_class = kind == 'c',
                                 .per_sample = kind == 's' || kind == 'q',
                                 .panels = kind == 'p' || kind == 'q',
                                 .rows = strtoll(*next + 1, &end, 10)};
    result->columns = strtoll(end + 1, NULL, 10);
    field(next, NULL);
    return true;
}

static void on_kernel(void *pool, NnrtKernel kernel, const NnrtCall *call, int64_t tasks) {
    NnrtObserver *observer = pool;
    NnrtKernelRow row;
    if (nnrt_kernel_row(&observer->next, &row))
        observer->kernel(observer, observer->index++, &row, kernel, call, tasks);
    else
        kernel(call, 0, tasks);
}

void nnrt_observe(NnrtObserver *observer, NnrtSession *session, const NnrtView *view,
                  int64_t count) {
    NnrtContext *context = &session->context;
    observer->session = session;
    observer->parallel = context->parallel;
    observer->pool = context->pool;
    observer->next = view->kernels;
    observer->index = 0;
    context->parallel = on_kernel;
    context->pool = observer;
    context->observe = NNRT_OBSERVE;
    context->count = count;
    view->run(context);
    context->parallel = observer->parallel;
    context->pool = observer->pool;
    context->observe = 0;
}

void nnrt_observe_kernel(const NnrtObserver *observer, const NnrtKernelRow *row, NnrtKernel kernel,
                         const NnrtCall *call, int64_t tasks) {
    if (observer->parallel && call->context->count >= row->parallel_from)
        observer->parallel(observer->pool, kernel, call, tasks);
    else
        kernel(call, 0, tasks);
}
