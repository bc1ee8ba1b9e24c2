/* guard.h: code generation in a child process, so that a crash or abort inside LLVM becomes a
 * message and leaves no half-written file. */
#ifndef NNC_ARTIFACT_GUARD_H
#define NNC_ARTIFACT_GUARD_H

#include "support/arena.h"

#include <stdbool.h>

/* Makes bytes, or fails with a text; both in memory of its own. */
typedef bool GuardWork(void *user, const char **bytes, size_t *size, const char **error);

/* Calls `work` in a child process and brings its bytes or its error text into `arena`. A child that
 * dies gives "code generation crashed (signal 11)". When no child can be made the work is done in
 * this process. */
bool guard_run(Arena *arena, GuardWork *work, void *user, const char **bytes, size_t *size,
               const char **error);

#endif
