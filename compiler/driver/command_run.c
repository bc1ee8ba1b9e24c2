/* command_run.c: compile into memory and run the program there. No linker is needed. */

#include "artifact/artifact.h"
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

/* One module's way through LLVM, in a child process: a crash there is a message here. */
static bool generate(void *user, const char **bytes, size_t *size, ArtifactError *error) {
    Compilation *compilation = user;
    const TextVec *arguments = &compilation->options.arguments;
    /* the twin in double is for gradcheck only */
    bool gradcheck = arguments->count > 1 && strcmp(arguments->items[1], "gradcheck") == 0;
    Module module = {0};
    bool ok = compilation_module(compilation, &module, gradcheck ? PART_WHOLE : PART_ALONE)
                  ? artifact_bytes(&module, ARTIFACT_OBJECT, bytes, size, error)
                  : artifact_fail(&compilation->arena, error, compilation->exit_code, "%s",
                                  compilation->failure);
    module_free(&module);
    return ok;
}

/* The model's code in this process, or NULL with the failure recorded. */
static Jit *load(Compilation *compilation) {
    Arena *arena = &compilation->arena;
    const char *object = NULL, *problem = "";
    size_t size = 0;
    ArtifactError error = {0};
    for (int64_t i = 1; i < compilation->options.arguments.count; i++)
        if (strcmp(compilation->options.arguments.items[i], "--trap") == 0)
            VEC_PUSH(arena, compilation->options.disabled, "fuse"); /* as nnc build --trap */
    if (!compilation_plan(compilation)) return NULL;
    if (!artifact_guard(arena, generate, compilation, &object, &size, &error)) {
        compilation_fail(compilation, error.exit_code, error.text);
        return NULL;
    }
    int count = 0;
    const JitSymbol *symbols = runtime_symbols(arena, &count);
    Jit *jit =
        jit_load_object(arena, object, size, symbols, count, compilation->options.debug, &problem);
    if (!jit) compilation_fail(compilation, EXIT_CODE_INTERNAL, problem);
    return jit;
}

int command_run(Compilation *compilation) {
    Arena *arena = &compilation->arena;
    const Options *options = &compilation->options;
    Jit *jit = load(compilation);
    int code = compilation_finish(compilation);
    if (jit) {
        /* the program's argv: its name, then everything after the model */
        int64_t count = options->arguments.count;
        char **argv = ARENA_ARRAY(arena, char *, count + 1);
        argv[0] = arena_format(arena, "nnc run %s", options->arguments.items[0]);
        for (int64_t i = 1; i < count; i++)
            argv[i] = (char *)options->arguments.items[i];
        code = nnrt_main_with(jit_address(jit, CODEGEN_MODEL_SYMBOL), (int)count, argv,
                              folder_of(arena, options->arguments.items[0]), "train");
    }
    jit_free(jit);
    return code;
}
