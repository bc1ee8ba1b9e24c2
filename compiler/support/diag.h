/* diag.h: errors, warnings and remarks about what was written.
 *
 *     Diagnostic *diag = diag_error(diags, expr->range, "shape-mismatch", "cannot add %s and %s",
 * ...); diag_note(diags, diag, other->range, "'%s' is %s", ...); diag_help(diags, diag, "give the
 * shortcut the same stride");
 *
 * Nothing is printed until diag_print; then sorted by source and place. The name is what
 * `nnc explain` and -W take. The same name at the same place counts once, however many calls reach
 * it. A message is one line, begins with a small letter and has no full stop; it may hold anything
 * from a source, printing escapes it.
 */
#ifndef NNC_SUPPORT_DIAG_H
#define NNC_SUPPORT_DIAG_H

#include <stdbool.h>

#include "support/source.h"
#include "support/text.h"

enum {
    DIAG_ERRORS_PRINTED = 20,
    DIAG_KEPT = 200, /* errors kept, and the same number of warnings and remarks */
};

typedef enum Severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_REMARK } Severity;

typedef struct DiagNote {
    SourceRange range; /* may be nowhere */
    const char *message;
} DiagNote;

typedef struct Diagnostic {
    Severity severity;
    const char *name;  /* "shape-mismatch" */
    SourceRange range; /* may be nowhere: printed as "nnc: error: ..." */
    const char *message;
    VEC(DiagNote) notes;
    const char *help; /* or NULL */
} Diagnostic;

/* What -W says about one name of a warning. */
typedef enum WarningPolicy { WARNING_ON, WARNING_OFF, WARNING_ERROR } WarningPolicy;

typedef struct WarningChoice {
    const char *name;
    WarningPolicy policy;
} WarningChoice;

typedef struct Diagnostics {
    Arena *arena;
    VEC(Diagnostic *) list; /* in order of report */
    int64_t error_count, warning_count, remark_count;
    VEC(WarningChoice) policies; /* in order of the options */
    bool warnings_are_errors;    /* -W error */
    Diagnostic dropped;          /* what a switched-off or repeated report returns */
} Diagnostics;

typedef enum DiagFormat { DIAG_PLAIN, DIAG_COLOUR, DIAG_JSON } DiagFormat;

void diag_init(Diagnostics *diags, Arena *arena);

/* Reports; never returns NULL, so notes and help can always be added. `name` must outlive diags. */
Diagnostic *diag_error(Diagnostics *diags, SourceRange range, const char *name, const char *format,
                       ...) __attribute__((format(printf, 4, 5)));
Diagnostic *diag_warning(Diagnostics *diags, SourceRange range, const char *name,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));
Diagnostic *diag_remark(Diagnostics *diags, SourceRange range, const char *name, const char *format,
                        ...) __attribute__((format(printf, 4, 5)));
/* Adds a note; notes print in the order in which they were added. */
void diag_note(Diagnostics *diags, Diagnostic *diag, SourceRange range, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Sets the closing "help:" line. */
void diag_help(Diagnostics *diags, Diagnostic *diag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* True when at least one error was reported. */
bool diag_failed(const Diagnostics *diags);

/* Takes what follows -W: "NAME", "no-NAME", "error", "error=NAME", "no-error=NAME". Applies to what
 * is reported afterwards; `option` must outlive diags. False for an empty name. */
bool diag_set_warning(Diagnostics *diags, const char *option);

/* Appends everything reported, sorted; DIAG_JSON is one object a line. */
void diag_print(const Diagnostics *diags, DiagFormat format, Text *text);

#endif
