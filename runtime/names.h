/* names.h: lists of names as one text, for the metadata of weight files.
 *
 * Class names and column names found in the training data are needed again by predict. A list is
 * stored as a JSON array of strings.
 */
#ifndef NNRT_NAMES_H
#define NNRT_NAMES_H

#include "runtime/error.h"

/* The list as a text; free with free(). NULL with exit 4. */
char *nnrt_names_write(const char *const *names, int64_t count, NnrtError *error);

/* The names of such a text, which must be `count` many (exit 3 when not; `path` is for the
 * message). Free with nnrt_names_free(). */
char **nnrt_names_read(const char *path, const char *text, int64_t count, NnrtError *error);
void nnrt_names_free(char **names, int64_t count);

#endif
