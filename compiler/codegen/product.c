/* product.c: see product.h. */

#include "codegen/product.h"

#include <string.h>

/* ---- operands ---- */

MatmulOperand product_operand(KernelEmitter *k, const Access *access, LLVMValueRef sample) {
    Module *module = k->module;
    Type type = access->type;
    int64_t rows = type_matrix_rows(type), columns = type_matrix_columns(type);
    bool panels = access->layout == LAYOUT_PANELS;
    LLVMValueRef base = access->base;
    if (sample && type.batched) {
        int64_t step = rows * (panels ? PANEL : columns);
        base = emit_offset(module, kernel_element_type(k, type.element), base,
                           emit_mul_constant(module, sample, step));
    }
    if (!panels) return matmul_rows(base, columns);
    return matmul_panels(module, base, kernel_rows(k->codegen, type, k->count));
}

MatmulOperand product_operand_shape(const Codegen *codegen, const Kernel *kernel, int i) {
    const Buffer *buffer = &codegen->plan->buffers.items[kernel->inputs.items[i].buffer];
    MatmulOperand operand = matmul_rows(NULL, 1);
    if (buffer->layout == LAYOUT_PANELS) operand.panel_stride = emit_index(codegen->module, PANEL);
    return operand;
}

/* ---- epilogue ---- */

bool product_is_compact(const Codegen *codegen) {
    return strcmp(codegen->prefix, "nnc_f64_") == 0;
}

bool product_is_short(const Kernel *kernel) {
    int operations = 0;
    for (int64_t i = 0; i < kernel->nodes.count; i++) {
        switch (kernel->nodes.items[i]->op) {
        case OP_MATMUL:
        case OP_CONTRACT:
        case OP_CONVOLUTION:
        case OP_CONV_INPUT:
        case OP_CONV_WEIGHTS:
        case OP_RESHAPE:
        case OP_BROADCAST:
        case OP_CONSTANT: break;
        case OP_ADD:
        case OP_SUBTRACT:
        case OP_MULTIPLY:
        case OP_MAXIMUM:
        case OP_MINIMUM:
        case OP_LESS:
        case OP_SELECT: operations++; break;
        default: operations += 100; break;
        }
    }
    return operations <= 4;
}

static const Index *matrix_index(KernelEmitter *k, Type type, LLVMValueRef row, Axis column) {
    Axis batch, axes[MAX_RANK];
    index_split_row(k, type, row, &batch, axes);
    if (type.shape.rank > 0) axes[type.shape.rank - 1] = column;
    return index_axes(k, type, batch, axes);
}

static const Index *place_index(KernelEmitter *k, Type type, const ProductPlace *place) {
    if (!place->has_axes || !type_equal(type, k->kernel->heart->type))
        return matrix_index(k, type, place->row, place->column);
    Axis axes[MAX_RANK];
    memcpy(axes, place->axes, sizeof axes);
    axes[type.shape.rank - 1] = place->column;
    return index_axes(k, type, place->batch, axes);
}

void product_store(KernelEmitter *k, const ProductPlace *place, LLVMValueRef value) {
    bool *late = ARENA_ARRAY(k->arena, bool, k->kernel->outputs.count + 1);
    product_store_part(k, place, value, late, false);
}

void product_store_part(KernelEmitter *k, const ProductPlace *place, LLVMValueRef value,
                        const bool *late, bool part) {
    const BindingVec *outputs = &k->kernel->outputs;
    LLVMValueRef *values = ARENA_ARRAY(k->arena, LLVMValueRef, outputs->count);
    k->product = value;
    for (int64_t i = 0; i < outputs->count; i++) {
        const Node *node = outputs->items[i].node;
        const Index *index = place_index(k, node->type, place);
        if (late[i] == part)
            values[i] = value_at(k, node, index);
        else if (part)
            value_set(k, node, index, layout_load(k, &k->outputs[i], index));
    }
    for (int64_t i = 0; i < outputs->count; i++) {
        if (late[i] != part) continue;
        const Index *index = place_index(k, outputs->items[i].node->type, place);
        layout_store(k, &k->outputs[i], index, values[i]);
    }
    k->product = NULL;
}

void product_epilogue(void *user, Module *module, const MatmulTile *tile) {
    ProductEpilogue *epilogue = user;
    KernelEmitter *k = epilogue->k;
    for (int r = 0; r < tile->rows; r++) {
        LLVMValueRef row = emit_add_constant(module, tile->row, r);
        if (epilogue->first_row) row = emit_add(module, epilogue->first_row, row);
        bool group = tile->vectors != 3 && kernel_draws(k->kernel);
        if (group) kernel_group_begin(k, tile->vectors);
        for (int v = 0; v < tile->vectors; v++) {
            if (group) kernel_group_vector(k, v, NULL);
            int active = matmul_active(tile, v);
            if (active == 0) continue;
            KernelScope scope = kernel_scope_begin(k);
            kernel_scope_tail(k, active);
            LLVMValueRef column = emit_add_constant(module, tile->column, v * tile->lanes);
            ProductPlace place = {.row = row, .column = axis_consecutive(column, tile->lanes)};
            LLVMValueRef value = tile->values[r * tile->vectors + v];
            if (epilogue->late)
                product_store_part(k, &place, value, epilogue->late, tile->late);
            else
                product_store(k, &place, value);
            kernel_scope_end(k, scope);
        }
        if (group) kernel_group_end(k);
    }
}

/* In the walk of an epilogue every node stands at the product's own element. */
static LLVMValueRef emit_product(KernelEmitter *k, const ValueFrame *frame) {
    if (!k->product) return kernel_fail(k, "needs a product that is not ready", frame->node);
    bool is_vector = LLVMGetTypeKind(LLVMTypeOf(k->product)) == LLVMVectorTypeKind;
    if (!frame->index->uniform || !is_vector) return k->product;
    return LLVMBuildExtractElement(k->module->builder, k->product, emit_index(k->module, 0), "");
}
const OpEmitter op_emitter_MATMUL = {NULL, emit_product};
const OpEmitter op_emitter_CONTRACT = {NULL, emit_product};
const OpEmitter op_emitter_CONVOLUTION = {NULL, emit_product};
const OpEmitter op_emitter_CONV_INPUT = {NULL, emit_product};
const OpEmitter op_emitter_CONV_WEIGHTS = {NULL, emit_product};
