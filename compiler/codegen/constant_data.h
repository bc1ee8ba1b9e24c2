/* constant_data.h: read-only data of the module: texts, arrays, literals, records of abi.def. */
#ifndef NNC_CODEGEN_CONSTANT_DATA_H
#define NNC_CODEGEN_CONSTANT_DATA_H

#include "codegen/kernel.h"

/* A private constant; gives its address. `align` in bytes. */
LLVMValueRef constant_data_global(Codegen *codegen, LLVMValueRef initial, unsigned align);
/* A NUL-terminated text; NULL gives a null pointer. */
LLVMValueRef constant_data_text(Codegen *codegen, const char *text);
/* Arrays; a null pointer for count 0. */
LLVMValueRef constant_data_texts(Codegen *codegen, const char *const *texts, int64_t count);
LLVMValueRef constant_data_integers(Codegen *codegen, const int64_t *numbers, int64_t count);
/* The data of a buffer of PLACE_CONSTANT, laid out as the buffer says, with room behind it for a
 * vector read at its last element. Made once. */
LLVMValueRef constant_data_literal(Codegen *codegen, int32_t buffer);

/* A structure of abi.def: every field takes 8 bytes, so field i stands at byte 8 i. */
typedef struct Record {
    Codegen *codegen;
    int count;
    LLVMValueRef *values; /* NULL: not set, which is zero */
    const char *kinds;    /* 'i', 'f', 'p' each */
} Record;

/* Which fields a structure has. */
typedef struct RecordType {
    const char *kinds;
} RecordType;

#define STRUCT(Name) extern const RecordType record_##Name;
#define FIELD(kind, type, name)
#define END(Name)
#include "runtime/abi.def"
#undef STRUCT
#undef FIELD
#undef END

Record record_begin(Codegen *codegen, const RecordType *type);
/* `offset` is offsetof(Struct, field). Setting a field with another kind is an internal error. */
void record_integer(Record *record, size_t offset, int64_t value);
void record_real(Record *record, size_t offset, double value);
void record_pointer(Record *record, size_t offset, LLVMValueRef value);
void record_text(Record *record, size_t offset, const char *text);
LLVMValueRef record_end(const Record *record);

#endif
