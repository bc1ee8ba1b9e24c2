/* bytes.c: a module as object, assembly, IR text or bitcode; errors of artifacts. */

#include "artifact/artifact.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool artifact_fail(Arena *arena, ArtifactError *error, int exit_code, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    error->exit_code = exit_code;
    error->text = arena_text(arena, text, strlen(text));
    return false;
}

bool artifact_bytes(Module *module, ArtifactKind kind, const char **bytes, size_t *size,
                    ArtifactError *error) {
    const char *text = "";
    switch (kind) {
    case ARTIFACT_LLVM_IR:
        *bytes = module_print(module);
        *size = strlen(*bytes);
        return true;
    case ARTIFACT_BITCODE: module_bitcode(module, bytes, size); return true;
    case ARTIFACT_OBJECT:
    case ARTIFACT_ASSEMBLY: break;
    }
    LLVMCodeGenFileType type = kind == ARTIFACT_OBJECT ? LLVMObjectFile : LLVMAssemblyFile;
    if (module_compile(module, type, bytes, size, &text)) return true;
    return artifact_fail(module->arena, error, ARTIFACT_INTERNAL, "code generation: %s", text);
}
