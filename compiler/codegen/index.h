/* index.h: at which element a value is asked for, one scalar or a vector of lanes at a time.
 *
 * An index has one Axis for the batch and one for each axis of a node's type. In a vector of lanes
 * usually one axis counts on from lane to lane and the others stand still; after a reshape or
 * transpose an axis may differ in any way. An index whose axes all stand still is `uniform`: values
 * there are scalars. A flat index counts elements in row-major order, the batch axis included,
 * where a kernel needs no axes; a physical index counts them as they lie in memory, where a kernel
 * touches buffers of one layout only.
 */
#ifndef NNC_CODEGEN_INDEX_H
#define NNC_CODEGEN_INDEX_H

#include "codegen/kernel.h"

typedef enum AxisKind {
    AXIS_UNIFORM,     /* value: i64, the same in every lane */
    AXIS_CONSECUTIVE, /* value: i64 of lane 0; lane l is value + l */
    AXIS_GENERAL,     /* value: <lanes x i64> */
} AxisKind;

typedef struct Axis {
    AxisKind kind;
    int64_t multiple; /* the (first) value is known to be a multiple of this; 1 for general */
    LLVMValueRef value;
} Axis;

typedef enum IndexForm { INDEX_AXES, INDEX_FLAT, INDEX_PHYSICAL } IndexForm;

struct Index {
    IndexForm form;
    bool uniform;
    Axis batch; /* constant 0 when the type is not batched */
    int rank;
    Axis axes[MAX_RANK];
    Axis flat; /* of INDEX_FLAT and INDEX_PHYSICAL */
};

/* ---- axes ---- */
Axis axis_constant(KernelEmitter *k, int64_t value);
Axis axis_uniform(LLVMValueRef value, int64_t multiple);
Axis axis_consecutive(LLVMValueRef value, int64_t multiple);
LLVMValueRef axis_vector(KernelEmitter *k, Axis axis); /* <lanes x i64> */
Axis axis_add(KernelEmitter *k, Axis a, Axis b);
Axis axis_add_constant(KernelEmitter *k, Axis a, int64_t b);
Axis axis_scale(KernelEmitter *k, Axis a, int64_t factor);
Axis axis_scale_by(KernelEmitter *k, Axis a, LLVMValueRef factor); /* uniform factor, i64 */
/* Quotient and rest by a positive constant; `bound`: values are below it, 0: unknown. */
Axis axis_divide(KernelEmitter *k, Axis a, int64_t divisor, int64_t bound, Axis *rest);
/* condition ? a : b, where the condition is i1 or <lanes x i1>. */
Axis axis_select(KernelEmitter *k, LLVMValueRef condition, Axis a, Axis b);
/* a < b as i1 (uniform axis) or <lanes x i1>. Values are never negative beyond -2^62. */
LLVMValueRef axis_compare(KernelEmitter *k, LLVMIntPredicate predicate, Axis a, int64_t b);
bool axis_is_aligned(const KernelEmitter *k, Axis a);

/* ---- indices: interned, so that equal ones are the same pointer within a scope ---- */
/* `axes` has type.shape.rank entries. A type of one element without batch has one index only. */
const Index *index_axes(KernelEmitter *k, Type type, Axis batch, const Axis *axes);
const Index *index_flat(KernelEmitter *k, Type type, Axis flat);
const Index *index_physical(KernelEmitter *k, Axis position);
/* The only index of a type with one element. */
const Index *index_zero(KernelEmitter *k, Type type);

/* The axes of an index into `type`, whatever its form. */
void index_get_axes(KernelEmitter *k, const Index *index, Type type, Axis *batch, Axis *axes);
/* Row-major position, batch axis included. */
Axis index_get_flat(KernelEmitter *k, const Index *index, Type type);
/* Row-major position within the sample. */
Axis index_get_in_sample(KernelEmitter *k, const Index *index, Type type);
/* Row and column of the type seen as a matrix (plan.h, Layout). */
void index_get_matrix(KernelEmitter *k, const Index *index, Type type, Axis *row, Axis *column);

/* Samples and leading axes from a matrix row number; fills batch and axes[0 .. rank-2]. */
void index_split_row(KernelEmitter *k, Type type, LLVMValueRef row, Axis *batch, Axis *axes);

#endif
