/* emit_reduce.c: one reduction over axes of a sample: sum, maximum, minimum, first maximum, argmax.
 *
 * With K the kept elements and t counting the reduced ones in row-major order:
 *
 *   along:   for each kept element:            out = fixed over t of operand, lanes along t
 *   across:  for each vector of kept elements: out = fixed over t of operand, one t at a time
 *
 * The second form serves where the last axis is kept. The order is fixed_sum.h's with x[t]; both
 * forms give the same bits. first_max writes all t of the operand: 1 at the first maximum, else 0.
 */
#include "codegen/domain.h"
#include "codegen/first_largest.h"

typedef struct Reduce {
    KernelEmitter *k;
    const Node *heart, *operand;
    uint32_t axes;
    Type kept;      /* the operand's type with reduced axes of length 1 */
    int64_t length; /* elements reduced to one */
    /* The kept element at hand: */
    bool across;
    Axis batch, at[MAX_RANK];
} Reduce;

static uint32_t reduced_axes(const Node *heart) {
    return heart->op == OP_ARGMAX ? 1u << heart->attr.axis : heart->attr.axes;
}

static Reduce reduce_of(const Kernel *kernel) {
    Reduce reduce = {.heart = kernel->heart, .operand = kernel->heart->operands[0], .length = 1};
    reduce.axes = reduced_axes(reduce.heart);
    reduce.kept = reduce.operand->type;
    int rank = reduce.kept.shape.rank;
    for (int i = 0; i < rank; i++) {
        if (!(reduce.axes >> i & 1)) continue;
        reduce.length *= reduce.kept.shape.dims[i];
        reduce.kept.shape.dims[i] = 1;
    }
    reduce.across = rank > 0 && reduce.kept.shape.dims[rank - 1] > 1;
    return reduce;
}

/* The operand's index for reduced element t: uniform, or `lanes` of them from t on. */
static const Index *operand_index(const Reduce *reduce, Axis t) {
    KernelEmitter *k = reduce->k;
    Type type = reduce->operand->type;
    Axis axes[MAX_RANK];
    int first = 0;
    while (!(reduce->axes >> first & 1))
        first++;
    for (int i = type.shape.rank - 1; i >= 0; i--) {
        axes[i] = reduce->at[i];
        if (!(reduce->axes >> i & 1)) continue;
        if (i == first)
            axes[i] = t;
        else
            t = axis_divide(k, t, type.shape.dims[i], reduce->length + 64, &axes[i]);
    }
    return index_axes(k, type, reduce->batch, axes);
}

static Axis term_axis(const Reduce *reduce, LLVMValueRef t) {
    bool lanes = !reduce->across && reduce->length > 1;
    return lanes ? axis_consecutive(t, reduce->k->lanes) : axis_uniform(t, 1);
}

static LLVMValueRef operand_term(void *user, LLVMValueRef t) {
    const Reduce *reduce = user;
    return value_at(reduce->k, reduce->operand, operand_index(reduce, term_axis(reduce, t)));
}

/* Where a result without the reduced axes (or with length 1) goes. */
static const Index *result_index(const Reduce *reduce) {
    Type type = reduce->heart->type;
    Axis axes[MAX_RANK];
    int count = 0;
    for (int i = 0; i < reduce->kept.shape.rank; i++) {
        if (reduce->heart->op == OP_ARGMAX && i == reduce->heart->attr.axis) continue;
        axes[count++] = reduce->at[i];
    }
    return index_axes(reduce->k, type, reduce->batch, axes);
}

/* first_max: writes t's mark for all t. */
static void write_marks(const Reduce *reduce, LLVMValueRef first, bool uniform) {
    KernelEmitter *k = reduce->k;
    Module *module = k->module;
    const Access *output = kernel_output(k, reduce->heart);
    bool lanes = !reduce->across && reduce->length > 1;
    int64_t step = lanes ? k->lanes : 1, whole = reduce->length / step * step;
    for (int part = 0; part < 2; part++) {
        int64_t from = part ? whole : 0, to = part ? reduce->length : whole;
        if (from == to) continue;
        EmitLoop loop =
            emit_for_begin(module, emit_index(module, from), emit_index(module, to), step, NULL, 0);
        KernelScope scope = kernel_scope_begin(k);
        if (part) kernel_scope_tail(k, to - from);
        Axis t = term_axis(reduce, loop.index);
        LLVMValueRef at = lanes || !uniform ? axis_vector(k, t) : t.value;
        LLVMValueRef here = lanes ? emit_splat(module, first, k->lanes) : first;
        LLVMValueRef hit = LLVMBuildICmp(module->builder, LLVMIntEQ, at, here, "");
        int width = lanes || !uniform ? k->lanes : 1;
        MathPrecision precision = k->codegen->precision;
        LLVMValueRef mark =
            LLVMBuildSelect(module->builder, hit, emit_constant(module, precision, width, 1),
                            emit_constant(module, precision, width, 0), "");
        layout_store(k, output, operand_index(reduce, t), mark);
        kernel_scope_end(k, scope);
        emit_for_end(module, &loop, NULL);
    }
}

/* The kept element(s) at reduce->batch, reduce->at. `uniform`: one of them. */
static void reduce_element(Reduce *reduce, bool uniform) {
    KernelEmitter *k = reduce->k;
    LLVMValueRef length = emit_index(k->module, reduce->length);
    OpKind op = reduce->heart->op;
    FixedKind kind = op == OP_SUM ? FIXED_SUM : op == OP_REDUCE_MIN ? FIXED_MIN : FIXED_MAX;
    bool across = reduce->across || reduce->length == 1;
    LLVMValueRef value = across ? fixed_across(k, kind, length, uniform, operand_term, reduce)
                                : fixed_along(k, kind, length, operand_term, reduce);
    if (op == OP_FIRST_MAX || op == OP_ARGMAX) {
        LLVMValueRef first =
            across ? first_largest_across(k, value, reduce->length, uniform, operand_term, reduce)
                   : first_largest_along(k, value, reduce->length, operand_term, reduce);
        if (op == OP_FIRST_MAX) {
            write_marks(reduce, first, uniform);
            return;
        }
        value = LLVMBuildTrunc(k->module->builder, first,
                               kernel_value_type(k, ELEMENT_CLASS, uniform), "");
    }
    layout_store(k, kernel_output(k, reduce->heart), result_index(reduce), value);
}

/* ---- across: vectors of kept elements ---- */

static void across_vector(void *user, KernelEmitter *k, const Index *index) {
    Reduce *reduce = user;
    index_get_axes(k, index, reduce->kept, &reduce->batch, reduce->at);
    reduce_element(reduce, index->uniform);
}

static Domain across_domain(const Reduce *reduce) {
    int64_t elements = 4096 / reduce->length / 64 * 64;
    int64_t columns = type_matrix_columns(reduce->kept), least = columns < 64 ? columns : 64;
    return (Domain){reduce->kept, DOMAIN_MATRIX, elements < least ? least : elements};
}

/* ---- along: one kept element after the other ---- */

static int64_t elements_per_task(const Reduce *reduce) {
    return reduce->length >= 4096 ? 1 : 4096 / reduce->length;
}

static LLVMValueRef kept_count(Codegen *codegen, const Reduce *reduce, LLVMValueRef count) {
    int64_t elements = shape_elements(reduce->kept.shape);
    return reduce->kept.batched ? emit_mul_constant(codegen->module, count, elements)
                                : emit_index(codegen->module, elements);
}

static void along_element(void *user, LLVMValueRef element) {
    Reduce *reduce = user;
    KernelEmitter *k = reduce->k;
    KernelScope scope = kernel_scope_begin(k);
    const Index *index = index_flat(k, reduce->kept, axis_uniform(element, 1));
    index_get_axes(k, index, reduce->kept, &reduce->batch, reduce->at);
    reduce_element(reduce, true);
    kernel_scope_end(k, scope);
}

static void reduce_body(KernelEmitter *k) {
    Reduce reduce = reduce_of(k->kernel);
    reduce.k = k;
    if (reduce.across) {
        Domain domain = across_domain(&reduce);
        domain_loop(k, &domain, across_vector, &reduce);
        return;
    }
    Module *module = k->module;
    int64_t step = elements_per_task(&reduce);
    LLVMValueRef total = kept_count(k->codegen, &reduce, k->count);
    LLVMValueRef end = emit_min(module, emit_mul_constant(module, k->last, step), total);
    emit_for(module, emit_mul_constant(module, k->first, step), end, 1, along_element, &reduce);
}

static LLVMValueRef reduce_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    Reduce reduce = reduce_of(kernel);
    if (reduce.across) {
        Domain domain = across_domain(&reduce);
        return domain_tasks(codegen, &domain, count);
    }
    return domain_ceil_div(codegen->module, kept_count(codegen, &reduce, count),
                           elements_per_task(&reduce));
}

static SampleTasks reduce_by_sample(const Codegen *codegen, const Kernel *kernel) {
    (void)codegen;
    Reduce reduce = reduce_of(kernel);
    Domain domain = across_domain(&reduce);
    if (reduce.across) return domain_by_sample(&domain);
    return samples_and_tasks(shape_elements(reduce.kept.shape), elements_per_task(&reduce));
}

const KernelFamilyEmitter emit_reduce = {reduce_body, reduce_tasks, reduce_by_sample};
