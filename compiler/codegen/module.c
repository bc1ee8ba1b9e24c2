/* module.c: see module.h. */

#include "codegen/module.h"
#include "codegen/llvm_compat.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/BitWriter.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <stdlib.h>
#include <string.h>

/* LLVM's own table of targets is global; filling it again changes nothing. */
static void know_targets(void) {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
}

void module_tune_process(void) {
    static const char *const options[] = {
        "nnc",
        "-disable-lsr",
        "-disable-post-ra",
        "-enable-misched=false",
    };
    LLVMParseCommandLineOptions(sizeof options / sizeof *options, options, NULL);
}

/* A text of LLVM's, moved into the arena. */
static const char *take_text(Arena *arena, char *text) {
    const char *copy = arena_text(arena, text ? text : "", text ? strlen(text) : 0);
    if (text) LLVMDisposeMessage(text);
    return copy;
}

static bool has_feature(const char *features, const char *name) {
    size_t length = strlen(name);
    for (const char *at = features; (at = strstr(at, name)); at += length)
        if ((at == features || at[-1] == ',') && (at[length] == ',' || at[length] == '\0'))
            return true;
    return false;
}

static const TargetCpu *host_row(TargetArch arch, const char *name, const char *features) {
    const TargetCpu *row = target_find(arch, name);
    if (arch != TARGET_X86_64) return row ? row : target_default(arch);
    /* A virtual machine may hide what its processor has. */
    bool wide = has_feature(features, "+avx512f") && has_feature(features, "+avx512vl") &&
                has_feature(features, "+avx512dq") && has_feature(features, "+avx512bw");
    bool fused = has_feature(features, "+avx2") && has_feature(features, "+fma");
    int bits = wide ? 512 : fused ? 256 : 128;
    if (row && row->vector_bits <= bits && (fused || !row->fma)) return row;
    return target_find(arch, wide ? "x86-64-v4" : fused ? "x86-64-v3" : "x86-64-v2");
}

const TargetCpu *module_host_cpu(Arena *arena) {
    TargetArch arch;
    const char *triple = take_text(arena, LLVMGetDefaultTargetTriple());
    if (!target_arch(triple, &arch)) return NULL;
    const char *name = take_text(arena, LLVMGetHostCPUName());
    const char *features = take_text(arena, LLVMGetHostCPUFeatures());
    return host_row(arch, name, features);
}

/* Fills cpu, cpu_name, features. */
static bool choose_cpu(Module *module, const char *triple, const char *cpu, const char **error) {
    Arena *arena = module->arena;
    TargetArch arch, host;
    if (!target_arch(triple, &arch)) {
        *error = arena_format(arena, "the target \"%s\" is not one nnc makes code for", triple);
        return false;
    }
    module->features = "";
    if (cpu && strcmp(cpu, "native") == 0) {
        const char *host_triple = take_text(arena, LLVMGetDefaultTargetTriple());
        if (!target_arch(host_triple, &host) || host != arch) {
            *error = arena_format(arena, "cpu \"native\" is this machine's, which is not a %s",
                                  target_arch_name(arch));
            return false;
        }
        module->cpu_name = take_text(arena, LLVMGetHostCPUName());
        module->features = take_text(arena, LLVMGetHostCPUFeatures());
        module->cpu = host_row(arch, module->cpu_name, module->features);
    } else {
        module->cpu = cpu ? target_find(arch, cpu) : target_default(arch);
        if (!module->cpu) {
            *error = arena_format(arena, "there is no %s cpu \"%s\"", target_arch_name(arch), cpu);
            return false;
        }
        module->cpu_name = module->cpu->name;
    }
    const char *refusal = target_refusal(module->cpu);
    if (refusal)
        *error =
            arena_format(arena, "no code is made for cpu \"%s\": %s", module->cpu_name, refusal);
    return !refusal;
}

static bool make_machine(Module *module, const char *triple, const ModuleOptions *options,
                         const char **error) {
    LLVMTargetRef target;
    char *text = NULL;
    if (LLVMGetTargetFromTriple(triple, &target, &text)) {
        *error = take_text(module->arena, text);
        return false;
    }
    static const LLVMCodeGenOptLevel levels[] = {LLVMCodeGenLevelNone, LLVMCodeGenLevelLess,
                                                 LLVMCodeGenLevelDefault,
                                                 LLVMCodeGenLevelAggressive};
    module->machine = LLVMCreateTargetMachine(
        target, triple, module->cpu_name, module->features, levels[module->level],
        options->position_independent ? LLVMRelocPIC : LLVMRelocDefault, LLVMCodeModelDefault);
    if (!module->machine) *error = "LLVM has no code generator for this target";
    return module->machine != NULL;
}

static void keep_diagnostic(LLVMDiagnosticInfoRef info, void *user) {
    Module *module = user;
    if (LLVMGetDiagInfoSeverity(info) == LLVMDSError)
        module->diagnostic = take_text(module->arena, LLVMGetDiagInfoDescription(info));
}

bool module_init(Module *module, Arena *arena, const char *name, const ModuleOptions *options,
                 const char **error) {
    *module = (Module){.arena = arena};
    know_targets();
    int level = options->level;
    module->level = level < 0 ? 0 : level > 3 ? 3 : level;
    char *chosen =
        options->triple ? LLVMNormalizeTargetTriple(options->triple) : LLVMGetDefaultTargetTriple();
    const char *triple = take_text(arena, chosen);
    if (!choose_cpu(module, triple, options->cpu, error)) return false;
    if (!make_machine(module, triple, options, error)) return false;

    LLVMContextRef context = module->context = LLVMContextCreate();
    LLVMContextSetDiagnosticHandler(context, keep_diagnostic, module);
    module->module = LLVMModuleCreateWithNameInContext(name, context);
    module->builder = LLVMCreateBuilderInContext(context);
    module->layout = LLVMCreateTargetDataLayout(module->machine);
    LLVMSetTarget(module->module, triple);
    LLVMSetModuleDataLayout(module->module, module->layout);
    module->void_type = LLVMVoidTypeInContext(context);
    module->i1 = LLVMInt1TypeInContext(context);
    module->i8 = LLVMInt8TypeInContext(context);
    module->i16 = LLVMInt16TypeInContext(context);
    module->i32 = LLVMInt32TypeInContext(context);
    module->i64 = LLVMInt64TypeInContext(context);
    module->f32 = LLVMFloatTypeInContext(context);
    module->f64 = LLVMDoubleTypeInContext(context);
    module->pointer = LLVMPointerTypeInContext(context, 0);
    return true;
}

void module_free(Module *module) {
    if (module->builder) LLVMDisposeBuilder(module->builder);
    if (module->module) LLVMDisposeModule(module->module);
    if (module->layout) LLVMDisposeTargetData(module->layout);
    if (module->machine) LLVMDisposeTargetMachine(module->machine);
    if (module->context) LLVMContextDispose(module->context);
    *module = (Module){0};
}

bool module_verify(Module *module, const char **error) {
    char *text = NULL;
    bool broken = LLVMVerifyModule(module->module, LLVMReturnStatusAction, &text);
    const char *copy = take_text(module->arena, text);
    if (broken) *error = copy;
    return !broken;
}

/* What emitters leave to do: stack slots into registers, common subexpressions, invariants out of
 * loops, simpler instructions. Vectors and tiles are explicit, so the rest of LLVM's usual pipeline
 * finds nothing and takes ten times as long. */
static const char *passes_of(int level) {
    if (level == 0) return "default<O0>";
    if (level == 1)
        return "function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,adce,simplifycfg),"
               "globaldce";
    return "function(sroa,early-cse<memssa>,loop-mssa(licm),instcombine<no-verify-fixpoint>,adce,"
           "simplifycfg),globaldce";
}

bool module_optimize(Module *module, const char **error) {
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef failure =
        LLVMRunPasses(module->module, passes_of(module->level), module->machine, options);
    LLVMDisposePassBuilderOptions(options);
    if (failure) {
        char *text = LLVMGetErrorMessage(failure);
        *error = arena_text(module->arena, text, strlen(text));
        LLVMDisposeErrorMessage(text);
    } else if (module->diagnostic) {
        *error = module->diagnostic;
        return false;
    }
    return !failure;
}

/* From here on these functions are only translated: LLVM's quick selection of instructions takes a
 * fifth of the time. */
static void hurry_seldom(Module *module) {
    for (LLVMValueRef f = LLVMGetFirstFunction(module->module); f; f = LLVMGetNextFunction(f)) {
        unsigned whole = (unsigned)LLVMAttributeFunctionIndex;
        if (!LLVMGetStringAttributeAtIndex(f, whole, MODULE_SELDOM, sizeof MODULE_SELDOM - 1))
            continue;
        LLVMAddAttributeAtIndex(f, whole, llvm_compat_attribute(module->context, "noinline", 0));
        LLVMAddAttributeAtIndex(f, whole, llvm_compat_attribute(module->context, "optnone", 0));
    }
}

bool module_compile(Module *module, LLVMCodeGenFileType type, const char **bytes, size_t *size,
                    const char **error) {
    char *text = NULL;
    LLVMMemoryBufferRef buffer = NULL;
    hurry_seldom(module);
    if (LLVMTargetMachineEmitToMemoryBuffer(module->machine, module->module, type, &text,
                                            &buffer)) {
        *error = take_text(module->arena, text);
        return false;
    }
    *size = LLVMGetBufferSize(buffer);
    *bytes = arena_text(module->arena, LLVMGetBufferStart(buffer), *size);
    LLVMDisposeMemoryBuffer(buffer);
    if (module->diagnostic) *error = module->diagnostic;
    return !module->diagnostic;
}

void module_bitcode(Module *module, const char **bytes, size_t *size) {
    LLVMMemoryBufferRef buffer = LLVMWriteBitcodeToMemoryBuffer(module->module);
    *size = LLVMGetBufferSize(buffer);
    *bytes = arena_copy(module->arena, LLVMGetBufferStart(buffer), *size);
    LLVMDisposeMemoryBuffer(buffer);
}

const char *module_print(Module *module) {
    return take_text(module->arena, LLVMPrintModuleToString(module->module));
}

LLVMTypeRef module_number_type(const Module *module, MathPrecision precision) {
    return precision == MATH_F32 ? module->f32 : module->f64;
}

int module_number_bytes(MathPrecision precision) {
    return precision == MATH_F32 ? 4 : 8;
}

int module_lanes(const Module *module, MathPrecision precision) {
    return target_lanes(module->cpu, module_number_bytes(precision));
}
