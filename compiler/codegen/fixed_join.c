/* fixed_join.c: see fixed_join.h. Each function is written on first use, and once a module for each
 * kind of sum and width of its values. */

#include "codegen/fixed_join.h"

#include "codegen/debug_info.h"

enum { TREE_LEVELS = 48, HALF_IN_ORDER = FIXED_IN_ORDER / 2 };

/* A shared function being written. */
typedef struct Shared {
    KernelEmitter *k;
    FixedKind kind;
    LLVMTypeRef type; /* of a sum */
    int align;
    LLVMValueRef function;
    LLVMBasicBlockRef before; /* where the caller was */
} Shared;

/* Opens NAME_KIND_TYPE; false when it exists. */
static bool shared_begin(Shared *shared, KernelEmitter *k, const char *name, FixedKind kind,
                         bool uniform, LLVMTypeRef result, LLVMTypeRef *types, int count) {
    static const char *const kinds[] = {"sum", "max", "min"};
    Module *module = k->module;
    int bytes = module_number_bytes(k->codegen->precision), lanes = uniform ? 1 : k->lanes;
    const char *full = debug_info_helper_name(
        module, arena_format(k->arena, "fixed_%s_%s_f%dx%d", name, kinds[kind], 8 * bytes, lanes));
    *shared = (Shared){.k = k,
                       .kind = kind,
                       .type = kernel_value_type(k, ELEMENT_REAL, uniform),
                       .align = bytes * lanes,
                       .function = LLVMGetNamedFunction(module->module, full),
                       .before = LLVMGetInsertBlock(module->builder)};
    if (shared->function) return false;
    shared->function = emit_function_begin(module, full, result, types, count, NULL, 8, true);
    emit_function_outline(module, shared->function);
    debug_info_helper_begin(module, shared->function, full);
    return true;
}

static void shared_end(const Shared *shared) {
    debug_info_helper_end(shared->k->module, shared->before);
}

static LLVMValueRef slot_at(const Shared *shared, LLVMValueRef index, int64_t more) {
    LLVMValueRef slots = LLVMGetParam(shared->function, 0);
    Module *module = shared->k->module;
    return emit_offset(module, shared->type, slots, emit_add_constant(module, index, more));
}

static LLVMValueRef load_slot(const Shared *shared, LLVMValueRef index, int64_t more) {
    return emit_load(shared->k->module, shared->type, slot_at(shared, index, more), shared->align);
}

/* ---- the 64 partial sums ---- */

/* A vector to a number: its upper half to its lower, and so on. */
static LLVMValueRef join_lanes(KernelEmitter *k, FixedKind kind, LLVMValueRef vector) {
    Module *module = k->module;
    if (k->lanes == 1) return vector;
    for (int half = k->lanes / 2; half >= 1; half /= 2) {
        int low[64], high[64];
        for (int i = 0; i < half; i++) {
            low[i] = i;
            high[i] = half + i;
        }
        LLVMValueRef a = emit_shuffle(module, vector, vector, low, half);
        LLVMValueRef b = emit_shuffle(module, vector, vector, high, half);
        vector = fixed_combine(k, kind, a, b);
    }
    return LLVMBuildExtractElement(module->builder, vector, emit_index(module, 0), "");
}

LLVMValueRef fixed_join_partials(KernelEmitter *k, FixedKind kind, LLVMValueRef *partials) {
    for (int half = FIXED_PARTIALS / k->lanes / 2; half >= 1; half /= 2)
        for (int v = 0; v < half; v++)
            partials[v] = fixed_combine(k, kind, partials[v], partials[v + half]);
    return join_lanes(k, kind, partials[0]);
}

/* ((0 + p[0]) + p[1]) + ..., returned if there are at most 16. */
static void return_in_order(const Shared *shared, LLVMTypeRef type, int align, bool uniform,
                            LLVMValueRef length) {
    KernelEmitter *k = shared->k;
    Module *module = k->module;
    LLVMValueRef in_order = emit_index(module, FIXED_IN_ORDER);
    LLVMValueRef is_short = LLVMBuildICmp(module->builder, LLVMIntSLE, length, in_order, "");
    LLVMBasicBlockRef then =
        LLVMAppendBasicBlockInContext(module->context, shared->function, "in_order");
    LLVMBasicBlockRef otherwise =
        LLVMAppendBasicBlockInContext(module->context, shared->function, "tree");
    LLVMBuildCondBr(module->builder, is_short, then, otherwise);
    LLVMPositionBuilderAtEnd(module->builder, then);
    LLVMValueRef sum = fixed_identity(k, shared->kind, uniform);
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), length, 1, &sum, 1);
    LLVMValueRef at = emit_offset(module, type, LLVMGetParam(shared->function, 0), loop.index);
    LLVMValueRef next =
        fixed_combine(k, shared->kind, loop.carried[0], emit_load(module, type, at, align));
    emit_for_end(module, &loop, &next);
    LLVMBuildRet(module->builder, loop.carried[0]);
    LLVMPositionBuilderAtEnd(module->builder, otherwise);
}

LLVMValueRef fixed_join_numbers(KernelEmitter *k, FixedKind kind, LLVMValueRef slots,
                                LLVMValueRef length) {
    Module *module = k->module;
    LLVMTypeRef number = kernel_element_type(k, ELEMENT_REAL);
    LLVMTypeRef types[] = {module->pointer, module->i64};
    Shared shared;
    if (shared_begin(&shared, k, "join_numbers", kind, false, number, types, 2)) {
        int bytes = module_number_bytes(k->codegen->precision);
        return_in_order(&shared, number, bytes, true, LLVMGetParam(shared.function, 1));
        LLVMValueRef partials[FIXED_PARTIALS];
        for (int v = 0; v < FIXED_PARTIALS / k->lanes; v++)
            partials[v] = load_slot(&shared, emit_index(module, v), 0);
        LLVMBuildRet(module->builder, fixed_join_partials(k, kind, partials));
        shared_end(&shared);
    }
    LLVMValueRef arguments[] = {slots, length};
    return emit_call(module, shared.function, arguments, 2);
}

/* p[j] = p[j] + p[j + half] for j below `pairs`. */
static void join_level(const Shared *shared, LLVMValueRef pairs, int64_t half) {
    Module *module = shared->k->module;
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), pairs, 1, NULL, 0);
    LLVMValueRef sum = fixed_combine(shared->k, shared->kind, load_slot(shared, loop.index, 0),
                                     load_slot(shared, loop.index, half));
    emit_store(module, sum, slot_at(shared, loop.index, 0), shared->align);
    emit_for_end(module, &loop, NULL);
}

/* From 16 slots on whole levels are left, which need no memory. A chunk with fewer (the last one)
 * gets empty ones. */
static LLVMValueRef join_tree(const Shared *shared, LLVMValueRef used, bool uniform) {
    KernelEmitter *k = shared->k;
    Module *module = k->module;
    EmitLoop loop = emit_for_begin(module, used, emit_index(module, FIXED_IN_ORDER), 1, NULL, 0);
    emit_store(module, fixed_identity(k, shared->kind, uniform), slot_at(shared, loop.index, 0),
               shared->align);
    emit_for_end(module, &loop, NULL);
    used = emit_min(module, used, emit_index(module, FIXED_PARTIALS));
    for (int64_t half = FIXED_PARTIALS / 2; half >= FIXED_IN_ORDER; half /= 2) {
        join_level(shared, emit_add_constant(module, used, -half), half);
        used = emit_min(module, used, emit_index(module, half));
    }
    LLVMValueRef sums[HALF_IN_ORDER], zero = emit_index(module, 0);
    for (int j = 0; j < HALF_IN_ORDER; j++)
        sums[j] = fixed_combine(k, shared->kind, load_slot(shared, zero, j),
                                load_slot(shared, zero, j + HALF_IN_ORDER));
    for (int half = HALF_IN_ORDER / 2; half >= 1; half /= 2)
        for (int j = 0; j < half; j++)
            sums[j] = fixed_combine(k, shared->kind, sums[j], sums[j + half]);
    return sums[0];
}

LLVMValueRef fixed_join_slots(KernelEmitter *k, FixedKind kind, bool uniform, LLVMValueRef slots,
                              LLVMValueRef used, LLVMValueRef length) {
    Module *module = k->module;
    LLVMTypeRef type = kernel_value_type(k, ELEMENT_REAL, uniform);
    LLVMTypeRef types[] = {module->pointer, module->i64, module->i64};
    Shared shared;
    if (shared_begin(&shared, k, "join_slots", kind, uniform, type, types, 3)) {
        return_in_order(&shared, type, shared.align, uniform, LLVMGetParam(shared.function, 2));
        LLVMBuildRet(module->builder,
                     join_tree(&shared, LLVMGetParam(shared.function, 1), uniform));
        shared_end(&shared);
    }
    LLVMValueRef arguments[] = {slots, used, length};
    return emit_call(module, shared.function, arguments, 3);
}

/* ---- the tree over chunks ---- */

FixedTree fixed_tree_begin(KernelEmitter *k, FixedKind kind, bool uniform) {
    LLVMTypeRef type = kernel_value_type(k, ELEMENT_REAL, uniform);
    return (FixedTree){kind, uniform, emit_stack(k->module, type, TREE_LEVELS, 64)};
}

/* Joins the waiting sums of the levels below the chunk number's lowest 0 bit; the result waits
 * there. */
static void write_push(const Shared *shared) {
    Module *module = shared->k->module;
    LLVMValueRef arguments[2] = {
        LLVMBuildNot(module->builder, LLVMGetParam(shared->function, 1), ""),
        LLVMConstInt(module->i1, 1, 0)};
    LLVMValueRef sum = LLVMGetParam(shared->function, 2);
    LLVMValueRef ones = emit_intrinsic(module, "llvm.cttz", module->i64, arguments, 2);
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), ones, 1, &sum, 1);
    LLVMValueRef next =
        fixed_combine(shared->k, shared->kind, load_slot(shared, loop.index, 0), loop.carried[0]);
    emit_for_end(module, &loop, &next);
    emit_store(module, loop.carried[0], slot_at(shared, ones, 0), shared->align);
    LLVMBuildRetVoid(module->builder);
}

void fixed_tree_push(KernelEmitter *k, const FixedTree *tree, LLVMValueRef chunk,
                     LLVMValueRef sum) {
    Module *module = k->module;
    LLVMTypeRef types[] = {module->pointer, module->i64, LLVMTypeOf(sum)};
    Shared shared;
    if (shared_begin(&shared, k, "tree_push", tree->kind, tree->uniform, module->void_type, types,
                     3)) {
        write_push(&shared);
        shared_end(&shared);
    }
    LLVMValueRef arguments[] = {tree->levels, chunk, sum};
    emit_call(module, shared.function, arguments, 3);
}

/* The levels that wait after all chunks, from the lowest up. */
static void write_end(const Shared *shared) {
    Module *module = shared->k->module;
    LLVMBuilderRef builder = module->builder;
    LLVMValueRef chunks = emit_div_constant(
        module, emit_add_constant(module, LLVMGetParam(shared->function, 1), FIXED_CHUNK - 1),
        FIXED_CHUNK);
    LLVMValueRef start[2] = {LLVMConstNull(shared->type), LLVMConstInt(module->i1, 0, 0)};
    EmitLoop loop =
        emit_for_begin(module, emit_index(module, 0), emit_index(module, TREE_LEVELS), 1, start, 2);
    LLVMValueRef bit =
        LLVMBuildTrunc(builder, LLVMBuildLShr(builder, chunks, loop.index, ""), module->i1, "");
    LLVMValueRef waiting = load_slot(shared, loop.index, 0);
    LLVMValueRef joined = fixed_combine(shared->k, shared->kind, waiting, loop.carried[0]);
    LLVMValueRef taken = LLVMBuildSelect(builder, loop.carried[1], joined, waiting, "");
    LLVMValueRef next[2] = {LLVMBuildSelect(builder, bit, taken, loop.carried[0], ""),
                            LLVMBuildOr(builder, bit, loop.carried[1], "")};
    emit_for_end(module, &loop, next);
    LLVMBuildRet(builder, loop.carried[0]);
}

LLVMValueRef fixed_tree_end(KernelEmitter *k, const FixedTree *tree, LLVMValueRef length) {
    Module *module = k->module;
    LLVMTypeRef types[] = {module->pointer, module->i64};
    Shared shared;
    LLVMTypeRef type = kernel_value_type(k, ELEMENT_REAL, tree->uniform);
    if (shared_begin(&shared, k, "tree_end", tree->kind, tree->uniform, type, types, 2)) {
        write_end(&shared);
        shared_end(&shared);
    }
    LLVMValueRef arguments[] = {tree->levels, length};
    return emit_call(module, shared.function, arguments, 2);
}
