/* index.c: indices of several axes, and the changes between their forms. See index.h. */

#include "codegen/index.h"

#include <string.h>

static bool axis_equal(Axis a, Axis b) {
    return a.kind == b.kind && a.value == b.value;
}

static bool index_equal(const Index *a, const Index *b) {
    if (a->form != b->form || a->rank != b->rank) return false;
    if (a->form != INDEX_AXES) return axis_equal(a->flat, b->flat);
    if (!axis_equal(a->batch, b->batch)) return false;
    for (int i = 0; i < a->rank; i++)
        if (!axis_equal(a->axes[i], b->axes[i])) return false;
    return true;
}

static const Index *interned(KernelEmitter *k, const Index *made) {
    for (int64_t i = k->indices.count - 1; i >= 0; i--)
        if (index_equal(k->indices.items[i], made)) return k->indices.items[i];
    Index *index = arena_copy(k->arena, made, sizeof *made);
    VEC_PUSH(k->arena, k->indices, index);
    return index;
}

static bool has_one_element(Type type) {
    return !type.batched && shape_elements(type.shape) == 1;
}

const Index *index_zero(KernelEmitter *k, Type type) {
    Index index = {.form = INDEX_AXES, .uniform = true, .rank = type.shape.rank};
    index.batch = axis_constant(k, 0);
    for (int i = 0; i < index.rank; i++)
        index.axes[i] = axis_constant(k, 0);
    return interned(k, &index);
}

const Index *index_axes(KernelEmitter *k, Type type, Axis batch, const Axis *axes) {
    if (has_one_element(type)) return index_zero(k, type);
    Index index = {.form = INDEX_AXES, .uniform = true, .rank = type.shape.rank};
    index.batch = type.batched ? batch : axis_constant(k, 0);
    index.uniform = index.batch.kind == AXIS_UNIFORM;
    for (int i = 0; i < index.rank; i++) {
        index.axes[i] = type.shape.dims[i] == 1 ? axis_constant(k, 0) : axes[i];
        if (index.axes[i].kind != AXIS_UNIFORM) index.uniform = false;
    }
    return interned(k, &index);
}

const Index *index_flat(KernelEmitter *k, Type type, Axis flat) {
    if (has_one_element(type)) return index_zero(k, type);
    Index index = {.form = INDEX_FLAT, .uniform = flat.kind == AXIS_UNIFORM, .flat = flat};
    return interned(k, &index);
}

const Index *index_physical(KernelEmitter *k, Axis position) {
    Index index = {
        .form = INDEX_PHYSICAL, .uniform = position.kind == AXIS_UNIFORM, .flat = position};
    return interned(k, &index);
}

/* Splits a consecutive flat position that may run over the end of a sample: the sample of lane 0
 * by scalar division, the lanes' distance from it in short vectors. */
static Axis split_samples(KernelEmitter *k, Axis flat, int64_t elements, Axis *rest) {
    bool simple =
        flat.kind != AXIS_CONSECUTIVE || (axis_is_aligned(k, flat) && elements % k->lanes == 0);
    if (simple) return axis_divide(k, flat, elements, 0, rest);
    Axis first_rest;
    Axis first = axis_divide(k, axis_uniform(flat.value, flat.multiple), elements, 0, &first_rest);
    Axis lanes = axis_consecutive(first_rest.value, 1);
    Axis more = axis_divide(k, lanes, elements, elements + k->lanes, rest);
    return axis_add(k, first, more);
}

static void split_in_sample(KernelEmitter *k, Axis position, Type type, Axis *axes) {
    int64_t bound = shape_elements(type.shape);
    for (int i = type.shape.rank - 1; i > 0; i--) {
        position = axis_divide(k, position, type.shape.dims[i], bound, &axes[i]);
        bound /= type.shape.dims[i];
    }
    if (type.shape.rank > 0) axes[0] = position;
}

void index_get_axes(KernelEmitter *k, const Index *index, Type type, Axis *batch, Axis *axes) {
    if (index->form == INDEX_AXES) {
        *batch = index->batch;
        memcpy(axes, index->axes, (size_t)index->rank * sizeof *axes);
        return;
    }
    if (index->form == INDEX_PHYSICAL) kernel_fail(k, "axes of a physical index", NULL);
    Axis rest = index->flat;
    *batch = axis_constant(k, 0);
    if (type.batched) {
        int64_t elements = shape_elements(type.shape);
        if (elements == 1) {
            *batch = index->flat;
            rest = axis_constant(k, 0);
        } else {
            *batch = split_samples(k, index->flat, elements, &rest);
        }
    }
    split_in_sample(k, rest, type, axes);
}

Axis index_get_in_sample(KernelEmitter *k, const Index *index, Type type) {
    Axis batch, axes[MAX_RANK];
    if (index->form == INDEX_FLAT && !type.batched) return index->flat;
    index_get_axes(k, index, type, &batch, axes);
    Axis flat = axis_constant(k, 0);
    for (int i = 0; i < type.shape.rank; i++) {
        if (type.shape.dims[i] == 1) continue;
        flat = axis_add(k, axis_scale(k, flat, type.shape.dims[i]), axes[i]);
    }
    return flat;
}

Axis index_get_flat(KernelEmitter *k, const Index *index, Type type) {
    if (index->form == INDEX_FLAT) return index->flat;
    Axis in_sample = index_get_in_sample(k, index, type);
    if (!type.batched) return in_sample;
    return axis_add(k, axis_scale(k, index->batch, shape_elements(type.shape)), in_sample);
}

void index_get_matrix(KernelEmitter *k, const Index *index, Type type, Axis *row, Axis *column) {
    Axis axes[MAX_RANK];
    index_get_axes(k, index, type, row, axes);
    *column = axis_constant(k, 0);
    for (int i = 0; i < type.shape.rank; i++) {
        if (i == type.shape.rank - 1)
            *column = axes[i];
        else if (type.shape.dims[i] != 1)
            *row = axis_add(k, axis_scale(k, *row, type.shape.dims[i]), axes[i]);
    }
}

void index_split_row(KernelEmitter *k, Type type, LLVMValueRef row, Axis *batch, Axis *axes) {
    Axis rest = axis_uniform(row, 1);
    for (int i = type.shape.rank - 2; i >= 0; i--) {
        bool outermost = i == 0 && !type.batched;
        if (outermost)
            axes[i] = rest;
        else
            rest = axis_divide(k, rest, type.shape.dims[i], 0, &axes[i]);
    }
    *batch = type.batched ? rest : axis_constant(k, 0);
}
