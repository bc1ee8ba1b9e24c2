/* math_all_floats [--stride=N] [NAME]...: the worst error in f32 over all floats.
 *
 * Runs the vector code of this machine over every float (or every N-th) for each elementary
 * function (or those named) and compares with the same function in f64, which a unit test compares
 * with long double; an error of 1e-8 ulp in f32 by that is of no account. Exit status 1 when a
 * function is worse than 2 ulp anywhere (sin and cos: |x| <= 1e5). About 20 seconds a function.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codegen/emit.h"
#include "codegen/jit.h"
#include "codegen/math_emit.h"
#include "math/math_functions.h"

#define COUNT 8192
#define LIMIT 2.0

typedef void Run(const void *from, void *to);

/* NAME(from, to): to[i] = f(from[i]) for COUNT numbers. */
static void write_function(Module *m, const char *name, MathPrecision precision,
                           MathValue (*function)(MathBuilder *, MathValue)) {
    LLVMTypeRef types[] = {m->pointer, m->pointer};
    static const uint8_t promises[] = {EMIT_NOALIAS, EMIT_NOALIAS};
    int lanes = module_lanes(m, precision), bytes = module_number_bytes(precision);
    LLVMTypeRef number = module_number_type(m, precision);
    LLVMTypeRef vector = emit_vector_type(m, precision, lanes);
    LLVMValueRef f = emit_function_begin(m, name, m->void_type, types, 2, promises, 64, false);
    EmitLoop loop = emit_for_begin(m, emit_index(m, 0), emit_index(m, COUNT), lanes, NULL, 0);
    MathBuilder builder = math_emit_builder(m, precision, lanes);
    LLVMValueRef from = emit_offset(m, number, LLVMGetParam(f, 0), loop.index);
    LLVMValueRef to = emit_offset(m, number, LLVMGetParam(f, 1), loop.index);
    LLVMValueRef x = emit_load(m, vector, from, lanes * bytes);
    emit_store(m, math_emit_call(&builder, function, x), to, lanes * bytes);
    emit_for_end(m, &loop, NULL);
    LLVMBuildRetVoid(m->builder);
}

static float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* In units of the last place of the exact result. */
static double error_of(float got, double exact) {
    if (isnan(got) || isnan(exact)) return isnan(got) && isnan(exact) ? 0 : INFINITY;
    float rounded = (float)exact;
    if (got == rounded && fabs(exact) < 0x1p-150) return 0;
    if (isinf(got) || isinf(rounded)) return got == rounded ? 0 : INFINITY;
    int exponent = exact == 0 ? -149 : ilogb(exact) - 23;
    return fabs((double)got - exact) / ldexp(1, exponent < -149 ? -149 : exponent);
}

typedef struct Worst {
    double error;
    float at;
    uint64_t tried;
} Worst;

static Worst try_all(Run *single, Run *twice, bool circular, uint64_t stride) {
    static _Alignas(64) float x[COUNT], y[COUNT];
    static _Alignas(64) double wide[COUNT], exact[COUNT];
    Worst worst = {0};
    for (uint64_t bits = 0; bits <= UINT32_MAX;) {
        for (int i = 0; i < COUNT; i++, bits += stride) {
            x[i] = bits <= UINT32_MAX ? float_of((uint32_t)bits) : 1;
            if (circular && fabsf(x[i]) > 1e5f) x[i] = 1;
            wide[i] = (double)x[i];
        }
        single(x, y);
        twice(wide, exact);
        for (int i = 0; i < COUNT; i++) {
            if (y[i] == (float)exact[i] && fabsf(y[i]) > 0x1p-126f && worst.error >= 0.5)
                continue; /* rounded correctly: at most half */
            double error = error_of(y[i], exact[i]);
            if (error > worst.error) {
                worst.error = error;
                worst.at = x[i];
            }
        }
        worst.tried += COUNT;
    }
    return worst;
}

static bool chosen(int count, char **arguments, const char *name) {
    bool any = false;
    for (int i = 1; i < count; i++) {
        if (arguments[i][0] == '-') continue;
        any = true;
        if (strcmp(arguments[i], name) == 0) return true;
    }
    return !any;
}

int main(int count, char **arguments) {
    uint64_t stride = 1;
    for (int i = 1; i < count; i++)
        if (strncmp(arguments[i], "--stride=", 9) == 0)
            stride = strtoull(arguments[i] + 9, NULL, 10);
    if (stride == 0) stride = 1;
    Arena arena;
    arena_init(&arena);
    Module module;
    ModuleOptions options = {.cpu = "native", .level = 2, .position_independent = true};
    const char *error = "";
    bool good = module_init(&module, &arena, "floats", &options, &error);
    for (int f = 0; good && f < math_function_count; f++) {
        const char *name = math_functions[f].name;
        write_function(&module, arena_format(&arena, "%s_f32", name), MATH_F32,
                       math_functions[f].build);
        write_function(&module, arena_format(&arena, "%s_f64", name), MATH_F64,
                       math_functions[f].build);
    }
    good = good && module_verify(&module, &error) && module_optimize(&module, &error);
    Jit *jit = good ? jit_load(&arena, &module, NULL, 0, &error) : NULL;
    if (!jit) {
        fprintf(stderr, "math_all_floats: %s\n", error);
        return 2;
    }
    int bad = 0;
    for (int f = 0; f < math_function_count; f++) {
        const char *name = math_functions[f].name;
        if (!chosen(count, arguments, name)) continue;
        bool circular = math_functions[f].build == math_sin || math_functions[f].build == math_cos;
        Run *single = (Run *)jit_address(jit, arena_format(&arena, "%s_f32", name));
        Run *twice = (Run *)jit_address(jit, arena_format(&arena, "%s_f64", name));
        Worst worst = try_all(single, twice, circular, stride);
        printf("%-9s %.4f ulp at %a, %llu floats%s\n", name, worst.error, (double)worst.at,
               (unsigned long long)worst.tried, worst.error <= LIMIT ? "" : "  TOO MUCH");
        fflush(stdout);
        bad |= !(worst.error <= LIMIT);
    }
    jit_free(jit);
    module_free(&module);
    arena_free(&arena);
    return bad;
}
