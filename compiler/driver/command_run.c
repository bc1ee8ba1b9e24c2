/* command_run.c: compile into memory and run the program there. No linker is needed. */

#include "codegen/jit.h"
#include "driver/commands.h"
#include "driver/compilation.h"
#include "runtime/nnrt.h"

#include <string.h>

/* The folder of a path, "" for the working directory. */
static const char *folder_of(Arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash || strcmp(path, "-") == 0) return "";
    return arena_text(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

/* The runtime, which is part of nnc, as the loader wants it. */
static JitSymbol *runtime_symbols(Arena *arena, int *count) {
    const NnrtSymbol *symbols = nnrt_symbols(count);
    JitSymbol *result = ARENA_ARRAY(arena, JitSymbol, *count);
    for (int i = 0; i < *count; i++)
        result[i] = (JitSymbol){symbols[i].name, symbols[i].address};
    return result;
}

int command_run(Compilation *compilation) {
    Arena *arena = &compilation->arena;
    Options *options = &compilation->options;
    Module module = {0};
    /* the twin in double is for gradcheck only */
    bool gradcheck =
        options->arguments.count > 1 && strcmp(options->arguments.items[1], "gradcheck") == 0;
    bool ok = compilation_module(compilation, &module, gradcheck ? PART_WHOLE : PART_ALONE);
    Jit *jit = NULL;
    if (ok) {
        const char *error = NULL;
        int count = 0;
        const JitSymbol *symbols = runtime_symbols(arena, &count);
        jit = jit_load(arena, &module, symbols, count, &error);
        if (!jit) ok = compilation_fail(compilation, EXIT_CODE_INTERNAL, error);
    }
    int code = compilation_finish(compilation);
    if (ok) {
        /* the program's argv: its name, then everything after the model; a bare run trains */
        int64_t count = options->arguments.count;
        char **argv = ARENA_ARRAY(arena, char *, count + 2);
        argv[0] = arena_format(arena, "nnc run %s", options->arguments.items[0]);
        for (int64_t i = 1; i < count; i++)
            argv[i] = (char *)options->arguments.items[i];
        if (count == 1) argv[count++] = "train";
        code = nnrt_main(jit_address(jit, CODEGEN_MODEL_SYMBOL), (int)count, argv,
                         folder_of(arena, options->arguments.items[0]));
    }
    jit_free(jit);
    module_free(&module);
    return code;
}
