/* convolution_tile.c: see convolution_tile.h.
 *
 *   for each step of loop 0: for each of loop 1: for each of loop 2:
 *       load the vectors of B
 *       for each row: A's number in every lane; one fused multiply-add for each vector
 *
 * in this order, so that at most height * vectors + vectors + 1 registers are live. Nothing is
 * unrolled. Where A's steps overlap, a row's number being the next row's one step before, LLVM
 * would keep it in a register and run out of them: the stride is hidden from it.
 */

#include "codegen/convolution_tile.h"

#include "codegen/debug_info.h"
#include "codegen/emit.h"

typedef struct Loops {
    Module *module;
    const ConvolutionTile *tile;
    const ConvolutionSteps *steps;
    LLVMTypeRef number, vector;
    int sums;
    LLVMValueRef a_step; /* of the innermost loop */
    EmitLoop open[CONVOLUTION_LOOPS];
    LLVMValueRef a[CONVOLUTION_LOOPS], b[CONVOLUTION_LOOPS]; /* where each loop's round begins */
} Loops;

static LLVMValueRef moved(const Loops *loops, LLVMValueRef pointer, LLVMValueRef offset) {
    return LLVMBuildGEP2(loops->module->builder, loops->number, pointer, &offset, 1, "");
}

static void one_step(const Loops *loops, LLVMValueRef a, LLVMValueRef b, LLVMValueRef *sums) {
    Module *module = loops->module;
    const ConvolutionTile *tile = loops->tile;
    int bytes = module_number_bytes(tile->precision);
    LLVMValueRef columns[CONVOLUTION_MAX_VECTORS];
    for (int v = 0; v < tile->vectors; v++) {
        LLVMValueRef at = emit_offset_constant(module, loops->number, b, tile->b_offset[v]);
        columns[v] = emit_load(module, loops->vector, at, tile->b_align);
    }
    for (int r = 0; r < tile->height; r++) {
        LLVMValueRef at = emit_offset_constant(module, loops->number, a, tile->a_offset[r]);
        LLVMValueRef same = NULL;
        if (!tile->a_is_vector)
            same = emit_splat(module, emit_load(module, loops->number, at, bytes), tile->lanes);
        for (int v = 0; v < tile->vectors; v++) {
            LLVMValueRef here = same;
            if (tile->a_is_vector)
                here = emit_load(module, loops->vector,
                                 emit_offset_constant(module, loops->vector, at, v), bytes);
            LLVMValueRef *sum = &sums[r * tile->vectors + v];
            *sum = emit_fma(module, here, columns[v], *sum);
        }
    }
}

/* What a loop carries: the sums, then A and B. */
static void open_loop(Loops *loops, int level, LLVMValueRef *sums, LLVMValueRef a, LLVMValueRef b) {
    LLVMValueRef start[EMIT_MAX_CARRIED];
    for (int i = 0; i < loops->sums; i++)
        start[i] = sums[i];
    start[loops->sums] = a;
    start[loops->sums + 1] = b;
    loops->open[level] = emit_for_begin(loops->module, emit_index(loops->module, 0),
                                        loops->steps->count[level], 1, start, loops->sums + 2);
    for (int i = 0; i < loops->sums; i++)
        sums[i] = loops->open[level].carried[i];
    loops->a[level] = loops->open[level].carried[loops->sums];
    loops->b[level] = loops->open[level].carried[loops->sums + 1];
}

static void close_loop(Loops *loops, int level, LLVMValueRef *sums) {
    LLVMValueRef next[EMIT_MAX_CARRIED];
    bool innermost = level == loops->tile->loops - 1;
    LLVMValueRef a_step = innermost ? loops->a_step : loops->steps->a_step[level];
    LLVMValueRef b_step =
        innermost ? emit_index(loops->module, loops->tile->b_step) : loops->steps->b_step[level];
    for (int i = 0; i < loops->sums; i++)
        next[i] = sums[i];
    next[loops->sums] = moved(loops, loops->a[level], a_step);
    next[loops->sums + 1] = moved(loops, loops->b[level], b_step);
    emit_for_end(loops->module, &loops->open[level], next);
    for (int i = 0; i < loops->sums; i++)
        sums[i] = loops->open[level].carried[i];
}

static bool steps_overlap(const ConvolutionTile *tile) {
    for (int r = 0; r < tile->height; r++)
        for (int s = 0; s < tile->height; s++)
            if (tile->a_offset[s] - tile->a_offset[r] == tile->a_step) return true;
    return false;
}

/* A number that LLVM knows nothing about: what an assembler text without instructions gives back.
 */
static LLVMValueRef hidden(Module *module, int64_t number) {
    LLVMTypeRef type = LLVMFunctionType(module->i64, &module->i64, 1, false);
    char text[] = "", constraints[] = "=r,0";
    LLVMValueRef nothing = LLVMGetInlineAsm(type, text, 0, constraints, sizeof constraints - 1,
                                            false, false, LLVMInlineAsmDialectATT, false);
    LLVMValueRef argument = emit_index(module, number);
    return LLVMBuildCall2(module->builder, type, nothing, &argument, 1, "");
}

void convolution_tile_inline(Module *module, const ConvolutionTile *tile,
                             const ConvolutionSteps *steps, LLVMValueRef *sums) {
    Loops loops = {.module = module,
                   .tile = tile,
                   .steps = steps,
                   .number = module_number_type(module, tile->precision),
                   .vector = emit_vector_type(module, tile->precision, tile->lanes),
                   .sums = tile->height * tile->vectors};
    loops.a_step =
        steps_overlap(tile) ? hidden(module, tile->a_step) : emit_index(module, tile->a_step);
    LLVMValueRef a = steps->a, b = steps->b;
    for (int level = 0; level < tile->loops; level++) {
        open_loop(&loops, level, sums, a, b);
        a = loops.a[level];
        b = loops.b[level];
    }
    one_step(&loops, a, b, sums);
    for (int level = tile->loops - 1; level >= 0; level--)
        close_loop(&loops, level, sums);
}

/* ---- as a function: (a, b, sums, then for each loop: count, and of the outer ones their steps) */

enum { FIXED_ARGUMENTS = 3, MAX_ARGUMENTS = FIXED_ARGUMENTS + 3 * CONVOLUTION_LOOPS };

static int argument_types(Module *module, int loops, LLVMTypeRef types[MAX_ARGUMENTS]) {
    int count = FIXED_ARGUMENTS + 3 * loops - 2;
    for (int i = 0; i < count; i++)
        types[i] = i < FIXED_ARGUMENTS ? module->pointer : module->i64;
    return count;
}

static const char *tile_name(Module *module, const ConvolutionTile *tile, bool from_zero) {
    Text name;
    text_init(&name, module->arena);
    text_format(&name, "convolution_tile_f%d_%dx%d%s%s_l%d_a%lld_b%lld.%d",
                8 * module_number_bytes(tile->precision), tile->height, tile->vectors,
                tile->a_is_vector ? "_lanes" : "", from_zero ? "" : "_on", tile->loops,
                (long long)tile->a_step, (long long)tile->b_step, tile->b_align);
    for (int v = 0; v < tile->vectors; v++)
        text_format(&name, ".%lld", (long long)tile->b_offset[v]);
    bool even = true;
    for (int r = 2; r < tile->height; r++)
        even &= tile->a_offset[r] == r * tile->a_offset[1];
    text_format(&name, "_r");
    for (int r = 1; r < (even && tile->height > 1 ? 2 : tile->height); r++)
        text_format(&name, ".%lld", (long long)tile->a_offset[r]);
    return name.chars;
}

LLVMValueRef convolution_tile_function(Module *module, const ConvolutionTile *tile,
                                       bool from_zero) {
    const char *name = debug_info_helper_name(module, tile_name(module, tile, from_zero));
    LLVMValueRef function = LLVMGetNamedFunction(module->module, name);
    if (function) return function;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(module->builder);
    LLVMTypeRef types[MAX_ARGUMENTS];
    int count = argument_types(module, tile->loops, types);
    static const uint8_t promises[MAX_ARGUMENTS] = {EMIT_NOCAPTURE | EMIT_READONLY,
                                                    EMIT_NOCAPTURE | EMIT_READONLY,
                                                    EMIT_NOCAPTURE | EMIT_NOALIAS};
    function =
        emit_function_begin(module, name, module->void_type, types, count, promises, 0, true);
    emit_function_outline(module, function);
    debug_info_helper_begin(module, function, name);
    ConvolutionSteps steps = {.a = LLVMGetParam(function, 0), .b = LLVMGetParam(function, 1)};
    unsigned next = FIXED_ARGUMENTS;
    for (int level = 0; level < tile->loops; level++) {
        steps.count[level] = LLVMGetParam(function, next++);
        if (level == tile->loops - 1) break;
        steps.a_step[level] = LLVMGetParam(function, next++);
        steps.b_step[level] = LLVMGetParam(function, next++);
    }
    LLVMValueRef sums[EMIT_MAX_CARRIED], memory = LLVMGetParam(function, 2);
    LLVMTypeRef vector = emit_vector_type(module, tile->precision, tile->lanes);
    int align = tile->lanes * module_number_bytes(tile->precision);
    for (int i = 0; i < tile->height * tile->vectors; i++)
        sums[i] = from_zero ? emit_zero(vector)
                            : emit_load(module, vector,
                                        emit_offset_constant(module, vector, memory, i), align);
    convolution_tile_inline(module, tile, &steps, sums);
    for (int i = 0; i < tile->height * tile->vectors; i++)
        emit_store(module, sums[i], emit_offset_constant(module, vector, memory, i), align);
    LLVMBuildRetVoid(module->builder);
    debug_info_helper_end(module, here);
    return function;
}

void convolution_tile_call_function(Module *module, LLVMValueRef function, int loops,
                                    const ConvolutionSteps *steps, LLVMValueRef sums) {
    LLVMTypeRef types[MAX_ARGUMENTS];
    LLVMValueRef arguments[MAX_ARGUMENTS] = {steps->a, steps->b, sums};
    unsigned count = (unsigned)argument_types(module, loops, types), next = FIXED_ARGUMENTS;
    for (int level = 0; level < loops; level++) {
        arguments[next++] = steps->count[level];
        if (level == loops - 1) break;
        arguments[next++] = steps->a_step[level];
        arguments[next++] = steps->b_step[level];
    }
    LLVMTypeRef type = LLVMFunctionType(module->void_type, types, count, false);
    LLVMBuildCall2(module->builder, type, function, arguments, count, "");
}

void convolution_tile_call(Module *module, const ConvolutionTile *tile,
                           const ConvolutionSteps *steps, LLVMValueRef sums, bool from_zero) {
    LLVMValueRef function = convolution_tile_function(module, tile, from_zero);
    convolution_tile_call_function(module, function, tile->loops, steps, sums);
}
