/* domain_test.c: where the tasks of a domain end. */

#include "codegen/domain.h"

#include <CUnit/CUnit.h>

#include "codegen/harness.h"
#include "codegen/tests.h"

static int64_t tasks_of(Codegen *codegen, const Domain *domain, int64_t samples) {
    LLVMValueRef tasks = domain_tasks(codegen, domain, emit_index(codegen->module, samples));
    CU_ASSERT_FATAL(LLVMIsAConstantInt(tasks) != NULL);
    return LLVMConstIntGetSExtValue(tasks);
}

/* The tasks of so many samples are those of one group of samples after the other. */
static void check(Codegen *codegen, const Domain *domain) {
    SampleTasks group = domain_by_sample(domain);
    CU_ASSERT_FATAL(group.samples >= 1 && group.tasks >= 1);
    for (int64_t groups = 1; groups <= 5; groups++)
        CU_ASSERT_EQUAL(tasks_of(codegen, domain, groups * group.samples), groups * group.tasks);
}

void tasks_end_with_samples(void) {
    static const int64_t sizes[] = {1, 2, 3, 7, 8, 13, 16, 17, 28, 32, 64, 71, 129};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    Harness harness;
    harness_begin(&harness, "native");
    Module *module = &harness.module;
    emit_function_begin(module, "tasks", module->void_type, NULL, 0, NULL, 0, false);
    Codegen codegen = {.module = module, .arena = &harness.arena};
    for (int i = 0; i < SIZES * SIZES; i++) {
        int64_t side = sizes[i / SIZES], channels = sizes[i % SIZES];
        Type type = type_real(true, shape_of(3, (int64_t[]){side, side, channels}));
        for (int form = DOMAIN_FLAT; form <= DOMAIN_MATRIX; form++) {
            if (form == DOMAIN_PHYSICAL) continue; /* never cut by samples */
            check(&codegen, &(Domain){type, (DomainForm)form, 4096});
            check(&codegen, &(Domain){type, (DomainForm)form, 64});
        }
    }
    /* Sizes as pictures have them end with every sample. */
    Domain flat = {type_real(true, shape_of(3, (int64_t[]){28, 28, 32})), DOMAIN_FLAT, 4096};
    CU_ASSERT_EQUAL(domain_by_sample(&flat).samples, 1);
    Domain rows = {type_real(true, shape_of(3, (int64_t[]){28, 28, 6})), DOMAIN_MATRIX, 4096};
    CU_ASSERT_EQUAL(domain_by_sample(&rows).samples, 1);
    LLVMBuildRetVoid(module->builder);
    harness_end(&harness);
}
