/* harness.h: writes a module for a CPU, compiles it and runs it in this process. */
#ifndef NNC_TESTS_CODEGEN_HARNESS_H
#define NNC_TESTS_CODEGEN_HARNESS_H

#include <llvm-c/LLJIT.h>

#include "codegen/module.h"

typedef struct Harness {
    Arena arena;
    Module module;
    LLVMOrcLLJITRef jit;
} Harness;

/* False (said once on stdout) when this host cannot run code for that CPU. */
bool harness_runs(const char *cpu);
/* Begins a module; fails the test when it cannot. */
void harness_begin(Harness *harness, const char *cpu);
/* Verifies, optimizes and loads it; afterwards harness_find works. */
void harness_load(Harness *harness);
void *harness_find(Harness *harness, const char *name);
void harness_end(Harness *harness);

#endif
