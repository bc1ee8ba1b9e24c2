/* elaborate.h: from the syntax tree of a file to a model: its graph with named ends, its settings.
 *
 * Elaboration evaluates what is known at compile time (numbers, lists, shapes, functions, `for`,
 * `repeat`, calls) and leaves tensor operations. It is the last place where an error of the user
 * can arise: the model that comes out is well formed, and later phases report nothing.
 */
#ifndef NNC_ELABORATE_ELABORATE_H
#define NNC_ELABORATE_ELABORATE_H

#include "ast/ast.h"
#include "graph/model.h"
#include "support/diag.h"
#include "support/intern.h"

/* -D name=value and --set name=value, as written on the command line. */
typedef struct NamedText {
    const char *name, *value;
} NamedText;
VEC_TYPE(NamedTextVec, NamedText);

typedef struct ElaborateOptions {
    NamedTextVec defines;  /* -D: replace the value of a `const` (or the default of a `hyper`) */
    NamedTextVec settings; /* --set: replace or add a setting of `train` or `data` */
    bool no_training;      /* leave out the optimizer: for programs that only predict */
} ElaborateOptions;

/* Elaborates `file`, which was parsed without errors, and all that it includes; `sources` receives
 * the library's and the included texts. Errors and warnings go to `diags`. True when no error was
 * reported; then *out is complete. `options` may be NULL for none. The model lives in `arena` and
 * refers to the sources. */
bool elaborate(Arena *arena, Interner *interner, Sources *sources, Diagnostics *diags,
               const File *file, const ElaborateOptions *options, Model *out);

/* One name of the language's core, for `nnc list`, `nnc explain` and completion. */
typedef struct BuiltinInfo {
    const char *name;
    const char *parameters; /* "x, axis = -1"; NULL for a name that is not a function */
    const char *help;       /* one line */
} BuiltinInfo;

/* The table of core functions and names; *count receives its length. */
const BuiltinInfo *elaborate_builtins(int64_t *count);

#endif
