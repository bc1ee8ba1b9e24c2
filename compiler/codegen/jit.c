/* jit.c: see jit.h.
 *
 * The module becomes an object by the same path as `nnc build`, and ORC links that object: code in
 * memory and code in files are the same bytes.
 */
#include "codegen/jit.h"

#include <llvm-c/Error.h>
#include <llvm-c/ExecutionEngine.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>
#include <llvm-c/OrcEE.h>
#include <llvm-c/Target.h>
#include <stdlib.h>
#include <string.h>

struct Jit {
    LLVMOrcLLJITRef jit;
};

static bool failed(Arena *arena, LLVMErrorRef failure, const char **error) {
    if (!failure) return false;
    char *text = LLVMGetErrorMessage(failure);
    *error = arena_text(arena, text, strlen(text));
    LLVMDisposeErrorMessage(text);
    return true;
}

static bool define_symbols(Arena *arena, LLVMOrcLLJITRef jit, const JitSymbol *symbols, int count,
                           const char **error) {
    if (count == 0) return true;
    LLVMOrcCSymbolMapPair *pairs = ARENA_ARRAY(arena, LLVMOrcCSymbolMapPair, count);
    for (int i = 0; i < count; i++)
        pairs[i] = (LLVMOrcCSymbolMapPair){
            .Name = LLVMOrcLLJITMangleAndIntern(jit, symbols[i].name),
            .Sym = {.Address = (LLVMOrcExecutorAddress)(uintptr_t)symbols[i].address,
                    .Flags = {LLVMJITSymbolGenericFlagsExported | LLVMJITSymbolGenericFlagsCallable,
                              0}}};
    LLVMOrcMaterializationUnitRef unit = LLVMOrcAbsoluteSymbols(pairs, (size_t)count);
    LLVMErrorRef failure = LLVMOrcJITDylibDefine(LLVMOrcLLJITGetMainJITDylib(jit), unit);
    if (failure) LLVMOrcDisposeMaterializationUnit(unit);
    return !failed(arena, failure, error);
}

/* The layer that links objects and tells debuggers: gdb by its registration, perf, when the
 * environment's JITDUMPDIR says where, by a dump of the code with its lines. */
static LLVMOrcObjectLayerRef telling_layer(void *user, LLVMOrcExecutionSessionRef session,
                                           const char *triple) {
    (void)user;
    (void)triple;
    LLVMOrcObjectLayerRef layer =
        LLVMOrcCreateRTDyldObjectLinkingLayerWithSectionMemoryManager(session);
    LLVMJITEventListenerRef gdb = LLVMCreateGDBRegistrationListener();
    LLVMJITEventListenerRef perf = getenv("JITDUMPDIR") ? LLVMCreatePerfJITEventListener() : NULL;
    LLVMOrcRTDyldObjectLinkingLayerRegisterJITEventListener(layer, gdb);
    if (perf) LLVMOrcRTDyldObjectLinkingLayerRegisterJITEventListener(layer, perf);
    return layer;
}

/* What the code generator itself may call: memset and the like. */
static bool find_in_process(Arena *arena, LLVMOrcLLJITRef jit, const char **error) {
    LLVMOrcDefinitionGeneratorRef generator = NULL;
    LLVMErrorRef failure = LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(
        &generator, LLVMOrcLLJITGetGlobalPrefix(jit), NULL, NULL);
    if (failed(arena, failure, error)) return false;
    LLVMOrcJITDylibAddGenerator(LLVMOrcLLJITGetMainJITDylib(jit), generator);
    return true;
}

Jit *jit_load(Arena *arena, Module *module, const JitSymbol *symbols, int symbol_count,
              const char **error) {
    const char *bytes;
    size_t size;
    if (!module_compile(module, LLVMObjectFile, &bytes, &size, error)) return NULL;
    return jit_load_object(arena, bytes, size, symbols, symbol_count, false, error);
}

Jit *jit_load_object(Arena *arena, const char *bytes, size_t size, const JitSymbol *symbols,
                     int symbol_count, bool debug, const char **error) {
    Jit *jit = ARENA_NEW(arena, Jit);
    LLVMInitializeNativeTarget();
    LLVMInitializeNativeAsmPrinter();
    LLVMOrcLLJITBuilderRef builder = LLVMOrcCreateLLJITBuilder();
    if (debug) LLVMOrcLLJITBuilderSetObjectLinkingLayerCreator(builder, telling_layer, NULL);
    if (failed(arena, LLVMOrcCreateLLJIT(&jit->jit, builder), error)) return NULL;
    LLVMMemoryBufferRef object = LLVMCreateMemoryBufferWithMemoryRangeCopy(bytes, size, "model");
    bool ok = define_symbols(arena, jit->jit, symbols, symbol_count, error) &&
              find_in_process(arena, jit->jit, error);
    if (!ok) {
        LLVMDisposeMemoryBuffer(object);
    } else {
        ok = !failed(
            arena,
            LLVMOrcLLJITAddObjectFile(jit->jit, LLVMOrcLLJITGetMainJITDylib(jit->jit), object),
            error);
    }
    if (ok) return jit;
    jit_free(jit);
    return NULL;
}

void *jit_address(Jit *jit, const char *name) {
    LLVMOrcExecutorAddress address = 0;
    LLVMErrorRef failure = LLVMOrcLLJITLookup(jit->jit, &address, name);
    if (failure) {
        LLVMConsumeError(failure);
        return NULL;
    }
    return (void *)(uintptr_t)address;
}

void jit_free(Jit *jit) {
    if (!jit || !jit->jit) return;
    LLVMErrorRef failure = LLVMOrcDisposeLLJIT(jit->jit);
    if (failure) LLVMConsumeError(failure);
    jit->jit = NULL;
}
