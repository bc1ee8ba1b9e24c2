/* threads.c: a call is announced by raising a generation number, its end by a count of workers
 * left.
 *
 * A worker looks at the generation for a short while (a kernel of a small model takes microseconds,
 * waking a sleeper takes longer) and then sleeps on a condition variable; the caller waits for the
 * end in the same way. With more threads than processors nobody spins, because that would take the
 * processor from who has work.
 */
#define _GNU_SOURCE /* sched_getaffinity */
#include "runtime/threads.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SPINS = 4000 };

/* What one worker touches, on cache lines of its own. */
typedef struct Worker {
    _Alignas(128) NnrtPool *pool;
    pthread_t thread;
    int number; /* 0: the caller */
    int64_t tasks_done;
} Worker;

struct NnrtPool {
    int threads;
    int spins;
    NnrtTask task; /* the call in hand; NULL: the workers are to end */
    void *argument;
    int64_t tasks;
    _Alignas(128) atomic_uint generation; /* raised by each call */
    _Alignas(128) atomic_int left;        /* workers that have not finished the call */
    _Alignas(128) pthread_mutex_t mutex;
    pthread_cond_t begun, finished;
    atomic_int sleeping; /* workers that wait for `begun` or are about to */
    bool waiting;        /* the caller waits for `finished`; under the mutex */
    Worker workers[];
};

static void pause_processor(void) {
#if defined __x86_64__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

static int64_t range_begin(const NnrtPool *pool, int number) {
    int64_t each = pool->tasks / pool->threads, more = pool->tasks % pool->threads;
    return each * number + (number < more ? number : more);
}

static void run_range(Worker *worker) {
    NnrtPool *pool = worker->pool;
    int64_t first = range_begin(pool, worker->number);
    int64_t last = range_begin(pool, worker->number + 1);
    if (first == last) return;
    pool->task(pool->argument, first, last);
    worker->tasks_done += last - first;
}

static void await_call(NnrtPool *pool, unsigned seen) {
    for (int i = 0; i < pool->spins; i++) {
        if (atomic_load_explicit(&pool->generation, memory_order_acquire) != seen) return;
        pause_processor();
    }
    pthread_mutex_lock(&pool->mutex);
    /* Either this increment is seen by the caller's look at `sleeping`, or the caller's new
     * generation is seen here: both are sequentially consistent. */
    atomic_fetch_add(&pool->sleeping, 1);
    while (atomic_load(&pool->generation) == seen)
        pthread_cond_wait(&pool->begun, &pool->mutex);
    atomic_fetch_sub(&pool->sleeping, 1);
    pthread_mutex_unlock(&pool->mutex);
}

static void *work(void *argument) {
    Worker *worker = argument;
    NnrtPool *pool = worker->pool;
    for (unsigned seen = 0;; seen++) {
        await_call(pool, seen);
        bool end = !pool->task;
        if (!end) run_range(worker);
        if (atomic_fetch_sub_explicit(&pool->left, 1, memory_order_acq_rel) == 1) {
            pthread_mutex_lock(&pool->mutex);
            if (pool->waiting) pthread_cond_signal(&pool->finished);
            pthread_mutex_unlock(&pool->mutex);
        }
        if (end) return NULL;
    }
}

/* Announces the call that stands in the pool. */
static void begin_call(NnrtPool *pool) {
    atomic_store_explicit(&pool->left, pool->threads - 1, memory_order_relaxed);
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleeping) == 0) return;
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->begun);
    pthread_mutex_unlock(&pool->mutex);
}

static void await_end(NnrtPool *pool) {
    for (int i = 0; i < pool->spins; i++) {
        if (atomic_load_explicit(&pool->left, memory_order_acquire) == 0) return;
        pause_processor();
    }
    pthread_mutex_lock(&pool->mutex);
    pool->waiting = true;
    while (atomic_load_explicit(&pool->left, memory_order_acquire) != 0)
        pthread_cond_wait(&pool->finished, &pool->mutex);
    pool->waiting = false;
    pthread_mutex_unlock(&pool->mutex);
}

void nnrt_parallel(NnrtPool *pool, NnrtTask task, void *argument, int64_t tasks) {
    if (tasks <= 0) return;
    if (!pool || pool->threads == 1 || tasks == 1) {
        task(argument, 0, tasks);
        if (pool) pool->workers[0].tasks_done += tasks;
        return;
    }
    pool->task = task;
    pool->argument = argument;
    pool->tasks = tasks;
    begin_call(pool);
    run_range(&pool->workers[0]);
    await_end(pool);
}

/* Starts the workers, with signals blocked so that handlers run in the caller's thread. */
static int start_workers(NnrtPool *pool, int threads) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = 0;
    for (int i = 1; i < threads && !failure; i++) {
        pool->workers[i] = (Worker){.pool = pool, .number = i};
        failure = pthread_create(&pool->workers[i].thread, NULL, work, &pool->workers[i]);
        pool->threads += !failure;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure;
}

NnrtPool *nnrt_pool_new(int threads, NnrtError *error) {
    if (threads < 1 || threads > NNRT_THREADS_MAX) {
        nnrt_fail(error, NNRT_EXIT_USAGE, "%d threads: 1 to %d can be had", threads,
                  NNRT_THREADS_MAX);
        return NULL;
    }
    size_t size = sizeof(NnrtPool) + (size_t)threads * sizeof(Worker);
    void *memory;
    if (posix_memalign(&memory, _Alignof(NnrtPool), size) != 0) {
        nnrt_fail(error, NNRT_EXIT_SYSTEM, "out of memory (%lld bytes wanted)", (long long)size);
        return NULL;
    }
    NnrtPool *pool = memset(memory, 0, size);
    pool->threads = 1;
    pool->workers[0].pool = pool;
    pool->spins = threads <= nnrt_processors() ? SPINS : 0;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->begun, NULL);
    pthread_cond_init(&pool->finished, NULL);
    if (start_workers(pool, threads) == 0) return pool;
    nnrt_fail(error, NNRT_EXIT_SYSTEM, "the system starts only %d of %d threads", pool->threads,
              threads);
    nnrt_pool_free(pool);
    return NULL;
}

void nnrt_pool_free(NnrtPool *pool) {
    if (!pool) return;
    pool->task = NULL;
    begin_call(pool);
    for (int i = 1; i < pool->threads; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->begun);
    pthread_cond_destroy(&pool->finished);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

int nnrt_pool_threads(const NnrtPool *pool) {
    return pool ? pool->threads : 1;
}

int64_t nnrt_pool_tasks(const NnrtPool *pool, int thread) {
    return pool->workers[thread].tasks_done;
}

int nnrt_processors(void) {
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count > 0 ? count : 1;
}
