/* view_driver.c: see view_driver.h.
 *
 *   for each kernel:
 *       call.buffers = addresses of its bindings;  call.numbers = its arguments
 *       if (context->parallel && n + observe >= enough)
 *           context->parallel(pool, kernel, &call, tasks)
 *       else
 *           kernel(&call, 0, tasks)
 *
 * Kernels of a chain are handed over together (chain_driver.h).
 *
 * Views of many kernels are cut into parts, as LLVM's time grows faster than a function's size.
 */
#include "codegen/view_driver.h"
#include "codegen/chain_driver.h"
#include "codegen/constant_data.h"
#include "codegen/domain.h"
#include "codegen/kernel_cost.h"
#include "runtime/abi.h"

#include <stddef.h>

enum { PART_KERNELS = 32 };

typedef struct Driver {
    Codegen *codegen;
    LLVMValueRef context;                                    /* NnrtContext */
    LLVMValueRef variables, fixed, samples, count, capacity; /* its fields */
    LLVMValueRef dispatch;                                   /* the function of that name */
    LLVMValueRef call, buffers, numbers, links;              /* on the stack */
} Driver;

static LLVMValueRef field(Driver *d, int64_t offset, LLVMTypeRef type) {
    Module *module = d->codegen->module;
    return emit_load(module, type, emit_offset_constant(module, module->i8, d->context, offset), 8);
}

static LLVMValueRef buffer_address(Driver *d, int32_t id) {
    Codegen *codegen = d->codegen;
    Module *module = codegen->module;
    const Buffer *buffer = &codegen->plan->buffers.items[id];
    switch (buffer->place) {
    case PLACE_VARIABLE:
        return emit_offset_constant(module, module->i8, d->variables, buffer->offset);
    case PLACE_FIXED: return emit_offset_constant(module, module->i8, d->fixed, buffer->offset);
    case PLACE_CONSTANT: return constant_data_literal(codegen, id);
    case PLACE_INPUT:
    case PLACE_SAMPLES: break;
    }
    return emit_offset(module, module->i8, d->samples,
                       emit_mul_constant(module, d->capacity, buffer->offset));
}

/* ---- calls ---- */

static void store_slot(Driver *d, LLVMTypeRef type, LLVMValueRef array, int64_t i,
                       LLVMValueRef value) {
    emit_store(d->codegen->module, value, emit_offset_constant(d->codegen->module, type, array, i),
               8);
}

/* void PREFIX_dispatch(call, kernel, tasks, enough): runs the kernel, over the pool where there is
 * one and samples enough. One function, so that views stay small. */
static LLVMValueRef dispatcher(Codegen *codegen) {
    Module *module = codegen->module;
    const char *name = arena_format(codegen->arena, "%sdispatch", codegen->prefix);
    LLVMValueRef made = LLVMGetNamedFunction(module->module, name);
    if (made) return made;
    LLVMBasicBlockRef before = LLVMGetInsertBlock(module->builder);
    LLVMTypeRef types[4] = {module->pointer, module->pointer, module->i64, module->i64};
    static const uint8_t flags[4] = {0};
    made = emit_function_begin(module, name, module->void_type, types, 4, flags, 8, true);
    emit_function_outline(module, made);
    LLVMValueRef call = LLVMGetParam(made, 0), kernel = LLVMGetParam(made, 1);
    LLVMValueRef tasks = LLVMGetParam(made, 2), enough = LLVMGetParam(made, 3);
    Driver d = {.codegen = codegen, .context = emit_load(module, module->pointer, call, 8)};
    LLVMValueRef parallel = field(&d, offsetof(NnrtContext, parallel), module->pointer);
    LLVMValueRef weight =
        LLVMBuildAdd(module->builder, field(&d, offsetof(NnrtContext, count), module->i64),
                     field(&d, offsetof(NnrtContext, observe), module->i64), "");
    LLVMValueRef has_pool = LLVMBuildIsNotNull(module->builder, parallel, "");
    LLVMValueRef worth = LLVMBuildICmp(module->builder, LLVMIntSGE, weight, enough, "");
    EmitIf branch = emit_if_begin(module, LLVMBuildAnd(module->builder, has_pool, worth, ""));
    LLVMTypeRef pool_types[4] = {module->pointer, module->pointer, module->pointer, module->i64};
    LLVMTypeRef pool_type = LLVMFunctionType(module->void_type, pool_types, 4, false);
    LLVMValueRef pooled[4] = {field(&d, offsetof(NnrtContext, pool), module->pointer), kernel, call,
                              tasks};
    LLVMBuildCall2(module->builder, pool_type, parallel, pooled, 4, "");
    emit_else(module, &branch);
    LLVMTypeRef kernel_type = LLVMFunctionType(module->void_type, types + 1, 3, false);
    LLVMValueRef direct[3] = {call, emit_index(module, 0), tasks};
    LLVMBuildCall2(module->builder, kernel_type, kernel, direct, 3, "");
    emit_if_end(module, &branch);
    LLVMBuildRetVoid(module->builder);
    if (before) LLVMPositionBuilderAtEnd(module->builder, before);
    return made;
}

/* Addresses and arguments of a kernel, from these slots on. */
static void store_bindings(Driver *d, const Kernel *kernel, int64_t buffer, int64_t number) {
    Codegen *codegen = d->codegen;
    Module *module = codegen->module;
    for (int64_t i = 0; i < kernel->inputs.count; i++)
        store_slot(d, module->pointer, d->buffers, buffer++,
                   buffer_address(d, kernel->inputs.items[i].buffer));
    for (int64_t i = 0; i < kernel->outputs.count; i++)
        store_slot(d, module->pointer, d->buffers, buffer++,
                   buffer_address(d, kernel->outputs.items[i].buffer));
    int numbers = kernel_number_count(kernel);
    for (int i = 0; i < numbers; i++)
        store_slot(d, module->i64, d->numbers, number++,
                   emit_index(module, kernel_number(codegen, kernel, i)));
}

static LLVMValueRef tasks_of(Driver *d, const Kernel *kernel) {
    return kernel_family(kernel->family)->tasks(d->codegen, kernel, d->count);
}

static LLVMValueRef enough_for(Driver *d, const Kernel *kernels, int64_t count) {
    return emit_index(d->codegen->module, kernels_enough_samples(d->codegen, kernels, count));
}

static void call_kernel(Driver *d, const Kernel *kernel) {
    Codegen *codegen = d->codegen;
    LLVMValueRef function = kernel_function(codegen, kernel->function);
    store_bindings(d, kernel, 0, 0);
    LLVMValueRef arguments[4] = {d->call, function, tasks_of(d, kernel), enough_for(d, kernel, 1)};
    emit_call(codegen->module, d->dispatch, arguments, 4);
}

static int64_t binding_count(const Kernel *kernel) {
    return kernel->inputs.count + kernel->outputs.count;
}

static void call_links(Driver *d, const Kernel *kernels, int64_t count, int64_t block) {
    Codegen *codegen = d->codegen;
    Module *module = codegen->module;
    int64_t buffer = 0, number = 0;
    for (int64_t i = 0; i < count; i++) {
        const Kernel *kernel = &kernels[i];
        LLVMValueRef words[LINK_WORDS] = {
            d->context,
            emit_offset_constant(module, module->pointer, d->buffers, buffer),
            emit_offset_constant(module, module->i64, d->numbers, number),
            kernel_function(codegen, kernel->function),
            emit_index(module, chain_tasks_each(codegen, kernel, block)),
            tasks_of(d, kernel),
        };
        store_bindings(d, kernel, buffer, number);
        for (int w = 0; w < LINK_WORDS; w++)
            store_slot(d, module->i64, d->links, i * LINK_WORDS + w, words[w]);
        buffer += binding_count(kernel);
        number += kernel_number_count(kernel);
    }
    LLVMValueRef arguments[4] = {d->links, emit_index(module, count),
                                 domain_ceil_div(module, d->count, block),
                                 enough_for(d, kernels, count)};
    emit_call(module, chain_dispatcher(codegen, d->dispatch), arguments, 4);
}

/* Calls the kernel, or the chain that begins there; how many those are. */
static int64_t call_next(Driver *d, const Kernel *kernels) {
    int64_t count = kernels[0].chain;
    for (int64_t i = 0, block, taken; i < count; i += taken) {
        taken = chain_cut(d->codegen, kernels + i, count - i, &block);
        if (block)
            call_links(d, kernels + i, taken, block);
        else
            call_kernel(d, kernels + i);
    }
    return count;
}

/* ---- the function ---- */

/* The most that a chain of the range needs. */
static void most_slots(const ViewPlan *view, int64_t first, int64_t last, int64_t *buffers,
                       int64_t *numbers, int64_t *links) {
    *buffers = *numbers = *links = 1;
    int64_t b = 0, n = 0;
    for (int64_t i = first; i < last; i++) {
        const Kernel *kernel = &view->kernels.items[i];
        if (kernel->chain) b = n = 0;
        b += binding_count(kernel);
        n += kernel_number_count(kernel);
        if (b > *buffers) *buffers = b;
        if (n > *numbers) *numbers = n;
        if (kernel->chain > 1 && kernel->chain * LINK_WORDS > *links)
            *links = kernel->chain * LINK_WORDS;
    }
}

static LLVMValueRef begin(Codegen *codegen, const char *name, bool internal) {
    Module *module = codegen->module;
    static const uint8_t flags[1] = {0};
    LLVMValueRef function = emit_function_begin(module, name, module->void_type, &module->pointer,
                                                1, flags, 8, internal);
    return function;
}

static LLVMValueRef part(Codegen *codegen, const ViewPlan *view, const char *name, bool internal,
                         int64_t first, int64_t last) {
    Module *module = codegen->module;
    LLVMValueRef dispatch = dispatcher(codegen);
    LLVMValueRef function = begin(codegen, name, internal);
    Driver d = {.codegen = codegen, .context = LLVMGetParam(function, 0), .dispatch = dispatch};
    int64_t buffers, numbers, links;
    most_slots(view, first, last, &buffers, &numbers, &links);
    d.buffers = emit_stack(module, module->pointer, buffers, 16);
    d.numbers = emit_stack(module, module->i64, numbers, 16);
    d.links = emit_stack(module, module->i64, links, 16);
    d.call = emit_stack(module, module->pointer, 3, 16);
    d.variables = field(&d, offsetof(NnrtContext, variables), module->pointer);
    d.fixed = field(&d, offsetof(NnrtContext, fixed), module->pointer);
    d.samples = field(&d, offsetof(NnrtContext, samples), module->pointer);
    d.count = field(&d, offsetof(NnrtContext, count), module->i64);
    d.capacity = field(&d, offsetof(NnrtContext, capacity), module->i64);
    store_slot(&d, module->pointer, d.call, offsetof(NnrtCall, context) / 8, d.context);
    store_slot(&d, module->pointer, d.call, offsetof(NnrtCall, buffers) / 8, d.buffers);
    store_slot(&d, module->pointer, d.call, offsetof(NnrtCall, numbers) / 8, d.numbers);
    /* Among many kernels the time between them does not count, that of compiling it does. */
    if (view->kernels.count > PART_KERNELS || view->view.kind == VIEW_INITIALIZE)
        emit_function_seldom(module, function);
    for (int64_t i = first; i < last;)
        i += call_next(&d, &view->kernels.items[i]);
    LLVMBuildRetVoid(module->builder);
    return function;
}

static const char *driver_name(const Codegen *codegen, const ViewPlan *view) {
    return arena_format(codegen->arena, "%s%s%s", codegen->prefix,
                        codegen->options->core_only ? "" : "view_", view->view.name);
}

LLVMValueRef view_driver_elsewhere(Codegen *codegen, const ViewPlan *view) {
    return emit_function_elsewhere(codegen->module, driver_name(codegen, view),
                                   &codegen->module->pointer, 1);
}

LLVMValueRef view_driver(Codegen *codegen, const ViewPlan *view) {
    Module *module = codegen->module;
    const char *name = driver_name(codegen, view);
    int64_t count = view->kernels.count;
    if (count <= PART_KERNELS) return part(codegen, view, name, false, 0, count);
    VEC(LLVMValueRef) parts = {0};
    for (int64_t first = 0, last; first < count; first = last) {
        last = first + PART_KERNELS < count ? first + PART_KERNELS : count;
        while (last < count && view->kernels.items[last].chain == 0)
            last++;
        const char *part_name = arena_format(codegen->arena, "%s_part_%d", name, (int)parts.count);
        LLVMValueRef made = part(codegen, view, part_name, true, first, last);
        emit_function_outline(module, made);
        VEC_PUSH(codegen->arena, parts, made);
    }
    LLVMValueRef function = begin(codegen, name, false);
    LLVMValueRef context = LLVMGetParam(function, 0);
    for (int64_t i = 0; i < parts.count; i++)
        emit_call(module, parts.items[i], &context, 1);
    LLVMBuildRetVoid(module->builder);
    return function;
}
