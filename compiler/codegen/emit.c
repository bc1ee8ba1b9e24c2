/* emit.c: functions, integers and control flow of emit.h; vectors and memory in emit_memory.c. */

#include "codegen/emit.h"

#include "codegen/llvm_compat.h"

#include <string.h>

/* ---- functions ---- */

static void add_attribute(LLVMValueRef function, unsigned at, LLVMAttributeRef attribute) {
    if (attribute) LLVMAddAttributeAtIndex(function, at, attribute);
}

static void add_text_attribute(Module *module, LLVMValueRef function, const char *name,
                               const char *value) {
    add_attribute(function, (unsigned)LLVMAttributeFunctionIndex,
                  LLVMCreateStringAttribute(module->context, name, (unsigned)strlen(name), value,
                                            (unsigned)strlen(value)));
}

LLVMValueRef emit_function_begin(Module *module, const char *name, LLVMTypeRef result,
                                 const LLVMTypeRef *parameters, int count, const uint8_t *flags,
                                 int pointer_align, bool internal) {
    LLVMContextRef context = module->context;
    LLVMTypeRef *types = ARENA_ARRAY(module->arena, LLVMTypeRef, count);
    if (count) memcpy(types, parameters, (size_t)count * sizeof *types);
    LLVMTypeRef type = LLVMFunctionType(result, types, (unsigned)count, false);
    LLVMValueRef function = LLVMAddFunction(module->module, name, type);
    if (internal) LLVMSetLinkage(function, LLVMInternalLinkage);
    unsigned whole = (unsigned)LLVMAttributeFunctionIndex;
    add_attribute(function, whole, llvm_compat_attribute(context, "nounwind", 0));
    add_text_attribute(module, function, "target-cpu", module->cpu_name);
    if (module->features[0])
        add_text_attribute(module, function, "target-features", module->features);
    for (int i = 0; i < count; i++) {
        if (types[i] != module->pointer) continue;
        unsigned at = (unsigned)i + 1, promises = flags ? flags[i] : 0;
        if (promises & EMIT_NOALIAS)
            add_attribute(function, at, llvm_compat_attribute(context, "noalias", 0));
        if (promises & EMIT_READONLY)
            add_attribute(function, at, llvm_compat_attribute(context, "readonly", 0));
        if (promises & EMIT_NOCAPTURE) add_attribute(function, at, llvm_compat_nocapture(context));
        if (pointer_align)
            add_attribute(function, at,
                          llvm_compat_attribute(context, "align", (uint64_t)pointer_align));
    }
    LLVMBasicBlockRef entry = LLVMAppendBasicBlockInContext(context, function, "entry");
    LLVMPositionBuilderAtEnd(module->builder, entry);
    return function;
}

void emit_function_outline(Module *module, LLVMValueRef function) {
    add_attribute(function, (unsigned)LLVMAttributeFunctionIndex,
                  llvm_compat_attribute(module->context, "noinline", 0));
}

void emit_function_seldom(Module *module, LLVMValueRef function) {
    add_text_attribute(module, function, MODULE_SELDOM, "");
}

LLVMValueRef emit_function_elsewhere(Module *module, const char *name, LLVMTypeRef *parameters,
                                     unsigned count) {
    LLVMTypeRef type = LLVMFunctionType(module->void_type, parameters, count, false);
    LLVMValueRef function = LLVMAddFunction(module->module, name, type);
    LLVMSetVisibility(function, LLVMHiddenVisibility);
    return function;
}

LLVMValueRef emit_call(Module *module, LLVMValueRef function, const LLVMValueRef *arguments,
                       int count) {
    LLVMValueRef *copy = ARENA_ARRAY(module->arena, LLVMValueRef, count);
    if (count) memcpy(copy, arguments, (size_t)count * sizeof *copy);
    return LLVMBuildCall2(module->builder, LLVMGlobalGetValueType(function), function, copy,
                          (unsigned)count, "");
}

static LLVMValueRef current_function(Module *module) {
    return LLVMGetBasicBlockParent(LLVMGetInsertBlock(module->builder));
}

LLVMValueRef emit_stack(Module *module, LLVMTypeRef type, int64_t count, int align) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(module->builder);
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(current_function(module));
    LLVMValueRef first = LLVMGetFirstInstruction(entry);
    if (first)
        LLVMPositionBuilderBefore(module->builder, first);
    else
        LLVMPositionBuilderAtEnd(module->builder, entry);
    LLVMTypeRef array = LLVMArrayType2(type, (uint64_t)count);
    LLVMValueRef slot = LLVMBuildAlloca(module->builder, array, "");
    LLVMSetAlignment(slot, (unsigned)align);
    LLVMPositionBuilderAtEnd(module->builder, here);
    return slot;
}

/* ---- integers ---- */

LLVMValueRef emit_index(Module *module, int64_t value) {
    return LLVMConstInt(module->i64, (unsigned long long)value, true);
}

LLVMValueRef emit_add(Module *module, LLVMValueRef a, LLVMValueRef b) {
    return LLVMBuildNSWAdd(module->builder, a, b, "");
}

LLVMValueRef emit_sub(Module *module, LLVMValueRef a, LLVMValueRef b) {
    return LLVMBuildNSWSub(module->builder, a, b, "");
}

LLVMValueRef emit_mul(Module *module, LLVMValueRef a, LLVMValueRef b) {
    return LLVMBuildNSWMul(module->builder, a, b, "");
}

LLVMValueRef emit_add_constant(Module *module, LLVMValueRef a, int64_t b) {
    return b == 0 ? a : emit_add(module, a, emit_index(module, b));
}

LLVMValueRef emit_mul_constant(Module *module, LLVMValueRef a, int64_t b) {
    return b == 1 ? a : emit_mul(module, a, emit_index(module, b));
}

LLVMValueRef emit_div_constant(Module *module, LLVMValueRef a, int64_t b) {
    return b == 1 ? a : LLVMBuildUDiv(module->builder, a, emit_index(module, b), "");
}

LLVMValueRef emit_rem_constant(Module *module, LLVMValueRef a, int64_t b) {
    return LLVMBuildURem(module->builder, a, emit_index(module, b), "");
}

LLVMValueRef emit_min(Module *module, LLVMValueRef a, LLVMValueRef b) {
    LLVMValueRef less = LLVMBuildICmp(module->builder, LLVMIntSLT, a, b, "");
    return LLVMBuildSelect(module->builder, less, a, b, "");
}

/* ---- control flow ---- */

static LLVMBasicBlockRef new_block(Module *module, const char *name) {
    return LLVMAppendBasicBlockInContext(module->context, current_function(module), name);
}

/* before: br first < last, body, exit
 * body:   index = phi [first, before], [index + step, latch] ... br next < last, body, exit
 * exit:   carried = phi [start, before], [next, latch] */
EmitLoop emit_for_begin(Module *module, LLVMValueRef first, LLVMValueRef last, int64_t step,
                        const LLVMValueRef *start, int carried_count) {
    LLVMBuilderRef builder = module->builder;
    EmitLoop loop = {.carried_count = carried_count, .last = last, .step = step};
    loop.before = LLVMGetInsertBlock(builder);
    loop.body = new_block(module, "for.body");
    loop.exit = new_block(module, "for.exit");
    LLVMValueRef enter = LLVMBuildICmp(builder, LLVMIntSLT, first, last, "");
    LLVMBuildCondBr(builder, enter, loop.body, loop.exit);
    LLVMPositionBuilderAtEnd(builder, loop.body);
    loop.index = LLVMBuildPhi(builder, module->i64, "");
    LLVMAddIncoming(loop.index, &first, &loop.before, 1);
    for (int i = 0; i < carried_count; i++) {
        loop.start[i] = start[i];
        loop.carried[i] = LLVMBuildPhi(builder, LLVMTypeOf(start[i]), "");
        LLVMAddIncoming(loop.carried[i], &loop.start[i], &loop.before, 1);
    }
    return loop;
}

void emit_for_end(Module *module, EmitLoop *loop, const LLVMValueRef *next) {
    LLVMBuilderRef builder = module->builder;
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(builder);
    LLVMValueRef index = emit_add_constant(module, loop->index, loop->step);
    LLVMAddIncoming(loop->index, &index, &latch, 1);
    LLVMValueRef again = LLVMBuildICmp(builder, LLVMIntSLT, index, loop->last, "");
    LLVMBuildCondBr(builder, again, loop->body, loop->exit);
    LLVMMoveBasicBlockAfter(loop->exit, latch);
    LLVMPositionBuilderAtEnd(builder, loop->exit);
    for (int i = 0; i < loop->carried_count; i++) {
        LLVMValueRef value = next[i];
        LLVMAddIncoming(loop->carried[i], &value, &latch, 1);
        loop->carried[i] = LLVMBuildPhi(builder, LLVMTypeOf(value), "");
        LLVMAddIncoming(loop->carried[i], &loop->start[i], &loop->before, 1);
        LLVMAddIncoming(loop->carried[i], &value, &latch, 1);
    }
}

void emit_for(Module *module, LLVMValueRef first, LLVMValueRef last, int64_t step,
              void (*body)(void *user, LLVMValueRef index), void *user) {
    EmitLoop loop = emit_for_begin(module, first, last, step, NULL, 0);
    body(user, loop.index);
    emit_for_end(module, &loop, NULL);
}

EmitIf emit_if_begin(Module *module, LLVMValueRef condition) {
    EmitIf branch = {.otherwise = new_block(module, "if.else"),
                     .exit = new_block(module, "if.exit")};
    LLVMBasicBlockRef then = new_block(module, "if.then");
    LLVMBuildCondBr(module->builder, condition, then, branch.otherwise);
    LLVMPositionBuilderAtEnd(module->builder, then);
    return branch;
}

static void leave_to(Module *module, LLVMBasicBlockRef from_here_to, LLVMBasicBlockRef next) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(module->builder);
    LLVMBuildBr(module->builder, from_here_to);
    LLVMMoveBasicBlockAfter(next, here);
    LLVMPositionBuilderAtEnd(module->builder, next);
}

void emit_else(Module *module, EmitIf *branch) {
    leave_to(module, branch->exit, branch->otherwise);
    branch->has_else = true;
}

void emit_if_end(Module *module, EmitIf *branch) {
    if (!branch->has_else) emit_else(module, branch);
    leave_to(module, branch->exit, branch->exit);
}
