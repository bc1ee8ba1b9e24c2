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

/* Runs in a child process: everything that enters LLVM. */
static bool generate(void *user, const char **bytes, size_t *size, ArtifactError *error) {
    Compilation *compilation = user;
    Module module = {0};
    bool ok = compilation_module(compilation, &module, compilation->options.emit == EMIT_LIB)
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

static bool reads_gz(const DataSource *source) {
    for (int64_t i = 0; i < source->paths.count; i++) {
        size_t length = strlen(source->paths.items[i]);
        if (length > 3 && strcmp(source->paths.items[i] + length - 3, ".gz") == 0) return true;
    }
    return false;
}

static bool write_result(Compilation *compilation, const char *bytes, size_t size,
                         ArtifactError *error) {
    const Options *options = &compilation->options;
    Arena *arena = &compilation->arena;
    const char *output = options->output ? options->output : default_output(compilation);
    const char *source = options->arguments.items[0];
    if (options->emit == EMIT_LIB)
        return artifact_library(arena, output, source,
                                arena_format(arena, "%s.o", compilation->model.name), bytes, size,
                                error) &&
               write_header(compilation, header_beside(arena, output, compilation->model.name),
                            error);
    if (options->emit != EMIT_EXE)
        return artifact_write(arena, output, source, bytes, size, false, error);
    const DataSettings *data = &compilation->model.data;
    ArtifactLink link = {
        .object = bytes,
        .object_size = size,
        .output = output,
        .source = source,
        .needs_zlib =
            reads_gz(&data->train) || reads_gz(&data->validation) || reads_gz(&data->test),
        .verbose = options->verbose,
        .only_print = options->dry_run,
    };
    return artifact_link(arena, &link, error);
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
        const char *bytes = NULL;
        size_t size = 0;
        ArtifactError error = {0};
        if (options->emit == EMIT_HEADER) {
            if (!write_header(compilation,
                              options->output ? options->output : default_output(compilation),
                              &error))
                compilation_fail(compilation, error.exit_code, error.text);
        } else if (!artifact_guard(&compilation->arena, generate, compilation, &bytes, &size,
                                   &error) ||
                   !write_result(compilation, bytes, size, &error))
            compilation_fail(compilation, error.exit_code, error.text);
    }
    return compilation_finish(compilation);
}
