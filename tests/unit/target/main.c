/* Tests of compiler/target: the table and the words of a triple. */
#include "unit.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

#include "target/target.h"

static void rows_are_sound(void) {
    int count;
    const TargetCpu *cpus = target_cpus(&count);
    CU_ASSERT(count > 20);
    for (int i = 0; i < count; i++) {
        int bits = cpus[i].vector_bits;
        CU_ASSERT(bits == 128 || bits == 256 || bits == 512);
        CU_ASSERT(cpus[i].vector_registers == 16 || cpus[i].vector_registers == 32);
        CU_ASSERT_PTR_EQUAL(target_find(cpus[i].arch, cpus[i].name), &cpus[i]); /* no name twice */
        /* One panel row is a whole number of vectors, in both precisions. */
        CU_ASSERT_EQUAL(TARGET_PANEL_LANES % target_lanes(&cpus[i], 4), 0);
        CU_ASSERT_EQUAL(TARGET_PANEL_LANES % target_lanes(&cpus[i], 8), 0);
    }
    CU_ASSERT_EQUAL(target_lanes(target_find(TARGET_X86_64, "znver4"), 4), 16);
    CU_ASSERT_PTR_NULL(target_find(TARGET_AARCH64, "znver4"));
    CU_ASSERT_PTR_NULL(target_find(TARGET_X86_64, "no-such-cpu"));
}

static void refusals(void) {
    CU_ASSERT_PTR_NOT_NULL(target_refusal(target_find(TARGET_X86_64, "x86-64-v2")));
    CU_ASSERT_PTR_NULL(target_refusal(target_default(TARGET_X86_64)));
    CU_ASSERT_PTR_NULL(target_refusal(target_default(TARGET_AARCH64)));
}

static void triples(void) {
    TargetArch arch;
    CU_ASSERT(target_arch("x86_64-pc-linux-gnu", &arch) && arch == TARGET_X86_64);
    CU_ASSERT(target_arch("arm64-apple-macos", &arch) && arch == TARGET_AARCH64);
    CU_ASSERT(target_arch("aarch64", &arch) && arch == TARGET_AARCH64);
    CU_ASSERT_FALSE(target_arch("aarch64_be-linux", &arch));
    CU_ASSERT_FALSE(target_arch("", &arch));
    CU_ASSERT_STRING_EQUAL(target_arch_name(TARGET_AARCH64), "aarch64");
}

static const UnitTest tests[] = {
    {"target", "rows are sound", rows_are_sound},
    {"target", "refusals", refusals},
    {"target", "triples", triples},
};

int main(int argc, char **argv) {
    return unit_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
