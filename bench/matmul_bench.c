/* matmul_bench: the matrix product of code generation as a share of the machine's FMA peak.
 *
 *   matmul_bench [--cpu=NAME] [--f64] [--rows] [--ir=FILE] [B K N]...   (default: the shapes of the
 * design)
 *
 * --rows puts X, Y and their gradients in rows instead of panels; --ir writes the module as LLVM
 * IR, to look at its code with opt and llc.
 *
 * For each shape X [B][K], W [K][N] the three training forms, all in lane panels: Y = relu(X W +
 * bias), dX = dY W^T with the transpose of W, dW = X^T dY stored. Each timing stands between two
 * probes of the FMA peak in the same process; rounds whose probes fall below 96.5 % of the best
 * (a neighbour is active) are dropped. Printed: median share of that round's peak, spread, GF/s.
 * One thread. Not a test: nothing here passes or fails.
 */

#include <llvm-c/LLJIT.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "codegen/emit.h"
#include "codegen/matmul.h"

typedef enum Form { FORM_Y, FORM_DX, FORM_DW, FORMS } Form;
static const char *const form_names[] = {"Y = X W", "dX = dY W^T", "dW = X^T dY"};

typedef struct Shape {
    int64_t batch, inputs, outputs;
} Shape;

static void stop(const char *why) {
    fprintf(stderr, "matmul_bench: %s\n", why);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- code ---- */

typedef struct Epilogue {
    MathPrecision precision;
    MatmulOperand to;
    LLVMValueRef bias; /* NULL: store only */
} Epilogue;

static void store_tile(void *user, Module *m, const MatmulTile *tile) {
    Epilogue *e = user;
    LLVMValueRef zero = emit_constant(m, e->precision, tile->lanes, 0);
    for (int v = 0; v < tile->vectors; v++) {
        LLVMValueRef bias =
            e->bias ? matmul_load_columns(m, e->precision, e->bias, true, tile, v) : NULL;
        for (int r = 0; r < tile->rows; r++) {
            LLVMValueRef value = tile->values[r * tile->vectors + v];
            if (bias) {
                value = LLVMBuildFAdd(m->builder, value, bias, "");
                LLVMValueRef positive = LLVMBuildFCmp(m->builder, LLVMRealOGT, value, zero, "");
                value = LLVMBuildSelect(m->builder, positive, value, zero, "");
            }
            matmul_store(m, e->precision, &e->to, tile, r, v, value);
        }
    }
}

/* NAME(a, b, c, bias, n): the whole product. */
static void write_form(Module *m, const char *name, Form form, MathPrecision precision, Shape s,
                       bool inline_epilogue, bool rows) {
    LLVMTypeRef p = m->pointer, types[] = {p, p, p, p, m->i64};
    static const uint8_t promises[] = {1, 1, 1, 1, 0};
    LLVMValueRef f = emit_function_begin(m, name, m->void_type, types, 5, promises, 64, false);
    LLVMValueRef a = LLVMGetParam(f, 0), b = LLVMGetParam(f, 1), c = LLVMGetParam(f, 2);
    LLVMValueRef n = LLVMGetParam(f, 4), zero = emit_index(m, 0);
    LLVMValueRef inputs = emit_index(m, s.inputs);
    Epilogue epilogue = {.precision = precision};
    MatmulSpec spec = {.precision = precision,
                       .rows_constant = -1,
                       .rows_hint = s.batch,
                       .depth_constant = -1,
                       .inline_epilogue = inline_epilogue,
                       .epilogue = store_tile,
                       .user = &epilogue};
    if (form == FORM_Y) {
        epilogue.bias = LLVMGetParam(f, 3);
        spec.rows = n, spec.columns = s.outputs, spec.depth = inputs;
        spec.depth_constant = s.inputs;
        spec.a = matmul_panels(m, a, n), spec.b = matmul_panels(m, b, inputs);
        epilogue.to = matmul_panels(m, c, n);
    } else if (form == FORM_DX) {
        spec.rows = n, spec.columns = s.inputs, spec.depth = emit_index(m, s.outputs);
        spec.depth_constant = s.outputs;
        spec.a = matmul_panels(m, a, n), spec.b = matmul_panels(m, b, inputs);
        spec.b_transposed = true;
        epilogue.to = matmul_panels(m, c, n);
    } else {
        spec.rows = inputs, spec.rows_constant = s.inputs, spec.rows_hint = 0;
        spec.columns = s.outputs, spec.depth = n, spec.depth_chunk = matmul_chunk(1);
        if (inline_epilogue) spec.depth_chunk = 0;
        spec.a = matmul_panels(m, a, n), spec.b = matmul_panels(m, b, n);
        spec.a_transposed = true;
        epilogue.to = matmul_panels(m, c, inputs);
    }
    if (rows) { /* activations in rows: A, and the results but dW */
        spec.a = matmul_rows(a, form == FORM_DX ? s.outputs : s.inputs);
        if (form != FORM_DW) epilogue.to = matmul_rows(c, spec.columns);
        if (form == FORM_DW) spec.b = matmul_rows(b, s.outputs);
    }
    MatmulPlan plan = matmul_plan(m, &spec);
    matmul_emit(m, &spec, zero, matmul_emit_tasks(m, &plan, spec.rows));
    LLVMBuildRetVoid(m->builder);
}

/* peak(rounds, p): rounds * PEAK_CHAINS independent vector multiply-adds. */
#define PEAK_CHAINS 12
static void write_peak(Module *m, MathPrecision precision) {
    LLVMTypeRef types[] = {m->i64, m->pointer};
    int lanes = module_lanes(m, precision), align = lanes * module_number_bytes(precision);
    LLVMTypeRef vector = emit_vector_type(m, precision, lanes);
    LLVMValueRef f = emit_function_begin(m, "peak", m->void_type, types, 2, NULL, 64, false);
    LLVMValueRef start[PEAK_CHAINS], next[PEAK_CHAINS];
    LLVMValueRef x = emit_load(m, vector, LLVMGetParam(f, 1), align);
    for (int i = 0; i < PEAK_CHAINS; i++)
        start[i] =
            emit_load(m, vector, emit_offset_constant(m, vector, LLVMGetParam(f, 1), i), align);
    EmitLoop loop = emit_for_begin(m, emit_index(m, 0), LLVMGetParam(f, 0), 1, start, PEAK_CHAINS);
    for (int i = 0; i < PEAK_CHAINS; i++)
        next[i] = emit_fma(m, loop.carried[i], x, x);
    emit_for_end(m, &loop, next);
    for (int i = 0; i < PEAK_CHAINS; i++)
        emit_store(m, loop.carried[i], emit_offset_constant(m, vector, LLVMGetParam(f, 1), i),
                   align);
    LLVMBuildRetVoid(m->builder);
}

/* ---- running ---- */

typedef void Product(void *a, void *b, void *c, void *bias, int64_t n);

typedef struct Bench {
    Arena arena;
    Module module;
    LLVMOrcLLJITRef jit;
    MathPrecision precision;
    void (*peak)(int64_t rounds, void *memory);
    void *memory;
    double peak_flop;
} Bench;

static void check(LLVMErrorRef error) {
    if (error) stop(LLVMGetErrorMessage(error));
}

static void *find(Bench *bench, const char *name) {
    LLVMOrcExecutorAddress address = 0;
    check(LLVMOrcLLJITLookup(bench->jit, &address, name));
    return (void *)(uintptr_t)address;
}

static void load(Bench *bench, const char *ir_path) {
    const char *error = "", *bytes = NULL;
    size_t size = 0;
    if (!module_verify(&bench->module, &error)) stop(error);
    FILE *file = ir_path ? fopen(ir_path, "w") : NULL;
    if (file) {
        fputs(module_print(&bench->module), file);
        fclose(file);
    }
    double start = now();
    if (!module_optimize(&bench->module, &error)) stop(error);
    double middle = now();
    if (!module_compile(&bench->module, LLVMObjectFile, &bytes, &size, &error)) stop(error);
    printf("optimized in %.0f ms, compiled in %.0f ms, object of %zu bytes\n",
           1e3 * (middle - start), 1e3 * (now() - middle), size);
    check(LLVMOrcCreateLLJIT(&bench->jit, NULL));
    LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(bytes, size, "bench");
    check(LLVMOrcLLJITAddObjectFile(bench->jit, LLVMOrcLLJITGetMainJITDylib(bench->jit), buffer));
}

static void *buffer_of(int64_t rows, int64_t columns) {
    size_t count = (size_t)((columns + 15) / 16 * 16 * rows);
    double *memory = aligned_alloc(64, (count * sizeof(double) + 63) / 64 * 64);
    if (!memory) stop("no memory");
    for (size_t i = 0; i < count; i++)
        memory[i] = 0x1.1p-4; /* as two floats: harmless numbers too */
    return memory;
}

/* FLOP a second of the peak loop, about 100 us. */
static double probe(Bench *bench) {
    int64_t rounds = 20000;
    double start = now();
    bench->peak(rounds, bench->memory);
    return bench->peak_flop * (double)rounds / (now() - start);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#define ROUNDS 60

static void measure(Bench *bench, Product *product, Form form, Shape s, const char *note) {
    int64_t a_columns = form == FORM_DX ? s.outputs : s.inputs;
    int64_t b_rows = form == FORM_DW ? s.batch : s.inputs;
    void *a = buffer_of(s.batch, a_columns), *b = buffer_of(b_rows, s.outputs);
    void *c =
        buffer_of(form == FORM_DW ? s.inputs : s.batch, form == FORM_DX ? s.inputs : s.outputs);
    void *bias = buffer_of(1, s.outputs);
    double flop = 2.0 * (double)s.batch * (double)s.inputs * (double)s.outputs;
    int repeats = (int)(2e7 / flop) + 1;
    double share[ROUNDS], speed[ROUNDS], floor_of[ROUNDS], best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double before = probe(bench), start = now();
        for (int i = 0; i < repeats; i++)
            product(a, b, c, bias, s.batch);
        double took = now() - start, after = probe(bench);
        double peak = before < after ? before : after;
        speed[round] = flop * repeats / took;
        share[round] = speed[round] / ((before + after) / 2);
        floor_of[round] = peak;
        if (before > best) best = before;
        if (after > best) best = after;
    }
    int kept = 0;
    for (int round = 0; round < ROUNDS; round++)
        if (floor_of[round] >= 0.965 * best) {
            share[kept] = share[round];
            speed[kept++] = speed[round];
        }
    if (kept == 0) stop("the machine is too busy to measure");
    qsort(share, (size_t)kept, sizeof *share, by_value);
    qsort(speed, (size_t)kept, sizeof *speed, by_value);
    printf("%5lld x %4lld -> %4lld  %-12s %-8s %5.1f %%  (%.0f-%.0f)  %6.1f GF/s  %2d rounds\n",
           (long long)s.batch, (long long)s.inputs, (long long)s.outputs, form_names[form], note,
           100 * share[kept / 2], 100 * share[kept / 10], 100 * share[kept - 1 - kept / 10],
           1e-9 * speed[kept / 2], kept);
    free(a), free(b), free(c), free(bias);
}

int main(int count, char **arguments) {
    static const Shape standard[] = {{128, 784, 512}, {128, 512, 512}, {128, 512, 10},
                                     {32, 64, 64},    {32, 64, 10},    {1024, 1024, 1024}};
    Shape shapes[32];
    int shape_count = 0;
    bool rows = false;
    const char *ir_path = NULL;
    ModuleOptions options = {.cpu = "native", .level = 2, .position_independent = true};
    Bench bench = {.precision = MATH_F32};
    for (int i = 1; i < count; i++) {
        if (strncmp(arguments[i], "--cpu=", 6) == 0) {
            options.cpu = arguments[i] + 6;
        } else if (strcmp(arguments[i], "--rows") == 0) {
            rows = true;
        } else if (strncmp(arguments[i], "--ir=", 5) == 0) {
            ir_path = arguments[i] + 5;
        } else if (strcmp(arguments[i], "--f64") == 0) {
            bench.precision = MATH_F64;
        } else if (i + 2 < count && shape_count < 32) {
            shapes[shape_count++] =
                (Shape){atoll(arguments[i]), atoll(arguments[i + 1]), atoll(arguments[i + 2])};
            i += 2;
        }
    }
    if (shape_count == 0) {
        memcpy(shapes, standard, sizeof standard);
        shape_count = sizeof standard / sizeof *standard;
    }
    arena_init(&bench.arena);
    const char *error = "";
    if (!module_init(&bench.module, &bench.arena, "bench", &options, &error)) stop(error);
    char name[64];
    write_peak(&bench.module, bench.precision);
    for (int i = 0; i < 2 * FORMS * shape_count; i++) {
        snprintf(name, sizeof name, "form_%d", i);
        write_form(&bench.module, name, (Form)(i / 2 % FORMS), bench.precision,
                   shapes[i / (2 * FORMS)], i % 2 == 0, rows);
    }
    load(&bench, ir_path);
    bench.peak = (void (*)(int64_t, void *))find(&bench, "peak");
    bench.memory = buffer_of(16, 16);
    bench.peak_flop = 2.0 * PEAK_CHAINS * module_lanes(&bench.module, bench.precision);
    printf("cpu %s, %d bits, peak %.1f GF/s\n", bench.module.cpu_name,
           bench.module.cpu->vector_bits, 1e-9 * probe(&bench));
    for (int i = 0; i < 2 * FORMS * shape_count; i++) {
        snprintf(name, sizeof name, "form_%d", i);
        measure(&bench, (Product *)find(&bench, name), (Form)(i / 2 % FORMS),
                shapes[i / (2 * FORMS)], i % 2 == 0 ? "inline" : "outlined");
    }
    return 0;
}
