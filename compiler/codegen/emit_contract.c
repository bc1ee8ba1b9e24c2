/* emit_contract.c: sums of outer products over samples: the gradients of weights.
 *
 *   out[k, j] = epilogue(sum over samples s, then i, ascending, of a[s, i, k] * b[s, i, j])
 *
 * The rows (s, i) of both operands lie behind one another, so this is one product of a transposed
 * with b, cut into chunks of whole samples (matmul.h).
 */
#include "codegen/product.h"
#include "codegen/product_parts.h"

static MatmulSpec contract_spec(const Codegen *codegen, const Kernel *kernel) {
    const Node *heart = kernel->heart;
    Type a = heart->operands[0]->type;
    return (MatmulSpec){
        .precision = codegen->precision,
        .rows_constant = heart->type.shape.dims[0],
        .columns = heart->type.shape.dims[1],
        .depth_constant = -1,
        .depth_hint = codegen->plan->model->train.batch * a.shape.dims[0],
        .depth_chunk = matmul_chunk(a.shape.dims[0]),
        .a = product_operand_shape(codegen, kernel, 0),
        .b = product_operand_shape(codegen, kernel, 1),
        .a_transposed = true,
        .compact = product_is_compact(codegen),
        .overlap = codegen->trained[kernel->function] && !product_is_compact(codegen),
        .epilogue = product_epilogue,
    };
}

static void contract_body(KernelEmitter *k) {
    MatmulSpec spec = contract_spec(k->codegen, k->kernel);
    ProductEpilogue epilogue = {.k = k};
    if (spec.overlap) epilogue.late = product_late_roots(k->codegen, k->kernel);
    spec.two_parts = epilogue.late != NULL;
    spec.rows = emit_index(k->module, spec.rows_constant);
    spec.depth = kernel_rows(k->codegen, k->kernel->heart->operands[0]->type, k->count);
    spec.a = product_operand(k, &k->inputs[0], NULL);
    spec.b = product_operand(k, &k->inputs[1], NULL);
    spec.user = &epilogue;
    matmul_emit(k->module, &spec, k->first, k->last);
}

static LLVMValueRef contract_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    MatmulSpec spec = contract_spec(codegen, kernel);
    MatmulPlan plan = matmul_plan(codegen->module, &spec);
    (void)count;
    return emit_index(codegen->module, matmul_tasks(&plan, spec.rows_constant));
}

const KernelFamilyEmitter emit_contract = {contract_body, contract_tasks, NULL};
