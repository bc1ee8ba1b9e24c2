#include "codegen/module.h"

#include <CUnit/CUnit.h>
#include <string.h>

#include "codegen/emit.h"
#include "codegen/harness.h"
#include "codegen/tests.h"

static const char *refusal_of(Arena *arena, const char *triple, const char *cpu) {
    Module module;
    ModuleOptions options = {.triple = triple, .cpu = cpu};
    const char *error = NULL;
    bool made = module_init(&module, arena, "test", &options, &error);
    module_free(&module);
    CU_ASSERT_EQUAL(made, error == NULL);
    return error ? error : "";
}

void module_errors(void) {
    Arena arena;
    arena_init(&arena);
    const char *x86 = "x86_64-pc-linux-gnu", *arm = "aarch64-linux-gnu";
    CU_ASSERT_STRING_EQUAL(refusal_of(&arena, x86, "x86-64-v3"), "");
    CU_ASSERT_STRING_EQUAL(refusal_of(&arena, arm, NULL), "");
    CU_ASSERT_STRING_EQUAL(refusal_of(&arena, x86, "pentium"),
                           "there is no x86_64 cpu \"pentium\"");
    CU_ASSERT_STRING_EQUAL(refusal_of(&arena, "sparc-sun-solaris", NULL),
                           "the target \"sparc-sun-solaris\" is not one nnc makes code for");
    CU_ASSERT_PTR_NOT_NULL(strstr(refusal_of(&arena, x86, "x86-64-v2"), "fused multiply-add"));
    CU_ASSERT_PTR_NOT_NULL(strstr(refusal_of(&arena, arm, "x86-64-v3"), "there is no aarch64 cpu"));

    /* A broken module is reported, not compiled: a function without an end. */
    Harness harness;
    harness_begin(&harness, "x86-64-v3");
    emit_function_begin(&harness.module, "open", harness.module.i64, NULL, 0, NULL, 0, false);
    const char *error = NULL;
    CU_ASSERT_FALSE(module_verify(&harness.module, &error));
    CU_ASSERT_PTR_NOT_NULL(error);
    harness_end(&harness);
    arena_free(&arena);
}

/* Every row of cpus.def makes code, except those that are refused. */
void module_cpus(void) {
    int count;
    const TargetCpu *cpus = target_cpus(&count);
    for (int i = 0; i < count; i++) {
        Arena arena;
        arena_init(&arena);
        const char *triple =
            cpus[i].arch == TARGET_X86_64 ? "x86_64-linux-gnu" : "aarch64-linux-gnu";
        const char *error = refusal_of(&arena, triple, cpus[i].name);
        CU_ASSERT_EQUAL(error[0] != '\0', target_refusal(&cpus[i]) != NULL);
        arena_free(&arena);
    }
}
