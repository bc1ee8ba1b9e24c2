/* emit_map.c: kernels of elementwise and movement operations.
 *
 *   for each vector of the domain: out[index] = value of the root at index
 */
#include "codegen/domain.h"

/* Enough to hide a call, few enough to share out. */
enum { TASK_ELEMENTS = 4096 };

static Domain map_domain(const Codegen *codegen, const Kernel *kernel) {
    return (Domain){kernel->domain, domain_form(codegen, kernel, kernel->domain), TASK_ELEMENTS};
}

static void map_vector(void *user, KernelEmitter *k, const Index *index) {
    (void)user;
    value_store_outputs(k, k->kernel->domain, index);
}

static void map_body(KernelEmitter *k) {
    Domain domain = map_domain(k->codegen, k->kernel);
    domain_loop(k, &domain, map_vector, NULL);
}

static LLVMValueRef map_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    Domain domain = map_domain(codegen, kernel);
    return domain_tasks(codegen, &domain, count);
}

const KernelFamilyEmitter emit_map = {map_body, map_tasks};
