/* value.c: the walk from a value to what it is computed from. See value.h. */

#include "codegen/value.h"

#include <string.h>

static LLVMValueRef known_value(const KernelEmitter *k, const Node *node, const Index *index) {
    for (int64_t i = k->known.count - 1; i >= 0; i--) {
        const KnownValue *known = &k->known.items[i];
        if (known->node == node && known->index == index) return known->value;
    }
    return NULL;
}

void value_set(KernelEmitter *k, const Node *node, const Index *index, LLVMValueRef value) {
    KnownValue known = {node, index, value};
    VEC_PUSH(k->arena, k->known, known);
}

void value_request(KernelEmitter *k, ValueFrame *frame, const Node *node, const Index *index) {
    if (frame->count == frame->capacity) {
        int capacity = frame->capacity ? 2 * frame->capacity : 4;
        ValueRequest *grown = ARENA_ARRAY(k->arena, ValueRequest, capacity);
        if (frame->count) memcpy(grown, frame->requests, (size_t)frame->count * sizeof *grown);
        frame->requests = grown;
        frame->capacity = capacity;
    }
    frame->requests[frame->count++] = (ValueRequest){node, index, NULL};
}

bool value_ask_operands(KernelEmitter *k, ValueFrame *frame) {
    if (frame->stage > 0) return false;
    for (int i = 0; i < frame->node->operand_count; i++)
        value_request(k, frame, frame->node->operands[i], frame->index);
    return frame->count > 0;
}

static const OpEmitter *const emitters[OP_COUNT] = {
#define OP(NAME, text, arity, attr, properties, meaning) [OP_##NAME] = &op_emitter_##NAME,
#include "graph/ops.def"
#undef OP
};

/* The element of a matrix of which only the transposed copy is at hand; NULL otherwise. */
static LLVMValueRef from_transposed(KernelEmitter *k, const Node *node, const Index *index) {
    const Access *access = kernel_transposed_input(k, node);
    if (!access) return NULL;
    Axis batch, axes[MAX_RANK];
    index_get_axes(k, index, node->type, &batch, axes);
    int last = node->type.shape.rank - 1;
    Axis swapped = axes[last];
    axes[last] = axes[last - 1];
    axes[last - 1] = swapped;
    return layout_load(k, access, index_axes(k, access->type, batch, axes));
}

/* A value that needs no walk: known already, or bound to a buffer. */
static LLVMValueRef value_at_hand(KernelEmitter *k, const Node *node, const Index *index) {
    LLVMValueRef value = known_value(k, node, index);
    if (value) return value;
    const Access *access = kernel_input(k, node);
    value = access ? layout_load(k, access, index) : from_transposed(k, node, index);
    if (!value) return NULL;
    value_set(k, node, index, value);
    return value;
}

/* Fills in what is at hand; the number of requests still open. */
static int settle(KernelEmitter *k, ValueFrame *frame) {
    int open = 0;
    for (int i = 0; i < frame->count; i++) {
        ValueRequest *request = &frame->requests[i];
        if (!request->value) request->value = value_at_hand(k, request->node, request->index);
        if (!request->value) open++;
    }
    return open;
}

LLVMValueRef value_at(KernelEmitter *k, const Node *node, const Index *index) {
    LLVMValueRef value = value_at_hand(k, node, index);
    if (value) return value;
    VEC(ValueFrame) stack = {0};
    ValueFrame start = {.node = node, .index = index};
    VEC_PUSH(k->arena, stack, start);
    while (stack.count > 0) {
        int64_t top = stack.count - 1;
        ValueFrame *frame = &stack.items[top];
        const OpEmitter *emitter = emitters[frame->node->op];
        if (known_value(k, frame->node, frame->index)) { /* asked for twice */
            stack.count--;
            continue;
        }
        int open = settle(k, frame);
        if (open == 0) {
            if (emitter->ask && emitter->ask(k, frame)) {
                frame->stage++;
                continue;
            }
            value = emitter->value(k, frame);
            value_set(k, frame->node, frame->index, value);
            stack.count--;
            continue;
        }
        /* In order of operands: the last pushed is computed first. */
        int count = frame->count;
        for (int i = count - 1; i >= 0; i--) {
            ValueRequest request = stack.items[top].requests[i];
            if (request.value) continue;
            ValueFrame next = {.node = request.node, .index = request.index};
            VEC_PUSH(k->arena, stack, next);
        }
    }
    return known_value(k, node, index);
}

/* ---- scalars ahead of the loops ---- */

/* Values that the kernel's loops produce: known only inside them. */
static bool is_made_by_loops(const Node *node) {
    unsigned properties = op_table[node->op].properties;
    return (properties & (OP_IS_REDUCTION | OP_IS_ROW)) || node->op == OP_MATMUL ||
           node->op == OP_CONTRACT || node->op == OP_SCATTER_SUM || node->op == OP_RESAMPLE_INPUT ||
           op_table[node->op].attr == ATTR_WINDOW;
}

void value_hoist_scalars(KernelEmitter *k) {
    const NodeVec *nodes = &k->kernel->nodes;
    bool *by_loops = ARENA_ARRAY(k->arena, bool, nodes->count + 1);
    for (int64_t i = 0; i < nodes->count; i++) {
        const Node *node = nodes->items[i];
        by_loops[i] = is_made_by_loops(node);
        for (int64_t j = 0; j < i && !by_loops[i]; j++)
            for (int operand = 0; operand < node->operand_count; operand++)
                if (by_loops[j] && node->operands[operand] == nodes->items[j]) by_loops[i] = true;
        if (by_loops[i] || node->type.batched || shape_elements(node->type.shape) != 1) continue;
        value_at(k, node, index_zero(k, node->type));
    }
}

void value_store_outputs(KernelEmitter *k, Type domain, const Index *index) {
    const BindingVec *outputs = &k->kernel->outputs;
    /* All values first: an output may lie in an input's place. */
    for (int64_t i = 0; i < outputs->count; i++)
        if (type_equal(outputs->items[i].node->type, domain))
            value_at(k, outputs->items[i].node, index);
    for (int64_t i = 0; i < outputs->count; i++) {
        if (!type_equal(outputs->items[i].node->type, domain)) continue;
        layout_store(k, &k->outputs[i], index, value_at(k, outputs->items[i].node, index));
    }
}
