/* kernel.c: the frame of a kernel function: its arguments, bindings and scopes. See kernel.h. */

#include "codegen/kernel.h"
#include "codegen/debug_info.h"
#include "codegen/value.h"
#include "runtime/abi.h"

#include <stddef.h>
#include <string.h>

static const KernelFamilyEmitter *const families[KERNEL_FAMILY_COUNT] = {
    [KERNEL_MAP] = &emit_map,
    [KERNEL_ROW] = &emit_row,
    [KERNEL_REDUCE] = &emit_reduce,
    [KERNEL_BATCH_SUM] = &emit_batch_sum,
    [KERNEL_MATMUL] = &emit_matmul,
    [KERNEL_CONTRACT] = &emit_contract,
    [KERNEL_SCATTER] = &emit_scatter,
    [KERNEL_COPY] = &emit_copy,
    [KERNEL_CONVOLUTION] = &emit_convolution,
    [KERNEL_CONV_WEIGHTS] = &emit_conv_weights,
};

const KernelFamilyEmitter *kernel_family(KernelFamily family) {
    return families[family];
}

/* ---- scopes ---- */

KernelScope kernel_scope_begin(KernelEmitter *k) {
    return (KernelScope){k->indices.count, k->known.count, k->mask};
}

void kernel_scope_tail(KernelEmitter *k, int64_t active) {
    if (active >= k->lanes) return;
    LLVMValueRef *lanes = ARENA_ARRAY(k->arena, LLVMValueRef, k->lanes);
    for (int i = 0; i < k->lanes; i++)
        lanes[i] = LLVMConstInt(k->module->i1, i < active, 0);
    k->mask = LLVMConstVector(lanes, (unsigned)k->lanes);
}

void kernel_scope_tail_count(KernelEmitter *k, LLVMValueRef active) {
    Axis lanes = axis_consecutive(emit_index(k->module, 0), 1);
    k->mask = LLVMBuildICmp(k->module->builder, LLVMIntULT, axis_vector(k, lanes),
                            emit_splat(k->module, active, k->lanes), "");
}

void kernel_scope_end(KernelEmitter *k, KernelScope scope) {
    k->indices.count = scope.indices;
    k->known.count = scope.known;
    k->mask = scope.mask;
}

LLVMValueRef kernel_fail(KernelEmitter *k, const char *what, const Node *node) {
    if (!k->codegen->error[0])
        k->codegen->error = arena_format(k->arena, "kernel %d (%s): %s%s%s", (int)k->kernel->id,
                                         kernel_family_names[k->kernel->family], what,
                                         node ? ": " : "", node ? op_table[node->op].name : "");
    return LLVMGetUndef(kernel_value_type(k, node ? node->type.element : ELEMENT_REAL, true));
}

/* ---- bindings ---- */

/* A transposed copy is addressed by its buffer's type: no node has it. */
static bool holds_transposed(const Kernel *kernel, int64_t i, bool input) {
    if (kernel->family == KERNEL_COPY) return kernel->transposed && !input;
    return kernel->b_is_transposed_copy && input && i == 1;
}

const Access *kernel_input(const KernelEmitter *k, const Node *node) {
    /* An operand of a product may be held transposed; the epilogue's own binding comes later. */
    for (int64_t i = k->kernel->inputs.count - 1; i >= 0; i--)
        if (k->kernel->inputs.items[i].node == node && !holds_transposed(k->kernel, i, true))
            return &k->inputs[i];
    return NULL;
}

const Access *kernel_transposed_input(const KernelEmitter *k, const Node *node) {
    for (int64_t i = 0; i < k->kernel->inputs.count; i++)
        if (k->kernel->inputs.items[i].node == node && holds_transposed(k->kernel, i, true))
            return &k->inputs[i];
    return NULL;
}

const Access *kernel_output(const KernelEmitter *k, const Node *node) {
    for (int64_t i = 0; i < k->kernel->outputs.count; i++)
        if (k->kernel->outputs.items[i].node == node) return &k->outputs[i];
    return NULL;
}

bool kernel_computes(const KernelEmitter *k, const Node *node) {
    for (int64_t i = 0; i < k->kernel->nodes.count; i++)
        if (k->kernel->nodes.items[i] == node) return true;
    return false;
}

bool kernel_draws(const Kernel *kernel) {
    for (int64_t i = 0; i < kernel->nodes.count; i++) {
        OpKind op = kernel->nodes.items[i]->op;
        if (op == OP_DRAW_UNIFORM || op == OP_DRAW_NORMAL) return true;
    }
    return false;
}

void kernel_group_begin(KernelEmitter *k, int vectors) {
    k->group.vectors = vectors;
    k->group.made.count = 0;
}

void kernel_group_vector(KernelEmitter *k, int vector, const Index *index) {
    k->group.vector = vector;
    k->group.index = index;
}

void kernel_group_end(KernelEmitter *k) {
    k->group.vectors = 0;
}

/* ---- types ---- */

LLVMTypeRef kernel_element_type(const KernelEmitter *k, Element element) {
    return element == ELEMENT_CLASS ? k->module->i32
                                    : module_number_type(k->module, k->codegen->precision);
}

int kernel_element_bytes(const Codegen *codegen, Element element) {
    return element == ELEMENT_CLASS ? 4 : module_number_bytes(codegen->precision);
}

LLVMTypeRef kernel_value_type(const KernelEmitter *k, Element element, bool uniform) {
    LLVMTypeRef type = kernel_element_type(k, element);
    return uniform ? type : LLVMVectorType(type, (unsigned)k->lanes);
}

LLVMValueRef kernel_rows(Codegen *codegen, Type type, LLVMValueRef count) {
    int64_t rows = type_matrix_rows(type);
    if (!type.batched) return emit_index(codegen->module, rows);
    return rows == 1 ? count : emit_mul_constant(codegen->module, count, rows);
}

/* ---- context and numbers ---- */

LLVMValueRef kernel_context(KernelEmitter *k, int64_t offset, LLVMTypeRef type) {
    LLVMValueRef pointer = emit_offset_constant(k->module, k->module->i8, k->context, offset);
    return emit_load(k->module, type, pointer, 8);
}

static bool needs_number(const Node *node) {
    switch (node->op) {
    case OP_HYPER:
    case OP_ACCUMULATED:
    case OP_DRAW_UNIFORM:
    case OP_DRAW_NORMAL: return true;
    case OP_RUNTIME: return node->attr.runtime == RUNTIME_PLATEAUS;
    default: return false;
    }
}

int kernel_number_count(const Kernel *kernel) {
    int count = 0;
    for (int64_t i = 0; i < kernel->nodes.count; i++)
        count += needs_number(kernel->nodes.items[i]);
    return count;
}

/* Where an accumulator's totals begin: they lie one after the other. */
static int64_t first_total(const Model *model, int64_t accumulator) {
    int64_t first = 0;
    for (int64_t i = 0; i < accumulator; i++)
        first += shape_elements(model->accumulators.items[i].value->type.shape);
    return first;
}

static int64_t plateau_position(const Codegen *codegen, int64_t length) {
    for (int64_t i = 0; i < codegen->plateaus.count; i++)
        if (codegen->plateaus.items[i] == length) return i;
    return 0;
}

int64_t kernel_number(const Codegen *codegen, const Kernel *kernel, int position) {
    for (int64_t i = 0; i < kernel->nodes.count; i++) {
        const Node *node = kernel->nodes.items[i];
        if (!needs_number(node) || position-- > 0) continue;
        if (node->op == OP_ACCUMULATED) return first_total(codegen->plan->model, node->attr.index);
        if (node->op == OP_RUNTIME) return plateau_position(codegen, node->attr.index);
        return node->attr.index;
    }
    return 0;
}

LLVMValueRef kernel_node_number(KernelEmitter *k, const Node *node) {
    int position = 0;
    for (int64_t i = 0; i < k->kernel->nodes.count; i++) {
        const Node *other = k->kernel->nodes.items[i];
        if (other == node) break;
        position += needs_number(other);
    }
    LLVMValueRef pointer = emit_offset_constant(k->module, k->module->i64, k->numbers, position);
    return emit_load(k->module, k->module->i64, pointer, 8);
}

/* ---- the function ---- */

/* True when the kernel itself writes (or may write) to what this input reads. An input read in
 * place has the type of an output (plan.h). */
static bool may_be_written(const KernelEmitter *k, const Binding *input) {
    Type from = input->node->type;
    for (int64_t i = 0; i < k->kernel->outputs.count; i++) {
        Type to = k->kernel->outputs.items[i].node->type;
        if (to.batched == from.batched && shape_elements(to.shape) == shape_elements(from.shape))
            return true;
    }
    return false;
}

static Access *bind(KernelEmitter *k, const BindingVec *bindings, LLVMValueRef buffers, int start,
                    bool input) {
    Access *accesses = ARENA_ARRAY(k->arena, Access, bindings->count);
    for (int64_t i = 0; i < bindings->count; i++) {
        const Binding *binding = &bindings->items[i];
        LLVMValueRef slot = emit_offset_constant(k->module, k->module->pointer, buffers, start + i);
        accesses[i] = (Access){
            .base = emit_load(k->module, k->module->pointer, slot, 8),
            .layout = k->codegen->plan->buffers.items[binding->buffer].layout,
            .type = binding->node->type,
            .invariant = input && !may_be_written(k, binding),
        };
        if (holds_transposed(k->kernel, i, input))
            accesses[i].type = k->codegen->plan->buffers.items[binding->buffer].type;
    }
    return accesses;
}

static void open_function(KernelEmitter *k, LLVMValueRef function) {
    Module *module = k->module;
    LLVMValueRef call = LLVMGetParam(function, 0);
    LLVMValueRef buffers, at;
    k->first = LLVMGetParam(function, 1);
    k->last = LLVMGetParam(function, 2);
    at = emit_offset_constant(module, module->i8, call, offsetof(NnrtCall, context));
    k->context = emit_load(module, module->pointer, at, 8);
    at = emit_offset_constant(module, module->i8, call, offsetof(NnrtCall, buffers));
    buffers = emit_load(module, module->pointer, at, 8);
    at = emit_offset_constant(module, module->i8, call, offsetof(NnrtCall, numbers));
    k->numbers = emit_load(module, module->pointer, at, 8);
    k->count = kernel_context(k, offsetof(NnrtContext, count), module->i64);
    k->inputs = bind(k, &k->kernel->inputs, buffers, 0, true);
    k->outputs = bind(k, &k->kernel->outputs, buffers, (int)k->kernel->inputs.count, false);
}

LLVMValueRef kernel_function(Codegen *codegen, int32_t i) {
    if (codegen->functions[i]) return codegen->functions[i];
    const KernelFunction *function = &codegen->plan->functions.items[i];
    Module *module = codegen->module;
    LLVMBasicBlockRef before = LLVMGetInsertBlock(module->builder);
    LLVMTypeRef parameters[3] = {module->pointer, module->i64, module->i64};
    static const uint8_t flags[3] = {EMIT_READONLY | EMIT_NOCAPTURE, 0, 0};
    const char *name = arena_format(codegen->arena, "%s%s", codegen->prefix, function->name);
    if (codegen->borrows && codegen->trained[i])
        return codegen->functions[i] = emit_function_elsewhere(module, name, parameters, 3);
    bool internal = !(codegen->shares && codegen->trained[i]);
    LLVMValueRef made =
        emit_function_begin(module, name, module->void_type, parameters, 3, flags, 8, internal);
    if (!internal) LLVMSetVisibility(made, LLVMHiddenVisibility);
    emit_function_outline(module, made);
    if (codegen->seldom[i]) emit_function_seldom(module, made);
    codegen->functions[i] = made;
    debug_info_function(codegen, made, name, function->example);

    KernelEmitter k = {.codegen = codegen,
                       .module = module,
                       .arena = codegen->arena,
                       .kernel = function->example,
                       .lanes = codegen->lanes};
    k.vector = math_emit_builder(module, codegen->precision, k.lanes);
    k.scalar = math_emit_builder(module, codegen->precision, 1);
    open_function(&k, made);
    value_hoist_scalars(&k);
    families[k.kernel->family]->body(&k);
    LLVMBuildRetVoid(module->builder);
    debug_info_end(codegen);
    if (before) LLVMPositionBuilderAtEnd(module->builder, before);
    return made;
}
