/* target.c: see target.h. */

#include "target/target.h"

#include <string.h>

static const TargetCpu cpus[] = {
#define CPU(arch, name, bits, registers, fma, halves) {arch, name, bits, registers, fma, halves},
#include "target/cpus.def"
#undef CPU
};

const TargetCpu *target_cpus(int *count) {
    *count = (int)(sizeof cpus / sizeof *cpus);
    return cpus;
}

const TargetCpu *target_find(TargetArch arch, const char *name) {
    for (size_t i = 0; i < sizeof cpus / sizeof *cpus; i++)
        if (cpus[i].arch == arch && strcmp(cpus[i].name, name) == 0) return &cpus[i];
    return NULL;
}

const TargetCpu *target_default(TargetArch arch) {
    return target_find(arch, arch == TARGET_X86_64 ? "x86-64-v3" : "generic");
}

const char *target_refusal(const TargetCpu *cpu) {
    if (!cpu->fma)
        return "it has no fused multiply-add, which matrix products are defined by; "
               "use x86-64-v3 or newer";
    return NULL;
}

bool target_arch(const char *triple, TargetArch *arch) {
    static const struct {
        const char *word;
        TargetArch arch;
    } words[] = {
        {"x86_64", TARGET_X86_64},
        {"amd64", TARGET_X86_64},
        {"aarch64", TARGET_AARCH64},
        {"arm64", TARGET_AARCH64},
    };
    size_t length = strcspn(triple, "-");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].word) == length && memcmp(triple, words[i].word, length) == 0) {
            *arch = words[i].arch;
            return true;
        }
    }
    return false;
}

const char *target_arch_name(TargetArch arch) {
    return arch == TARGET_X86_64 ? "x86_64" : "aarch64";
}
