/* builtin.h: the functions and names of the language's core, one row of builtins.def each. */
#ifndef NNC_ELABORATE_BUILTIN_H
#define NNC_ELABORATE_BUILTIN_H

#include "elaborate/arguments.h"
#include "elaborate/elaborator.h"

/* Gives the value of a call whose arguments are complete and none of which is the error value. */
typedef Value BuiltinHandler(Elaborator *e, const struct Builtin *builtin, const Bound *call);

typedef struct Builtin {
    const char *name;
    const char *parameters; /* "x, axis = all"; NULL: a name that is no function */
    BuiltinHandler *handler;
    OpKind op; /* for handlers that serve several rows */
    const char *help;
} Builtin;

extern const Builtin builtin_table[];
extern const int64_t builtin_count;

const Signature *builtin_signature(Elaborator *e, const Builtin *builtin);
/* Adds all rows to e->core. */
void builtins_declare(Elaborator *e);

/* The function of the library that led here from the user's text, else `name`, the core's own
 * (builtin_window.c). */
const char *user_call(const Elaborator *e, const char *name);
/* The first argument as an image of each sample; NULL after a report that calls the function `name`
 * (builtin_window.c). */
Node *want_image(Elaborator *e, const Bound *call, const char *name);

#define BUILTIN(name, parameters, handler, op, help) BuiltinHandler handler;
#include "elaborate/builtins.def"
#undef BUILTIN

#endif
