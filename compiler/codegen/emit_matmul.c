/* emit_matmul.c: matrix products of samples, with their epilogue.
 *
 *   out[s, i, j] = epilogue(sum over k ascending of a[s, i, k] * b[s, k, j])
 *
 * Where b is the same for all samples and a's rows lie behind one another, this is one product of
 * all rows of all samples. Otherwise it is one product a sample:
 *
 *   for each sample of the tasks:  for each task of one product: ...
 */
#include "codegen/product.h"

/* All samples' rows can be taken for the rows of one matrix. */
static bool is_one_product(const Kernel *kernel) {
    const Node *heart = kernel->heart;
    Type a = heart->operands[0]->type, b = heart->operands[1]->type;
    return !b.batched && (!a.batched || !heart->attr.transpose_a);
}

static MatmulSpec matmul_spec(const Codegen *codegen, const Kernel *kernel) {
    const Node *heart = kernel->heart;
    Type a = heart->operands[0]->type;
    int64_t rows = heart->type.shape.dims[0];
    bool all = is_one_product(kernel) && heart->type.batched;
    MatmulSpec spec = {
        .precision = codegen->precision,
        .rows_constant = all ? -1 : rows,
        .rows_hint = all ? codegen->plan->model->train.batch * rows : 0,
        .columns = heart->type.shape.dims[1],
        .depth_constant = a.shape.dims[heart->attr.transpose_a ? 0 : 1],
        .a = product_operand_shape(codegen, kernel, 0),
        .b = product_operand_shape(codegen, kernel, 1),
        .a_transposed = heart->attr.transpose_a,
        .inline_epilogue = codegen->trained[kernel->function] && product_is_short(kernel),
        .compact = product_is_compact(codegen),
        .epilogue = product_epilogue,
    };
    spec.depth = emit_index(codegen->module, spec.depth_constant);
    return spec;
}

static LLVMValueRef product_rows(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    if (is_one_product(kernel)) return kernel_rows(codegen, kernel->heart->type, count);
    return emit_index(codegen->module, kernel->heart->type.shape.dims[0]);
}

static void matmul_one_sample(KernelEmitter *k, MatmulSpec *spec, int64_t tasks,
                              LLVMValueRef sample) {
    Module *module = k->module;
    ProductEpilogue epilogue = {.k = k, .first_row = emit_mul(module, sample, spec->rows)};
    spec->a = product_operand(k, &k->inputs[0], sample);
    spec->b = product_operand(k, &k->inputs[1], sample);
    spec->user = &epilogue;
    LLVMValueRef start = emit_mul_constant(module, sample, tasks);
    LLVMValueRef first = emit_sub(module, k->first, start), zero = emit_index(module, 0);
    LLVMValueRef before = LLVMBuildICmp(module->builder, LLVMIntSLT, first, zero, "");
    first = LLVMBuildSelect(module->builder, before, zero, first, "");
    LLVMValueRef last =
        emit_min(module, emit_sub(module, k->last, start), emit_index(module, tasks));
    matmul_emit(module, spec, first, last);
}

static void matmul_body(KernelEmitter *k) {
    Module *module = k->module;
    MatmulSpec spec = matmul_spec(k->codegen, k->kernel);
    spec.rows = product_rows(k->codegen, k->kernel, k->count);
    if (is_one_product(k->kernel)) {
        ProductEpilogue epilogue = {.k = k};
        spec.a = product_operand(k, &k->inputs[0], NULL);
        spec.b = product_operand(k, &k->inputs[1], NULL);
        spec.user = &epilogue;
        matmul_emit(module, &spec, k->first, k->last);
        return;
    }
    MatmulPlan plan = matmul_plan(module, &spec);
    int64_t tasks = matmul_tasks(&plan, spec.rows_constant);
    LLVMValueRef first = emit_div_constant(module, k->first, tasks);
    LLVMValueRef last = domain_ceil_div(module, k->last, tasks);
    EmitLoop loop = emit_for_begin(module, first, last, 1, NULL, 0);
    KernelScope scope = kernel_scope_begin(k);
    matmul_one_sample(k, &spec, tasks, loop.index);
    kernel_scope_end(k, scope);
    emit_for_end(module, &loop, NULL);
}

static LLVMValueRef matmul_kernel_tasks(Codegen *codegen, const Kernel *kernel,
                                        LLVMValueRef count) {
    Module *module = codegen->module;
    MatmulSpec spec = matmul_spec(codegen, kernel);
    MatmulPlan plan = matmul_plan(module, &spec);
    if (is_one_product(kernel))
        return matmul_emit_tasks(module, &plan, product_rows(codegen, kernel, count));
    return emit_mul_constant(module, count, matmul_tasks(&plan, spec.rows_constant));
}

const KernelFamilyEmitter emit_matmul = {matmul_body, matmul_kernel_tasks, NULL};
