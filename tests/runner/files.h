/* files.h: what a case runner needs of the file system. */
#ifndef NNC_TESTS_RUNNER_FILES_H
#define NNC_TESTS_RUNNER_FILES_H

#include <stdbool.h>

#include "support/text.h"
#include "support/vec.h"

VEC_TYPE(NameVec, const char *);

/* The names in `folder` that end with `suffix`, sorted by bytes. Ends the program when the folder
 * cannot be read. */
NameVec files_list(Arena *arena, const char *folder, const char *suffix);
/* True and the bytes of the file; false when there is no such file. */
bool files_read(const char *path, Text *text);
/* Writes the file, or removes it when `chars` is NULL. Ends the program when it cannot. */
void files_write(const char *path, const char *chars, size_t length);
/* Prints the lines in which two texts differ, a few of them. */
void files_print_difference(const char *expected, const char *actual);

#endif
