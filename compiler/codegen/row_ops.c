/* row_ops.c: reductions and softmax along a row: the phase that computes each, and their values in
 * the walks of later phases.
 *
 *   softmax:      m = max x;  s = sum of e^(x - m);  value = e^(x - m) / s
 *   log_softmax:  value = (x - m) - log(s)
 *
 * Both of the same x share m, s and the powers. Maxima and sums have the order of fixed_sum.h. In
 * short rows a phase goes over the columns one by one, a vector of samples each; what a later phase
 * needs again is put aside on the stack (of very few columns: in registers).
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
    bool exponential;   /* e^(x - m) rather than x */
    LLVMValueRef aside; /* the terms are put there; NULL: they are not */
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

static LLVMValueRef vector_at(KernelEmitter *k, LLVMValueRef memory, LLVMValueRef t) {
    return emit_offset(k->module, kernel_value_type(k, ELEMENT_REAL, false), memory, t);
}

static int vector_bytes(const KernelEmitter *k) {
    return k->lanes * module_number_bytes(k->codegen->precision);
}

static LLVMValueRef load_aside(KernelEmitter *k, LLVMValueRef memory, LLVMValueRef t) {
    LLVMTypeRef type = kernel_value_type(k, ELEMENT_REAL, false);
    return emit_load(k->module, type, vector_at(k, memory, t), vector_bytes(k));
}

static LLVMValueRef operand_aside(const KernelEmitter *k, const Node *operand) {
    for (int64_t i = 0; i < k->row->asides.count; i++)
        if (k->row->asides.items[i].node == operand) return k->row->asides.items[i].memory;
    return NULL;
}

static LLVMValueRef operand_at(RowTerm *term, LLVMValueRef t, Axis column) {
    KernelEmitter *k = term->k;
    const Node *operand = term->node->operands[0];
    LLVMValueRef memory = operand_aside(k, operand);
    if (memory) return load_aside(k, memory, t);
    return value_at(k, operand, row_index(k, operand->type, column));
}

static LLVMValueRef row_term(void *user, LLVMValueRef t) {
    RowTerm *term = user;
    KernelEmitter *k = term->k;
    Axis column = column_axis(term, t);
    LLVMValueRef value = operand_at(term, t, column);
    if (term->exponential) value = exponential(k, value, term->value->largest);
    if (!term->aside) return value;
    if (k->row->short_rows)
        emit_store(k->module, value, vector_at(k, term->aside, t), vector_bytes(k));
    else
        layout_write(k, kernel_element_type(k, ELEMENT_REAL), term->aside, column, value);
    return value;
}

/* A stack row for the terms. */
static LLVMValueRef new_aside(const RowTerm *term) {
    KernelEmitter *k = term->k;
    if (k->row->short_rows)
        return emit_stack(k->module, kernel_value_type(k, ELEMENT_REAL, false), term->length, 64);
    return emit_stack(k->module, kernel_element_type(k, ELEMENT_REAL), round_up(term->length, 64),
                      64);
}

/* ---- the two ways to reduce a row ---- */

static LLVMValueRef short_reduction(RowTerm *term, FixedKind kind) {
    KernelEmitter *k = term->k;
    LLVMValueRef sum = fixed_identity(k, kind, false);
    if (term->length <= ROW_UNROLLED) {
        for (int64_t c = 0; c < term->length; c++)
            sum = fixed_combine(k, kind, sum, row_term(term, emit_index(k->module, c)));
        return sum;
    }
    EmitLoop loop = emit_for_begin(k->module, emit_index(k->module, 0),
                                   emit_index(k->module, term->length), 1, &sum, 1);
    KernelScope scope = kernel_scope_begin(k);
    LLVMValueRef next = fixed_combine(k, kind, loop.carried[0], row_term(term, loop.index));
    kernel_scope_end(k, scope);
    emit_for_end(k->module, &loop, &next);
    return loop.carried[0];
}

static LLVMValueRef reduction(RowTerm *term, FixedKind kind) {
    KernelEmitter *k = term->k;
    if (k->row->short_rows) return short_reduction(term, kind);
    LLVMValueRef length = emit_index(k->module, term->length);
    if (is_uniform(term)) return fixed_across(k, kind, length, true, row_term, term);
    return fixed_along(k, kind, length, row_term, term);
}

/* c where the term is the largest (or NaN), else `first`. */
static LLVMValueRef hit_or(RowTerm *term, LLVMValueRef c, LLVMValueRef largest,
                           LLVMValueRef first) {
    KernelEmitter *k = term->k;
    LLVMBuilderRef builder = k->module->builder;
    LLVMValueRef hit = LLVMBuildFCmp(builder, LLVMRealUEQ, row_term(term, c), largest, "");
    return LLVMBuildSelect(builder, hit, emit_splat(k->module, c, k->lanes), first, "");
}

static LLVMValueRef position(RowTerm *term, LLVMValueRef largest) {
    KernelEmitter *k = term->k;
    Module *module = k->module;
    if (!k->row->short_rows) {
        if (is_uniform(term)) return emit_index(module, 0);
        return first_largest_along(k, largest, term->length, row_term, term);
    }
    LLVMValueRef first = LLVMConstAllOnes(emit_integer_vector_type(module, 64, k->lanes));
    if (term->length <= ROW_UNROLLED) {
        for (int64_t c = term->length - 1; c >= 0; c--)
            first = hit_or(term, emit_index(module, c), largest, first);
        return first;
    }
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), emit_index(module, term->length),
                                   1, &first, 1);
    KernelScope scope = kernel_scope_begin(k);
    LLVMValueRef c = emit_sub(module, emit_index(module, term->length - 1), loop.index);
    LLVMValueRef next = hit_or(term, c, largest, loop.carried[0]);
    kernel_scope_end(k, scope);
    emit_for_end(module, &loop, &next);
    return loop.carried[0];
}

/* The operand's maximum, in the first pass over it: in short rows it is put aside meanwhile. */
static LLVMValueRef largest_of(RowTerm term) {
    KernelEmitter *k = term.k;
    const Node *operand = term.node->operands[0];
    if (!k->row->short_rows || operand_aside(k, operand)) return reduction(&term, FIXED_MAX);
    RowAside aside = {operand, term.aside = new_aside(&term)};
    LLVMValueRef largest = reduction(&term, FIXED_MAX);
    VEC_PUSH(k->arena, k->row->asides, aside);
    return largest;
}

static bool is_softmax(const Node *node) {
    return node->op == OP_SOFTMAX || node->op == OP_LOG_SOFTMAX;
}

/* What has been found out about the same operand, or NULL. */
static const RowValue *same_softmax(const KernelEmitter *k, const Node *node) {
    for (int64_t i = 0; i < k->row->values.count; i++) {
        const RowValue *value = &k->row->values.items[i];
        if (is_softmax(value->node) && value->node->operands[0] == node->operands[0]) return value;
    }
    return NULL;
}

/* Some softmax of this operand will want the powers. */
static bool wants_powers(const Kernel *kernel, const Node *operand) {
    for (int64_t i = 0; i < kernel->nodes.count; i++) {
        const Node *node = kernel->nodes.items[i];
        if (node->op == OP_SOFTMAX && node->operands[0] == operand) return true;
    }
    return false;
}

static void softmax_phase(RowTerm term, RowValue *value) {
    KernelEmitter *k = term.k;
    const RowValue *same = same_softmax(k, term.node);
    if (same) {
        value->largest = same->largest;
        value->sum = same->sum;
        value->aside = same->aside;
    } else {
        value->largest = largest_of(term);
        term.exponential = true;
        if (wants_powers(k->kernel, term.node->operands[0]) && term.length <= ROW_ASIDE &&
            (k->row->short_rows || term.length > 1))
            value->aside = new_aside(&term);
        term.aside = value->aside;
        value->sum = reduction(&term, FIXED_SUM);
    }
    value->result = value->sum;
    if (value->node->op == OP_LOG_SOFTMAX)
        value->result = math_emit_call(kernel_math(k, !k->row->short_rows), math_log, value->sum);
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
    case OP_SUM: value.result = reduction(&term, FIXED_SUM); break;
    case OP_REDUCE_MAX: value.result = reduction(&term, FIXED_MAX); break;
    case OP_REDUCE_MIN: value.result = reduction(&term, FIXED_MIN); break;
    case OP_FIRST_MAX:
    case OP_ARGMAX:
        value.result = largest_of(term);
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

/* e^(x - m) where it was put aside. */
static LLVMValueRef exponential_at_hand(KernelEmitter *k, const ValueFrame *frame,
                                        const RowValue *value) {
    Axis column = column_of(k, frame);
    if (k->row->short_rows)
        return value->aside && column.kind == AXIS_UNIFORM
                   ? load_aside(k, value->aside, column.value)
                   : NULL;
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
