/* domain.c: see domain.h. */

#include "codegen/domain.h"

static bool is_single(const Node *node) {
    return !node->type.batched && shape_elements(node->type.shape) == 1;
}

static const Buffer *buffer_of(const Codegen *codegen, const Binding *binding) {
    return &codegen->plan->buffers.items[binding->buffer];
}

/* All operands of all nodes are read at the element's own position, or are single numbers. */
static bool stays_in_order(const Kernel *kernel) {
    for (int64_t i = 0; i < kernel->nodes.count; i++) {
        const Node *node = kernel->nodes.items[i];
        if (op_table[node->op].properties & OP_IS_ELEMENTWISE) continue;
        if (node->op == OP_BATCH_SUM) continue;
        switch (node->op) {
        case OP_CONSTANT:
        case OP_HYPER:
        case OP_RUNTIME:
        case OP_RESHAPE: continue;
        case OP_DRAW_UNIFORM:
        case OP_DRAW_NORMAL:
        case OP_ACCUMULATED:
            if (node->type.batched) return false;
            continue;
        case OP_BROADCAST:
            if (is_single(node->operands[0])) continue;
            if (node->operands[0]->type.batched != node->type.batched ||
                shape_elements(node->operands[0]->type.shape) != shape_elements(node->type.shape))
                return false;
            continue;
        default: return false;
        }
    }
    return true;
}

/* Every bound value is a single number or lies in this layout; panels hold one and the same type,
 * without padding. */
static bool all_lie_in(const Codegen *codegen, const Kernel *kernel, Type type, Layout layout) {
    const BindingVec *sets[2] = {&kernel->inputs, &kernel->outputs};
    for (int s = 0; s < 2; s++) {
        for (int64_t i = 0; i < sets[s]->count; i++) {
            const Binding *binding = &sets[s]->items[i];
            const Node *node = binding->node;
            if (is_single(node)) continue;
            if (buffer_of(codegen, binding)->layout != layout) return false;
            if (layout == LAYOUT_ROWS) continue;
            Type a = node->type, b = type;
            if (a.batched != b.batched || type_matrix_rows(a) != type_matrix_rows(b) ||
                type_matrix_columns(a) != type_matrix_columns(b) ||
                type_matrix_columns(a) % PANEL != 0)
                return false;
        }
    }
    return true;
}

/* Reads physical positions only if nothing asks for the logical one. */
static bool needs_no_position(const Kernel *kernel) {
    for (int64_t i = 0; i < kernel->nodes.count; i++) {
        const Node *node = kernel->nodes.items[i];
        bool draws = node->op == OP_DRAW_UNIFORM || node->op == OP_DRAW_NORMAL;
        if (draws || node->op == OP_ACCUMULATED || node->op == OP_RESHAPE) return false;
        if (node->op == OP_BROADCAST && !is_single(node->operands[0])) return false;
    }
    return true;
}

DomainForm domain_form(const Codegen *codegen, const Kernel *kernel, Type type) {
    if (type_matrix_columns(type) == 1) return DOMAIN_FLAT;
    if (!stays_in_order(kernel)) return DOMAIN_MATRIX;
    if (all_lie_in(codegen, kernel, type, LAYOUT_ROWS)) return DOMAIN_FLAT;
    if (all_lie_in(codegen, kernel, type, LAYOUT_PANELS) && needs_no_position(kernel))
        return DOMAIN_PHYSICAL;
    return DOMAIN_MATRIX;
}

/* ---- the size of tasks ---- */

static int64_t greatest_divisor(int64_t a, int64_t b) {
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

SampleTasks samples_and_tasks(int64_t units, int64_t each) {
    int64_t divisor = greatest_divisor(units, each);
    return (SampleTasks){each / divisor, units / divisor};
}

/* A multiple of `step` from half to twice `wanted`: the one with the fewest samples (of `units`)
 * until a task ends where a sample does; of several the nearest to `wanted`. */
static int64_t task_size(int64_t units, int64_t wanted, int64_t step) {
    int64_t best = wanted;
    for (int64_t size = (wanted / 2 + step - 1) / step * step; size <= 2 * wanted; size += step) {
        if (size < step) continue;
        int64_t most = samples_and_tasks(units, best).samples;
        int64_t samples = samples_and_tasks(units, size).samples;
        int64_t away = size > wanted ? size - wanted : wanted - size;
        int64_t best_away = best > wanted ? best - wanted : wanted - best;
        if (samples < most || (samples == most && away < best_away)) best = size;
    }
    return best;
}

/* ---- flat ---- */

/* Groups of vectors begin at multiples of so many elements. */
enum { FLAT_STEP = 64 };

static int64_t flat_size(const Domain *domain) {
    int64_t elements = shape_elements(domain->type.shape);
    int64_t wanted = (domain->task_elements + FLAT_STEP - 1) / FLAT_STEP * FLAT_STEP;
    bool whole = !domain->type.batched || domain->form == DOMAIN_PHYSICAL || elements < wanted / 4;
    return whole ? wanted : task_size(elements, wanted, FLAT_STEP);
}

typedef struct FlatLoop {
    KernelEmitter *k;
    const Domain *domain;
    DomainBody *body;
    void *user;
    LLVMValueRef total; /* elements, i64 */
} FlatLoop;

/* Vectors in a round of the loop of a kernel that draws (DrawGroup). */
enum { GROUP = 4 };

static const Index *flat_index(const FlatLoop *loop, LLVMValueRef element) {
    Axis flat = axis_consecutive(element, loop->k->lanes);
    if (loop->domain->form == DOMAIN_PHYSICAL) return index_physical(loop->k, flat);
    return index_flat(loop->k, loop->domain->type, flat);
}

static void flat_vector(FlatLoop *loop, LLVMValueRef element) {
    loop->body(loop->user, loop->k, flat_index(loop, element));
}

static void flat_group(void *user, LLVMValueRef element) {
    FlatLoop *loop = user;
    KernelEmitter *k = loop->k;
    kernel_group_begin(k, GROUP);
    for (int v = 0; v < GROUP; v++) {
        KernelScope scope = kernel_scope_begin(k);
        LLVMValueRef at = emit_add_constant(k->module, element, (int64_t)v * k->lanes);
        const Index *index = flat_index(loop, at);
        kernel_group_vector(k, v, index);
        loop->body(loop->user, k, index);
        kernel_scope_end(k, scope);
    }
    kernel_group_end(k);
}

static void flat_full(void *user, LLVMValueRef element) {
    FlatLoop *loop = user;
    KernelScope scope = kernel_scope_begin(loop->k);
    flat_vector(loop, element);
    kernel_scope_end(loop->k, scope);
}

/* The elements after the last whole vector, when the task is the one that has them. */
static void flat_tail(FlatLoop *loop, LLVMValueRef whole, LLVMValueRef end) {
    KernelEmitter *k = loop->k;
    LLVMValueRef rest = emit_sub(k->module, loop->total, whole);
    LLVMValueRef has_rest = LLVMBuildICmp(k->module->builder, LLVMIntSLT, whole, end, "");
    EmitIf branch = emit_if_begin(k->module, has_rest);
    KernelScope scope = kernel_scope_begin(k);
    if (LLVMIsAConstantInt(rest))
        kernel_scope_tail(k, LLVMConstIntGetSExtValue(rest));
    else
        kernel_scope_tail_count(k, rest);
    flat_vector(loop, whole);
    kernel_scope_end(k, scope);
    emit_if_end(k->module, &branch);
}

/* The end of the last whole group of vectors from `start` on; start if there is none. */
static LLVMValueRef whole_groups(KernelEmitter *k, LLVMValueRef start, LLVMValueRef last) {
    Module *module = k->module;
    int64_t step = (int64_t)GROUP * k->lanes;
    LLVMValueRef groups = emit_div_constant(module, emit_sub(module, last, start), step);
    return emit_add(module, start, emit_mul_constant(module, groups, step));
}

static void flat_task(void *user, LLVMValueRef task) {
    FlatLoop *loop = user;
    Module *module = loop->k->module;
    int64_t step = flat_size(loop->domain);
    LLVMValueRef start = emit_mul_constant(module, task, step);
    LLVMValueRef end = emit_min(module, emit_add_constant(module, start, step), loop->total);
    LLVMValueRef whole = emit_mul_constant(
        module, emit_div_constant(module, loop->total, loop->k->lanes), loop->k->lanes);
    LLVMValueRef last = emit_min(module, end, whole);
    bool constant_total = LLVMIsAConstantInt(loop->total) != NULL;
    int64_t total = constant_total ? LLVMConstIntGetSExtValue(loop->total) : 1;
    if (kernel_draws(loop->k->kernel)) {
        LLVMValueRef grouped = whole_groups(loop->k, start, last);
        emit_for(module, start, grouped, GROUP * loop->k->lanes, flat_group, loop);
        start = grouped;
        int64_t group = (int64_t)GROUP * loop->k->lanes;
        if (total % group == 0 && step % group == 0) return; /* nothing is left */
    }
    emit_for(module, start, last, loop->k->lanes, flat_full, loop);
    if (total % loop->k->lanes == 0) return;
    flat_tail(loop, whole, end);
}

static LLVMValueRef flat_total(Codegen *codegen, Type domain, LLVMValueRef count) {
    int64_t elements = shape_elements(domain.shape);
    return domain.batched ? emit_mul_constant(codegen->module, count, elements)
                          : emit_index(codegen->module, elements);
}

/* ---- matrix ---- */

typedef struct MatrixShape {
    int64_t columns, column_block, column_blocks; /* columns a task covers; tasks side by side */
    int64_t row_block;
} MatrixShape;

static MatrixShape matrix_shape(const Domain *domain) {
    MatrixShape shape = {.columns = type_matrix_columns(domain->type)};
    int64_t elements = domain->task_elements;
    shape.column_block = shape.columns < elements ? shape.columns : elements;
    shape.column_blocks = (shape.columns + shape.column_block - 1) / shape.column_block;
    shape.row_block = elements / shape.column_block;
    if (domain->type.batched && shape.row_block > 1 && type_matrix_rows(domain->type) > 1)
        shape.row_block = task_size(type_matrix_rows(domain->type), shape.row_block, 1);
    return shape;
}

typedef struct MatrixLoop {
    KernelEmitter *k;
    Type type;
    DomainBody *body;
    void *user;
    MatrixShape shape;
    LLVMValueRef column_start, row;
    Axis batch, axes[MAX_RANK];
} MatrixLoop;

static void matrix_vector(void *user, LLVMValueRef column) {
    MatrixLoop *loop = user;
    KernelEmitter *k = loop->k;
    Type type = loop->type;
    KernelScope scope = kernel_scope_begin(k);
    if (LLVMIsAConstantInt(column))
        kernel_scope_tail(k, loop->shape.columns - LLVMConstIntGetSExtValue(column));
    loop->axes[type.shape.rank - 1] = axis_consecutive(column, k->lanes);
    loop->body(loop->user, k, index_axes(k, type, loop->batch, loop->axes));
    kernel_scope_end(k, scope);
}

static void matrix_group(void *user, LLVMValueRef column) {
    MatrixLoop *loop = user;
    KernelEmitter *k = loop->k;
    kernel_group_begin(k, GROUP);
    for (int v = 0; v < GROUP; v++) {
        KernelScope scope = kernel_scope_begin(k);
        LLVMValueRef at = emit_add_constant(k->module, column, (int64_t)v * k->lanes);
        loop->axes[loop->type.shape.rank - 1] = axis_consecutive(at, k->lanes);
        const Index *index = index_axes(k, loop->type, loop->batch, loop->axes);
        kernel_group_vector(k, v, index);
        loop->body(loop->user, k, index);
        kernel_scope_end(k, scope);
    }
    kernel_group_end(k);
}

/* Columns in whole vectors, then the rest with a constant mask. */
static void matrix_row(void *user, LLVMValueRef row) {
    MatrixLoop *loop = user;
    KernelEmitter *k = loop->k;
    Module *module = k->module;
    KernelScope scope = kernel_scope_begin(k);
    index_split_row(k, loop->type, row, &loop->batch, loop->axes);
    int64_t whole = loop->shape.columns / k->lanes * k->lanes;
    if (loop->shape.columns <= k->lanes) {
        matrix_vector(loop, emit_index(module, 0));
    } else {
        LLVMValueRef end = emit_min(
            module, emit_add_constant(module, loop->column_start, loop->shape.column_block),
            emit_index(module, whole));
        LLVMValueRef start = loop->column_start;
        if (kernel_draws(k->kernel)) {
            LLVMValueRef grouped = whole_groups(k, start, end);
            emit_for(module, start, grouped, GROUP * k->lanes, matrix_group, loop);
            start = grouped;
        }
        emit_for(module, start, end, k->lanes, matrix_vector, loop);
        if (whole < loop->shape.columns) {
            int64_t last_block = (loop->shape.column_blocks - 1) * loop->shape.column_block;
            LLVMValueRef is_last = LLVMBuildICmp(module->builder, LLVMIntEQ, loop->column_start,
                                                 emit_index(module, last_block), "");
            EmitIf branch = emit_if_begin(module, is_last);
            matrix_vector(loop, emit_index(module, whole));
            emit_if_end(module, &branch);
        }
    }
    kernel_scope_end(k, scope);
}

static void matrix_task(void *user, LLVMValueRef task) {
    MatrixLoop *loop = user;
    Module *module = loop->k->module;
    const MatrixShape *shape = &loop->shape;
    LLVMValueRef row_block = emit_div_constant(module, task, shape->column_blocks);
    LLVMValueRef column_block = emit_rem_constant(module, task, shape->column_blocks);
    loop->column_start = emit_mul_constant(module, column_block, shape->column_block);
    LLVMValueRef start = emit_mul_constant(module, row_block, shape->row_block);
    LLVMValueRef rows = kernel_rows(loop->k->codegen, loop->type, loop->k->count);
    LLVMValueRef end = emit_min(module, emit_add_constant(module, start, shape->row_block), rows);
    emit_for(module, start, end, 1, matrix_row, loop);
}

/* ---- both ---- */

void domain_loop(KernelEmitter *k, const Domain *domain, DomainBody *body, void *user) {
    if (!domain->type.batched && shape_elements(domain->type.shape) == 1) {
        LLVMValueRef any = LLVMBuildICmp(k->module->builder, LLVMIntSLT, k->first, k->last, "");
        EmitIf branch = emit_if_begin(k->module, any);
        KernelScope scope = kernel_scope_begin(k);
        body(user, k, index_zero(k, domain->type));
        kernel_scope_end(k, scope);
        emit_if_end(k->module, &branch);
        return;
    }
    if (domain->form == DOMAIN_MATRIX) {
        MatrixLoop loop = {.k = k,
                           .type = domain->type,
                           .body = body,
                           .user = user,
                           .shape = matrix_shape(domain)};
        emit_for(k->module, k->first, k->last, 1, matrix_task, &loop);
        return;
    }
    FlatLoop loop = {k, domain, body, user, flat_total(k->codegen, domain->type, k->count)};
    emit_for(k->module, k->first, k->last, 1, flat_task, &loop);
}

LLVMValueRef domain_ceil_div(Module *module, LLVMValueRef value, int64_t by) {
    return emit_div_constant(module, emit_add_constant(module, value, by - 1), by);
}

LLVMValueRef domain_tasks(Codegen *codegen, const Domain *domain, LLVMValueRef count) {
    Module *module = codegen->module;
    if (domain->form != DOMAIN_MATRIX)
        return domain_ceil_div(module, flat_total(codegen, domain->type, count), flat_size(domain));
    MatrixShape shape = matrix_shape(domain);
    LLVMValueRef rows = kernel_rows(codegen, domain->type, count);
    return emit_mul_constant(module, domain_ceil_div(module, rows, shape.row_block),
                             shape.column_blocks);
}

SampleTasks domain_by_sample(const Domain *domain) {
    if (domain->form != DOMAIN_MATRIX)
        return samples_and_tasks(shape_elements(domain->type.shape), flat_size(domain));
    MatrixShape shape = matrix_shape(domain);
    SampleTasks result = samples_and_tasks(type_matrix_rows(domain->type), shape.row_block);
    result.tasks *= shape.column_blocks;
    return result;
}
