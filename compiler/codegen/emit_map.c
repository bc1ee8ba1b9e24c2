/* emit_map.c: kernels of elementwise and movement operations.
 *
 *   for each vector of the domain: out[index] = value of the root at index
 *
 * The gradient of a pool whose windows lie side by side asks the same of every pixel of a window:
 * there the pixels of a window are computed together, so that it is asked once.
 *
 *   for each window, for each vector of channels:
 *       values of the roots at all its pixels; then out[pixel] = value
 */
#include "codegen/domain.h"

/* Enough to hide a call, few enough to share out. */
enum { TASK_ELEMENTS = 4096, MAX_WINDOW = 16 };

static Domain map_domain(const Codegen *codegen, const Kernel *kernel) {
    return (Domain){kernel->domain, domain_form(codegen, kernel, kernel->domain), TASK_ELEMENTS};
}

/* ---- windows ---- */

/* Windows side by side that cover the image, in powers of two: the number of a pixel's window is
 * then plainly the same for all of them. */
static bool covers(const Window *window, int axis) {
    int64_t size = window->size[axis];
    return size == window->stride[axis] && (size & (size - 1)) == 0 && window->before[axis] == 0 &&
           window->extent[axis] % size == 0;
}

/* The window of the gradient of a pool that has the kernel's domain, or NULL. */
static const Window *window_of_kernel(const Kernel *kernel) {
    for (int64_t i = 0; i < kernel->nodes.count; i++) {
        const Node *node = kernel->nodes.items[i];
        if (node->op != OP_MAXPOOL_INPUT && node->op != OP_AVGPOOL_INPUT) continue;
        if (!type_equal(node->type, kernel->domain)) continue;
        const Window *window = &node->attr.window;
        if (!covers(window, 0) || !covers(window, 1)) continue;
        if (type_matrix_columns(kernel->domain) > 1 &&
            window->size[0] * window->size[1] <= MAX_WINDOW && !kernel_draws(kernel))
            return window;
    }
    return NULL;
}

typedef struct Windows {
    KernelEmitter *k;
    const Window *window;
    int64_t rows, columns, channels, per_task; /* windows of an image, rows of windows a task */
    LLVMValueRef sample, row, column;          /* of the window at hand */
} Windows;

static Windows windows_of(const Kernel *kernel, const Window *window) {
    Shape shape = kernel->domain.shape;
    Windows windows = {.window = window,
                       .rows = shape.dims[0] / window->size[0],
                       .columns = shape.dims[1] / window->size[1],
                       .channels = shape.dims[2]};
    windows.per_task = TASK_ELEMENTS / (window->size[0] * shape.dims[1] * windows.channels);
    if (windows.per_task < 1) windows.per_task = 1;
    return windows;
}

/* All pixels of the window, at a vector of channels. */
static void window_vector(void *user, LLVMValueRef channel) {
    const Windows *windows = user;
    KernelEmitter *k = windows->k;
    Module *module = k->module;
    const BindingVec *outputs = &k->kernel->outputs;
    const int64_t *size = windows->window->size;
    KernelScope scope = kernel_scope_begin(k);
    if (LLVMIsAConstantInt(channel))
        kernel_scope_tail(k, windows->channels - LLVMConstIntGetSExtValue(channel));
    LLVMValueRef *values = ARENA_ARRAY(k->arena, LLVMValueRef, outputs->count * MAX_WINDOW);
    const Index *indices[MAX_WINDOW];
    int pixels = (int)(size[0] * size[1]);
    LLVMValueRef y = emit_mul_constant(module, windows->row, size[0]);
    LLVMValueRef x = emit_mul_constant(module, windows->column, size[1]);
    for (int p = 0; p < pixels; p++) {
        Axis axes[3] = {axis_uniform(emit_add_constant(module, y, p / size[1]), 1),
                        axis_uniform(emit_add_constant(module, x, p % size[1]), 1),
                        axis_consecutive(channel, k->lanes)};
        indices[p] = index_axes(k, k->kernel->domain, axis_uniform(windows->sample, 1), axes);
        for (int64_t i = 0; i < outputs->count; i++)
            values[p * outputs->count + i] = value_at(k, outputs->items[i].node, indices[p]);
    }
    for (int p = 0; p < pixels; p++)
        for (int64_t i = 0; i < outputs->count; i++)
            layout_store(k, &k->outputs[i], indices[p], values[p * outputs->count + i]);
    kernel_scope_end(k, scope);
}

static void one_window(void *user, LLVMValueRef column) {
    Windows *windows = user;
    Module *module = windows->k->module;
    int64_t lanes = windows->k->lanes, whole = windows->channels / lanes * lanes;
    windows->column = column;
    if (whole > 0)
        emit_for(module, emit_index(module, 0), emit_index(module, whole), lanes, window_vector,
                 windows);
    if (whole < windows->channels) window_vector(windows, emit_index(module, whole));
}

static void row_of_windows(void *user, LLVMValueRef row) {
    Windows *windows = user;
    Module *module = windows->k->module;
    windows->sample = emit_div_constant(module, row, windows->rows);
    windows->row = emit_rem_constant(module, row, windows->rows);
    emit_for(module, emit_index(module, 0), emit_index(module, windows->columns), 1, one_window,
             windows);
}

static void window_body(KernelEmitter *k, const Window *window) {
    Module *module = k->module;
    Windows windows = windows_of(k->kernel, window);
    windows.k = k;
    LLVMValueRef rows = emit_mul_constant(module, k->count, windows.rows);
    LLVMValueRef end = emit_min(module, emit_mul_constant(module, k->last, windows.per_task), rows);
    emit_for(module, emit_mul_constant(module, k->first, windows.per_task), end, 1, row_of_windows,
             &windows);
}

/* ---- vectors ---- */

static void map_vector(void *user, KernelEmitter *k, const Index *index) {
    (void)user;
    value_store_outputs(k, k->kernel->domain, index);
}

static void map_body(KernelEmitter *k) {
    const Window *window = window_of_kernel(k->kernel);
    if (window) {
        window_body(k, window);
        return;
    }
    Domain domain = map_domain(k->codegen, k->kernel);
    domain_loop(k, &domain, map_vector, NULL);
}

static LLVMValueRef map_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    const Window *window = window_of_kernel(kernel);
    if (window) {
        Windows windows = windows_of(kernel, window);
        LLVMValueRef rows = emit_mul_constant(codegen->module, count, windows.rows);
        return domain_ceil_div(codegen->module, rows, windows.per_task);
    }
    Domain domain = map_domain(codegen, kernel);
    return domain_tasks(codegen, &domain, count);
}

static SampleTasks map_by_sample(const Codegen *codegen, const Kernel *kernel) {
    const Window *window = window_of_kernel(kernel);
    Domain domain = map_domain(codegen, kernel);
    if (!window) return domain_by_sample(&domain);
    Windows windows = windows_of(kernel, window);
    return samples_and_tasks(windows.rows, windows.per_task);
}

const KernelFamilyEmitter emit_map = {map_body, map_tasks, map_by_sample};
