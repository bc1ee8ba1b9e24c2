#include "codegen/harness.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

bool harness_runs(const char *cpu) {
    Arena arena;
    arena_init(&arena);
    const TargetCpu *host = module_host_cpu(&arena);
    const TargetCpu *row = strcmp(cpu, "native") == 0 ? host
                           : host                     ? target_find(host->arch, cpu)
                                                      : NULL;
    bool runs = row && row->fma && row->vector_bits <= host->vector_bits;
    if (!runs) printf("(skipped: this host does not run %s) ", cpu);
    arena_free(&arena);
    return runs;
}

void harness_begin(Harness *harness, const char *cpu) {
    *harness = (Harness){0};
    arena_init(&harness->arena);
    ModuleOptions options = {.cpu = cpu, .level = 2, .position_independent = true};
    const char *error = NULL;
    bool made = module_init(&harness->module, &harness->arena, "test", &options, &error);
    if (!made) printf("%s\n", error);
    CU_ASSERT_FATAL(made);
}

static void check(LLVMErrorRef error) {
    if (!error) return;
    char *text = LLVMGetErrorMessage(error);
    printf("%s\n", text);
    LLVMDisposeErrorMessage(text);
    CU_FAIL_FATAL("LLVM");
}

void harness_load(Harness *harness) {
    const char *error = NULL, *bytes = NULL;
    size_t size = 0;
    bool good = module_verify(&harness->module, &error) &&
                module_optimize(&harness->module, &error) &&
                module_compile(&harness->module, LLVMObjectFile, &bytes, &size, &error);
    if (!good) printf("%s\n", error);
    CU_ASSERT_FATAL(good);
    check(LLVMOrcCreateLLJIT(&harness->jit, NULL));
    LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(bytes, size, "test.o");
    check(
        LLVMOrcLLJITAddObjectFile(harness->jit, LLVMOrcLLJITGetMainJITDylib(harness->jit), buffer));
}

void *harness_find(Harness *harness, const char *name) {
    LLVMOrcExecutorAddress address = 0;
    check(LLVMOrcLLJITLookup(harness->jit, &address, name));
    return (void *)(uintptr_t)address;
}

void harness_end(Harness *harness) {
    if (harness->jit) check(LLVMOrcDisposeLLJIT(harness->jit));
    module_free(&harness->module);
    arena_free(&harness->arena);
}
