/* emit_scatter.c: rows of a table get the sum of the values that belong to their class.
 *
 *   for each vector of elements e of one row:
 *       for k: out[k, e] = 0
 *       for sample s ascending: out[class[s], e] += values[s, e]
 *
 * Tasks run over e, so each element of the table has one owner and one order. Each addition rounds
 * once; there is no tree. A class out of range is skipped rather than written outside the table.
 */
#include "codegen/domain.h"

enum { TASK_ELEMENTS = 64 };

/* One row of the table: the type of a sample's value. */
static Type row_type(const Kernel *kernel) {
    Type type = kernel->heart->operands[0]->type;
    type.batched = false;
    return type;
}

static Domain scatter_domain(const Kernel *kernel) {
    Type type = row_type(kernel);
    return (Domain){type, type_matrix_columns(type) == 1 ? DOMAIN_FLAT : DOMAIN_MATRIX,
                    TASK_ELEMENTS};
}

static const Index *table_index(KernelEmitter *k, const Index *element, LLVMValueRef row) {
    Type type = row_type(k->kernel);
    Axis batch, axes[MAX_RANK + 1];
    index_get_axes(k, element, type, &batch, axes + 1);
    axes[0] = axis_uniform(row, 1);
    return index_axes(k, k->kernel->heart->type, batch, axes);
}

static void scatter_vector(void *user, KernelEmitter *k, const Index *element) {
    (void)user;
    Module *module = k->module;
    const Node *heart = k->kernel->heart;
    const Node *values = heart->operands[0], *classes = heart->operands[1];
    const Access *output = kernel_output(k, heart);
    LLVMValueRef rows = emit_index(module, heart->type.shape.dims[0]);

    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), rows, 1, NULL, 0);
    KernelScope scope = kernel_scope_begin(k);
    const Index *at = table_index(k, element, loop.index);
    layout_store(k, output, at, LLVMConstNull(kernel_value_type(k, ELEMENT_REAL, at->uniform)));
    kernel_scope_end(k, scope);
    emit_for_end(module, &loop, NULL);

    loop = emit_for_begin(module, emit_index(module, 0), k->count, 1, NULL, 0);
    scope = kernel_scope_begin(k);
    Axis batch = axis_uniform(loop.index, 1), none, axes[MAX_RANK];
    LLVMValueRef class = value_at(k, classes, index_axes(k, classes->type, batch, NULL));
    class = LLVMBuildZExt(module->builder, class, module->i64, "");
    EmitIf inside =
        emit_if_begin(module, LLVMBuildICmp(module->builder, LLVMIntULT, class, rows, ""));
    index_get_axes(k, element, row_type(k->kernel), &none, axes);
    LLVMValueRef value = value_at(k, values, index_axes(k, values->type, batch, axes));
    at = table_index(k, element, class);
    if (!at->uniform && LLVMGetTypeKind(LLVMTypeOf(value)) != LLVMVectorTypeKind)
        value = emit_splat(module, value, k->lanes);
    LLVMValueRef sum = LLVMBuildFAdd(module->builder, layout_load(k, output, at), value, "");
    layout_store(k, output, at, sum);
    kernel_scope_end(k, scope);
    emit_if_end(module, &inside);
    emit_for_end(module, &loop, NULL);
}

static void scatter_body(KernelEmitter *k) {
    if (k->kernel->heart->op == OP_RESAMPLE_INPUT) {
        emit_resample_input.body(k);
        return;
    }
    Domain domain = scatter_domain(k->kernel);
    domain_loop(k, &domain, scatter_vector, NULL);
}

static LLVMValueRef scatter_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    if (kernel->heart->op == OP_RESAMPLE_INPUT)
        return emit_resample_input.tasks(codegen, kernel, count);
    Domain domain = scatter_domain(kernel);
    return domain_tasks(codegen, &domain, count);
}

const KernelFamilyEmitter emit_scatter = {scatter_body, scatter_tasks, NULL};

static LLVMValueRef emit_unready(KernelEmitter *k, const ValueFrame *frame) {
    return kernel_fail(k, "needs a scattered sum that is not ready", frame->node);
}
const OpEmitter op_emitter_SCATTER_SUM = {NULL, emit_unready};
