/* The matrix product against plain loops of fma, bit for bit: odd shapes, layouts, both precisions,
 * both epilogues, split task ranges, chunks; and the changes of layout. */
#include "codegen/matmul.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codegen/emit.h"
#include "codegen/harness.h"
#include "codegen/matmul_pack.h"
#include "codegen/tests.h"

static const char *const cpus[] = {"native", "x86-64-v3"};
static const int sizes[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 127, 129};
#define SIZES 15

/* One product: which layouts, which sizes; rows or depth is the run-time size n. */
typedef struct Case {
    MathPrecision precision;
    int rows, columns, depth;
    bool transposed; /* A is [depth][rows], depth at run time; else [rows][depth], rows at run time
                      */
    bool a_panels, b_panels, c_panels, inline_epilogue;
    bool b_transposed; /* B is [columns][depth] */
    bool compact, overlap;
    int hint;
    int64_t chunk;
} Case;

/* ---- matrices in memory: numbers as double, stored in the precision ---- */

typedef struct Matrix {
    MathPrecision precision;
    int rows, columns;
    bool panels;
    size_t count; /* numbers in memory */
    void *memory;
} Matrix;

static size_t place(const Matrix *m, int r, int c) {
    if (!m->panels) return (size_t)r * (size_t)m->columns + (size_t)c;
    return ((size_t)(c / 16) * (size_t)m->rows + (size_t)r) * 16 + (size_t)(c % 16);
}

static double get(const Matrix *m, size_t at) {
    return m->precision == MATH_F32 ? (double)((float *)m->memory)[at] : ((double *)m->memory)[at];
}

static void put(Matrix *m, size_t at, double value) {
    if (m->precision == MATH_F32)
        ((float *)m->memory)[at] = (float)value;
    else
        ((double *)m->memory)[at] = value;
}

/* Random contents; the padding of panels is zero. */
static Matrix matrix(MathPrecision precision, int rows, int columns, bool panels, unsigned seed) {
    Matrix m = {.precision = precision, .rows = rows, .columns = columns, .panels = panels};
    m.count =
        panels ? (size_t)((columns + 15) / 16) * (size_t)rows * 16 : (size_t)rows * (size_t)columns;
    size_t bytes = (m.count * (precision == MATH_F32 ? 4 : 8) + 63) / 64 * 64 + 64;
    m.memory = aligned_alloc(64, bytes);
    memset(m.memory, 0, bytes);
    uint64_t state = seed;
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < columns; c++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            put(&m, place(&m, r, c), (double)(int64_t)state * 0x1p-63);
        }
    return m;
}

/* ---- the code under test ---- */

typedef struct Epilogue {
    MathPrecision precision;
    MatmulOperand c;
    LLVMValueRef bias;
} Epilogue;

/* c = c + (sums + bias): an element that is treated twice shows. */
static void add_bias(void *user, Module *m, const MatmulTile *tile) {
    Epilogue *e = user;
    for (int v = 0; v < tile->vectors; v++) {
        LLVMValueRef bias = matmul_load_columns(m, e->precision, e->bias, false, tile, v);
        for (int r = 0; r < tile->rows; r++) {
            LLVMValueRef sum = tile->values[r * tile->vectors + v];
            sum = LLVMBuildFAdd(m->builder, sum, bias, "");
            LLVMValueRef before = matmul_load(m, e->precision, &e->c, tile, r, v);
            matmul_store(m, e->precision, &e->c, tile, r, v,
                         LLVMBuildFAdd(m->builder, before, sum, ""));
        }
    }
}

static MatmulOperand operand(Module *m, LLVMValueRef base, bool panels, LLVMValueRef rows,
                             int64_t columns) {
    return panels ? matmul_panels(m, base, rows) : matmul_rows(base, columns);
}

/* product(a, b, c, bias, n, first, last) and tasks(n). */
static MatmulPlan write_product(Module *m, const Case *t) {
    LLVMTypeRef types[] = {m->pointer, m->pointer, m->pointer, m->pointer, m->i64, m->i64, m->i64};
    static const uint8_t promises[] = {
        EMIT_NOALIAS, EMIT_NOALIAS, EMIT_NOALIAS, EMIT_NOALIAS, 0, 0, 0};
    LLVMValueRef f = emit_function_begin(m, "product", m->void_type, types, 7, promises, 0, false);
    LLVMValueRef n = LLVMGetParam(f, 4);
    LLVMValueRef rows = t->transposed ? emit_index(m, t->rows) : n;
    LLVMValueRef depth = t->transposed ? n : emit_index(m, t->depth);
    Epilogue epilogue = {.precision = t->precision,
                         .c = operand(m, LLVMGetParam(f, 2), t->c_panels, rows, t->columns),
                         .bias = LLVMGetParam(f, 3)};
    MatmulSpec spec = {
        .precision = t->precision,
        .rows = rows,
        .rows_constant = t->transposed ? t->rows : -1,
        .rows_hint = t->hint,
        .columns = t->columns,
        .depth = depth,
        .depth_constant = t->transposed ? -1 : t->depth,
        .depth_chunk = t->chunk,
        .a = operand(m, LLVMGetParam(f, 0), t->a_panels, n, t->transposed ? t->rows : t->depth),
        .b = t->b_transposed
                 ? operand(m, LLVMGetParam(f, 1), t->b_panels, emit_index(m, t->columns), t->depth)
                 : operand(m, LLVMGetParam(f, 1), t->b_panels, depth, t->columns),
        .a_transposed = t->transposed,
        .b_transposed = t->b_transposed,
        .compact = t->compact,
        .overlap = t->overlap,
        .inline_epilogue = t->inline_epilogue,
        .epilogue = add_bias,
        .user = &epilogue,
    };
    matmul_emit(m, &spec, LLVMGetParam(f, 5), LLVMGetParam(f, 6));
    LLVMBuildRetVoid(m->builder);
    MatmulPlan plan = matmul_plan(m, &spec);
    f = emit_function_begin(m, "tasks", m->i64, &m->i64, 1, NULL, 0, false);
    LLVMValueRef count = t->transposed ? emit_index(m, t->rows) : LLVMGetParam(f, 0);
    LLVMBuildRet(m->builder, matmul_emit_tasks(m, &plan, count));
    return plan;
}

/* ---- the reference ---- */

static double fma_in(MathPrecision precision, double a, double b, double c) {
    return precision == MATH_F32 ? (double)fmaf((float)a, (float)b, (float)c) : fma(a, b, c);
}

static double add_in(MathPrecision precision, double a, double b) {
    return precision == MATH_F32 ? (double)((float)a + (float)b) : a + b;
}

/* Chunks [first, first + count) of the contraction: the left half is the largest power of two. */
static double tree(MathPrecision precision, const double *sums, int count) {
    double level[64];
    memcpy(level, sums, (size_t)count * sizeof *sums);
    while (count > 1) {
        int next = 0;
        for (int i = 0; i + 1 < count; i += 2)
            level[next++] = add_in(precision, level[i], level[i + 1]);
        if (count % 2) level[next++] = level[count - 1];
        count = next;
    }
    return level[0];
}

static double reference(const Case *t, const Matrix *a, const Matrix *b, int i, int j) {
    double sums[64] = {0};
    int64_t chunk = t->chunk ? t->chunk : t->depth;
    for (int k = 0; k < t->depth; k++) {
        size_t at = t->transposed ? place(a, k, i) : place(a, i, k);
        double *sum = &sums[k / chunk];
        size_t bt = t->b_transposed ? place(b, j, k) : place(b, k, j);
        *sum = fma_in(t->precision, get(a, at), get(b, bt), *sum);
    }
    return tree(t->precision, sums, (int)((t->depth + chunk - 1) / chunk));
}

/* ---- running a case ---- */

typedef void Product(void *a, void *b, void *c, void *bias, int64_t n, int64_t first, int64_t last);

static int compare(const Case *t, const Matrix *a, const Matrix *b, const Matrix *before,
                   const Matrix *c, const Matrix *bias) {
    int wrong = 0;
    for (int i = 0; i < t->rows; i++)
        for (int j = 0; j < t->columns; j++) {
            double wanted =
                add_in(t->precision, reference(t, a, b, i, j), get(bias, place(bias, 0, j)));
            wanted = add_in(t->precision, get(before, place(before, i, j)), wanted);
            double got = get(c, place(c, i, j));
            if (got != wanted && !wrong++)
                printf("[%d][%d] of %dx%dx%d: %a, not %a\n", i, j, t->rows, t->depth, t->columns,
                       got, wanted);
        }
    return wrong;
}

/* Runs with n as given, in `parts` task ranges, last range first. */
static void run_case(Harness *harness, const MatmulPlan *plan, Case t, int n, int parts) {
    *(t.transposed ? &t.depth : &t.rows) = n;
    int a_rows = t.transposed ? t.depth : t.rows, a_columns = t.transposed ? t.rows : t.depth;
    Matrix a = matrix(t.precision, a_rows, a_columns, t.a_panels, 1);
    int b_rows = t.b_transposed ? t.columns : t.depth, b_columns = t.depth + t.columns - b_rows;
    Matrix b = matrix(t.precision, b_rows, b_columns, t.b_panels, 2);
    Matrix c = matrix(t.precision, t.rows, t.columns, t.c_panels, 3);
    Matrix before = matrix(t.precision, t.rows, t.columns, t.c_panels, 3);
    Matrix bias = matrix(t.precision, 1, t.columns, false, 4);
    put(&c, c.count, 777); /* must stay */
    Product *product = (Product *)harness_find(harness, "product");
    int64_t tasks = ((int64_t (*)(int64_t))harness_find(harness, "tasks"))(n);
    CU_ASSERT_EQUAL(tasks, matmul_tasks(plan, t.rows));
    for (int part = parts - 1; part >= 0; part--)
        product(a.memory, b.memory, c.memory, bias.memory, n, tasks * part / parts,
                tasks * (part + 1) / parts);
    CU_ASSERT_EQUAL(compare(&t, &a, &b, &before, &c, &bias), 0);
    CU_ASSERT_EQUAL(get(&c, c.count), 777);
    free(a.memory), free(b.memory), free(c.memory), free(bias.memory), free(before.memory);
}

static void check_case(const char *cpu, const Case *t) {
    Harness harness;
    harness_begin(&harness, cpu);
    MatmulPlan plan = write_product(&harness.module, t);
    harness_load(&harness);
    int n = t->transposed ? t->depth : t->rows;
    run_case(&harness, &plan, *t, n, 1);
    run_case(&harness, &plan, *t, n, 3);
    if (n > 1) run_case(&harness, &plan, *t, n - 1, 1);
    run_case(&harness, &plan, *t, n + 5, 2);
    harness_end(&harness);
}

/* Sizes rotate so that each value occurs in each role, layouts with the bits of the number. */
static void check_shapes(bool transposed, bool b_transposed, bool overlap) {
    for (size_t p = 0; p < sizeof cpus / sizeof *cpus; p++) {
        if (!harness_runs(cpus[p])) continue;
        for (int i = 0; i < 2 * SIZES; i += p ? 2 : 1) {
            Case t = {.precision = i % 3 == 2 ? MATH_F64 : MATH_F32,
                      .rows = sizes[i % SIZES],
                      .columns = sizes[(i * 4 + 3 + i / SIZES) % SIZES],
                      .depth = sizes[(i * 7 + 5) % SIZES],
                      .transposed = transposed,
                      .b_transposed = b_transposed,
                      .compact = i % 8 == 5,
                      .overlap = overlap,
                      .a_panels = (i + i / SIZES) % 2 == 0,
                      .b_panels = i / 2 % 4 != 3,
                      .c_panels = i / 4 % 2 == 0,
                      .inline_epilogue = i % 4 < 3,
                      .hint = i % 5 == 0 ? 0 : sizes[i % SIZES]};
            check_case(cpus[p], &t);
        }
    }
}

void products_of_samples(void) {
    check_shapes(false, false, false);
}

void products_by_transposes(void) {
    check_shapes(false, true, false);
}

void products_over_samples(void) {
    check_shapes(true, false, false);
}

void products_with_overlap(void) {
    check_shapes(true, false, true);
}

/* Many blocks of columns and of rows, so that tasks are of both kinds. */
void products_of_many_blocks(void) {
    Case wide = {.rows = 45,
                 .columns = 530,
                 .depth = 20,
                 .a_panels = true,
                 .b_panels = true,
                 .c_panels = true,
                 .inline_epilogue = true,
                 .hint = 45};
    Case narrow = {.rows = 301, .columns = 10, .depth = 33, .b_panels = true, .hint = 301};
    Case tall = {.rows = 85,
                 .columns = 40,
                 .depth = 12,
                 .transposed = true,
                 .b_panels = true,
                 .c_panels = true};
    for (size_t p = 0; p < sizeof cpus / sizeof *cpus; p++) {
        if (!harness_runs(cpus[p])) continue;
        check_case(cpus[p], &wide);
        check_case(cpus[p], &narrow);
        check_case(cpus[p], &tall);
        Case overlap = tall;
        overlap.overlap = true;
        check_case(cpus[p], &overlap);
        overlap.columns = 150; /* more than one block, the last one shorter */
        check_case(cpus[p], &overlap);
        for (int rows = 8; rows <= 48; rows += 8) {
            Case panels = tall;
            panels.rows = rows;
            panels.a_panels = panels.inline_epilogue = true;
            check_case(cpus[p], &panels);
            panels.overlap = true;
            check_case(cpus[p], &panels);
        }
    }
}

void long_contractions(void) {
    Case t = {.rows = 5,
              .columns = 19,
              .depth = 65,
              .transposed = true,
              .b_panels = true,
              .c_panels = true,
              .chunk = 8};
    CU_ASSERT_EQUAL(matmul_chunk(1), 4096);
    CU_ASSERT_EQUAL(matmul_chunk(196), 20 * 196);
    CU_ASSERT_EQUAL(matmul_chunk(5000), 5000);
    for (size_t p = 0; p < sizeof cpus / sizeof *cpus; p++) {
        if (!harness_runs(cpus[p])) continue;
        Harness harness;
        harness_begin(&harness, cpus[p]);
        MatmulPlan plan = write_product(&harness.module, &t);
        harness_load(&harness);
        for (int n = 1; n < 140; n += n < 20 ? 1 : 7)
            run_case(&harness, &plan, t, n, 1);
        harness_end(&harness);
        t.overlap = !t.overlap; /* so that short and long chunks meet both ways */
        Case real = t;
        real.chunk = matmul_chunk(1);
        real.depth = 3 * 4096 + 5;
        real.a_panels = true;
        check_case(cpus[p], &real);
    }
}

/* ---- changes of layout ---- */

static void write_packs(Module *m, MathPrecision precision, int rows, int columns) {
    LLVMTypeRef types[] = {m->pointer, m->pointer, m->i64, m->i64};
    const char *const names[] = {"transpose", "pack", "unpack"};
    for (int i = 0; i < 3; i++) {
        LLVMValueRef f = emit_function_begin(m, names[i], m->void_type, types, 4, NULL, 0, false);
        LLVMValueRef from = LLVMGetParam(f, 0), to = LLVMGetParam(f, 1);
        LLVMValueRef first = LLVMGetParam(f, 2), last = LLVMGetParam(f, 3), r = emit_index(m, rows);
        if (i == 0) matmul_pack_transpose(m, precision, from, to, rows, columns, first, last);
        if (i == 1) matmul_pack_rows(m, precision, from, to, r, r, columns, first, last);
        if (i == 2) matmul_unpack_rows(m, precision, from, to, r, r, columns, first, last);
        LLVMBuildRetVoid(m->builder);
    }
}

typedef void PackCall(void *from, void *to, int64_t first, int64_t last);

static void run_ranges(Harness *harness, const char *name, const Matrix *from, Matrix *to,
                       int64_t tasks) {
    for (size_t i = 0; i <= to->count; i++)
        put(to, i, 777); /* every number must be written, and nothing behind */
    PackCall *call = (PackCall *)harness_find(harness, name);
    call(from->memory, to->memory, tasks / 2, tasks);
    call(from->memory, to->memory, 0, tasks / 2);
    CU_ASSERT_EQUAL(get(to, to->count), 777);
}

/* wanted: the same matrix or its transpose; and zero in the padding. */
static void expect_equal(const Matrix *from, const Matrix *to, bool transposed) {
    int wrong = 0;
    for (int c = 0; c < (to->panels ? (to->columns + 15) / 16 * 16 : to->columns); c++)
        for (int r = 0; r < to->rows; r++) {
            double wanted = c >= to->columns ? 0
                            : transposed     ? get(from, place(from, c, r))
                                             : get(from, place(from, r, c));
            wrong += get(to, place(to, r, c)) != wanted;
        }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void check_packs(const char *cpu, MathPrecision precision, int rows, int columns) {
    Harness harness;
    harness_begin(&harness, cpu);
    write_packs(&harness.module, precision, rows, columns);
    harness_load(&harness);
    Matrix panels = matrix(precision, rows, columns, true, 5);
    Matrix turned = matrix(precision, columns, rows, true, 6);
    Matrix flat = matrix(precision, rows, columns, false, 7);
    Matrix packed = matrix(precision, rows, columns, true, 8);
    run_ranges(&harness, "transpose", &panels, &turned, (rows + 15) / 16);
    expect_equal(&panels, &turned, true);
    run_ranges(&harness, "unpack", &panels, &flat, (columns + 15) / 16);
    expect_equal(&panels, &flat, false);
    run_ranges(&harness, "pack", &flat, &packed, (columns + 15) / 16);
    CU_ASSERT_EQUAL(
        memcmp(packed.memory, panels.memory, packed.count * (precision == MATH_F32 ? 4 : 8)), 0);
    free(panels.memory), free(turned.memory), free(flat.memory), free(packed.memory);
    harness_end(&harness);
}

void changes_of_layout(void) {
    for (size_t p = 0; p < sizeof cpus / sizeof *cpus; p++) {
        if (!harness_runs(cpus[p])) continue;
        for (int i = (int)p; i < SIZES; i += 2)
            for (int precision = 0; precision < 2; precision++)
                check_packs(cpus[p], precision ? MATH_F64 : MATH_F32, sizes[i],
                            sizes[(i * 7 + 3) % SIZES]);
    }
}
