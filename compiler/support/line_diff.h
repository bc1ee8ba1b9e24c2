/* line_diff.h: the difference of two texts, line by line. */
#ifndef NNC_SUPPORT_LINE_DIFF_H
#define NNC_SUPPORT_LINE_DIFF_H

#include "support/text.h"

/* Appends the unified difference (three lines around each change) that turns `before` into `after`;
 * `path` names both. Nothing when they are equal. */
void line_diff(Text *text, const char *path, const char *before, size_t before_length,
               const char *after, size_t after_length);

#endif
