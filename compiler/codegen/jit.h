/* jit.h: a module as code in this process, by LLVM's ORC. */
#ifndef NNC_CODEGEN_JIT_H
#define NNC_CODEGEN_JIT_H

#include "codegen/module.h"

typedef struct Jit Jit;

/* A function or datum of this process that the module refers to by name. */
typedef struct JitSymbol {
    const char *name;
    const void *address;
} JitSymbol;

/* Makes code of the (optimised) module, which must be for this machine and stays the caller's. What
 * it refers to and `symbols` does not have is looked for in this process. NULL and *error when that
 * fails. */
Jit *jit_load(Arena *arena, Module *module, const JitSymbol *symbols, int symbol_count,
              const char **error);
/* The same from the bytes of an object file. `debug`: gdb is told of its code and lines, and so is
 * perf, by a dump, when the environment has JITDUMPDIR. */
Jit *jit_load_object(Arena *arena, const char *bytes, size_t size, const JitSymbol *symbols,
                     int symbol_count, bool debug, const char **error);
/* Where a symbol of the module is; NULL when it has none of that name. */
void *jit_address(Jit *jit, const char *name);
/* Frees the code. NULL is fine. */
void jit_free(Jit *jit);

#endif
