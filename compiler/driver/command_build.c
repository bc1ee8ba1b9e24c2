/* command_build.c: an executable, object, assembly, LLVM IR or bitcode file. */

#include "artifact/artifact.h"
#include "driver/commands.h"
#include "driver/compilation.h"

#include <string.h>

static ArtifactKind kind_of(Emit emit) {
    switch (emit) {
    case EMIT_ASM: return ARTIFACT_ASSEMBLY;
    case EMIT_LLVM_IR: return ARTIFACT_LLVM_IR;
    case EMIT_BITCODE: return ARTIFACT_BITCODE;
    default: return ARTIFACT_OBJECT;
    }
}

/* One module's way through LLVM, in a child process. */
typedef struct Generation {
    Compilation *compilation;
    ModulePart part;
} Generation;

static bool generate(void *user, const char **bytes, size_t *size, ArtifactError *error) {
    const Generation *generation = user;
    Compilation *compilation = generation->compilation;
    Module module = {0};
    bool ok = compilation_module(compilation, &module, generation->part)
                  ? artifact_bytes(&module, kind_of(compilation->options.emit), bytes, size, error)
                  : artifact_fail(&compilation->arena, error, compilation->exit_code, "%s",
                                  compilation->failure);
    module_free(&module);
    return ok;
}

/* The name of the result when -o does not give one: digits, digits.o, digits.s ... */
static const char *default_output(Compilation *compilation) {
    static const char *const formats[EMIT_COUNT] = {
        [EMIT_EXE] = "%s",      [EMIT_LIB] = "lib%s.a",   [EMIT_OBJ] = "%s.o",
        [EMIT_ASM] = "%s.s",    [EMIT_LLVM_IR] = "%s.ll", [EMIT_BITCODE] = "%s.bc",
        [EMIT_HEADER] = "%s.h",
    };
    const char *format = formats[compilation->options.emit];
    size_t before = strcspn(format, "%");
    return arena_format(&compilation->arena, "%.*s%s%s", (int)before, format,
                        compilation->model.name, format + before + 2);
}

/* NAME.h beside libNAME.a. */
static bool write_header(Compilation *compilation, const char *output, ArtifactError *error) {
    Arena *arena = &compilation->arena;
    const char *text = artifact_header(arena, compilation->plan);
    return artifact_write(arena, output, compilation->options.arguments.items[0], text,
                          strlen(text), false, error);
}

static const char *header_beside(Arena *arena, const char *library, const char *name) {
    const char *slash = strrchr(library, '/');
    int length = slash ? (int)(slash - library) + 1 : 0;
    return arena_format(arena, "%.*s%s.h", length, library, name);
}

/* An executable: two objects, about equal in work, are generated at once in two processes, and
 * linked. */
static bool build_program(Compilation *compilation, const char *output, ArtifactError *error) {
    const Options *options = &compilation->options;
    Arena *arena = &compilation->arena;
    ArtifactLink link = {
        .output = output,
        .source = options->arguments.items[0],
        .needs_zlib = codegen_needs_zlib(&compilation->model),
        .needs_pictures = compilation_reads_pictures(compilation),
        .debug = options->debug,
        .verbose = options->verbose,
        .only_print = options->dry_run,
    };
    Generation twin = {compilation, PART_TWIN};
    Generation model = {compilation, PART_MODEL};
    ArtifactJob twin_job = {0};
    if (compilation->twin) twin_job = artifact_start(arena, generate, &twin);
    bool ok = artifact_guard(arena, generate, &model, &link.object, &link.object_size, error);
    ArtifactError twin_error = {0};
    if (compilation->twin &&
        !artifact_finish(arena, &twin_job, &link.twin, &link.twin_size, &twin_error) && ok) {
        *error = twin_error;
        ok = false;
    }
    return ok && artifact_link(arena, &link, error);
}

/* Everything but an executable is one module. */
static bool build_file(Compilation *compilation, const char *output, ArtifactError *error) {
    const Options *options = &compilation->options;
    Arena *arena = &compilation->arena;
    const char *source = options->arguments.items[0];
    const char *bytes = NULL;
    size_t size = 0;
    if (options->emit == EMIT_HEADER) return write_header(compilation, output, error);
    Generation whole = {compilation, options->emit == EMIT_LIB ? PART_CORE : PART_ALONE};
    if (!artifact_guard(arena, generate, &whole, &bytes, &size, error)) return false;
    if (options->emit != EMIT_LIB)
        return artifact_write(arena, output, source, bytes, size, false, error);
    const char *member = arena_format(arena, "%s.o", compilation->model.name);
    return artifact_library(arena, output, source, member, bytes, size, error) &&
           write_header(compilation, header_beside(arena, output, compilation->model.name), error);
}

int command_build(Compilation *compilation) {
    Options *options = &compilation->options;
    if (options->arguments.count > 1)
        compilation_fail(compilation, EXIT_CODE_USAGE,
                         "build takes one model; what follows is for nnc run");
    else if (options->emit == EMIT_EXE && options->target)
        compilation_fail(compilation, EXIT_CODE_USAGE,
                         "an executable for another target needs a runtime built for it; use "
                         "--emit=obj");
    else if (compilation_plan(compilation)) {
        if (options->emit == EMIT_LIB && compilation->model.train.grains > 1) {
            compilation_fail(compilation, EXIT_CODE_INPUT,
                             "a step of a library is on one part of a batch: take grains = 1");
            return compilation_finish(compilation);
        }
        const char *output = options->output ? options->output : default_output(compilation);
        ArtifactError error = {0};
        bool ok = options->emit == EMIT_EXE ? build_program(compilation, output, &error)
                                            : build_file(compilation, output, &error);
        if (!ok) compilation_fail(compilation, error.exit_code, error.text);
    }
    return compilation_finish(compilation);
}
