/* emit_matmul.c: matrix products of samples, with their epilogue.
 *
 *   out[s, i, j] = epilogue(sum over k ascending of a[s, i, k] * b[s, k, j])
 */
#include "codegen/product.h"

enum { TASK_ELEMENTS = 256 };

static Domain matmul_domain(const Kernel *kernel) {
    return (Domain){kernel->heart->type, DOMAIN_MATRIX, TASK_ELEMENTS};
}

static void matmul_vector(void *user, KernelEmitter *k, const Index *index) {
    (void)user;
    const Node *heart = k->kernel->heart;
    const Access *a = &k->inputs[0], *b = &k->inputs[1];
    Axis batch, axes[MAX_RANK], row, column;
    index_get_axes(k, index, heart->type, &batch, axes);
    bool ta = heart->attr.transpose_a;
    int64_t depth = a->type.shape.dims[ta ? 0 : 1];
    LLVMValueRef sum = LLVMConstNull(kernel_value_type(k, ELEMENT_REAL, index->uniform));
    EmitLoop loop = emit_for_begin(k->module, emit_index(k->module, 0),
                                   emit_index(k->module, depth), 1, &sum, 1);
    KernelScope scope = kernel_scope_begin(k);
    Axis at = axis_uniform(loop.index, 1);
    Axis a_axes[2] = {ta ? at : axes[0], ta ? axes[0] : at}, b_axes[2] = {at, axes[1]};
    LLVMValueRef x = layout_load(k, a, index_axes(k, a->type, batch, a_axes));
    LLVMValueRef y = layout_load(k, b, index_axes(k, b->type, batch, b_axes));
    if (!index->uniform && LLVMGetTypeKind(LLVMTypeOf(x)) != LLVMVectorTypeKind)
        x = emit_splat(k->module, x, k->lanes);
    LLVMValueRef next = emit_fma(k->module, x, y, loop.carried[0]);
    kernel_scope_end(k, scope);
    emit_for_end(k->module, &loop, &next);
    index_get_matrix(k, index, heart->type, &row, &column);
    product_store(k, row.value, column, loop.carried[0]);
}

static void matmul_body(KernelEmitter *k) {
    Domain domain = matmul_domain(k->kernel);
    domain_loop(k, &domain, matmul_vector, NULL);
}

static LLVMValueRef matmul_tasks_code(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    Domain domain = matmul_domain(kernel);
    return domain_tasks(codegen, &domain, count);
}

const KernelFamilyEmitter emit_matmul = {matmul_body, matmul_tasks_code};
