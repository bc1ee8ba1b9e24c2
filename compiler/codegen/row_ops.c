/* row_ops.c: reductions and softmax along a row: the phase that computes each, and their values in
 * the walks of later phases.
 *
 *   softmax:      m = max x;  s = sum of e^(x - m);  value = e^(x - m) / s
 *   log_softmax:  value = (x - m) - log(s)
 *
 * Maxima and sums have the order of fixed_sum.h. In short rows everything stays in registers: the
 * values of a column are known from one phase to the next.
 */
#include "codegen/first_largest.h"
#include "codegen/row.h"
#include "math/math_functions.h"
#include "support/checked_math.h"

RowValue *row_value(KernelEmitter *k, const Node *node) {
    for (int64_t i = 0; k->row && i < k->row->values.count; i++)
        if (k->row->values.items[i].node == node) return &k->row->values.items[i];
    return NULL;
}

const Index *row_index(KernelEmitter *k, Type type, Axis column) {
    Axis axes[MAX_RANK];
    int rank = type.shape.rank, domain_rank = k->kernel->domain.shape.rank;
    for (int i = 0; i < rank && i < domain_rank - 1; i++)
        axes[i] = k->row->axes[i];
    if (rank == domain_rank) axes[rank - 1] = column;
    return index_axes(k, type, k->row->batch, axes);
}

/* ---- terms ---- */

typedef struct RowTerm {
    KernelEmitter *k;
    const Node *node; /* whose operand is reduced */
    int64_t length;   /* of its rows: all columns, or 1 */
    const RowValue *value;
    bool exponential; /* e^(x - m) rather than x */
    LLVMValueRef aside;
} RowTerm;

/* Terms are vectors, or, in a row of one column, numbers. */
static bool is_uniform(const RowTerm *term) {
    return !term->k->row->short_rows && term->length == 1;
}

static Axis column_axis(const RowTerm *term, LLVMValueRef t) {
    if (term->k->row->short_rows || term->length == 1) return axis_uniform(t, 1);
    return axis_consecutive(t, term->k->lanes);
}

static LLVMValueRef exponential(KernelEmitter *k, LLVMValueRef x, LLVMValueRef largest) {
    bool uniform = LLVMGetTypeKind(LLVMTypeOf(x)) != LLVMVectorTypeKind;
    if (!uniform && LLVMGetTypeKind(LLVMTypeOf(largest)) != LLVMVectorTypeKind)
        largest = emit_splat(k->module, largest, k->lanes);
    LLVMValueRef difference = LLVMBuildFSub(k->module->builder, x, largest, "");
    return math_emit_call(kernel_math(k, uniform), math_exp, difference);
}

static LLVMValueRef row_term(void *user, LLVMValueRef t) {
    RowTerm *term = user;
    KernelEmitter *k = term->k;
    const Node *operand = term->node->operands[0];
    Axis column = column_axis(term, t);
    LLVMValueRef x = value_at(k, operand, row_index(k, operand->type, column));
    if (!term->exponential) return x;
    LLVMValueRef e = exponential(k, x, term->value->largest);
    if (term->aside) layout_write(k, kernel_element_type(k, ELEMENT_REAL), term->aside, column, e);
    return e;
}

/* ---- the two ways to reduce a row ---- */

static LLVMValueRef short_reduction(RowTerm *term, FixedKind kind, LLVMValueRef *each) {
    KernelEmitter *k = term->k;
    LLVMValueRef sum = fixed_identity(k, kind, false);
    for (int64_t c = 0; c < term->length; c++) {
        LLVMValueRef value = row_term(term, emit_index(k->module, c));
        if (each) each[c] = value;
        sum = fixed_combine(k, kind, sum, value);
    }
    return sum;
}

static LLVMValueRef reduction(RowTerm *term, FixedKind kind, LLVMValueRef *each) {
    KernelEmitter *k = term->k;
    if (k->row->short_rows) return short_reduction(term, kind, each);
    LLVMValueRef length = emit_index(k->module, term->length);
    if (is_uniform(term)) return fixed_across(k, kind, length, true, row_term, term);
    return fixed_along(k, kind, length, row_term, term);
}

static LLVMValueRef position(RowTerm *term, LLVMValueRef largest) {
    KernelEmitter *k = term->k;
    if (!k->row->short_rows) {
        if (is_uniform(term)) return emit_index(k->module, 0);
        return first_largest_along(k, largest, term->length, row_term, term);
    }
    LLVMBuilderRef builder = k->module->builder;
    LLVMValueRef first = LLVMConstAllOnes(emit_integer_vector_type(k->module, 64, k->lanes));
    for (int64_t c = term->length - 1; c >= 0; c--) {
        LLVMValueRef value = row_term(term, emit_index(k->module, c));
        LLVMValueRef hit = LLVMBuildFCmp(builder, LLVMRealUEQ, value, largest, "");
        LLVMValueRef here = emit_splat(k->module, emit_index(k->module, c), k->lanes);
        first = LLVMBuildSelect(builder, hit, here, first, "");
    }
    return first;
}

static void softmax_phase(RowTerm term, RowValue *value) {
    KernelEmitter *k = term.k;
    value->largest = reduction(&term, FIXED_MAX, NULL);
    term.exponential = true;
    bool keep = value->node->op == OP_SOFTMAX && !k->row->short_rows && term.length > 1 &&
                term.length <= ROW_ASIDE;
    if (keep)
        value->aside = emit_stack(k->module, kernel_element_type(k, ELEMENT_REAL),
                                  round_up(term.length, 64), 64);
    term.aside = value->aside;
    value->result = reduction(&term, FIXED_SUM, value->each);
    if (value->node->op == OP_LOG_SOFTMAX)
        value->result =
            math_emit_call(kernel_math(k, !k->row->short_rows), math_log, value->result);
}

void row_phase(KernelEmitter *k, const Node *node) {
    RowValue value = {.node = node};
    RowTerm term = {.k = k,
                    .node = node,
                    .length = type_matrix_columns(node->operands[0]->type),
                    .value = &value};
    switch (node->op) {
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX: softmax_phase(term, &value); break;
    case OP_SUM: value.result = reduction(&term, FIXED_SUM, NULL); break;
    case OP_REDUCE_MAX: value.result = reduction(&term, FIXED_MAX, NULL); break;
    case OP_REDUCE_MIN: value.result = reduction(&term, FIXED_MIN, NULL); break;
    case OP_FIRST_MAX:
    case OP_ARGMAX:
        value.result = reduction(&term, FIXED_MAX, NULL);
        value.position = position(&term, value.result);
        break;
    default: kernel_fail(k, "is no operation of rows", node); return;
    }
    VEC_PUSH(k->arena, k->row->values, value);
}

/* ---- values in later phases ---- */

static LLVMValueRef unready(KernelEmitter *k, const ValueFrame *frame) {
    LLVMValueRef value = kernel_fail(k, "needs a reduction that is not ready", frame->node);
    return frame->index->uniform ? value : emit_splat(k->module, value, k->lanes);
}

/* A number of the row as wide as the index asks. */
static LLVMValueRef wide(KernelEmitter *k, const ValueFrame *frame, LLVMValueRef value) {
    bool is_vector = LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind;
    return frame->index->uniform || is_vector ? value : emit_splat(k->module, value, k->lanes);
}

static LLVMValueRef emit_result(KernelEmitter *k, const ValueFrame *frame) {
    const RowValue *value = row_value(k, frame->node);
    return value ? wide(k, frame, value->result) : unready(k, frame);
}
const OpEmitter op_emitter_SUM = {NULL, emit_result};
const OpEmitter op_emitter_REDUCE_MAX = {NULL, emit_result};
const OpEmitter op_emitter_REDUCE_MIN = {NULL, emit_result};

static LLVMValueRef emit_argmax(KernelEmitter *k, const ValueFrame *frame) {
    const RowValue *value = row_value(k, frame->node);
    if (!value) return unready(k, frame);
    return LLVMBuildTrunc(k->module->builder, wide(k, frame, value->position),
                          kernel_value_type(k, ELEMENT_CLASS, frame->index->uniform), "");
}
const OpEmitter op_emitter_ARGMAX = {NULL, emit_argmax};

static Axis column_of(KernelEmitter *k, const ValueFrame *frame) {
    Axis batch, axes[MAX_RANK];
    index_get_axes(k, frame->index, frame->node->type, &batch, axes);
    return axes[frame->node->type.shape.rank - 1];
}

static LLVMValueRef emit_first_max(KernelEmitter *k, const ValueFrame *frame) {
    const RowValue *value = row_value(k, frame->node);
    if (!value) return unready(k, frame);
    bool uniform = frame->index->uniform;
    Axis column = column_of(k, frame);
    LLVMValueRef at = uniform ? column.value : axis_vector(k, column);
    LLVMValueRef hit =
        LLVMBuildICmp(k->module->builder, LLVMIntEQ, at, wide(k, frame, value->position), "");
    int lanes = uniform ? 1 : k->lanes;
    MathPrecision precision = k->codegen->precision;
    return LLVMBuildSelect(k->module->builder, hit, emit_constant(k->module, precision, lanes, 1),
                           emit_constant(k->module, precision, lanes, 0), "");
}
const OpEmitter op_emitter_FIRST_MAX = {NULL, emit_first_max};

/* e^(x - m) at hand: in a register (short rows, constant column) or put aside. */
static LLVMValueRef exponential_at_hand(KernelEmitter *k, const ValueFrame *frame,
                                        const RowValue *value) {
    Axis column = column_of(k, frame);
    if (k->row->short_rows && column.kind == AXIS_UNIFORM && LLVMIsAConstantInt(column.value))
        return value->each[LLVMConstIntGetZExtValue(column.value)];
    if (value->aside)
        return layout_read(k, kernel_element_type(k, ELEMENT_REAL), value->aside, column, false);
    return NULL;
}

static bool ask_softmax(KernelEmitter *k, ValueFrame *frame) {
    const RowValue *value = row_value(k, frame->node);
    if (!value) return false;
    if (frame->node->op == OP_SOFTMAX) {
        if (frame->stage > 0) return false;
        LLVMValueRef e = exponential_at_hand(k, frame, value);
        if (e) {
            frame->conditions = arena_copy(k->arena, &e, sizeof e);
            return false;
        }
    }
    return value_ask_operands(k, frame);
}

static LLVMValueRef emit_softmax(KernelEmitter *k, const ValueFrame *frame) {
    const RowValue *value = row_value(k, frame->node);
    if (!value) return unready(k, frame);
    LLVMValueRef e = frame->conditions ? frame->conditions[0]
                                       : exponential(k, frame->requests[0].value, value->largest);
    return LLVMBuildFDiv(k->module->builder, e, wide(k, frame, value->result), "");
}
const OpEmitter op_emitter_SOFTMAX = {ask_softmax, emit_softmax};

static LLVMValueRef emit_log_softmax(KernelEmitter *k, const ValueFrame *frame) {
    const RowValue *value = row_value(k, frame->node);
    if (!value) return unready(k, frame);
    LLVMValueRef shifted = LLVMBuildFSub(k->module->builder, frame->requests[0].value,
                                         wide(k, frame, value->largest), "");
    return LLVMBuildFSub(k->module->builder, shifted, wide(k, frame, value->result), "");
}
const OpEmitter op_emitter_LOG_SOFTMAX = {ask_softmax, emit_log_softmax};
