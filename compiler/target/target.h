/* target.h: the processors nnc knows, one row each in cpus.def.
 *
 * Gives passes and code generation the few facts that decide tiles and layouts. LLVM only warns
 * about an unknown CPU name, so names are checked here. "native" is resolved by code generation
 * (module_host_cpu), which asks LLVM for the host's name and features.
 */
#ifndef NNC_TARGET_TARGET_H
#define NNC_TARGET_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum TargetArch { TARGET_X86_64, TARGET_AARCH64 } TargetArch;

typedef struct TargetCpu {
    TargetArch arch;
    const char *name;     /* nnc's and LLVM's name for it */
    int vector_bits;      /* width used for explicit vectors */
    int vector_registers; /* registers of that width */
    bool fma;             /* false: refused, see target_refusal */
    bool halves;          /* computes a vector in two halves: twice the time for loads to keep up */
} TargetCpu;

#define TARGET_PANEL_LANES 16 /* columns of a lane panel, in every precision, on every target */

/* The rows of cpus.def. */
const TargetCpu *target_cpus(int *count);

/* The row of that name and architecture, or NULL. */
const TargetCpu *target_find(TargetArch arch, const char *name);

/* The row used for an architecture when no CPU is named (x86-64-v3, generic). */
const TargetCpu *target_default(TargetArch arch);

/* Why no code is made for this CPU, or NULL when it is. Processors without fused multiply-add
 * would need another meaning of `@` (numbers would differ from every other target). */
const char *target_refusal(const TargetCpu *cpu);

/* The architecture in the first word of a triple ("x86_64-pc-linux-gnu", "aarch64-linux-gnu",
 * "arm64-apple-macos"); false when it is none that nnc knows. */
bool target_arch(const char *triple, TargetArch *arch);

/* "x86_64", "aarch64". */
const char *target_arch_name(TargetArch arch);

/* Numbers of `bytes` (4 or 8) in one vector. */
static inline int target_lanes(const TargetCpu *cpu, int bytes) {
    return cpu->vector_bits / (8 * bytes);
}

#endif
