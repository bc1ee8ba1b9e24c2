/* convolution_halo.c: an image copied into the scratch, with zeros around it.
 *
 *   for each row of the scratch:
 *       outside of the image: zeros; else zeros to the left, the pixels, zeros to the right
 *
 * Row after row and from left to right, so whole vectors may run over into what is written next.
 */

#include "codegen/convolution.h"
#include "codegen/emit.h"

typedef struct Fill {
    Module *module;
    LLVMTypeRef number, vector;
    int lanes, bytes;
    LLVMValueRef zero;
} Fill;

LLVMValueRef convolution_new_scratch(Module *module, const Convolution *convolution,
                                     MathPrecision precision) {
    return emit_stack(module, module_number_type(module, precision),
                      convolution_scratch(convolution), 64);
}

/* `from` NULL: zeros. Elements [0, count) in steps of whole vectors. */
static void move_vectors(const Fill *fill, LLVMValueRef to, LLVMValueRef from, LLVMValueRef count) {
    Module *module = fill->module;
    LLVMValueRef zero = emit_index(module, 0), begin = zero;
    if (LLVMIsAConstantInt(count) && LLVMConstIntGetSExtValue(count) <= 0) return;
    int64_t known = LLVMIsAConstantInt(count) ? LLVMConstIntGetSExtValue(count) : -1;
    for (int unroll = known >= 0 && known < 4 * fill->lanes ? 1 : 4; unroll >= 1; unroll -= 3) {
        int64_t step = (int64_t)unroll * fill->lanes;
        LLVMValueRef end = unroll == 1 ? count : emit_add_constant(module, count, 1 - step);
        EmitLoop loop = emit_for_begin(module, begin, end, step, &begin, 1);
        for (int i = 0; i < unroll; i++) {
            LLVMValueRef at = emit_add_constant(module, loop.index, (int64_t)i * fill->lanes);
            LLVMValueRef value = fill->zero;
            if (from)
                value = emit_load(module, fill->vector, emit_offset(module, fill->number, from, at),
                                  fill->bytes);
            emit_store(module, value, emit_offset(module, fill->number, to, at), fill->bytes);
        }
        LLVMValueRef next = emit_add_constant(module, loop.index, step);
        emit_for_end(module, &loop, &next);
        begin = loop.carried[0];
    }
}

/* value, but at least 0 and at most `most`. */
static LLVMValueRef clamped(Module *module, LLVMValueRef value, int64_t most) {
    LLVMValueRef zero = emit_index(module, 0);
    LLVMValueRef negative = LLVMBuildICmp(module->builder, LLVMIntSLT, value, zero, "");
    value = LLVMBuildSelect(module->builder, negative, zero, value, "");
    return emit_min(module, value, emit_index(module, most));
}

static void fill_row(const Fill *fill, const Convolution *convolution, LLVMValueRef to,
                     LLVMValueRef image_row, LLVMValueRef pixel_column) {
    Module *module = fill->module;
    int64_t columns = convolution->scratch_columns, channels = convolution->image_channels;
    LLVMValueRef zero = emit_index(module, 0);
    LLVMValueRef left = clamped(module, emit_sub(module, zero, pixel_column), columns);
    LLVMValueRef width = emit_index(module, convolution->columns.pixels);
    LLVMValueRef end = clamped(module, emit_sub(module, width, pixel_column), columns);
    LLVMValueRef inside = clamped(module, emit_sub(module, end, left), columns);
    LLVMValueRef from = emit_mul_constant(module, emit_add(module, pixel_column, left), channels);
    move_vectors(fill, to, NULL, emit_mul_constant(module, left, channels));
    LLVMValueRef at = emit_mul_constant(module, left, channels);
    move_vectors(fill, emit_offset(module, fill->number, to, at),
                 LLVMBuildGEP2(module->builder, fill->number, image_row, &from, 1, ""),
                 emit_mul_constant(module, inside, channels));
    LLVMValueRef behind = emit_add(module, left, inside);
    LLVMValueRef rest = emit_sub(module, emit_index(module, columns), behind);
    move_vectors(fill,
                 emit_offset(module, fill->number, to, emit_mul_constant(module, behind, channels)),
                 NULL, emit_mul_constant(module, rest, channels));
}

void convolution_fill(Module *module, const Convolution *convolution, MathPrecision precision,
                      LLVMValueRef scratch, LLVMValueRef image, LLVMValueRef first,
                      LLVMValueRef last, LLVMValueRef pixel_row, int64_t row_step,
                      LLVMValueRef pixel_column) {
    int lanes = module_lanes(module, precision);
    Fill fill = {.module = module,
                 .number = module_number_type(module, precision),
                 .vector = emit_vector_type(module, precision, lanes),
                 .lanes = lanes,
                 .bytes = module_number_bytes(precision)};
    fill.zero = emit_zero(fill.vector);
    int64_t row_elements = convolution->scratch_columns * convolution->image_channels;
    int64_t image_elements = convolution->columns.pixels * convolution->image_channels;
    EmitLoop loop = emit_for_begin(module, first, last, 1, NULL, 0);
    LLVMValueRef to = emit_offset(module, fill.number, scratch,
                                  emit_mul_constant(module, loop.index, row_elements));
    LLVMValueRef row = emit_add(module, pixel_row, emit_mul_constant(module, loop.index, row_step));
    LLVMValueRef there = LLVMBuildICmp(module->builder, LLVMIntULT, row,
                                       emit_index(module, convolution->rows.pixels), "");
    EmitIf branch = emit_if_begin(module, there);
    LLVMValueRef image_row =
        emit_offset(module, fill.number, image, emit_mul_constant(module, row, image_elements));
    fill_row(&fill, convolution, to, image_row, pixel_column);
    emit_else(module, &branch);
    move_vectors(&fill, to, NULL, emit_index(module, row_elements));
    emit_if_end(module, &branch);
    emit_for_end(module, &loop, NULL);
}
