/* output.h: result files, whole or not at all. */
#ifndef NNC_ARTIFACT_OUTPUT_H
#define NNC_ARTIFACT_OUTPUT_H

#include "support/arena.h"

#include <stdbool.h>

/* Writes `bytes` to `path` by way of a temporary file beside it that is renamed; "-" is standard
 * output. Refuses to replace anything but a plain file, and `source` (the model). False and a text
 * in the arena. */
bool output_write(Arena *arena, const char *path, const char *source, const char *bytes,
                  size_t size, const char **error);

/* The refusals of output_write alone, for files that something else writes. */
bool output_check(Arena *arena, const char *path, const char *source, const char **error);

/* Makes an empty temporary file beside `path`; its name ends with `suffix`. NULL and a text. */
char *output_temporary(Arena *arena, const char *path, const char *suffix, const char **error);

/* "./name" for names that a program would take for an option or a response file. */
const char *output_safe_name(Arena *arena, const char *path);

#endif
