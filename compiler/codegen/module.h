/* module.h: one LLVM module being written, and what it is written for.
 *
 * Owns the LLVM context, module, builder and target machine; no global state, so several may exist
 * at once. Emitters take a Module and write at its builder's position (emit.h has the helpers).
 * LLVM's own failures become texts, never an exit.
 */
#ifndef NNC_CODEGEN_MODULE_H
#define NNC_CODEGEN_MODULE_H

#include <llvm-c/Core.h>
#include <llvm-c/TargetMachine.h>

#include "math/math_builder.h"
#include "support/arena.h"
#include "support/text.h"
#include "target/target.h"

typedef struct ModuleOptions {
    const char *triple; /* NULL: the host's */
    const char *cpu;    /* a name of cpus.def, or "native"; NULL: target_default */
    int level;          /* 0..3, as -O0..-O3 */
    bool position_independent;
} ModuleOptions;

typedef struct Module {
    Arena *arena;
    LLVMContextRef context;
    LLVMModuleRef module;
    LLVMBuilderRef builder;
    LLVMTargetMachineRef machine;
    LLVMTargetDataRef layout;
    const TargetCpu *cpu; /* the row whose vector width and registers are used */
    const char *cpu_name; /* what LLVM is told: the row's name, or the host's for native */
    const char *features; /* LLVM's feature text, "" unless native */
    int level;
    const char *diagnostic; /* what LLVM last complained about, or NULL */

    LLVMTypeRef void_type, i1, i8, i16, i32, i64, f32, f64, pointer;
    /* With -g: what makes a function that is written for one kernel point at that kernel's line,
     * and what goes back to the kernel's own; set by debug_info.c. NULL: nothing. */
    struct DebugInfo *debug;
    const struct Kernel *debug_kernel;
    const char
        *debug_suffix; /* of the names of such functions, so that kernels do not share them */
} Module;

/* Leaves out steps of LLVM's code generation that cost a fifth of its time and gain nothing for
 * loops written as ours are (strength reduction; instruction scheduling, which processors do
 * themselves). LLVM keeps such options once for the whole process: call it once, from main. */
void module_tune_process(void);

/* Makes the module; `module` must stay where it is. False and `*error` (in the arena) when the
 * target is unknown, refused, or not in this LLVM. Free it with module_free in both cases. */
bool module_init(Module *module, Arena *arena, const char *name, const ModuleOptions *options,
                 const char **error);
void module_free(Module *module);

/* The row of cpus.def that fits the host best (its own, or by its features), or NULL when this
 * host's architecture is unknown. */
const TargetCpu *module_host_cpu(Arena *arena);

/* Attribute of functions for which module_compile chooses instructions the quick way. */
#define MODULE_SELDOM "nnc-seldom"

/* Checks the module; false and LLVM's text. */
bool module_verify(Module *module, const char **error);
/* Runs LLVM's pipeline of the module's level; false and a text. No pass may change a value: no
 * fast-math flag is ever set and contraction is off. */
bool module_optimize(Module *module, const char **error);
/* The object or assembly text as bytes in the arena; false and a text. */
bool module_compile(Module *module, LLVMCodeGenFileType type, const char **bytes, size_t *size,
                    const char **error);
/* The module as LLVM bitcode, in the arena. */
void module_bitcode(Module *module, const char **bytes, size_t *size);
/* The module as LLVM IR text, in the arena. */
const char *module_print(Module *module);

/* What emitters ask. */
LLVMTypeRef module_number_type(const Module *module, MathPrecision precision);
/* Bytes of a number; numbers in one register. */
int module_number_bytes(MathPrecision precision);
int module_lanes(const Module *module, MathPrecision precision);

#endif
