/* fixed_sum.c: see fixed_sum.h for the order. */

#include "codegen/fixed_join.h"
#include "codegen/index.h"
#include "math/math_functions.h"

#include <math.h>

LLVMValueRef fixed_combine(KernelEmitter *k, FixedKind kind, LLVMValueRef a, LLVMValueRef b) {
    bool uniform = LLVMGetTypeKind(LLVMTypeOf(a)) != LLVMVectorTypeKind;
    if (kind == FIXED_SUM) return LLVMBuildFAdd(k->module->builder, a, b, "");
    if (LLVMTypeOf(a) == kernel_value_type(k, ELEMENT_REAL, uniform))
        return math_emit_call2(kernel_math(k, uniform), kind == FIXED_MAX ? math_max : math_min, a,
                               b);
    /* Halves of a vector. */
    int lanes = (int)LLVMGetVectorSize(LLVMTypeOf(a));
    MathBuilder math = math_emit_builder(k->module, k->codegen->precision, lanes);
    return math_emit_call2(&math, kind == FIXED_MAX ? math_max : math_min, a, b);
}

LLVMValueRef fixed_identity(KernelEmitter *k, FixedKind kind, bool uniform) {
    double value = kind == FIXED_SUM ? 0 : kind == FIXED_MAX ? -INFINITY : INFINITY;
    return emit_constant(k->module, k->codegen->precision, uniform ? 1 : k->lanes, value);
}

/* ---- one chunk after the other ---- */

typedef struct Reduction {
    KernelEmitter *k;
    FixedKind kind;
    bool uniform; /* of values across results */
    FixedTerm *term;
    void *user;
    LLVMValueRef length; /* of all chunks */
} Reduction;

typedef LLVMValueRef ChunkSum(const Reduction *r, LLVMValueRef start, LLVMValueRef length);

static bool constant_of(LLVMValueRef value, int64_t *number) {
    if (!LLVMIsAConstantInt(value)) return false;
    *number = LLVMConstIntGetSExtValue(value);
    return true;
}

/* The sum of the chunks' sums; of one chunk it is that chunk's. */
static LLVMValueRef sum_of_chunks(const Reduction *r, LLVMValueRef length, ChunkSum *chunk) {
    KernelEmitter *k = r->k;
    Module *module = k->module;
    int64_t known;
    if (constant_of(length, &known) && known <= FIXED_CHUNK)
        return chunk(r, emit_index(module, 0), length);
    FixedTree tree = fixed_tree_begin(k, r->kind, r->uniform);
    LLVMValueRef is_long =
        LLVMBuildICmp(module->builder, LLVMIntSGT, length, emit_index(module, FIXED_CHUNK), "");
    LLVMValueRef identity = fixed_identity(k, r->kind, r->uniform);
    EmitLoop loop =
        emit_for_begin(module, emit_index(module, 0), length, FIXED_CHUNK, &identity, 1);
    LLVMValueRef rest =
        emit_min(module, emit_sub(module, length, loop.index), emit_index(module, FIXED_CHUNK));
    LLVMValueRef sum = chunk(r, loop.index, rest);
    EmitIf branch = emit_if_begin(module, is_long);
    fixed_tree_push(k, &tree, emit_div_constant(module, loop.index, FIXED_CHUNK), sum);
    emit_if_end(module, &branch);
    emit_for_end(module, &loop, &sum);
    LLVMValueRef result = emit_stack(module, LLVMTypeOf(sum), 1, 64);
    emit_store(module, loop.carried[0], result, 8);
    branch = emit_if_begin(module, is_long);
    emit_store(module, fixed_tree_end(k, &tree, length), result, 8);
    emit_if_end(module, &branch);
    return emit_load(module, LLVMTypeOf(sum), result, 8);
}

/* ---- lanes along x ---- */

/* The term at t with the identity in lanes from `length` on. */
static LLVMValueRef masked_term(const Reduction *r, LLVMValueRef t, LLVMValueRef length_left) {
    KernelEmitter *k = r->k;
    KernelScope scope = kernel_scope_begin(k);
    int64_t known;
    if (constant_of(length_left, &known)) {
        kernel_scope_tail(k, known);
    } else {
        /* May be negative: then no lane counts. */
        LLVMValueRef zero = emit_index(k->module, 0);
        LLVMValueRef negative =
            LLVMBuildICmp(k->module->builder, LLVMIntSLT, length_left, zero, "");
        kernel_scope_tail_count(
            k, LLVMBuildSelect(k->module->builder, negative, zero, length_left, ""));
    }
    LLVMValueRef value = r->term(r->user, t);
    if (k->mask)
        value = LLVMBuildSelect(k->module->builder, k->mask, value,
                                fixed_identity(k, r->kind, false), "");
    kernel_scope_end(k, scope);
    return value;
}

static LLVMValueRef along_chunk(const Reduction *r, LLVMValueRef start, LLVMValueRef length) {
    KernelEmitter *k = r->k;
    Module *module = k->module;
    int vectors = FIXED_PARTIALS / k->lanes;
    LLVMValueRef partials[EMIT_MAX_CARRIED], next[EMIT_MAX_CARRIED];
    for (int v = 0; v < vectors; v++)
        partials[v] = fixed_identity(k, r->kind, false);
    LLVMValueRef whole = emit_mul_constant(
        module, emit_div_constant(module, length, FIXED_PARTIALS), FIXED_PARTIALS);
    int64_t known_whole, known = -1;
    constant_of(length, &known);
    if (!constant_of(whole, &known_whole) || known_whole > 0) {
        EmitLoop loop =
            emit_for_begin(module, emit_index(module, 0), whole, FIXED_PARTIALS, partials, vectors);
        LLVMValueRef t = emit_add(module, start, loop.index);
        for (int v = 0; v < vectors; v++) {
            KernelScope scope = kernel_scope_begin(k);
            LLVMValueRef at = emit_add_constant(module, t, (int64_t)v * k->lanes);
            next[v] = fixed_combine(k, r->kind, loop.carried[v], r->term(r->user, at));
            kernel_scope_end(k, scope);
        }
        emit_for_end(module, &loop, next);
        for (int v = 0; v < vectors; v++)
            partials[v] = loop.carried[v];
    }
    LLVMValueRef rest = emit_sub(module, length, whole);
    LLVMValueRef t = emit_add(module, start, whole);
    for (int v = 0; v < vectors; v++) {
        int64_t before = (int64_t)v * k->lanes;
        if (known >= 0 && known % FIXED_PARTIALS <= before) break;
        LLVMValueRef left = emit_add_constant(module, rest, -before);
        LLVMValueRef value = masked_term(r, emit_add_constant(module, t, before), left);
        partials[v] = fixed_combine(k, r->kind, partials[v], value);
    }
    return fixed_join_partials(k, r->kind, partials);
}

/* A length known at run time: one vector after the other, the partial sums in memory. */
static LLVMValueRef along_slots(const Reduction *r, LLVMValueRef start, LLVMValueRef length) {
    KernelEmitter *k = r->k;
    Module *module = k->module;
    LLVMTypeRef number = kernel_element_type(k, ELEMENT_REAL);
    int bytes = k->lanes * module_number_bytes(k->codegen->precision);
    LLVMValueRef slots = emit_stack(module, number, FIXED_PARTIALS, 64);
    LLVMValueRef identity = fixed_identity(k, r->kind, false);
    for (int v = 0; v < FIXED_PARTIALS / k->lanes; v++)
        emit_store(module, identity,
                   emit_offset_constant(module, number, slots, (int64_t)v * k->lanes), bytes);
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), length, k->lanes, NULL, 0);
    LLVMValueRef left = emit_sub(module, length, loop.index);
    LLVMValueRef value = masked_term(r, emit_add(module, start, loop.index), left);
    LLVMValueRef slot =
        emit_offset(module, number, slots, emit_rem_constant(module, loop.index, FIXED_PARTIALS));
    LLVMValueRef before = emit_load(module, LLVMTypeOf(identity), slot, bytes);
    emit_store(module, fixed_combine(k, r->kind, before, value), slot, bytes);
    emit_for_end(module, &loop, NULL);
    return fixed_join_numbers(k, r->kind, slots, r->length);
}

static LLVMValueRef along_in_order(const Reduction *r, int64_t length) {
    KernelEmitter *k = r->k;
    LLVMBuilderRef builder = k->module->builder;
    LLVMValueRef sum = fixed_identity(k, r->kind, true);
    for (int64_t t = 0; t < length; t += k->lanes) {
        LLVMValueRef vector =
            masked_term(r, emit_index(k->module, t), emit_index(k->module, length - t));
        for (int64_t lane = 0; lane < k->lanes && t + lane < length; lane++)
            sum = fixed_combine(
                k, r->kind, sum,
                LLVMBuildExtractElement(builder, vector, emit_index(k->module, lane), ""));
    }
    return sum;
}

LLVMValueRef fixed_along(KernelEmitter *k, FixedKind kind, LLVMValueRef length, FixedTerm *term,
                         void *user) {
    Reduction r = {k, kind, true, term, user, length};
    int64_t known;
    if (!constant_of(length, &known)) return sum_of_chunks(&r, length, along_slots);
    if (known <= FIXED_IN_ORDER) return along_in_order(&r, known);
    return sum_of_chunks(&r, length, along_chunk);
}

/* ---- lanes along results ---- */

static LLVMValueRef scoped_term(const Reduction *r, LLVMValueRef t) {
    KernelScope scope = kernel_scope_begin(r->k);
    LLVMValueRef value = r->term(r->user, t);
    kernel_scope_end(r->k, scope);
    return value;
}

static LLVMValueRef across_in_order(const Reduction *r) {
    KernelEmitter *k = r->k;
    LLVMValueRef sum = fixed_identity(k, r->kind, r->uniform);
    EmitLoop loop = emit_for_begin(k->module, emit_index(k->module, 0), r->length, 1, &sum, 1);
    LLVMValueRef next = fixed_combine(k, r->kind, loop.carried[0], scoped_term(r, loop.index));
    emit_for_end(k->module, &loop, &next);
    return loop.carried[0];
}

/* The first 64 elements found the partial sums, the others are added. */
static LLVMValueRef across_slots(const Reduction *r, LLVMValueRef start, LLVMValueRef length) {
    KernelEmitter *k = r->k;
    Module *module = k->module;
    LLVMTypeRef type = kernel_value_type(k, ELEMENT_REAL, r->uniform);
    int align = module_number_bytes(k->codegen->precision) * (r->uniform ? 1 : k->lanes);
    LLVMValueRef slots = emit_stack(module, type, FIXED_PARTIALS, 64);
    LLVMValueRef identity = fixed_identity(k, r->kind, r->uniform);
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), length, 1, NULL, 0);
    LLVMValueRef value = scoped_term(r, emit_add(module, start, loop.index));
    LLVMValueRef slot =
        emit_offset(module, type, slots, emit_rem_constant(module, loop.index, FIXED_PARTIALS));
    LLVMValueRef founds = LLVMBuildICmp(module->builder, LLVMIntSLT, loop.index,
                                        emit_index(module, FIXED_PARTIALS), "");
    LLVMValueRef before = emit_load(module, type, slot, align);
    before = LLVMBuildSelect(module->builder, founds, identity, before, "");
    emit_store(module, fixed_combine(k, r->kind, before, value), slot, align);
    emit_for_end(module, &loop, NULL);
    return fixed_join_slots(k, r->kind, r->uniform, slots, length, r->length);
}

LLVMValueRef fixed_across(KernelEmitter *k, FixedKind kind, LLVMValueRef length, bool uniform,
                          FixedTerm *term, void *user) {
    Reduction r = {k, kind, uniform, term, user, length};
    int64_t known;
    if (constant_of(length, &known) && known <= FIXED_IN_ORDER) return across_in_order(&r);
    return sum_of_chunks(&r, length, across_slots);
}
