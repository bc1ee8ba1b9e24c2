/* threads.h: a pool of threads that work on ranges of tasks.
 *
 * A kernel is a function over tasks 0..n-1 whose results do not depend on how they are grouped. The
 * pool cuts them into one contiguous range a thread, the same ranges for the same n and thread
 * count, so results are independent of the thread count by construction. The caller's thread takes
 * the first range. Workers spin shortly for the next call and then sleep. Nothing is allocated
 * after nnrt_pool_new(). One call at a time; a task may not call the pool.
 */
#ifndef NNRT_THREADS_H
#define NNRT_THREADS_H

#include "runtime/error.h"

enum { NNRT_THREADS_MAX = 256 };

typedef struct NnrtPool NnrtPool;

/* Works on the tasks first <= i < last. */
typedef void (*NnrtTask)(void *argument, int64_t first, int64_t last);

/* A pool of `threads` threads, the caller's included (1..NNRT_THREADS_MAX). NULL with exit 4. */
NnrtPool *nnrt_pool_new(int threads, NnrtError *error);
/* Ends and joins the threads. NULL is fine. */
void nnrt_pool_free(NnrtPool *pool);

/* Calls `task` for all of 0..tasks-1 and returns when all are done. `pool` NULL: in this thread. */
void nnrt_parallel(NnrtPool *pool, NnrtTask task, void *argument, int64_t tasks);

int nnrt_pool_threads(const NnrtPool *pool);
/* How many tasks a thread (0: the caller's) has worked on so far, for tests and reports. */
int64_t nnrt_pool_tasks(const NnrtPool *pool, int thread);

/* Processors this process may use, at least 1: the default of --threads. */
int nnrt_processors(void);

#endif
