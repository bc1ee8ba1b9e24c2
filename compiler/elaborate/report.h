/* report.h: errors and warnings with the place that the user should look at.
 *
 * The primary place of a message is the innermost one in the user's own files: what goes wrong
 * inside of the library is shown at the call in the user's text, with the library's place as a
 * note. The calls that led there follow as notes.
 */
#ifndef NNC_ELABORATE_REPORT_H
#define NNC_ELABORATE_REPORT_H

#include "elaborate/elaborator.h"

/* Reports an error at `range` in the current frame. Nothing is added behind the message yet: call
 * report_trail() when all notes of its own were added. */
Diagnostic *report_error(Elaborator *e, SourceRange range, const char *name, const char *format,
                         ...) __attribute__((format(printf, 4, 5)));
/* The same for a warning. */
Diagnostic *report_warning(Elaborator *e, SourceRange range, const char *name, const char *format,
                           ...) __attribute__((format(printf, 4, 5)));
/* Adds the call trail of the current frame as notes. */
void report_trail(Elaborator *e, Diagnostic *diag, SourceRange range);
/* Reports an error with its trail; gives the error value. */
Value fail(Elaborator *e, SourceRange range, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* "declared here first" as note at `other`. */
void report_duplicate(Elaborator *e, SourceRange range, SourceRange other, const char *what);
/* A note that says where the value of `expr` comes from, when it is a name: "'h' is [16, 16, 32]:
 * conv(32, 3)". */
void report_where_from(Elaborator *e, Diagnostic *diag, const Expr *expr, Value value);

/* What was written at `range`, on one line, cut after about `limit` characters. */
const char *source_excerpt(Arena *arena, SourceRange range, int limit);
/* The origin of nodes made for what stands at `range` in the current frame. */
const Origin *origin_here(Elaborator *e, SourceRange range);

/* Counts elements of lists and literals that are made. False when there are too many in all. */
bool limit_elements(Elaborator *e, SourceRange range, int64_t count);
/* Counts one statement, call or turn. False when elaboration must stop: the limit was reported. */
bool limit_step(Elaborator *e, SourceRange range);

#endif
