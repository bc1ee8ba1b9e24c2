/* link.h: from an object to an executable, by the system's C compiler. */
#ifndef NNC_ARTIFACT_LINK_H
#define NNC_ARTIFACT_LINK_H

#include "support/arena.h"

#include <stdbool.h>

typedef struct LinkOptions {
    const char *output;  /* the executable */
    const char *source;  /* the model, never replaced */
    const char *runtime; /* libnnrt.a; NULL: looked for beside nnc */
    bool uses_gz;        /* link zlib */
    bool keep_symbols;   /* -g */
    bool show;           /* print the command to standard error */
    bool dry_run;        /* and do nothing else */
} LinkOptions;

/* Links object bytes with the runtime. False and a text; *no_compiler tells that there is no `cc`.
 */
bool link_executable(Arena *arena, const char *object, size_t size, const LinkOptions *options,
                     bool *no_compiler, const char **error);

/* The runtime library of this nnc: NNC_RUNTIME, else ../lib/nnc/libnnrt.a beside the program, else
 * the build tree's. NULL when there is none. */
const char *link_find_runtime(Arena *arena);

#endif
