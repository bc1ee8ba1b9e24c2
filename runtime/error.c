/* error.c: recording errors, and memory that reports its absence.
 *
 * Messages are cut at the end of the fixed text; that cannot fail, so reporting that memory is out
 * works too. Nothing here prints: the command line does.
 */
#include "runtime/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool nnrt_fail(NnrtError *error, int exit_code, const char *format, ...) {
    if (!error || error->exit_code) return false;
    error->exit_code = exit_code;
    va_list args;
    va_start(args, format);
    int length = vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    if (length >= (int)sizeof error->text) memcpy(error->text + sizeof error->text - 4, "...", 4);
    return false;
}

bool nnrt_fail_errno(NnrtError *error, int exit_code, const char *path, int error_number) {
    char text[128];
    if (strerror_r(error_number, text, sizeof text) != 0)
        snprintf(text, sizeof text, "system error %d", error_number);
    return nnrt_fail(error, exit_code, "%s: %s", path, text);
}

/* The product as a size_t malloc can be asked for. */
static bool block_size(int64_t count, int64_t size, size_t *bytes) {
    int64_t product;
    if (count < 0 || size < 0 || __builtin_mul_overflow(count, size, &product) ||
        (uint64_t)product > PTRDIFF_MAX)
        return false;
    *bytes = product ? (size_t)product : 1;
    return true;
}

static void *out_of_memory(NnrtError *error, int64_t count, int64_t size) {
    int64_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) bytes = INT64_MAX;
    nnrt_fail(error, NNRT_EXIT_SYSTEM, "out of memory (%lld bytes wanted)", (long long)bytes);
    return NULL;
}

void *nnrt_allocate(int64_t count, int64_t size, NnrtError *error) {
    size_t bytes;
    void *block = block_size(count, size, &bytes) ? calloc(1, bytes) : NULL;
    return block ? block : out_of_memory(error, count, size);
}

void *nnrt_resize(void *block, int64_t count, int64_t size, NnrtError *error) {
    size_t bytes;
    void *larger = block_size(count, size, &bytes) ? realloc(block, bytes) : NULL;
    return larger ? larger : out_of_memory(error, count, size);
}

char *nnrt_copy_text(const char *chars, int64_t length, NnrtError *error) {
    char *copy = nnrt_allocate(length + 1, 1, error);
    if (copy && length) memcpy(copy, chars, (size_t)length);
    return copy;
}
