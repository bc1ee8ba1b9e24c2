/* value.h: the value of a node at an index, as code at the builder's position.
 *
 * Walks from a kernel's result back to its bound inputs. Every operation has an OpEmitter: it asks
 * for the values it needs (elementwise operations at the same index, movement at another one) and
 * then gives its own. The walk keeps its own stack: chains of any length cost no recursion.
 */
#ifndef NNC_CODEGEN_VALUE_H
#define NNC_CODEGEN_VALUE_H

#include "codegen/index.h"
#include "codegen/layout.h"

typedef struct ValueRequest {
    const Node *node;
    const Index *index;
    LLVMValueRef value; /* set once known */
} ValueRequest;

typedef struct ValueFrame {
    const Node *node;
    const Index *index;
    int stage; /* how often `ask` has been called */
    int count, capacity;
    ValueRequest *requests;
    LLVMValueRef *conditions; /* own notes of movement operations */
} ValueFrame;

typedef struct OpEmitter {
    /* Adds the requests of the next stage by value_request(); false when all are made. */
    bool (*ask)(KernelEmitter *k, ValueFrame *frame);
    /* All requests have values. */
    LLVMValueRef (*value)(KernelEmitter *k, const ValueFrame *frame);
} OpEmitter;

/* One for each row of ops.def; a row without one does not link. */
#define OP(NAME, text, arity, attr, properties, meaning) extern const OpEmitter op_emitter_##NAME;
#include "graph/ops.def"
#undef OP

void value_request(KernelEmitter *k, ValueFrame *frame, const Node *node, const Index *index);
/* The usual `ask`: every operand at the same index. */
bool value_ask_operands(KernelEmitter *k, ValueFrame *frame);

/* A scalar when the index is uniform, else a vector. */
LLVMValueRef value_at(KernelEmitter *k, const Node *node, const Index *index);
/* Says what the value is (a product's accumulator, a finished sum). */
void value_set(KernelEmitter *k, const Node *node, const Index *index, LLVMValueRef value);
/* Computes all numbers of shape [] that do not depend on what the kernel's loops compute, at the
 * builder's position (the kernel's entry), so that loops find them known. */
void value_hoist_scalars(KernelEmitter *k);

/* Stores the value of each of the kernel's outputs that has the type of `domain` at `index`. */
void value_store_outputs(KernelEmitter *k, Type domain, const Index *index);

#endif
