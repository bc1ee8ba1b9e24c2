/* chain_driver.c: see chain_driver.h.
 *
 *   chain(call, first, last):
 *       for block in first .. last:
 *           for link in call->buffers:
 *               begin = block * link.each
 *               link.kernel(&link.call, begin, min(begin + link.each, link.tasks))
 */
#include "codegen/chain_driver.h"

#include "runtime/abi.h"

#include <stddef.h>

/* What a block touches is to stay in the cache of a core, and a batch is to have blocks for many
 * threads; where tasks end with samples so seldom that this cannot be, less of either will do. */
enum {
    BLOCK_BYTES = 512 * 1024,
    BLOCK_BYTES_MOST = 4 * BLOCK_BYTES,
    BLOCKS = 16,
    BLOCKS_LEAST = 8,
    BLOCK_SAMPLES_MOST = 32,
};

/* Of a sample; a value that several kernels touch counts for each of them. */
static int64_t touched_bytes(const Codegen *codegen, const Kernel *kernels, int64_t count) {
    int64_t bytes = 1;
    for (int64_t i = 0; i < count; i++) {
        const BindingVec *sets[2] = {&kernels[i].inputs, &kernels[i].outputs};
        for (int s = 0; s < 2; s++)
            for (int64_t j = 0; j < sets[s]->count; j++) {
                const Buffer *buffer = &codegen->plan->buffers.items[sets[s]->items[j].buffer];
                if (buffer->type.batched) bytes += buffer->bytes;
            }
    }
    return bytes;
}

static SampleTasks tasks_of(const Codegen *codegen, const Kernel *kernel) {
    return kernel_family(kernel->family)->by_sample(codegen, kernel);
}

/* The fewest samples after which tasks of all the kernels end; more than BLOCK_SAMPLES_MOST: too
 * many. */
static int64_t least_samples(const Codegen *codegen, const Kernel *kernels, int64_t count) {
    int64_t least = 1;
    for (int64_t i = 0; i < count && least <= BLOCK_SAMPLES_MOST; i++) {
        int64_t samples = tasks_of(codegen, &kernels[i]).samples, step = least;
        while (least % samples && least <= BLOCK_SAMPLES_MOST)
            least += step;
    }
    return least;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* Samples of a block of these kernels; 0: they had better run alone. */
static int64_t block_of(const Codegen *codegen, const Kernel *kernels, int64_t count) {
    int64_t batch = codegen->plan->model->train.batch;
    int64_t most = BLOCK_SAMPLES_MOST, good = BLOCK_SAMPLES_MOST;
    if (batch) most = smaller(most, batch < BLOCKS_LEAST ? 1 : batch / BLOCKS_LEAST);
    if (batch) good = smaller(good, batch / BLOCKS);
    int64_t bytes = touched_bytes(codegen, kernels, count);
    int64_t least = least_samples(codegen, kernels, count);
    if (least > most || (least > 1 && least > BLOCK_BYTES_MOST / bytes)) return 0;
    good = smaller(good, BLOCK_BYTES / bytes);
    return good < least ? least : good / least * least;
}

int64_t chain_cut(const Codegen *codegen, const Kernel *kernels, int64_t count, int64_t *block) {
    *block = 0;
    int64_t taken = 1;
    for (int64_t more; taken < count; taken++, *block = more) {
        more = block_of(codegen, kernels, taken + 1);
        if (!more) break;
    }
    return taken;
}

int64_t chain_tasks_each(const Codegen *codegen, const Kernel *kernel, int64_t block) {
    SampleTasks tasks = tasks_of(codegen, kernel);
    return block / tasks.samples * tasks.tasks;
}

/* ---- in the generated code ---- */

static LLVMValueRef word(Module *module, LLVMTypeRef type, LLVMValueRef link, int64_t i) {
    return emit_load(module, type, emit_offset_constant(module, module->i64, link, i), 8);
}

static LLVMValueRef link_at(Module *module, LLVMValueRef links, LLVMValueRef i) {
    return emit_offset(module, module->i64, links, emit_mul_constant(module, i, LINK_WORDS));
}

/* void PREFIX_chain(call, first, last) */
static LLVMValueRef chain_kernel(Codegen *codegen) {
    Module *module = codegen->module;
    LLVMTypeRef types[3] = {module->pointer, module->i64, module->i64};
    static const uint8_t flags[3] = {0};
    LLVMValueRef made =
        emit_function_begin(module, arena_format(codegen->arena, "%schain", codegen->prefix),
                            module->void_type, types, 3, flags, 8, true);
    emit_function_outline(module, made);
    LLVMValueRef call = LLVMGetParam(made, 0);
    LLVMValueRef links = word(module, module->pointer, call, offsetof(NnrtCall, buffers) / 8);
    LLVMValueRef numbers = word(module, module->pointer, call, offsetof(NnrtCall, numbers) / 8);
    LLVMValueRef count = word(module, module->i64, numbers, 0);
    EmitLoop blocks =
        emit_for_begin(module, LLVMGetParam(made, 1), LLVMGetParam(made, 2), 1, NULL, 0);
    EmitLoop turns = emit_for_begin(module, emit_index(module, 0), count, 1, NULL, 0);
    LLVMValueRef link = link_at(module, links, turns.index);
    LLVMValueRef each = word(module, module->i64, link, LINK_TASKS_EACH);
    LLVMValueRef first = LLVMBuildMul(module->builder, blocks.index, each, "");
    LLVMValueRef last = emit_min(module, emit_add(module, first, each),
                                 word(module, module->i64, link, LINK_TASKS));
    LLVMValueRef arguments[3] = {link, first, last};
    LLVMBuildCall2(module->builder, LLVMFunctionType(module->void_type, types, 3, false),
                   word(module, module->pointer, link, LINK_KERNEL), arguments, 3, "");
    emit_for_end(module, &turns, NULL);
    emit_for_end(module, &blocks, NULL);
    LLVMBuildRetVoid(module->builder);
    return made;
}

/* One kernel after the other. */
static void dispatch_links(Module *module, LLVMValueRef dispatch, LLVMValueRef links,
                           LLVMValueRef count) {
    EmitLoop turns = emit_for_begin(module, emit_index(module, 0), count, 1, NULL, 0);
    LLVMValueRef link = link_at(module, links, turns.index);
    LLVMValueRef arguments[4] = {link, word(module, module->pointer, link, LINK_KERNEL),
                                 word(module, module->i64, link, LINK_TASKS),
                                 emit_index(module, 0)};
    emit_call(module, dispatch, arguments, 4);
    emit_for_end(module, &turns, NULL);
}

LLVMValueRef chain_dispatcher(Codegen *codegen, LLVMValueRef dispatch) {
    Module *module = codegen->module;
    const char *name = arena_format(codegen->arena, "%schain_dispatch", codegen->prefix);
    LLVMValueRef made = LLVMGetNamedFunction(module->module, name);
    if (made) return made;
    LLVMBasicBlockRef before = LLVMGetInsertBlock(module->builder);
    LLVMValueRef chain = chain_kernel(codegen);
    LLVMTypeRef types[4] = {module->pointer, module->i64, module->i64, module->i64};
    static const uint8_t flags[4] = {0};
    made = emit_function_begin(module, name, module->void_type, types, 4, flags, 8, true);
    emit_function_outline(module, made);
    LLVMValueRef links = LLVMGetParam(made, 0), count = LLVMGetParam(made, 1);
    LLVMValueRef call = emit_stack(module, module->i64, 3, 16);
    LLVMValueRef numbers = emit_stack(module, module->i64, 1, 16);
    LLVMValueRef context = word(module, module->pointer, links, 0);
    LLVMValueRef observe =
        word(module, module->i64, context, (int64_t)(offsetof(NnrtContext, observe) / 8));
    LLVMValueRef alone =
        LLVMBuildICmp(module->builder, LLVMIntNE, observe, emit_index(module, 0), "");
    EmitIf branch = emit_if_begin(module, alone);
    dispatch_links(module, dispatch, links, count);
    emit_else(module, &branch);
    LLVMValueRef fields[3] = {context, links, numbers};
    for (int i = 0; i < 3; i++)
        emit_store(module, fields[i], emit_offset_constant(module, module->i64, call, i), 8);
    emit_store(module, count, numbers, 8);
    LLVMValueRef arguments[4] = {call, chain, LLVMGetParam(made, 2), LLVMGetParam(made, 3)};
    emit_call(module, dispatch, arguments, 4);
    emit_if_end(module, &branch);
    LLVMBuildRetVoid(module->builder);
    if (before) LLVMPositionBuilderAtEnd(module->builder, before);
    return made;
}
