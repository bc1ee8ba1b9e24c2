/* layout.c: see layout.h.
 *
 *   rows:    (r, c) at r * columns + c
 *   panels:  (r, c) at ((c / 16) * rows + r) * 16 + c % 16, rows of the n samples present
 */
#include "codegen/layout.h"
#include "codegen/lanes.h"

static Axis panel_position(KernelEmitter *k, const Access *access, const Index *index) {
    Axis row, column, lane;
    index_get_matrix(k, index, access->type, &row, &column);
    /* Whole vectors never leave a panel: PANEL is a multiple of the lanes. */
    Axis panel = axis_divide(k, column, PANEL, type_matrix_columns(access->type), &lane);
    LLVMValueRef rows = kernel_rows(k->codegen, access->type, k->count);
    Axis start = axis_add(k, axis_scale_by(k, panel, rows), row);
    return axis_add(k, axis_scale(k, start, PANEL), lane);
}

Axis layout_position(KernelEmitter *k, const Access *access, const Index *index) {
    if (index->form == INDEX_PHYSICAL) return index->flat;
    if (access->layout == LAYOUT_PANELS) return panel_position(k, access, index);
    return index_get_flat(k, index, access->type);
}

static int element_bytes(const KernelEmitter *k, LLVMTypeRef element) {
    return element == k->module->f64 || element == k->module->i64 ? 8 : 4;
}

static LLVMValueRef addresses(KernelEmitter *k, LLVMTypeRef element, LLVMValueRef base,
                              Axis position) {
    LLVMValueRef offset = position.value;
    return LLVMBuildGEP2(k->module->builder, element, base, &offset, 1, "");
}

static LLVMValueRef all_lanes(KernelEmitter *k) {
    return LLVMConstAllOnes(emit_integer_vector_type(k->module, 1, k->lanes));
}

static void mark_invariant(KernelEmitter *k, LLVMValueRef load) {
    unsigned kind = LLVMGetMDKindIDInContext(k->module->context, "invariant.load", 14);
    LLVMMetadataRef empty = LLVMMDNodeInContext2(k->module->context, NULL, 0);
    LLVMSetMetadata(load, kind, LLVMMetadataAsValue(k->module->context, empty));
}

LLVMValueRef layout_read(KernelEmitter *k, LLVMTypeRef element, LLVMValueRef base, Axis position,
                         bool invariant) {
    LLVMValueRef pointer = addresses(k, element, base, position), load;
    int align = element_bytes(k, element);
    LLVMTypeRef vector = LLVMVectorType(element, (unsigned)k->lanes);
    switch (position.kind) {
    case AXIS_UNIFORM: load = emit_load(k->module, element, pointer, align); break;
    case AXIS_CONSECUTIVE:
        load = emit_load(k->module, k->lanes == 1 ? element : vector, pointer, align);
        break;
    default:
        return lanes_gather(k->module, vector, pointer, align, k->mask ? k->mask : all_lanes(k));
    }
    if (invariant) mark_invariant(k, load);
    return load;
}

void layout_write(KernelEmitter *k, LLVMTypeRef element, LLVMValueRef base, Axis position,
                  LLVMValueRef value) {
    LLVMValueRef pointer = addresses(k, element, base, position);
    int align = element_bytes(k, element);
    if (position.kind == AXIS_GENERAL)
        lanes_scatter(k->module, value, pointer, align, k->mask ? k->mask : all_lanes(k));
    else if (position.kind == AXIS_UNIFORM || !k->mask)
        emit_store(k->module, value, pointer, align);
    else
        lanes_store(k->module, value, pointer, align, k->mask);
}

LLVMValueRef layout_load(KernelEmitter *k, const Access *access, const Index *index) {
    Axis position = layout_position(k, access, index);
    LLVMTypeRef element = kernel_element_type(k, access->type.element);
    LLVMValueRef value = layout_read(k, element, access->base, position, access->invariant);
    if (position.kind == AXIS_UNIFORM && !index->uniform)
        return emit_splat(k->module, value, k->lanes);
    return value;
}

void layout_store(KernelEmitter *k, const Access *access, const Index *index, LLVMValueRef value) {
    Axis position = layout_position(k, access, index);
    LLVMTypeRef element = kernel_element_type(k, access->type.element);
    bool whole_panel = access->layout == LAYOUT_PANELS && position.kind == AXIS_CONSECUTIVE;
    if (whole_panel && k->mask) {
        /* Lanes beyond the last column are the panel's padding. */
        value = LLVMBuildSelect(k->module->builder, k->mask, value,
                                LLVMConstNull(LLVMTypeOf(value)), "");
        emit_store(k->module, value, addresses(k, element, access->base, position),
                   element_bytes(k, element));
        return;
    }
    layout_write(k, element, access->base, position, value);
}
