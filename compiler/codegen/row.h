/* row.h: what the phases of a row kernel have found out about the row at hand. For emit_row.c and
 * row_ops.c. */
#ifndef NNC_CODEGEN_ROW_H
#define NNC_CODEGEN_ROW_H

#include "codegen/fixed_sum.h"
#include "codegen/value.h"

/* Rows at most this long are computed with samples in the lanes, column by column. */
enum { ROW_SHORT = 16 };
/* Short rows of more columns than this are computed in loops: an e^x written out for each of ten
 * classes is most of a small model's code. */
enum { ROW_UNROLLED = 2 };
/* Elements of a row that are put aside on the stack at most; longer ones are computed again. */
enum { ROW_ASIDE = 16384 };

/* Of one softmax, log_softmax, sum, reduce_max, reduce_min, first_max or argmax. */
typedef struct RowValue {
    const Node *node;
    LLVMValueRef result; /* sum, maximum, minimum; softmax: sum of e^(x-m); log_softmax: its log */
    LLVMValueRef largest, sum; /* of softmax and log_softmax: m, and the sum of e^(x-m) */
    LLVMValueRef position;     /* of the first maximum, i64 */
    LLVMValueRef aside;        /* stack row of e^(x-m); NULL: computed again */
} RowValue;

/* Short rows: all columns of a node, put aside on the stack, a vector each. */
typedef struct RowAside {
    const Node *node;
    LLVMValueRef memory;
} RowAside;

typedef struct RowState {
    int64_t columns;
    bool short_rows; /* lanes are samples, columns constants */
    Axis batch, axes[MAX_RANK];
    struct {
        RowValue *items;
        int64_t count, capacity;
    } values;
    struct {
        RowAside *items;
        int64_t count, capacity;
    } asides;
} RowState;

RowValue *row_value(KernelEmitter *k, const Node *node);
/* Index of the current row for a node of the kernel; `column` counts only where its type has all
 * columns. */
const Index *row_index(KernelEmitter *k, Type type, Axis column);
/* Runs the phase of a reduction or softmax: fills its RowValue. */
void row_phase(KernelEmitter *k, const Node *node);

#endif
