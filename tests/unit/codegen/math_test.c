/* Elementary functions and random numbers in vectors: bit for bit the scalar ones. */
#include "codegen/math_emit.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codegen/emit.h"
#include "codegen/harness.h"
#include "codegen/tests.h"
#include "math/math_functions.h"
#include "math/math_random.h"
#include "math/math_scalar.h"

static const char *const cpus[] = {"native", "x86-64-v3"};

#define COUNT 3840 /* a multiple of every lane count */

static int bytes_of(MathPrecision precision) {
    return precision == MATH_F32 ? 4 : 8;
}

static uint64_t bits_at(MathPrecision precision, const void *values, int i) {
    if (precision == MATH_F64) return ((const uint64_t *)values)[i];
    return ((const uint32_t *)values)[i];
}

static void put_bits(MathPrecision precision, void *values, int i, uint64_t bits) {
    if (precision == MATH_F64)
        ((uint64_t *)values)[i] = bits;
    else
        ((uint32_t *)values)[i] = (uint32_t)bits;
}

/* Half all bit patterns, half everyday numbers, and the edges. */
static void fill(MathPrecision precision, void *values, unsigned seed) {
    static const double edges[] = {0.0, -0.0, INFINITY, -INFINITY, NAN, 1, -1, 88.8, -103.9, 1e5};
    MathBuilder scalar = math_scalar_builder(precision);
    uint64_t state = seed;
    for (int i = 0; i < COUNT; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        uint64_t bits = state ^ (state >> 29);
        if (i < 10)
            bits = math_scalar_number(&scalar, edges[i]).bits;
        else if (i % 2)
            bits = math_scalar_number(&scalar, (double)(int64_t)bits * 0x1p-59).bits;
        put_bits(precision, values, i, bits);
    }
}

static bool equal_bits(MathBuilder *scalar, MathValue a, MathValue b) {
    return a.bits == b.bits ||
           (isnan(math_scalar_value(scalar, a)) && isnan(math_scalar_value(scalar, b)));
}

typedef struct Kernel {
    MathValue (*one)(MathBuilder *, MathValue);
    MathValue (*two)(MathBuilder *, MathValue, MathValue);
} Kernel;

/* name(x, y, z): z[i] = f(x[i]) or f(x[i], y[i]) for COUNT numbers. */
static void write_kernel(Module *m, const char *name, MathPrecision precision, int lanes,
                         Kernel kernel) {
    LLVMTypeRef types[] = {m->pointer, m->pointer, m->pointer};
    LLVMTypeRef type = emit_vector_type(m, precision, lanes);
    LLVMTypeRef number = module_number_type(m, precision);
    LLVMValueRef f = emit_function_begin(m, name, m->void_type, types, 3, NULL, 0, false);
    EmitLoop loop = emit_for_begin(m, emit_index(m, 0), emit_index(m, COUNT), lanes, NULL, 0);
    MathBuilder builder = math_emit_builder(m, precision, lanes);
    LLVMValueRef at[3];
    for (unsigned i = 0; i < 3; i++)
        at[i] = emit_offset(m, number, LLVMGetParam(f, i), loop.index);
    int align = bytes_of(precision);
    LLVMValueRef x = emit_load(m, type, at[0], align), y = emit_load(m, type, at[1], align);
    emit_store(m,
               kernel.one ? math_emit_call(&builder, kernel.one, x)
                          : math_emit_call2(&builder, kernel.two, x, y),
               at[2], align);
    emit_for_end(m, &loop, NULL);
    LLVMBuildRetVoid(m->builder);
}

static MathValue cube(MathBuilder *builder, MathValue x) {
    return math_whole_power(builder, x, 3);
}
static MathValue minus_tenth(MathBuilder *builder, MathValue x) {
    return math_whole_power(builder, x, -10);
}
static MathValue square_root(MathBuilder *builder, MathValue x) {
    return builder->unary(builder, MATH_SQRT, x);
}
static MathValue nearest(MathBuilder *builder, MathValue x) {
    return builder->unary(builder, MATH_ROUND_EVEN, x);
}

static const Kernel kernels[] = {
    {math_exp, NULL},      {math_log, NULL},    {math_log1p, NULL}, {math_tanh, NULL},
    {math_erf, NULL},      {math_sin, NULL},    {math_cos, NULL},   {math_sigmoid, NULL},
    {math_softplus, NULL}, {math_abs, NULL},    {math_sign, NULL},  {cube, NULL},
    {minus_tenth, NULL},   {square_root, NULL}, {nearest, NULL},    {NULL, math_max},
    {NULL, math_min},      {math_negate, NULL},
};

static void compare_kernel(Harness *harness, const char *name, MathPrecision precision,
                           Kernel kernel) {
    static uint64_t x[COUNT], y[COUNT], z[COUNT];
    fill(precision, x, 1);
    fill(precision, y, 2);
    MathBuilder scalar = math_scalar_builder(precision);
    ((void (*)(void *, void *, void *))harness_find(harness, name))(x, y, z);
    int wrong = 0;
    for (int i = 0; i < COUNT; i++) {
        MathValue a = {.bits = bits_at(precision, x, i)}, b = {.bits = bits_at(precision, y, i)};
        MathValue wanted = kernel.one ? kernel.one(&scalar, a) : kernel.two(&scalar, a, b);
        MathValue got = {.bits = bits_at(precision, z, i)};
        if (equal_bits(&scalar, got, wanted)) continue;
        if (!wrong++)
            printf("%s(%a, %a): %a, not %a\n", name, math_scalar_value(&scalar, a),
                   math_scalar_value(&scalar, b), math_scalar_value(&scalar, got),
                   math_scalar_value(&scalar, wanted));
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void kernel_name(char name[64], int number, MathPrecision precision, int lanes) {
    snprintf(name, 64, "kernel_%d_f%d_%d", number, 8 * bytes_of(precision), lanes);
}

static void compare_all(const Kernel *list, int count, bool scalars_too) {
    for (size_t c = 0; c < sizeof cpus / sizeof *cpus; c++) {
        if (!harness_runs(cpus[c])) continue;
        Harness harness;
        harness_begin(&harness, cpus[c]);
        char name[64];
        for (int pass = 0; pass < 2; pass++) {
            if (pass) harness_load(&harness);
            for (int p = 0; p < 2; p++) {
                MathPrecision precision = p ? MATH_F64 : MATH_F32;
                int widths[] = {module_lanes(&harness.module, precision), 1, 3};
                for (int w = 0; w < (scalars_too ? 3 : 1); w++)
                    for (int k = 0; k < count; k++) {
                        kernel_name(name, k, precision, widths[w]);
                        if (pass)
                            compare_kernel(&harness, name, precision, list[k]);
                        else
                            write_kernel(&harness.module, name, precision, widths[w], list[k]);
                    }
            }
        }
        harness_end(&harness);
    }
}

void functions_equal_scalar(void) {
    compare_all(kernels, sizeof kernels / sizeof *kernels, true);
}

void power_equals_scalar(void) {
    static const Kernel power = {NULL, math_pow};
    compare_all(&power, 1, true);
}

/* name(out): normal draws of blocks 0.. of one stream, four in a row; and, behind them, uniform
 * draws element by element. */
static void write_random(Module *m, MathPrecision precision) {
    int lanes = module_lanes(m, precision);
    LLVMTypeRef number = module_number_type(m, precision);
    LLVMTypeRef word = precision == MATH_F32 ? m->i32 : m->i64;
    LLVMValueRef f = emit_function_begin(m, "random", m->void_type, &m->pointer, 1, NULL, 0, false);
    MathBuilder b = math_emit_builder(m, precision, lanes);
    MathStream at = {.key = {b.integer(&b, 0xdeadbeef), b.integer(&b, 77)},
                     .sample = b.integer(&b, 9),
                     .step = b.integer(&b, 1000),
                     .stream = b.integer(&b, 3)};
    LLVMValueRef *steps = ARENA_ARRAY(m->arena, LLVMValueRef, lanes);
    for (int i = 0; i < lanes; i++)
        steps[i] = LLVMConstInt(word, (unsigned)i, false);
    LLVMValueRef lane = LLVMConstVector(steps, (unsigned)lanes);
    EmitLoop loop = emit_for_begin(m, emit_index(m, 0), emit_index(m, COUNT / 4), lanes, NULL, 0);
    LLVMValueRef first = LLVMBuildTruncOrBitCast(m->builder, loop.index, word, "");
    LLVMValueRef block = LLVMBuildAdd(m->builder, emit_splat(m, first, lanes), lane, "");
    MathValue draws[4];
    math_normal_block(&b, &at, math_emit_value(block), draws);
    LLVMValueRef values[4];
    for (int w = 0; w < 4; w++)
        values[w] = draws[w].handle;
    emit_interleave4(m, values, lanes);
    LLVMValueRef to =
        emit_offset(m, number, LLVMGetParam(f, 0), emit_mul_constant(m, loop.index, 4));
    for (int w = 0; w < 4; w++)
        emit_store(m, values[w], emit_offset_constant(m, number, to, w * lanes), 4);
    MathValue uniform = math_uniform_element(&b, &at, math_emit_value(block));
    to = emit_offset(m, number, LLVMGetParam(f, 0), emit_add_constant(m, loop.index, COUNT));
    emit_store(m, uniform.handle, to, 4);
    emit_for_end(m, &loop, NULL);
    LLVMBuildRetVoid(m->builder);
}

static void compare_random(const char *cpu, MathPrecision precision) {
    static uint64_t out[2 * COUNT];
    Harness harness;
    harness_begin(&harness, cpu);
    write_random(&harness.module, precision);
    harness_load(&harness);
    ((void (*)(void *))harness_find(&harness, "random"))(out);
    MathBuilder scalar = math_scalar_builder(precision);
    MathStream at = {.key = {{.bits = 0xdeadbeef}, {.bits = 77}},
                     .sample = {.bits = 9},
                     .step = {.bits = 1000},
                     .stream = {.bits = 3}};
    for (int i = 0; i < COUNT; i++) {
        MathValue element = {.bits = (uint64_t)i};
        CU_ASSERT_EQUAL(bits_at(precision, out, i),
                        math_normal_element(&scalar, &at, element).bits);
        if (i < COUNT / 4)
            CU_ASSERT_EQUAL(bits_at(precision, out, COUNT + i),
                            math_uniform_element(&scalar, &at, element).bits);
    }
    harness_end(&harness);
}

void random_equals_scalar(void) {
    for (size_t c = 0; c < sizeof cpus / sizeof *cpus; c++) {
        if (!harness_runs(cpus[c])) continue;
        compare_random(cpus[c], MATH_F32);
        compare_random(cpus[c], MATH_F64);
    }
}
