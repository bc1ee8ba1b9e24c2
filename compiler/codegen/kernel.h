/* kernel.h: one kernel function being written.
 *
 * A kernel is `void kernel(const NnrtCall *call, int64_t first, int64_t last)` over a range of
 * tasks. Family emitters (emit_map.c ...) lay out loops and ask value.h for the values of nodes at
 * an index; layout.h turns an index into an address. What a node's value at an index was is
 * remembered for as long as the place in the code where it was computed is inside the current
 * scope, so nothing is computed twice in one pass.
 */
#ifndef NNC_CODEGEN_KERNEL_H
#define NNC_CODEGEN_KERNEL_H

#include "codegen/codegen.h"
#include "codegen/emit.h"
#include "codegen/math_emit.h"

/* What all kernels of a plan share. */
typedef struct Codegen {
    Module *module;
    Arena *arena;
    const Plan *plan;
    const CodegenOptions *options;
    MathPrecision precision;
    int lanes;               /* numbers in a vector */
    const char *prefix;      /* of symbols: "nnc_", "nnc_f64_" */
    LLVMValueRef *functions; /* one for each Plan.functions */
    bool shares;             /* kernels of the training step are seen from the other object */
    bool borrows;            /* they stand in the other object */
    bool *trained;           /* by function: a training step calls it, so speed is worth code */
    bool *seldom; /* by function: only the start of training or a check calls it, and it is one of
                     many */
    LLVMValueRef *constants; /* by buffer id: data of PLACE_CONSTANT; NULL: not yet made */
    struct DebugInfo *debug; /* NULL without -g */
    PlateauVec plateaus; /* lengths asked for by plateaus(n): positions in NnrtContext.plateaus */
    const char *error;   /* "" or what went wrong first: a bug in a plan, never the user's */
} Codegen;

typedef struct Index Index;

/* The value of `node` at `index`, remembered. */
typedef struct KnownValue {
    const Node *node;
    const Index *index;
    LLVMValueRef value;
} KnownValue;

VEC_TYPE(IndexVec, Index *);
VEC_TYPE(KnownValueVec, KnownValue);

/* A bound buffer as this kernel sees it. */
typedef struct Access {
    LLVMValueRef base;
    Layout layout;
    Type type;
    bool invariant; /* this kernel does not write to its memory */
} Access;

/* Vectors that follow one another in a round of a loop: they share the work of draws. */
typedef struct GroupDraws {
    const Node *node;
    LLVMValueRef values[4];
} GroupDraws;

typedef struct DrawGroup {
    int vectors, vector; /* how many (1, 2, 4; 0: no group), and which one is being computed */
    const Index *index;  /* of this vector; NULL: all nodes stand at the same element */
    struct {
        GroupDraws *items;
        int64_t count, capacity;
    } made;
} DrawGroup;

typedef struct KernelEmitter {
    Codegen *codegen;
    Module *module;
    Arena *arena;
    const Kernel *kernel;
    int lanes;
    MathBuilder vector, scalar;
    LLVMValueRef context, numbers; /* pointers */
    LLVMValueRef first, last;      /* the tasks, i64 */
    LLVMValueRef count;            /* n, i64 */
    Access *inputs, *outputs;      /* as kernel->inputs, kernel->outputs */
    IndexVec indices;
    KnownValueVec known;
    DrawGroup group;
    LLVMValueRef mask;    /* <lanes x i1>: lanes inside the domain; NULL: all */
    struct RowState *row; /* of a row kernel, see emit_row.c */
    LLVMValueRef product; /* the finished product at the epilogue's index; NULL: not ready */
} KernelEmitter;

/* ---- scopes: what is known inside a loop body ends with it ---- */
typedef struct KernelScope {
    int64_t indices, known;
    LLVMValueRef mask;
} KernelScope;

KernelScope kernel_scope_begin(KernelEmitter *k);
/* From here on only the first `active` lanes count: a constant, or an i64 known at run time. */
void kernel_scope_tail(KernelEmitter *k, int64_t active);
void kernel_scope_tail_count(KernelEmitter *k, LLVMValueRef active);
void kernel_scope_end(KernelEmitter *k, KernelScope scope);

/* Notes a bug of the plan; the first one becomes codegen_module's error. Gives a value to go on
 * with. */
LLVMValueRef kernel_fail(KernelEmitter *k, const char *what, const Node *node);

/* The binding of `node`, or NULL. */
const Access *kernel_input(const KernelEmitter *k, const Node *node);
/* The binding that holds `node` transposed (operand b of a product), or NULL. */
const Access *kernel_transposed_input(const KernelEmitter *k, const Node *node);
const Access *kernel_output(const KernelEmitter *k, const Node *node);
bool kernel_computes(const KernelEmitter *k, const Node *node);
bool kernel_draws(const Kernel *kernel);

/* A round of `vectors` vectors side by side begins; vector v of it at this index (NULL: any); it
 * ends. */
void kernel_group_begin(KernelEmitter *k, int vectors);
void kernel_group_vector(KernelEmitter *k, int vector, const Index *index);
void kernel_group_end(KernelEmitter *k);

/* Field of NnrtContext at `offset` bytes, loaded. */
LLVMValueRef kernel_context(KernelEmitter *k, int64_t offset, LLVMTypeRef type);

/* Arguments of a kernel that are not part of its function: one for each node that needs one
 * (stream of a draw, index of a hyper ...), in the order of kernel->nodes. */
int kernel_number_count(const Kernel *kernel);
int64_t kernel_number(const Codegen *codegen, const Kernel *kernel, int position);
/* The argument of this node, loaded, i64. */
LLVMValueRef kernel_node_number(KernelEmitter *k, const Node *node);

/* LLVM's type of an element; its bytes. */
LLVMTypeRef kernel_element_type(const KernelEmitter *k, Element element);
int kernel_element_bytes(const Codegen *codegen, Element element);
/* The vector (or, uniform, scalar) type and math builder. */
LLVMTypeRef kernel_value_type(const KernelEmitter *k, Element element, bool uniform);
static inline MathBuilder *kernel_math(KernelEmitter *k, bool uniform) {
    return uniform ? &k->scalar : &k->vector;
}

/* ---- families: each writes the kernel's body, and the number of its tasks as code ---- */

/* The number of samples as i64 (1 when the type is not batched) times rows of one sample. */
LLVMValueRef kernel_rows(Codegen *codegen, Type type, LLVMValueRef count);

/* `tasks` tasks are `samples` samples, beginning with task 0 and sample 0. */
typedef struct SampleTasks {
    int64_t samples, tasks;
} SampleTasks;

typedef struct KernelFamilyEmitter {
    void (*body)(KernelEmitter *k);
    /* At the builder's position in a view's driver: how many tasks for `count` samples. */
    LLVMValueRef (*tasks)(Codegen *codegen, const Kernel *kernel, LLVMValueRef count);
    /* The tasks of a kernel of a chain that make up whole samples, and how many samples; NULL: of a
     * family that is in no chain. */
    SampleTasks (*by_sample)(const Codegen *codegen, const Kernel *kernel);
} KernelFamilyEmitter;

extern const KernelFamilyEmitter emit_map, emit_row, emit_reduce, emit_batch_sum, emit_matmul,
    emit_contract, emit_convolution, emit_conv_weights, emit_scatter, emit_copy;
/* Of KERNEL_SCATTER with resample_input. */
extern const KernelFamilyEmitter emit_resample_input;

/* The function for plan->functions.items[i]. */
LLVMValueRef kernel_function(Codegen *codegen, int32_t i);
const KernelFamilyEmitter *kernel_family(KernelFamily family);

#endif
