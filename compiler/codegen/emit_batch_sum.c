/* emit_batch_sum.c: sums over the samples of a batch.
 *
 *   for each vector of elements e:  out[e] = fixed_sum over samples s of operand[s, e]
 *
 * A sum of single numbers (a loss) has the lanes along the samples instead. The order of the sum is
 * fixed_sum.h's, with x[s] the operand's element e of sample s.
 */
#include "codegen/domain.h"
#include "codegen/fixed_sum.h"

/* Each element is read for every sample: a task needs few of them. */
enum { TASK_ELEMENTS = 64 };

typedef struct BatchSum {
    KernelEmitter *k;
    const Node *operand;
    const Index *index; /* of the result; NULL: lanes along samples */
    LLVMTypeRef type;
} BatchSum;

static LLVMValueRef sample_term(void *user, LLVMValueRef sample) {
    BatchSum *sum = user;
    KernelEmitter *k = sum->k;
    Type type = sum->operand->type;
    Axis axes[MAX_RANK];
    const Index *index;
    if (!sum->index) {
        for (int i = 0; i < type.shape.rank; i++)
            axes[i] = axis_constant(k, 0);
        index = index_axes(k, type, axis_consecutive(sample, k->lanes), axes);
    } else if (sum->index->form == INDEX_FLAT) {
        int64_t elements = shape_elements(type.shape);
        Axis start = axis_scale(k, axis_uniform(sample, 1), elements);
        index = index_flat(k, type, axis_add(k, start, sum->index->flat));
    } else {
        index = index_axes(k, type, axis_uniform(sample, 1), sum->index->axes);
    }
    return value_at(k, sum->operand, index);
}

static void batch_sum_vector(void *user, KernelEmitter *k, const Index *index) {
    (void)user;
    bool along = index->uniform;
    for (int64_t i = 0; i < k->kernel->outputs.count; i++) {
        const Node *node = k->kernel->outputs.items[i].node;
        BatchSum sum = {.k = k, .operand = node->operands[0], .index = along ? NULL : index};
        LLVMValueRef value = along ? fixed_along(k, FIXED_SUM, k->count, sample_term, &sum)
                                   : fixed_across(k, FIXED_SUM, k->count, false, sample_term, &sum);
        layout_store(k, &k->outputs[i], index, value);
    }
}

static Domain batch_sum_domain(const Codegen *codegen, const Kernel *kernel) {
    Type type = kernel->outputs.items[0].node->type;
    DomainForm form = domain_form(codegen, kernel, type);
    return (Domain){type, form == DOMAIN_PHYSICAL ? DOMAIN_MATRIX : form, TASK_ELEMENTS};
}

static void batch_sum_body(KernelEmitter *k) {
    Domain domain = batch_sum_domain(k->codegen, k->kernel);
    domain_loop(k, &domain, batch_sum_vector, NULL);
}

static LLVMValueRef batch_sum_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    Domain domain = batch_sum_domain(codegen, kernel);
    return domain_tasks(codegen, &domain, count);
}

const KernelFamilyEmitter emit_batch_sum = {batch_sum_body, batch_sum_tasks, NULL};

/* A sum met in the middle of a walk has not been computed before. */
static LLVMValueRef emit_unready(KernelEmitter *k, const ValueFrame *frame) {
    return kernel_fail(k, "needs a sum over the batch that is not ready", frame->node);
}
const OpEmitter op_emitter_BATCH_SUM = {NULL, emit_unready};
