/* No inner loop of a matrix product touches the stack: one register too many would cost half the
 * speed and nothing else would show it. Reads the assembly for several CPUs, so it runs anywhere.
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "codegen/convolution.h"
#include "codegen/emit.h"
#include "codegen/matmul.h"
#include "codegen/tests.h"

static const struct {
    const char *triple, *cpu, *multiply_add, *stack;
    int tallest; /* multiply-adds of the largest loop: registers well used */
} targets[] = {
    {"x86_64-linux-gnu", "znver4", "vfmadd", "(%rsp)", 28},
    {"x86_64-linux-gnu", "skylake-avx512", "vfmadd", "(%rsp)", 28},
    {"x86_64-linux-gnu", "x86-64-v3", "vfmadd", "(%rsp)", 12},
    {"aarch64-linux-gnu", "generic", "fmla", "[sp", 24},
    {"aarch64-linux-gnu", "neoverse-v1", "fmla", "[sp", 24},
};

static void store(void *user, Module *m, const MatmulTile *tile) {
    const MatmulOperand *to = user;
    for (int r = 0; r < tile->rows; r++)
        for (int v = 0; v < tile->vectors; v++)
            matmul_store(m, MATH_F32, to, tile, r, v, tile->values[r * tile->vectors + v]);
}

/* The three forms for 500 rows, in panels. */
static void write_forms(Module *m, bool inline_epilogue) {
    for (int form = 0; form < 3; form++) {
        LLVMTypeRef types[] = {m->pointer, m->pointer, m->pointer, m->i64, m->i64, m->i64};
        static const uint8_t promises[] = {EMIT_NOALIAS, EMIT_NOALIAS, EMIT_NOALIAS, 0, 0, 0};
        const char *name = arena_format(m->arena, "form_%d_%d", form, inline_epilogue);
        LLVMValueRef f = emit_function_begin(m, name, m->void_type, types, 6, promises, 64, false);
        LLVMValueRef n = LLVMGetParam(f, 3), inputs = emit_index(m, 500);
        MatmulOperand to = matmul_panels(m, LLVMGetParam(f, 2), form == 2 ? inputs : n);
        MatmulSpec spec = {
            .precision = MATH_F32,
            .rows = form == 2 ? inputs : n,
            .rows_constant = form == 2 ? 500 : -1,
            .rows_hint = 112, /* eight tiles of 14 */
            .columns = 512,
            .depth = form == 2 ? n : inputs,
            .depth_constant = form == 2 ? -1 : 500,
            .a = matmul_panels(m, LLVMGetParam(f, 0), n),
            .b = matmul_panels(m, LLVMGetParam(f, 1), form == 0 ? inputs : n),
            .a_transposed = form == 2,
            .b_transposed = form == 1,
            .inline_epilogue = inline_epilogue,
            .epilogue = store,
            .user = &to,
        };
        if (form == 1) spec.b = matmul_panels(m, LLVMGetParam(f, 1), emit_index(m, 512));
        matmul_emit(m, &spec, LLVMGetParam(f, 4), LLVMGetParam(f, 5));
        LLVMBuildRetVoid(m->builder);
    }
}

/* A weight gradient whose epilogue runs in the next tile's loop. */
static void write_overlap(Module *m) {
    LLVMTypeRef types[] = {m->pointer, m->pointer, m->pointer, m->i64, m->i64, m->i64};
    static const uint8_t promises[] = {EMIT_NOALIAS, EMIT_NOALIAS, EMIT_NOALIAS, 0, 0, 0};
    LLVMValueRef f = emit_function_begin(m, "overlap", m->void_type, types, 6, promises, 64, false);
    LLVMValueRef n = LLVMGetParam(f, 3), inputs = emit_index(m, 500);
    MatmulOperand to = matmul_panels(m, LLVMGetParam(f, 2), inputs);
    MatmulSpec spec = {
        .precision = MATH_F32,
        .rows = inputs,
        .rows_constant = 500,
        .columns = 512,
        .depth = n,
        .depth_constant = -1,
        .depth_chunk = matmul_chunk(1),
        .a = matmul_rows(LLVMGetParam(f, 0), 500),
        .b = matmul_panels(m, LLVMGetParam(f, 1), n),
        .a_transposed = true,
        .overlap = true,
        .epilogue = store,
        .user = &to,
    };
    matmul_emit(m, &spec, LLVMGetParam(f, 4), LLVMGetParam(f, 5));
    LLVMBuildRetVoid(m->builder);
}

/* What stands between a label and a jump back to it, without another label: an inner loop. */
typedef struct Loops {
    int loops, tallest, stack;
} Loops;

static Loops count_loops(char *text, const char *multiply_add, const char *stack) {
    Loops found = {0};
    char label[64] = "";
    int adds = 0, touches = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, ".LBB", 4) == 0) {
            snprintf(label, sizeof label, "%.*s", (int)strcspn(line, ":"), line);
            adds = touches = 0;
            continue;
        }
        char *target = strstr(line, ".LBB");
        if (label[0] && target && strcmp(target, label) == 0 && adds > 0) {
            found.loops++;
            found.stack += touches;
            if (adds > found.tallest) found.tallest = adds;
            label[0] = '\0';
        }
        adds += strstr(line, multiply_add) != NULL;
        touches += strstr(line, stack) != NULL;
    }
    return found;
}

void inner_loops_stay_in_registers(void) {
    for (size_t t = 0; t < sizeof targets / sizeof *targets; t++) {
        Arena arena;
        arena_init(&arena);
        Module module;
        ModuleOptions options = {.triple = targets[t].triple, .cpu = targets[t].cpu, .level = 2};
        const char *error = NULL, *text = NULL;
        size_t size = 0;
        CU_ASSERT_FATAL(module_init(&module, &arena, "test", &options, &error));
        write_forms(&module, true);
        write_forms(&module, false);
        write_overlap(&module);
        bool good = module_verify(&module, &error) && module_optimize(&module, &error) &&
                    module_compile(&module, LLVMAssemblyFile, &text, &size, &error);
        if (!good) printf("%s\n", error);
        CU_ASSERT_FATAL(good);
        Loops found =
            count_loops(arena_text(&arena, text, size), targets[t].multiply_add, targets[t].stack);
        if (found.stack || found.tallest != targets[t].tallest)
            printf("%s: %d loops, at most %d multiply-adds, %d stack accesses\n", targets[t].cpu,
                   found.loops, found.tallest, found.stack);
        CU_ASSERT(found.loops >= 7);
        CU_ASSERT_EQUAL(found.tallest, targets[t].tallest);
        CU_ASSERT_EQUAL(found.stack, 0);
        module_free(&module);
        arena_free(&arena);
    }
}

/* The tallest tiles of one vector and of several, as a convolution and as the gradient of weights
 * have them. */
static void write_convolution_tiles(Module *m) {
    int lanes = module_lanes(m, MATH_F32), most = convolution_vectors(m, lanes, 1024);
    for (int vectors = 1; vectors <= most; vectors++) {
        for (int kind = 0; kind < 4; kind++) { /* loops, one channel, taps from memory, lanes */
            ConvolutionTile tile = {.precision = MATH_F32,
                                    .lanes = lanes,
                                    .vectors = vectors,
                                    .height = convolution_tallest(m, vectors, false),
                                    .a_is_vector = kind == 3,
                                    .b_align = kind == 2 ? 4 : 4 * lanes,
                                    .a_step = kind == 1 ? 1 : 32,
                                    .b_step = 16,
                                    .loops = kind == 0 ? 3 : 2};
            if (kind == 3 && vectors > 2) continue;
            for (int v = 0; v < vectors; v++)
                tile.b_offset[v] = v * lanes / 16 * 4608 + v * lanes % 16;
            for (int r = 0; r < tile.height; r++)
                tile.a_offset[r] = r * (kind == 1 ? 1 : 32);
            convolution_tile_function(m, &tile, kind != 2);
        }
    }
}

void tiles_of_convolutions_stay_in_registers(void) {
    for (size_t t = 0; t < sizeof targets / sizeof *targets; t++) {
        Arena arena;
        arena_init(&arena);
        Module module;
        ModuleOptions options = {.triple = targets[t].triple, .cpu = targets[t].cpu, .level = 2};
        const char *error = NULL, *text = NULL;
        size_t size = 0;
        CU_ASSERT_FATAL(module_init(&module, &arena, "test", &options, &error));
        write_convolution_tiles(&module);
        for (LLVMValueRef f = LLVMGetFirstFunction(module.module); f; f = LLVMGetNextFunction(f))
            if (LLVMCountBasicBlocks(f)) LLVMSetLinkage(f, LLVMExternalLinkage); /* nobody calls */
        bool good = module_verify(&module, &error) && module_optimize(&module, &error) &&
                    module_compile(&module, LLVMAssemblyFile, &text, &size, &error);
        if (!good) printf("%s\n", error);
        CU_ASSERT_FATAL(good);
        Loops found =
            count_loops(arena_text(&arena, text, size), targets[t].multiply_add, targets[t].stack);
        if (found.stack || found.tallest < targets[t].tallest)
            printf("%s: %d loops, at most %d multiply-adds, %d stack accesses\n", targets[t].cpu,
                   found.loops, found.tallest, found.stack);
        CU_ASSERT(found.loops >= 4);
        CU_ASSERT(found.tallest >= targets[t].tallest);
        CU_ASSERT_EQUAL(found.stack, 0);
        module_free(&module);
        arena_free(&arena);
    }
}
