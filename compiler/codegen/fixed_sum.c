/* fixed_sum.c: see fixed_sum.h for the order. */

#include "codegen/fixed_sum.h"
#include "codegen/index.h"
#include "math/math_functions.h"

#include <math.h>

enum { TREE_LEVELS = 48 };

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

/* ---- the tree over chunks: a binary counter, one waiting sum a level ---- */

typedef struct Tree {
    FixedKind kind;
    LLVMTypeRef type;
    LLVMValueRef levels;
} Tree;

static Tree tree_begin(KernelEmitter *k, FixedKind kind, LLVMTypeRef type) {
    return (Tree){kind, type, emit_stack(k->module, type, TREE_LEVELS, 64)};
}

static LLVMValueRef tree_level(KernelEmitter *k, const Tree *tree, LLVMValueRef level) {
    return emit_offset(k->module, tree->type, tree->levels, level);
}

/* Chunk number i: joins the waiting sums of the levels below its lowest 0 bit. */
static void tree_push(KernelEmitter *k, const Tree *tree, LLVMValueRef i, LLVMValueRef value) {
    Module *module = k->module;
    LLVMValueRef arguments[2] = {LLVMBuildNot(module->builder, i, ""),
                                 LLVMConstInt(module->i1, 1, 0)};
    LLVMValueRef ones = emit_intrinsic(module, "llvm.cttz", module->i64, arguments, 2);
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), ones, 1, &value, 1);
    LLVMValueRef waiting = emit_load(module, tree->type, tree_level(k, tree, loop.index), 8);
    LLVMValueRef next = fixed_combine(k, tree->kind, waiting, loop.carried[0]);
    emit_for_end(module, &loop, &next);
    emit_store(module, loop.carried[0], tree_level(k, tree, ones), 8);
}

/* The levels that wait after `count` chunks, from the lowest up. */
static LLVMValueRef tree_end(KernelEmitter *k, const Tree *tree, LLVMValueRef count) {
    Module *module = k->module;
    LLVMBuilderRef builder = module->builder;
    LLVMValueRef start[2] = {LLVMConstNull(tree->type), LLVMConstInt(module->i1, 0, 0)};
    EmitLoop loop =
        emit_for_begin(module, emit_index(module, 0), emit_index(module, TREE_LEVELS), 1, start, 2);
    LLVMValueRef bit =
        LLVMBuildTrunc(builder, LLVMBuildLShr(builder, count, loop.index, ""), module->i1, "");
    LLVMValueRef waiting = emit_load(module, tree->type, tree_level(k, tree, loop.index), 8);
    LLVMValueRef joined = fixed_combine(k, tree->kind, waiting, loop.carried[0]);
    LLVMValueRef taken = LLVMBuildSelect(builder, loop.carried[1], joined, waiting, "");
    LLVMValueRef next[2] = {LLVMBuildSelect(builder, bit, taken, loop.carried[0], ""),
                            LLVMBuildOr(builder, bit, loop.carried[1], "")};
    emit_for_end(module, &loop, next);
    return loop.carried[0];
}

/* ---- one chunk after the other ---- */

typedef struct Reduction {
    KernelEmitter *k;
    FixedKind kind;
    bool uniform; /* of values across results */
    FixedTerm *term;
    void *user;
} Reduction;

typedef LLVMValueRef ChunkSum(const Reduction *r, LLVMValueRef start, LLVMValueRef length);

static bool constant_of(LLVMValueRef value, int64_t *number) {
    if (!LLVMIsAConstantInt(value)) return false;
    *number = LLVMConstIntGetSExtValue(value);
    return true;
}

static LLVMValueRef sum_of_chunks(const Reduction *r, LLVMTypeRef type, LLVMValueRef length,
                                  ChunkSum *chunk) {
    Module *module = r->k->module;
    int64_t known;
    if (constant_of(length, &known) && known <= FIXED_CHUNK)
        return chunk(r, emit_index(module, 0), length);
    Tree tree = tree_begin(r->k, r->kind, type);
    LLVMValueRef chunks =
        emit_div_constant(module, emit_add_constant(module, length, FIXED_CHUNK - 1), FIXED_CHUNK);
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), chunks, 1, NULL, 0);
    LLVMValueRef start = emit_mul_constant(module, loop.index, FIXED_CHUNK);
    LLVMValueRef rest =
        emit_min(module, emit_sub(module, length, start), emit_index(module, FIXED_CHUNK));
    tree_push(r->k, &tree, loop.index, chunk(r, start, rest));
    emit_for_end(module, &loop, NULL);
    return tree_end(r->k, &tree, chunks);
}

/* length <= 16 ? in order : chunks, where the length is known at run time only. */
static LLVMValueRef by_length(const Reduction *r, LLVMTypeRef type, LLVMValueRef length,
                              ChunkSum *in_order, ChunkSum *chunk) {
    Module *module = r->k->module;
    LLVMValueRef zero = emit_index(module, 0);
    int64_t known;
    if (constant_of(length, &known))
        return known <= FIXED_IN_ORDER ? in_order(r, zero, length)
                                       : sum_of_chunks(r, type, length, chunk);
    LLVMValueRef slot = emit_stack(module, type, 1, 64);
    EmitIf branch = emit_if_begin(module, LLVMBuildICmp(module->builder, LLVMIntULE, length,
                                                        emit_index(module, FIXED_IN_ORDER), ""));
    emit_store(module, in_order(r, zero, length), slot, 8);
    emit_else(module, &branch);
    emit_store(module, sum_of_chunks(r, type, length, chunk), slot, 8);
    emit_if_end(module, &branch);
    return emit_load(module, type, slot, 8);
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

static LLVMValueRef along_in_order(const Reduction *r, LLVMValueRef start, LLVMValueRef length) {
    KernelEmitter *k = r->k;
    (void)start;
    LLVMValueRef sum = fixed_identity(k, r->kind, true);
    int64_t known, most = constant_of(length, &known) ? known : FIXED_IN_ORDER;
    for (int64_t t = 0; t < most; t += k->lanes) {
        LLVMValueRef left = emit_sub(k->module, length, emit_index(k->module, t));
        LLVMValueRef vector = masked_term(r, emit_index(k->module, t), left);
        for (int64_t lane = 0; lane < k->lanes && t + lane < most; lane++) {
            LLVMValueRef number = LLVMBuildExtractElement(k->module->builder, vector,
                                                          emit_index(k->module, lane), "");
            sum = fixed_combine(k, r->kind, sum, number);
        }
    }
    return sum;
}

/* p[0 .. 63] in 64 / lanes vectors to one number. */
static LLVMValueRef join_partials(const Reduction *r, LLVMValueRef *partials) {
    KernelEmitter *k = r->k;
    int vectors = FIXED_PARTIALS / k->lanes;
    for (int half = vectors / 2; half >= 1; half /= 2)
        for (int v = 0; v < half; v++)
            partials[v] = fixed_combine(k, r->kind, partials[v], partials[v + half]);
    LLVMValueRef vector = partials[0];
    for (int half = k->lanes / 2; half >= 1; half /= 2) {
        int low[64], high[64];
        for (int i = 0; i < half; i++) {
            low[i] = i;
            high[i] = half + i;
        }
        LLVMValueRef a = emit_shuffle(k->module, vector, vector, low, half);
        LLVMValueRef b = emit_shuffle(k->module, vector, vector, high, half);
        vector = fixed_combine(k, r->kind, a, b);
    }
    return LLVMGetTypeKind(LLVMTypeOf(vector)) == LLVMVectorTypeKind
               ? LLVMBuildExtractElement(k->module->builder, vector, emit_index(k->module, 0), "")
               : vector;
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
    return join_partials(r, partials);
}

LLVMValueRef fixed_along(KernelEmitter *k, FixedKind kind, LLVMValueRef length, FixedTerm *term,
                         void *user) {
    Reduction r = {k, kind, true, term, user};
    return by_length(&r, kernel_element_type(k, ELEMENT_REAL), length, along_in_order, along_chunk);
}

/* ---- lanes along results ---- */

static LLVMValueRef scoped_term(const Reduction *r, LLVMValueRef t) {
    KernelScope scope = kernel_scope_begin(r->k);
    LLVMValueRef value = r->term(r->user, t);
    kernel_scope_end(r->k, scope);
    return value;
}

static LLVMValueRef across_in_order(const Reduction *r, LLVMValueRef start, LLVMValueRef length) {
    LLVMValueRef sum = fixed_identity(r->k, r->kind, r->uniform);
    EmitLoop loop = emit_for_begin(r->k->module, start, length, 1, &sum, 1);
    LLVMValueRef next = fixed_combine(r->k, r->kind, loop.carried[0], scoped_term(r, loop.index));
    emit_for_end(r->k->module, &loop, &next);
    return loop.carried[0];
}

/* The first 64 elements found the partial sums, the others are added, then the tree; partial sums
 * without an element are left out. */
static LLVMValueRef across_chunk(const Reduction *r, LLVMValueRef start, LLVMValueRef length) {
    KernelEmitter *k = r->k;
    Module *module = k->module;
    LLVMTypeRef type = kernel_value_type(k, ELEMENT_REAL, r->uniform);
    LLVMValueRef slots = emit_stack(module, type, FIXED_PARTIALS, 64);
    LLVMValueRef identity = fixed_identity(k, r->kind, r->uniform);
    LLVMValueRef used = emit_min(module, length, emit_index(module, FIXED_PARTIALS));
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), used, 1, NULL, 0);
    LLVMValueRef value = scoped_term(r, emit_add(module, start, loop.index));
    emit_store(module, fixed_combine(k, r->kind, identity, value),
               emit_offset(module, type, slots, loop.index), 8);
    emit_for_end(module, &loop, NULL);

    loop = emit_for_begin(module, emit_index(module, FIXED_PARTIALS), length, 1, NULL, 0);
    value = scoped_term(r, emit_add(module, start, loop.index));
    LLVMValueRef j = emit_rem_constant(module, loop.index, FIXED_PARTIALS);
    LLVMValueRef slot = emit_offset(module, type, slots, j);
    emit_store(module, fixed_combine(k, r->kind, emit_load(module, type, slot, 8), value), slot, 8);
    emit_for_end(module, &loop, NULL);

    for (int64_t half = FIXED_PARTIALS / 2; half >= 1; half /= 2) {
        LLVMValueRef pairs = emit_add_constant(module, used, -half);
        loop = emit_for_begin(module, emit_index(module, 0), pairs, 1, NULL, 0);
        LLVMValueRef low = emit_offset(module, type, slots, loop.index);
        LLVMValueRef high = emit_offset_constant(module, type, low, half);
        LLVMValueRef a = emit_load(module, type, low, 8), b = emit_load(module, type, high, 8);
        emit_store(module, fixed_combine(k, r->kind, a, b), low, 8);
        emit_for_end(module, &loop, NULL);
        used = emit_min(module, used, emit_index(module, half));
    }
    return emit_load(module, type, slots, 8);
}

LLVMValueRef fixed_across(KernelEmitter *k, FixedKind kind, LLVMValueRef length, bool uniform,
                          FixedTerm *term, void *user) {
    Reduction r = {k, kind, uniform, term, user};
    return by_length(&r, kernel_value_type(k, ELEMENT_REAL, uniform), length, across_in_order,
                     across_chunk);
}
