/* front.h: a file through all the stages that report to the user. */
#ifndef NNC_TESTS_RUNNER_FRONT_H
#define NNC_TESTS_RUNNER_FRONT_H

#include "ast/ast.h"
#include "graph/model.h"
#include "support/diag.h"
#include "support/intern.h"

typedef struct Front {
    Arena arena;
    Interner interner;
    Sources sources;
    Diagnostics diags;
    const Source *source; /* the file itself */
    File *file;
    Model *model; /* NULL when there were errors */
} Front;

/* Runs a text that is called `path` in messages, and lies there for what it includes, through the
 * stages, each if the ones before it found no error: parse, elaborate, lint. What they report is in
 * diags. */
void front_run(Front *front, const char *path, const char *chars, size_t length);
/* Only the parser. */
void front_parse(Front *front, const char *path, const char *chars, size_t length);
void front_free(Front *front);

#endif
