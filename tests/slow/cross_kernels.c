/* cross_kernels TRIPLE CPU OUT.o: elementary functions, random numbers and matrix products as an
 * object file for another machine; cross_driver.c runs it there. Each function is
 *   void kernel_I(const void *x, const void *y, void *z)    over CROSS_COUNT numbers.
 */

#include <stdio.h>
#include <string.h>

#include "codegen/emit.h"
#include "codegen/math_emit.h"
#include "codegen/matmul.h"
#include "cross_kernels.h"
#include "math/math_functions.h"
#include "math/math_random.h"

static LLVMValueRef begin_kernel(Module *m, int number) {
    LLVMTypeRef types[] = {m->pointer, m->pointer, m->pointer};
    static const uint8_t promises[] = {EMIT_NOALIAS, EMIT_NOALIAS, EMIT_NOALIAS};
    const char *name = arena_format(m->arena, "kernel_%d", number);
    return emit_function_begin(m, name, m->void_type, types, 3, promises, 64, false);
}

/* z[i] = f(x[i]), or x[i] ^ y[i] after the last function. */
static void write_function(Module *m, int number, MathPrecision precision, int function) {
    LLVMValueRef f = begin_kernel(m, number);
    int lanes = module_lanes(m, precision), align = lanes * module_number_bytes(precision);
    LLVMTypeRef type = module_number_type(m, precision);
    LLVMTypeRef vector = emit_vector_type(m, precision, lanes);
    EmitLoop loop = emit_for_begin(m, emit_index(m, 0), emit_index(m, CROSS_COUNT), lanes, NULL, 0);
    MathBuilder b = math_emit_builder(m, precision, lanes);
    LLVMValueRef at[3];
    for (unsigned i = 0; i < 3; i++)
        at[i] = emit_offset(m, type, LLVMGetParam(f, i), loop.index);
    LLVMValueRef x = emit_load(m, vector, at[0], align), y = emit_load(m, vector, at[1], align);
    LLVMValueRef z = function < math_function_count
                         ? math_emit_call(&b, math_functions[function].build, x)
                         : math_emit_call2(&b, math_pow, x, y);
    emit_store(m, z, at[2], align);
    emit_for_end(m, &loop, NULL);
    LLVMBuildRetVoid(m->builder);
}

/* z = normal draws, lane by lane. */
static void write_random(Module *m, int number, MathPrecision precision) {
    LLVMValueRef f = begin_kernel(m, number);
    int lanes = module_lanes(m, precision);
    LLVMTypeRef word = precision == MATH_F32 ? m->i32 : m->i64;
    MathBuilder b = math_emit_builder(m, precision, lanes);
    MathStream at = {.key = {b.integer(&b, 0x9abcdef0), b.integer(&b, 0x12345678)},
                     .sample = b.integer(&b, 3),
                     .step = b.integer(&b, 4),
                     .stream = b.integer(&b, 5)};
    LLVMValueRef *lane = ARENA_ARRAY(m->arena, LLVMValueRef, lanes);
    for (int i = 0; i < lanes; i++)
        lane[i] = LLVMConstInt(word, (unsigned)i, false);
    EmitLoop loop = emit_for_begin(m, emit_index(m, 0), emit_index(m, CROSS_COUNT), lanes, NULL, 0);
    LLVMValueRef first = LLVMBuildTruncOrBitCast(m->builder, loop.index, word, "");
    LLVMValueRef element = LLVMBuildAdd(m->builder, emit_splat(m, first, lanes),
                                        LLVMConstVector(lane, (unsigned)lanes), "");
    MathValue draw = math_normal_element(&b, &at, math_emit_value(element));
    LLVMValueRef to =
        emit_offset(m, module_number_type(m, precision), LLVMGetParam(f, 2), loop.index);
    emit_store(m, draw.handle, to, module_number_bytes(precision));
    emit_for_end(m, &loop, NULL);
    LLVMBuildRetVoid(m->builder);
}

typedef struct Store {
    MathPrecision precision;
    MatmulOperand to;
} Store;

/* z = tanh(sums), so that the epilogue is a long one. */
static void store_tanh(void *user, Module *m, const MatmulTile *tile) {
    Store *store = user;
    MathBuilder b = math_emit_builder(m, store->precision, tile->lanes);
    for (int r = 0; r < tile->rows; r++)
        for (int v = 0; v < tile->vectors; v++) {
            LLVMValueRef sum = tile->values[r * tile->vectors + v];
            matmul_store(m, store->precision, &store->to, tile, r, v,
                         math_emit_call(&b, math_tanh, sum));
        }
}

/* z [29][37] = tanh(x y): x [29][41] or, turned, [41][29]; y [41][37] or [37][41]; all in rows. */
static void write_product(Module *m, int number, MathPrecision precision, int form) {
    LLVMValueRef f = begin_kernel(m, number);
    Store store = {precision, matmul_rows(LLVMGetParam(f, 2), 37)};
    MatmulSpec spec = {.precision = precision,
                       .rows = emit_index(m, 29),
                       .rows_constant = -1,
                       .columns = 37,
                       .depth = emit_index(m, 41),
                       .depth_constant = 41,
                       .depth_chunk = form == 2 ? 8 : 0,
                       .a = matmul_rows(LLVMGetParam(f, 0), form == 2 ? 29 : 41),
                       .b = matmul_rows(LLVMGetParam(f, 1), form == 1 ? 41 : 37),
                       .a_transposed = form == 2,
                       .b_transposed = form == 1,
                       .inline_epilogue = form == 0,
                       .epilogue = store_tanh,
                       .user = &store};
    MatmulPlan plan = matmul_plan(m, &spec);
    matmul_emit(m, &spec, emit_index(m, 0), matmul_emit_tasks(m, &plan, spec.rows));
    LLVMBuildRetVoid(m->builder);
}

static void write_kernels(Module *m) {
    int number = 0;
    for (int p = 0; p < 2; p++) {
        MathPrecision precision = p ? MATH_F64 : MATH_F32;
        for (int f = 0; f <= math_function_count; f++)
            write_function(m, number++, precision, f);
        write_random(m, number++, precision);
        for (int form = 0; form < 3; form++)
            write_product(m, number++, precision, form);
    }
    if (number != CROSS_KERNELS) fprintf(stderr, "cross_kernels: %d kernels\n", number);
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    Arena arena;
    arena_init(&arena);
    Module module;
    ModuleOptions options = {
        .triple = arguments[1], .cpu = arguments[2], .level = 2, .position_independent = true};
    const char *error = "", *bytes = NULL;
    size_t size = 0;
    bool good = module_init(&module, &arena, "cross", &options, &error);
    if (good) write_kernels(&module);
    good = good && module_verify(&module, &error) && module_optimize(&module, &error) &&
           module_compile(&module, LLVMObjectFile, &bytes, &size, &error);
    FILE *file = good ? fopen(arguments[3], "wb") : NULL;
    bool written = file && fwrite(bytes, 1, size, file) == size;
    if (file && fclose(file) != 0) written = false;
    if (!written) fprintf(stderr, "cross_kernels: %s\n", good ? "cannot write" : error);
    module_free(&module);
    arena_free(&arena);
    return !written;
}
