/* constant_data.c: see constant_data.h. */

#include "codegen/constant_data.h"
#include "runtime/abi.h"

#include <string.h>

LLVMValueRef constant_data_global(Codegen *codegen, LLVMValueRef initial, unsigned align) {
    Module *module = codegen->module;
    LLVMValueRef global = LLVMAddGlobal(module->module, LLVMTypeOf(initial), "");
    LLVMSetInitializer(global, initial);
    LLVMSetLinkage(global, LLVMPrivateLinkage);
    LLVMSetGlobalConstant(global, true);
    LLVMSetAlignment(global, align);
    return global;
}

LLVMValueRef constant_data_text(Codegen *codegen, const char *text) {
    Module *module = codegen->module;
    if (!text) return LLVMConstNull(module->pointer);
    LLVMValueRef bytes =
        LLVMConstStringInContext(module->context, text, (unsigned)strlen(text), false);
    LLVMValueRef global = constant_data_global(codegen, bytes, 1);
    LLVMSetUnnamedAddress(global, LLVMGlobalUnnamedAddr);
    return global;
}

static LLVMValueRef array_of(Codegen *codegen, LLVMTypeRef type, LLVMValueRef *items,
                             int64_t count) {
    if (count == 0) return LLVMConstNull(codegen->module->pointer);
    return constant_data_global(codegen, LLVMConstArray2(type, items, (uint64_t)count), 8);
}

LLVMValueRef constant_data_texts(Codegen *codegen, const char *const *texts, int64_t count) {
    LLVMValueRef *items = ARENA_ARRAY(codegen->arena, LLVMValueRef, count);
    for (int64_t i = 0; i < count; i++)
        items[i] = constant_data_text(codegen, texts[i]);
    return array_of(codegen, codegen->module->pointer, items, count);
}

LLVMValueRef constant_data_integers(Codegen *codegen, const int64_t *numbers, int64_t count) {
    LLVMValueRef *items = ARENA_ARRAY(codegen->arena, LLVMValueRef, count);
    for (int64_t i = 0; i < count; i++)
        items[i] = emit_index(codegen->module, numbers[i]);
    return array_of(codegen, codegen->module->i64, items, count);
}

/* Position of element i in the buffer. */
static int64_t literal_position(const Buffer *buffer, int64_t i) {
    if (buffer->layout == LAYOUT_ROWS) return i;
    int64_t columns = type_matrix_columns(buffer->type), rows = type_matrix_rows(buffer->type);
    int64_t r = i / columns, c = i % columns;
    return ((c / PANEL) * rows + r) * PANEL + c % PANEL;
}

LLVMValueRef constant_data_literal(Codegen *codegen, int32_t id) {
    if (codegen->constants[id]) return codegen->constants[id];
    const Buffer *buffer = &codegen->plan->buffers.items[id];
    const Node *node = buffer->node;
    int64_t elements = shape_elements(buffer->type.shape);
    int64_t room = literal_position(buffer, elements - 1) + 1 + PANEL;
    bool is_class = buffer->type.element == ELEMENT_CLASS;
    LLVMTypeRef type =
        is_class ? codegen->module->i32 : module_number_type(codegen->module, codegen->precision);
    LLVMValueRef *items = ARENA_ARRAY(codegen->arena, LLVMValueRef, room);
    for (int64_t i = 0; i < room; i++)
        items[i] = LLVMConstNull(type);
    for (int64_t i = 0; i < elements; i++) {
        double number = node->op == OP_CONSTANT ? node->attr.number : node->attr.literal[i];
        items[literal_position(buffer, i)] =
            is_class ? LLVMConstInt(type, (unsigned long long)(int64_t)number, true)
                     : LLVMConstReal(type, number);
    }
    LLVMValueRef data = LLVMConstArray2(type, items, (uint64_t)room);
    return codegen->constants[id] = constant_data_global(codegen, data, 64);
}

/* ---- records ---- */

#define i64_letter              "i"
#define f64_letter              "f"
#define ptr_letter              "p"
#define STRUCT(Name)            const RecordType record_##Name = {""
#define FIELD(kind, type, name) kind##_letter
#define END(Name)                                                                                  \
    }                                                                                              \
    ;
#include "runtime/abi.def"
#undef STRUCT
#undef FIELD
#undef END

Record record_begin(Codegen *codegen, const RecordType *type) {
    int count = (int)strlen(type->kinds);
    return (Record){codegen, count, ARENA_ARRAY(codegen->arena, LLVMValueRef, count), type->kinds};
}

static void record_set(Record *record, size_t offset, char kind, LLVMValueRef value) {
    size_t field = offset / 8;
    if (offset % 8 || field >= (size_t)record->count || record->kinds[field] != kind) {
        if (!record->codegen->error[0])
            record->codegen->error = "a field of the descriptor is set with another kind";
        return;
    }
    record->values[field] = value;
}

void record_integer(Record *record, size_t offset, int64_t value) {
    record_set(record, offset, 'i', emit_index(record->codegen->module, value));
}

void record_real(Record *record, size_t offset, double value) {
    record_set(record, offset, 'f', LLVMConstReal(record->codegen->module->f64, value));
}

void record_pointer(Record *record, size_t offset, LLVMValueRef value) {
    record_set(record, offset, 'p', value);
}

void record_text(Record *record, size_t offset, const char *text) {
    record_set(record, offset, 'p', constant_data_text(record->codegen, text));
}

LLVMValueRef record_end(const Record *record) {
    Module *module = record->codegen->module;
    for (int i = 0; i < record->count; i++) {
        LLVMTypeRef type = record->kinds[i] == 'i'   ? module->i64
                           : record->kinds[i] == 'f' ? module->f64
                                                     : module->pointer;
        if (!record->values[i]) record->values[i] = LLVMConstNull(type);
    }
    return LLVMConstStructInContext(module->context, record->values, (unsigned)record->count,
                                    false);
}
