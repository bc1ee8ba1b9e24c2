/* product.c: see product.h. */

#include "codegen/product.h"

static const Index *matrix_index(KernelEmitter *k, Type type, LLVMValueRef row, Axis column) {
    Axis batch, axes[MAX_RANK];
    index_split_row(k, type, row, &batch, axes);
    if (type.shape.rank > 0) axes[type.shape.rank - 1] = column;
    return index_axes(k, type, batch, axes);
}

void product_store(KernelEmitter *k, LLVMValueRef row, Axis column, LLVMValueRef value) {
    const BindingVec *outputs = &k->kernel->outputs;
    LLVMValueRef *values = ARENA_ARRAY(k->arena, LLVMValueRef, outputs->count);
    KernelScope scope = kernel_scope_begin(k);
    k->product = value;
    for (int64_t i = 0; i < outputs->count; i++) {
        const Node *node = outputs->items[i].node;
        values[i] = value_at(k, node, matrix_index(k, node->type, row, column));
    }
    for (int64_t i = 0; i < outputs->count; i++) {
        const Index *index = matrix_index(k, outputs->items[i].node->type, row, column);
        layout_store(k, &k->outputs[i], index, values[i]);
    }
    k->product = NULL;
    kernel_scope_end(k, scope);
}

/* In the walk of an epilogue every node stands at the product's own element. */
static LLVMValueRef emit_product(KernelEmitter *k, const ValueFrame *frame) {
    if (!k->product) return kernel_fail(k, "needs a product that is not ready", frame->node);
    if (!frame->index->uniform || LLVMGetTypeKind(LLVMTypeOf(k->product)) != LLVMVectorTypeKind)
        return k->product;
    return LLVMBuildExtractElement(k->module->builder, k->product, emit_index(k->module, 0), "");
}
const OpEmitter op_emitter_MATMUL = {NULL, emit_product};
const OpEmitter op_emitter_CONTRACT = {NULL, emit_product};
