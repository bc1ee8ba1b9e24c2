/* first_largest.c: the smallest position whose element equals the maximum, or is NaN. As positions
 * are whole numbers their minimum does not depend on the order of search. See first_largest.h. */

#include "codegen/first_largest.h"
#include "codegen/index.h"

static LLVMValueRef is_hit(KernelEmitter *k, LLVMValueRef value, LLVMValueRef largest) {
    /* Unordered or equal: a NaN is one, and then the maximum is NaN, too. */
    return LLVMBuildFCmp(k->module->builder, LLVMRealUEQ, value, largest, "");
}

static LLVMValueRef smaller(KernelEmitter *k, LLVMValueRef a, LLVMValueRef b) {
    LLVMValueRef less = LLVMBuildICmp(k->module->builder, LLVMIntULT, a, b, "");
    return LLVMBuildSelect(k->module->builder, less, a, b, "");
}

typedef struct Search {
    KernelEmitter *k;
    LLVMValueRef largest; /* as wide as a term */
    FixedTerm *term;
    void *user;
} Search;

/* min(best, positions of hits in the vector at t). */
static LLVMValueRef search_vector(const Search *search, LLVMValueRef best, LLVMValueRef t,
                                  int64_t active) {
    KernelEmitter *k = search->k;
    LLVMBuilderRef builder = k->module->builder;
    KernelScope scope = kernel_scope_begin(k);
    kernel_scope_tail(k, active);
    LLVMValueRef hit = is_hit(k, search->term(search->user, t), search->largest);
    if (k->mask && active < k->lanes) hit = LLVMBuildAnd(builder, hit, k->mask, "");
    LLVMValueRef at = axis_vector(k, axis_consecutive(t, k->lanes));
    LLVMValueRef none = LLVMConstAllOnes(LLVMTypeOf(at));
    best = smaller(k, best, LLVMBuildSelect(builder, hit, at, none, ""));
    kernel_scope_end(k, scope);
    return best;
}

LLVMValueRef first_largest_along(KernelEmitter *k, LLVMValueRef largest, int64_t length,
                                 FixedTerm *term, void *user) {
    Module *module = k->module;
    Search search = {k, emit_splat(module, largest, k->lanes), term, user};
    LLVMValueRef best = LLVMConstAllOnes(emit_integer_vector_type(module, 64, k->lanes));
    int64_t whole = length / k->lanes * k->lanes;
    if (whole > 0) {
        EmitLoop loop = emit_for_begin(module, emit_index(module, 0), emit_index(module, whole),
                                       k->lanes, &best, 1);
        LLVMValueRef next = search_vector(&search, loop.carried[0], loop.index, k->lanes);
        emit_for_end(module, &loop, &next);
        best = loop.carried[0];
    }
    if (whole < length)
        best = search_vector(&search, best, emit_index(module, whole), length - whole);
    LLVMValueRef first = LLVMBuildExtractElement(module->builder, best, emit_index(module, 0), "");
    for (int lane = 1; lane < k->lanes; lane++)
        first = smaller(
            k, first, LLVMBuildExtractElement(module->builder, best, emit_index(module, lane), ""));
    return first;
}

LLVMValueRef first_largest_across(KernelEmitter *k, LLVMValueRef largest, int64_t length,
                                  bool uniform, FixedTerm *term, void *user) {
    Module *module = k->module;
    LLVMTypeRef type = uniform ? module->i64 : emit_integer_vector_type(module, 64, k->lanes);
    LLVMValueRef none = LLVMConstAllOnes(type);
    EmitLoop loop =
        emit_for_begin(module, emit_index(module, 0), emit_index(module, length), 1, &none, 1);
    KernelScope scope = kernel_scope_begin(k);
    LLVMValueRef hit = is_hit(k, term(user, loop.index), largest);
    LLVMValueRef at = uniform ? loop.index : emit_splat(module, loop.index, k->lanes);
    LLVMValueRef next =
        smaller(k, loop.carried[0], LLVMBuildSelect(module->builder, hit, at, none, ""));
    kernel_scope_end(k, scope);
    emit_for_end(module, &loop, &next);
    return loop.carried[0];
}
