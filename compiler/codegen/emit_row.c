/* emit_row.c: kernels along the last axis: softmax, norms, losses with their gradients.
 *
 *   for each row:
 *       for each reduction or softmax of the kernel, in order: its phase over the columns
 *       numbers of the row: stored
 *       for each vector of columns: values of the roots stored
 *
 * Short rows of a batch (class scores) have one sample a lane and go column by column. Both ways
 * give the same bits; compact kernels go the first way, which takes less code.
 */
#include "codegen/domain.h"
#include "codegen/row.h"
#include "support/checked_math.h"

enum { TASK_ELEMENTS = 4096 };

static bool has_short_rows(const Kernel *kernel) {
    Type domain = kernel->domain;
    return !kernel->compact && domain.batched && type_matrix_rows(domain) == 1 &&
           type_matrix_columns(domain) <= ROW_SHORT;
}

/* A multiple of all vectors. */
static int64_t rows_per_task(const Kernel *kernel) {
    int64_t rows = TASK_ELEMENTS / type_matrix_columns(kernel->domain);
    if (has_short_rows(kernel)) return round_up(rows / 4 + 1, 64);
    return rows < 1 ? 1 : rows;
}

static bool is_row_operation(const Node *node) {
    switch (node->op) {
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX:
    case OP_SUM:
    case OP_REDUCE_MAX:
    case OP_REDUCE_MIN:
    case OP_FIRST_MAX:
    case OP_ARGMAX: return true;
    default: return false;
    }
}

/* All columns, rather than one number of the row. */
static bool has_columns(const KernelEmitter *k, Type type) {
    return type.shape.rank == k->kernel->domain.shape.rank &&
           type_matrix_columns(type) == k->row->columns;
}

/* Outputs at one vector of columns; `columns` false: the numbers of the row instead. */
static void store_outputs(KernelEmitter *k, bool columns, Axis column) {
    const BindingVec *outputs = &k->kernel->outputs;
    /* All values first: an output may lie in an input's place. */
    for (int pass = 0; pass < 2; pass++)
        for (int64_t i = 0; i < outputs->count; i++) {
            const Node *node = outputs->items[i].node;
            if (has_columns(k, node->type) != columns) continue;
            const Index *index = row_index(k, node->type, column);
            LLVMValueRef value = value_at(k, node, index);
            if (pass == 1) layout_store(k, &k->outputs[i], index, value);
        }
}

static void store_column(void *user, LLVMValueRef column) {
    KernelEmitter *k = user;
    KernelScope scope = kernel_scope_begin(k);
    store_outputs(k, true, axis_uniform(column, 1));
    kernel_scope_end(k, scope);
}

static void store_columns(void *user, LLVMValueRef column) {
    KernelEmitter *k = user;
    KernelScope scope = kernel_scope_begin(k);
    if (LLVMIsAConstantInt(column))
        kernel_scope_tail(k, k->row->columns - LLVMConstIntGetSExtValue(column));
    store_outputs(k, true, axis_consecutive(column, k->lanes));
    kernel_scope_end(k, scope);
}

static void store_all_columns(KernelEmitter *k) {
    Module *module = k->module;
    int64_t columns = k->row->columns, whole = columns / k->lanes * k->lanes;
    bool any = false;
    for (int64_t i = 0; i < k->kernel->outputs.count; i++)
        any |= has_columns(k, k->kernel->outputs.items[i].node->type);
    if (!any) return;
    LLVMValueRef zero = emit_index(module, 0);
    if (k->row->short_rows && columns > ROW_UNROLLED) {
        emit_for(module, zero, emit_index(module, columns), 1, store_column, k);
        return;
    }
    if (k->row->short_rows || columns == 1) {
        for (int64_t c = 0; c < columns; c++)
            store_outputs(k, true, axis_constant(k, c));
        return;
    }
    if (whole > 0) emit_for(module, zero, emit_index(module, whole), k->lanes, store_columns, k);
    if (whole < columns) store_columns(k, emit_index(module, whole));
}

/* The row (or vector of rows) at k->row->batch, axes. */
static void one_row(KernelEmitter *k) {
    k->row->values.count = 0;
    k->row->asides.count = 0;
    for (int64_t i = 0; i < k->kernel->nodes.count; i++)
        if (is_row_operation(k->kernel->nodes.items[i])) row_phase(k, k->kernel->nodes.items[i]);
    store_outputs(k, false, axis_constant(k, 0));
    store_all_columns(k);
}

static void long_row(void *user, LLVMValueRef row) {
    KernelEmitter *k = user;
    KernelScope scope = kernel_scope_begin(k);
    index_split_row(k, k->kernel->domain, row, &k->row->batch, k->row->axes);
    one_row(k);
    kernel_scope_end(k, scope);
}

static void short_rows(void *user, LLVMValueRef sample) {
    KernelEmitter *k = user;
    KernelScope scope = kernel_scope_begin(k);
    kernel_scope_tail_count(k, emit_sub(k->module, k->count, sample));
    k->row->batch = axis_consecutive(sample, k->lanes);
    for (int i = 0; i < k->kernel->domain.shape.rank; i++)
        k->row->axes[i] = axis_constant(k, 0);
    one_row(k);
    kernel_scope_end(k, scope);
}

static void row_body(KernelEmitter *k) {
    RowState state = {.columns = type_matrix_columns(k->kernel->domain),
                      .short_rows = has_short_rows(k->kernel)};
    k->row = &state;
    Module *module = k->module;
    int64_t step = rows_per_task(k->kernel);
    LLVMValueRef rows = kernel_rows(k->codegen, k->kernel->domain, k->count);
    LLVMValueRef start = emit_mul_constant(module, k->first, step);
    LLVMValueRef end = emit_min(module, emit_mul_constant(module, k->last, step), rows);
    if (state.short_rows)
        emit_for(module, start, end, k->lanes, short_rows, k);
    else
        emit_for(module, start, end, 1, long_row, k);
    k->row = NULL;
}

static LLVMValueRef row_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    return domain_ceil_div(codegen->module, kernel_rows(codegen, kernel->domain, count),
                           rows_per_task(kernel));
}

const KernelFamilyEmitter emit_row = {row_body, row_tasks, NULL};
