/* emit_copy.c: a value in another layout, another place, or as a transposed matrix.
 *
 *   for each vector of the output: out[index] = in[index], or in[index with last two axes swapped]
 */
#include "codegen/domain.h"

enum { TASK_ELEMENTS = 4096 };

static Type copied_type(const Codegen *codegen, const Kernel *kernel) {
    const Binding *output = &kernel->outputs.items[0];
    return kernel->transposed ? codegen->plan->buffers.items[output->buffer].type
                              : output->node->type;
}

static Domain copy_domain(const Codegen *codegen, const Kernel *kernel) {
    const BufferVec *buffers = &codegen->plan->buffers;
    Layout from = buffers->items[kernel->inputs.items[0].buffer].layout;
    Layout to = buffers->items[kernel->outputs.items[0].buffer].layout;
    bool in_order = from == LAYOUT_ROWS && to == LAYOUT_ROWS && !kernel->transposed;
    return (Domain){copied_type(codegen, kernel), in_order ? DOMAIN_FLAT : DOMAIN_MATRIX,
                    TASK_ELEMENTS};
}

static void copy_vector(void *user, KernelEmitter *k, const Index *index) {
    const Index *from = index;
    (void)user;
    if (k->kernel->transposed) {
        Type type = k->outputs[0].type;
        Axis batch, axes[MAX_RANK];
        index_get_axes(k, index, type, &batch, axes);
        int last = type.shape.rank - 1;
        Axis swapped = axes[last];
        axes[last] = axes[last - 1];
        axes[last - 1] = swapped;
        from = index_axes(k, k->inputs[0].type, batch, axes);
    }
    layout_store(k, &k->outputs[0], index, layout_load(k, &k->inputs[0], from));
}

static void copy_body(KernelEmitter *k) {
    Domain domain = copy_domain(k->codegen, k->kernel);
    if (k->kernel->transposed && domain.type.shape.rank < 2) {
        kernel_fail(k, "transposes something that is no matrix", NULL);
        return;
    }
    domain_loop(k, &domain, copy_vector, NULL);
}

static LLVMValueRef copy_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    Domain domain = copy_domain(codegen, kernel);
    return domain_tasks(codegen, &domain, count);
}

const KernelFamilyEmitter emit_copy = {copy_body, copy_tasks};
