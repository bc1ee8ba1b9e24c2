/* emit_contract.c: sums of outer products over samples: the gradients of weights.
 *
 *   out[k, j] = epilogue(sum over samples s, then i, ascending, of a[s, i, k] * b[s, i, j])
 */
#include "codegen/product.h"

enum { TASK_ELEMENTS = 256 };

static Domain contract_domain(const Kernel *kernel) {
    return (Domain){kernel->heart->type, DOMAIN_MATRIX, TASK_ELEMENTS};
}

static void contract_vector(void *user, KernelEmitter *k, const Index *index) {
    (void)user;
    const Node *heart = k->kernel->heart;
    const Access *a = &k->inputs[0], *b = &k->inputs[1];
    Axis batch, axes[MAX_RANK], row, column;
    index_get_axes(k, index, heart->type, &batch, axes);
    int64_t inner = a->type.shape.dims[0];
    LLVMValueRef sum = LLVMConstNull(kernel_value_type(k, ELEMENT_REAL, index->uniform));
    LLVMValueRef steps = emit_mul_constant(k->module, k->count, inner);
    EmitLoop loop = emit_for_begin(k->module, emit_index(k->module, 0), steps, 1, &sum, 1);
    KernelScope scope = kernel_scope_begin(k);
    Axis i, s = axis_divide(k, axis_uniform(loop.index, 1), inner, 0, &i);
    Axis a_axes[2] = {i, axes[0]}, b_axes[2] = {i, axes[1]};
    LLVMValueRef x = layout_load(k, a, index_axes(k, a->type, s, a_axes));
    LLVMValueRef y = layout_load(k, b, index_axes(k, b->type, s, b_axes));
    if (!index->uniform && LLVMGetTypeKind(LLVMTypeOf(x)) != LLVMVectorTypeKind)
        x = emit_splat(k->module, x, k->lanes);
    LLVMValueRef next = emit_fma(k->module, x, y, loop.carried[0]);
    kernel_scope_end(k, scope);
    emit_for_end(k->module, &loop, &next);
    index_get_matrix(k, index, heart->type, &row, &column);
    product_store(k, row.value, column, loop.carried[0]);
}

static void contract_body(KernelEmitter *k) {
    Domain domain = contract_domain(k->kernel);
    domain_loop(k, &domain, contract_vector, NULL);
}

static LLVMValueRef contract_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    Domain domain = contract_domain(kernel);
    return domain_tasks(codegen, &domain, count);
}

const KernelFamilyEmitter emit_contract = {contract_body, contract_tasks};
