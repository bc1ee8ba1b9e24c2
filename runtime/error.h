/* error.h: how the runtime reports what went wrong.
 *
 * Every runtime function that can fail takes an NnrtError, returns false and fills it; nothing
 * aborts, prints or leaks. The first error stays: filling an error that is already set does
 * nothing, so that the cause is reported and not what followed from it. Start with
 * `NnrtError error = {0};`, print `error.text` as "error: TEXT" and end with `error.exit_code`.
 *
 * Numbers are read and written assuming the "C" locale, which holds because no program calls
 * setlocale.
 */
#ifndef NNRT_ERROR_H
#define NNRT_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The exit codes of a program. */
enum {
    NNRT_EXIT_OK = 0,
    NNRT_EXIT_DISAGREE = 1,   /* model and well-formed data disagree: columns, classes, labels */
    NNRT_EXIT_USAGE = 2,      /* wrong options */
    NNRT_EXIT_FORMAT = 3,     /* a data or weights file breaks its format or cannot be read */
    NNRT_EXIT_SYSTEM = 4,     /* the system refused: disk, memory, threads */
    NNRT_EXIT_NOT_FINITE = 5, /* a loss or weight is not finite */
    NNRT_EXIT_INTERRUPTED = 130,
    NNRT_EXIT_TERMINATED = 143,
};

typedef struct NnrtError {
    int exit_code;   /* 0: no error so far */
    char text[4000]; /* without "error:", for example
                        rows.csv:5:3: expected a number, found "abc"
                        one line, unless several files are listed */
} NnrtError;

/* Records an error (the first one stays) and returns false. A text too long is cut. `error` may be
 * NULL where nobody wants to know. */
bool nnrt_fail(NnrtError *error, int exit_code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "PATH: TEXT of errno" with the given exit code; returns false. */
bool nnrt_fail_errno(NnrtError *error, int exit_code, const char *path, int error_number);

/* `count` zeroed elements of `size` bytes; count 0 gives a valid pointer. NULL with exit code 4
 * when memory is out or the product does not fit. Free with free(). */
void *nnrt_allocate(int64_t count, int64_t size, NnrtError *error);

/* realloc with a checked product; new bytes are not cleared. NULL with exit code 4; the old block
 * is then untouched. */
void *nnrt_resize(void *block, int64_t count, int64_t size, NnrtError *error);

/* A copy of a text; NULL with exit code 4. */
char *nnrt_copy_text(const char *chars, int64_t length, NnrtError *error);

/* Bytes of a file made safe for a message: quoted, control and non-UTF-8 bytes as \xNN, cut with
 * "..." after about 40 characters. */
typedef struct NnrtQuoted {
    char text[200];
} NnrtQuoted;
NnrtQuoted nnrt_quote(const char *chars, int64_t length);

#endif
