/* emit_copy.c: a value in another layout, another place, or as a transposed matrix.
 *
 *   for each vector of the output: out[index] = in[index], or in[index with last two axes swapped]
 *
 * Between rows and panels, and for transposed panels, whole blocks are turned in registers
 * (matmul_pack.h); a task is then a panel.
 */
#include "codegen/domain.h"
#include "codegen/matmul_pack.h"

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

/* ---- blocks ---- */

typedef enum CopyBlocks { COPY_NO_BLOCKS, COPY_TRANSPOSE, COPY_TO_PANELS, COPY_TO_ROWS } CopyBlocks;

static CopyBlocks copy_blocks(const Codegen *codegen, const Kernel *kernel) {
    const BufferVec *buffers = &codegen->plan->buffers;
    Layout from = buffers->items[kernel->inputs.items[0].buffer].layout;
    Layout to = buffers->items[kernel->outputs.items[0].buffer].layout;
    Type type = kernel->inputs.items[0].node->type;
    if (type.element != ELEMENT_REAL) return COPY_NO_BLOCKS;
    if (kernel->transposed) {
        bool panels = from == LAYOUT_PANELS && to == LAYOUT_PANELS && !kernel->turned_groups;
        return panels && !type.batched && type.shape.rank == 2 ? COPY_TRANSPOSE : COPY_NO_BLOCKS;
    }
    if (from == to) return COPY_NO_BLOCKS;
    return to == LAYOUT_PANELS ? COPY_TO_PANELS : COPY_TO_ROWS;
}

static void copy_in_blocks(KernelEmitter *k, CopyBlocks blocks) {
    Module *module = k->module;
    Type type = k->inputs[0].type;
    MathPrecision precision = k->codegen->precision;
    LLVMValueRef from = k->inputs[0].base, to = k->outputs[0].base;
    int64_t columns = type_matrix_columns(type);
    if (blocks == COPY_TRANSPOSE) {
        matmul_pack_transpose(module, precision, from, to, type_matrix_rows(type), columns,
                              k->first, k->last);
        return;
    }
    LLVMValueRef rows = kernel_rows(k->codegen, type, k->count);
    if (blocks == COPY_TO_PANELS)
        matmul_pack_rows(module, precision, from, to, rows, rows, columns, k->first, k->last);
    else
        matmul_unpack_rows(module, precision, from, to, rows, rows, columns, k->first, k->last);
}

static int64_t block_tasks(const Kernel *kernel, CopyBlocks blocks) {
    Type type = kernel->inputs.items[0].node->type;
    int64_t across = blocks == COPY_TRANSPOSE ? type_matrix_rows(type) : type_matrix_columns(type);
    return (across + PANEL - 1) / PANEL;
}

/* ---- vectors ---- */

/* Element (r, c, j, i) of turned weights is element (kh-1-r, kw-1-c, i mod (c / groups), j of i's
 * group) of the weights. */
static const Index *turned_index(KernelEmitter *k, const Index *index) {
    Type from = k->inputs[0].type, to = k->outputs[0].type;
    int64_t filters = from.shape.dims[3] / k->kernel->turned_groups;
    Axis batch, axes[MAX_RANK], of[4];
    index_get_axes(k, index, to, &batch, axes);
    for (int i = 0; i < 2; i++) {
        LLVMValueRef last = emit_index(k->module, to.shape.dims[i] - 1);
        of[i] = axis_uniform(emit_sub(k->module, last, axes[i].value), 1); /* uniform in a matrix */
    }
    Axis group = axis_divide(k, axes[3], from.shape.dims[2], to.shape.dims[3], &of[2]);
    of[3] = axis_add(k, axis_scale(k, group, filters), axes[2]);
    return index_axes(k, from, batch, of);
}

static void copy_vector(void *user, KernelEmitter *k, const Index *index) {
    const Index *from = index;
    (void)user;
    if (k->kernel->turned_groups) {
        from = turned_index(k, index);
    } else if (k->kernel->transposed) {
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
    CopyBlocks blocks = copy_blocks(k->codegen, k->kernel);
    if (blocks != COPY_NO_BLOCKS) {
        copy_in_blocks(k, blocks);
        return;
    }
    Domain domain = copy_domain(k->codegen, k->kernel);
    if (k->kernel->transposed && domain.type.shape.rank < 2) {
        kernel_fail(k, "transposes something that is no matrix", NULL);
        return;
    }
    domain_loop(k, &domain, copy_vector, NULL);
}

static LLVMValueRef copy_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    CopyBlocks blocks = copy_blocks(codegen, kernel);
    if (blocks != COPY_NO_BLOCKS) return emit_index(codegen->module, block_tasks(kernel, blocks));
    Domain domain = copy_domain(codegen, kernel);
    return domain_tasks(codegen, &domain, count);
}

const KernelFamilyEmitter emit_copy = {copy_body, copy_tasks, NULL};
