/* The pool: every task once, whatever the number of threads, and an end that ends. */
#include "runtime/tests.h"
#include "runtime/threads.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 1000 };

typedef struct Work {
    unsigned char done[MOST]; /* each task has its own byte, so tasks do not race */
    int64_t tasks;
    bool outside;
} Work;

static void mark(void *argument, int64_t first, int64_t last) {
    Work *work = argument;
    if (first < 0 || last > work->tasks || first >= last) work->outside = true;
    for (int64_t i = first; i < last; i++)
        work->done[i]++;
}

static void every_task_once(void) {
    static const int64_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 100, 999, 1000};
    for (int threads = 1; threads <= 9; threads++) {
        NnrtError error = {0};
        NnrtPool *pool = nnrt_pool_new(threads, &error);
        CU_ASSERT_PTR_NOT_NULL_FATAL(pool);
        CU_ASSERT_EQUAL(nnrt_pool_threads(pool), threads);
        int64_t wanted = 0, counted = 0;
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
            for (int repeat = 0; repeat < 20; repeat++) {
                Work work = {.tasks = sizes[k]};
                nnrt_parallel(pool, mark, &work, sizes[k]);
                int wrong = work.outside;
                for (int64_t i = 0; i < MOST; i++)
                    wrong += work.done[i] != (i < sizes[k]);
                CU_ASSERT_EQUAL(wrong, 0);
                wanted += sizes[k];
            }
        for (int i = 0; i < threads; i++) {
            counted += nnrt_pool_tasks(pool, i);
            CU_ASSERT(nnrt_pool_tasks(pool, i) >= wanted / threads / 2);
        }
        CU_ASSERT_EQUAL(counted, wanted);
        nnrt_pool_free(pool);
    }
}

static void without_pool(void) {
    Work work = {.tasks = 10};
    nnrt_parallel(NULL, mark, &work, 10);
    CU_ASSERT(work.done[0] == 1 && work.done[9] == 1 && work.done[10] == 0);
    CU_ASSERT_EQUAL(nnrt_pool_threads(NULL), 1);
    nnrt_pool_free(NULL);
    CU_ASSERT(nnrt_processors() >= 1);
}

/* Workers fall asleep between the calls and are woken again. */
static void sleeping_and_waking(void) {
    NnrtPool *pool = nnrt_pool_new(3, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(pool);
    struct timespec pause = {0, 2000000};
    for (int i = 0; i < 30; i++) {
        Work work = {.tasks = 30};
        nanosleep(&pause, NULL);
        nnrt_parallel(pool, mark, &work, 30);
        CU_ASSERT(memchr(work.done, 0, 30) == NULL);
    }
    nanosleep(&pause, NULL);
    nnrt_pool_free(pool);
}

static void add_one(void *argument, int64_t first, int64_t last) {
    int64_t *cells = argument;
    for (int64_t i = first; i < last; i++)
        cells[i]++;
}

static void many_calls(void) {
    int64_t cells[16] = {0};
    NnrtPool *pool = nnrt_pool_new(4, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(pool);
    for (int i = 0; i < 3000; i++)
        nnrt_parallel(pool, add_one, cells, 16);
    for (int i = 0; i < 16; i++)
        CU_ASSERT_EQUAL(cells[i], 3000);
    nnrt_pool_free(pool);
    for (int i = 0; i < 50; i++) /* ended before a worker ever ran */
        nnrt_pool_free(nnrt_pool_new(5, NULL));
}

static void refused(void) {
    NnrtError error = {0};
    CU_ASSERT_PTR_NULL(nnrt_pool_new(0, &error));
    CU_ASSERT_EQUAL(error.exit_code, 2);
    CU_ASSERT_PTR_NULL(nnrt_pool_new(NNRT_THREADS_MAX + 1, NULL));
}

void add_threads_suite(void) {
    CU_pSuite suite = CU_add_suite("threads", NULL, NULL);
    CU_add_test(suite, "every task once", every_task_once);
    CU_add_test(suite, "without a pool", without_pool);
    CU_add_test(suite, "sleeping and waking", sleeping_and_waking);
    CU_add_test(suite, "many calls", many_calls);
    CU_add_test(suite, "refused", refused);
}
