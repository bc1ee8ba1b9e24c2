/* debug_info.c: see debug_info.h. */

#include "codegen/debug_info.h"
#include "codegen/llvm_compat.h"

#include <llvm-c/DebugInfo.h>
#include <string.h>

typedef struct DebugFile {
    const char *path;
    LLVMMetadataRef file;
} DebugFile;

struct DebugInfo {
    Codegen *codegen;
    LLVMDIBuilderRef builder;
    LLVMMetadataRef unit;
    LLVMMetadataRef type;  /* of every kernel */
    LLVMValueRef function; /* of the kernel being written */
    struct {
        DebugFile *items;
        int64_t count, capacity;
    } files;
};

static LLVMMetadataRef file_of(DebugInfo *debug, const char *path) {
    for (int64_t i = 0; i < debug->files.count; i++)
        if (strcmp(debug->files.items[i].path, path) == 0) return debug->files.items[i].file;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t folder = slash ? (size_t)(slash - path) : 0;
    DebugFile file = {path, LLVMDIBuilderCreateFile(debug->builder, name, strlen(name),
                                                    folder ? path : ".", folder ? folder : 1)};
    VEC_PUSH(debug->codegen->arena, debug->files, file);
    return file.file;
}

static void add_flag(Module *module, const char *name, unsigned value) {
    LLVMAddModuleFlag(module->module, LLVMModuleFlagBehaviorWarning, name, strlen(name),
                      LLVMValueAsMetadata(LLVMConstInt(module->i32, value, 0)));
}

DebugInfo *debug_info_begin(Codegen *codegen) {
    if (!codegen->options->debug) return NULL;
    DebugInfo *debug = ARENA_NEW(codegen->arena, DebugInfo);
    Module *module = codegen->module;
    debug->codegen = codegen;
    debug->builder = LLVMCreateDIBuilder(module->module);
    const char *path = codegen->plan->model->source_path;
    add_flag(module, "Debug Info Version", LLVMDebugMetadataVersion());
    add_flag(module, "Dwarf Version", 4);
    debug->unit = LLVMDIBuilderCreateCompileUnit(
        debug->builder, LLVMDWARFSourceLanguageC, file_of(debug, path ? path : "model.nn"), "nnc",
        3, module->level > 0, "", 0, 0, "", 0, LLVMDWARFEmissionFull, 0, 0, 0, "", 0, "", 0);
    debug->type = LLVMDIBuilderCreateSubroutineType(
        debug->builder, file_of(debug, path ? path : "model.nn"), NULL, 0, LLVMDIFlagZero);
    return debug;
}

/* The innermost place in a file of the user's. */
static SourceRange user_place(const Origin *origin) {
    SourceRange any = source_nowhere();
    for (; origin; origin = origin->caller) {
        if (!origin->range.source) continue;
        any = origin->range;
        if (!any.source->is_library) break;
    }
    return any;
}

/* The code that follows belongs to the kernel's line, in this function. */
static void set_place(DebugInfo *debug, LLVMMetadataRef scope, const Kernel *kernel) {
    SourceRange place = user_place(kernel->origin);
    SourcePlace at = {1, 1};
    if (place.source) at = source_place(place.source, place.begin);
    Module *module = debug->codegen->module;
    LLVMMetadataRef location =
        LLVMDIBuilderCreateDebugLocation(module->context, at.line, at.column, scope, NULL);
    LLVMSetCurrentDebugLocation2(module->builder, location);
}

static void begin_function(DebugInfo *debug, LLVMValueRef function, const char *name,
                           const Kernel *kernel) {
    SourceRange place = user_place(kernel->origin);
    unsigned line = place.source ? source_place(place.source, place.begin).line : 1;
    const char *path = place.source ? place.source->path : debug->codegen->plan->model->source_path;
    LLVMMetadataRef file = file_of(debug, path ? path : "model.nn");
    LLVMMetadataRef scope = LLVMDIBuilderCreateFunction(
        debug->builder, debug->unit, name, strlen(name), name, strlen(name), file, line,
        debug->type, true, true, line, LLVMDIFlagZero, debug->codegen->module->level > 0);
    LLVMSetSubprogram(function, scope);
    set_place(debug, scope, kernel);
}

void debug_info_function(Codegen *codegen, LLVMValueRef function, const char *name,
                         const Kernel *kernel) {
    DebugInfo *debug = codegen->debug;
    if (!debug) return;
    begin_function(debug, function, name, kernel);
    debug->function = function;
    codegen->module->debug = debug;
    codegen->module->debug_kernel = kernel;
    codegen->module->debug_suffix = arena_format(codegen->arena, "_%s", name);
}

const char *debug_info_helper_name(const Module *module, const char *name) {
    return module->debug ? arena_format(module->arena, "%s%s", name, module->debug_suffix) : name;
}

void debug_info_helper_begin(Module *module, LLVMValueRef function, const char *name) {
    if (module->debug) begin_function(module->debug, function, name, module->debug_kernel);
}

void debug_info_helper_end(Module *module, LLVMBasicBlockRef here) {
    if (here) LLVMPositionBuilderAtEnd(module->builder, here);
    if (module->debug)
        set_place(module->debug, LLVMGetSubprogram(module->debug->function), module->debug_kernel);
}

void debug_info_end(Codegen *codegen) {
    if (!codegen->debug) return;
    LLVMSetCurrentDebugLocation2(codegen->module->builder, NULL);
    codegen->module->debug = NULL;
}

void debug_info_finish(DebugInfo *debug) {
    if (!debug) return;
    LLVMDIBuilderFinalize(debug->builder);
    LLVMDisposeDIBuilder(debug->builder);
}
