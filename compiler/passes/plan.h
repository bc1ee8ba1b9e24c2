/* plan.h: kernels, their order, and layout and address of every buffer: what code generation reads.
 *
 * A kernel is a group of nodes computed together in one pass over its domain; it becomes one
 * function over a range of tasks. A buffer is where a node's value lives between kernels. A view
 * becomes a list of kernels run in order. Persistent variables have one buffer for all views.
 *
 * The sample count n is the one run-time size. Arena buffers are either fixed (no batch axis) or
 * per sample: address = base of their part + (per sample part: capacity *) offset, where capacity
 * is the largest n, rounded up to a multiple of 16. Offsets are multiples of 64 bytes in the fixed
 * part and among the variables, of 4 in the samples part, so every buffer begins at a multiple of
 * 64 bytes. Each part ends with room so that a vector of 16 elements read at any element's position
 * of a buffer stays inside it.
 *
 * Literals are inputs from buffers of place constant; constants, run-time numbers (hyper, runtime,
 * accumulated) and draws are computed inside kernels and stand in `nodes`. A binding's node may be
 * a reshape of the buffer's node: then the elements are the same in row-major order (layout rows),
 * or the matrix has the same rows and columns (either layout); address by the binding node's type.
 */
#ifndef NNC_PASSES_PLAN_H
#define NNC_PASSES_PLAN_H

#include "graph/views.h"

/* Lanes of a panel, in elements, on every target and in both precisions. */
enum { PANEL = 16 };

/* How a buffer orders its elements. Emitters reach elements through codegen/layout.c only.
 * Seen as a matrix a buffer has `columns` = its last axis (1 for shape []) and `rows` = everything
 * before it, the batch axis included. */
typedef enum Layout {
    LAYOUT_ROWS,   /* row-major, nothing padded: element (r, c) at r * columns + c */
    LAYOUT_PANELS, /* [ceil(columns / 16)][rows][16], the last panel padded with zeros:
                      element (r, c) at ((c / 16) * rows + r) * 16 + c % 16. The rows of a batched
                      buffer are those of the n samples present: a panel begins n * rows_per_sample
                      * 16 elements after the one before. */
} Layout;

typedef enum Place {
    PLACE_INPUT, /* the samples part of the arena, filled by the runtime before the view runs; the
                    same offset in every view */
    PLACE_VARIABLE, /* persistent, in the variables' memory */
    PLACE_FIXED,    /* arena, independent of n */
    PLACE_SAMPLES,  /* arena, capacity * per-sample bytes */
    PLACE_CONSTANT, /* literal data in the object */
} Place;

typedef struct Buffer {
    int32_t id;
    Place place;
    Layout layout;
    Type type;
    int64_t index;    /* input or variable; else -1 */
    const Node *node; /* whose value it holds; of a variable its leaf, until a kernel's output
                         binding puts another node's value there */
    int64_t bytes;    /* whole size when not batched, else per sample; padding included */
    int64_t offset;   /* bytes, or bytes per unit of capacity */
    int32_t first_kernel,
        last_kernel; /* life in its view, kernel positions; results live to the end */
    int32_t shares;  /* id of the buffer in whose place it is computed (in-place reuse), or -1 */
} Buffer;

typedef enum KernelFamily {
    /* Domain: the type of the roots. Every other node is evaluated at an index that follows from
     * the domain's through elementwise and movement operations: elementwise, movement, constants,
     * literals, run-time numbers, draws, take, one_hot, resample. Roots all have the domain's type.
     */
    KERNEL_MAP,
    /* Domain: rows x last axis. Nodes have the domain's type, or that with last axis 1, or with
     * the last axis gone (reshapes lead from one to the other): elementwise, one_hot, softmax,
     * log_softmax, sum, reduce_max, reduce_min, first_max, argmax along the last axis, take from a
     * row. Others arrive by broadcast, as inputs or cheap expressions of constants and run-time
     * numbers. Roots of any of these types. One row at a time, phase by phase. */
    KERNEL_ROW,
    /* `heart`: one reduction (sum, reduce_max, reduce_min, first_max, argmax) over axes of one
     * sample that is not along the last axis of a batched value; its operand computed on the fly
     * as in a map. Domain: the heart's type. One root, the heart. */
    KERNEL_REDUCE,
    /* batch_sum, operand computed on the fly as in a map; one or several sums of one type, all of
     * them roots. Domain: the type of the sums. `heart`: the first. */
    KERNEL_BATCH_SUM,
    /* matmul; then an epilogue: elementwise nodes and draws on the product's own index. A bias
     * arrives by broadcast, as an input or as a cheap expression of single numbers. Nodes may have
     * another shape of the same matrix, as [m] of [1, m]; reshapes between them are nodes too and
     * do nothing. Domain: the heart's type. Roots have the product's rows and columns. inputs[0] is
     * operand a, inputs[1] operand b, then the epilogue's, each once. Operand b always arrives as
     * [k, m], in rows or panels; operand a in either layout, transposed or not. */
    KERNEL_MATMUL,
    /* contract; then an epilogue as of matmul (the optimizer). Inputs as of matmul. */
    KERNEL_CONTRACT,
    /* conv2d or conv2d_transpose; then an epilogue as of matmul. inputs[0] is the image in rows,
     * inputs[1] the weights as a matrix [taps and channels, filters], in panels or rows (with
     * groups always in rows); of conv2d_transpose they arrive turned (`b_is_transposed_copy`). */
    KERNEL_CONVOLUTION,
    /* conv2d_weights; then an epilogue as of contract. Both inputs in rows. */
    KERNEL_CONV_WEIGHTS,
    KERNEL_SCATTER, /* scatter_sum; inputs[0] the values, inputs[1] the classes. Or resample_input;
                       inputs[0] g, inputs[1] the six numbers */
    KERNEL_COPY,    /* same value, other layout, other place, or transposed matrix (`transposed`):
                       one input, one output, no nodes; domain: the type of the value */
    KERNEL_FAMILY_COUNT
} KernelFamily;

extern const char *const kernel_family_names[KERNEL_FAMILY_COUNT];

/* A node's value that a kernel reads from or writes to a buffer. */
typedef struct Binding {
    const Node *node;
    int32_t buffer;
} Binding;

VEC_TYPE(BindingVec, Binding);

typedef struct Kernel {
    int32_t id; /* position in its view */
    KernelFamily family;
    Type domain;
    NodeVec
        nodes; /* computed inside, in order of evaluation; the product or reduction among them */
    const Node *heart;  /* the matmul, contract, reduction, scatter node; NULL for map, row, copy */
    BindingVec inputs;  /* values from outside, each node once (matmul operands may come in a layout
                           of their own: a COPY kernel before makes it) */
    BindingVec outputs; /* the roots; an output may have an input's buffer or its place (Buffer
                           `shares`): then that input is read at the written index only */
    bool transposed;    /* COPY: output is the input matrix transposed */
    int64_t turned_groups; /* COPY, transposed: 0, or the input is weights [kh, kw, c / groups, f]
                              and the output [kh, kw, f / groups, c]: taps in reverse order,
                              channels and filters exchanged within each of so many groups */
    bool b_is_transposed_copy; /* MATMUL: the node says transpose_b, and a COPY before has made the
                                  [k, m] that inputs[1] holds; its buffer has that type. Of
                                  conv2d_transpose always: the turned weights */
    bool compact; /* ROW: small code, outside of train_step; it suits single samples, too */
    /* Kernels that run together from this one on, a few samples at a time: 1 means it alone, 0 that
     * it is in the chain of one before. Those whose tasks seldom end with samples run alone all the
     * same (codegen/chain_driver.h). */
    int32_t chain;
    int32_t function;     /* index of its distinct function in Plan.functions */
    const Origin *origin; /* the line it is shown under */
} Kernel;

VEC_TYPE(KernelVec, Kernel);

typedef struct ViewPlan {
    View view;
    KernelVec kernels;
    BindingVec results;                /* results[i]: node and buffer of view.results.items[i] */
    int64_t fixed_bytes, sample_bytes; /* arena parts this view needs, final room included */
} ViewPlan;

VEC_TYPE(BufferVec, Buffer);
VEC_TYPE(ViewPlanVec, ViewPlan);

/* One distinct kernel: same operations, shapes, layouts, attributes. Streams of draws and indices
 * of hypers are arguments, not part of the key. */
typedef struct KernelFunction {
    const Kernel *example;
    const char *name; /* "matmul_12": symbol suffix */
} KernelFunction;

VEC_TYPE(KernelFunctionVec, KernelFunction);

/* The second cache of a core, about: what is smaller stays there anyway. */
enum { PLAN_CHAIN_BYTES = 2 * 1024 * 1024 };

typedef struct PlanOptions {
    bool fuse;            /* off: one node a kernel, where possible */
    bool reuse;           /* off: every buffer has a place of its own */
    bool panels;          /* off: LAYOUT_ROWS everywhere */
    bool share_functions; /* off (with -g): one function a kernel */
    bool double_precision;
    int64_t chain_bytes; /* kernels of a training step that share a value of as many bytes a batch
                            run in a chain; 0: every kernel alone */
} PlanOptions;

typedef struct Plan {
    Arena *arena;
    Model *model;
    PlanOptions options;
    BufferVec buffers;
    ViewPlanVec views;
    KernelFunctionVec functions;
    int64_t variable_bytes; /* of all variables */
    int64_t fixed_bytes,
        sample_bytes; /* the largest of the views; inputs first in the samples part */
} Plan;

/* Groups, lays out, orders, places. The views must be verified. With fusion the results of the
 * plan's views may be other nodes than those of `views`, of equal value. */
Plan *plan_make(Arena *arena, Model *model, const ViewVec *views, PlanOptions options);
/* Checks the contracts above: every node computed before it is read, lives do not overlap in a
 * place, every result bound. "" or what is wrong. */
const char *plan_verify(Arena *arena, const Plan *plan);
/* One thing a line, for `nnc show --stage=plan`. */
void plan_print(Text *text, const Plan *plan);

/* The page of `nnc plan` for steps of `batch` samples (0: all of them): what the memory is for, the
 * line of the model that sets the peak, and a chart of what lives when. */
void plan_memory_print(Text *text, const Plan *plan, int64_t batch);

/* The buffer whose memory this one takes: itself, unless it is computed in place of others. */
int32_t plan_place(const Plan *plan, int32_t buffer);
/* rows_per_sample (all rows when not batched) and columns of a type seen as a matrix. */
int64_t type_matrix_rows(Type type);
int64_t type_matrix_columns(Type type);
/* Bytes of a buffer (per sample when batched), padded to the contract above. */
int64_t layout_bytes(Layout layout, Type type, int64_t element_bytes);

#endif
