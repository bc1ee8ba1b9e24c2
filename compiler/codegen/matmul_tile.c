/* matmul_tile.c: the inner loop of a matrix product.
 *
 *   accumulators = 0
 *   for k in 0 .. depth, ascending:
 *       load the vectors of B's row k
 *       for each row of the tile: broadcast A[row][k]; one fused multiply-add for each vector
 *
 * in this order, so that at most height * vectors + vectors + 1 registers are live (any other order
 * makes LLVM spill). Steps are not unrolled: that would gain less than 1 % and double the code.
 */

#include "codegen/debug_info.h"
#include "codegen/matmul_internal.h"

#include <stdio.h>
#include <string.h>

typedef struct Tile {
    Module *module;
    const MatmulShape *shape;
    LLVMTypeRef number, vector;
    int sums;
} Tile;

typedef MatmulState State;

static Tile tile_of(Module *module, const MatmulShape *shape) {
    return (Tile){.module = module,
                  .shape = shape,
                  .number = module_number_type(module, shape->precision),
                  .vector = emit_vector_type(module, shape->precision, shape->lanes),
                  .sums = shape->height * shape->vectors};
}

static LLVMValueRef *a_of(const Tile *tile, State *state) {
    return &state->values[tile->sums];
}

static LLVMValueRef *b_of(const Tile *tile, State *state) {
    return &state->values[tile->sums + 1];
}

static LLVMValueRef *prefetch_of(const Tile *tile, State *state) {
    return &state->values[tile->sums + 1 + tile->shape->b_pointers];
}

static LLVMValueRef *a_prefetch_of(const Tile *tile, State *state) {
    return prefetch_of(tile, state) + (tile->shape->prefetch_stride > 0);
}

LLVMValueRef matmul_far_offset(Module *module, LLVMTypeRef type, LLVMValueRef pointer,
                               LLVMValueRef offset) {
    return LLVMBuildGEP2(module->builder, type, pointer, &offset, 1, "");
}

static LLVMValueRef advanced(const Tile *tile, LLVMValueRef pointer, int64_t numbers) {
    Module *module = tile->module;
    return matmul_far_offset(module, tile->number, pointer, emit_index(module, numbers));
}

static void emit_step(const Tile *tile, State *state) {
    Module *module = tile->module;
    const MatmulShape *shape = tile->shape;
    LLVMValueRef b[MATMUL_MAX_VECTORS], *a_at = a_of(tile, state), *b_at = b_of(tile, state);
    for (int v = 0; v < shape->vectors; v++) {
        LLVMValueRef at = emit_offset_constant(module, tile->number, b_at[shape->b_pointer[v]],
                                               shape->b_offset[v]);
        int active = v == shape->vectors - 1 ? shape->b_active : shape->lanes;
        b[v] = emit_load_lanes(module, tile->vector, at, shape->b_align, active);
    }
    for (int r = 0; r < shape->height; r++) {
        LLVMValueRef at =
            emit_offset_constant(module, tile->number, *a_at, r * shape->a_row_stride);
        LLVMValueRef a = emit_load(module, tile->number, at, module_number_bytes(shape->precision));
        a = emit_splat(module, a, shape->lanes);
        for (int v = 0; v < shape->vectors; v++) {
            LLVMValueRef *sum = &state->values[r * shape->vectors + v];
            *sum = emit_fma(module, a, b[v], *sum);
        }
    }
    *a_at = advanced(tile, *a_at, shape->a_depth_stride);
    for (int i = 0; i < shape->b_pointers; i++)
        b_at[i] = advanced(tile, b_at[i], shape->b_depth_stride);
}

static void emit_prefetch_at(const Tile *tile, LLVMValueRef *at, int64_t stride) {
    Module *module = tile->module;
    emit_prefetch(module, *at, false);
    *at = matmul_far_offset(module, module->i8, *at, emit_index(module, stride));
}

/* A little of B's next block, and of the rows of A's next panel so much that sixteen steps reach
 * them all. Strides below a line ask for it again, which is cheaper than counting. */
static void emit_prefetches(const Tile *tile, State *state) {
    const MatmulShape *shape = tile->shape;
    if (shape->prefetch_stride > 0)
        emit_prefetch_at(tile, prefetch_of(tile, state), shape->prefetch_stride);
    if (shape->a_prefetch)
        emit_prefetch_at(tile, a_prefetch_of(tile, state),
                         (int64_t)shape->height * module_number_bytes(shape->precision));
}

/* The state inside a loop that carries it; and behind the loop. */
static State carried_state(const EmitLoop *loop) {
    State state = {.count = loop->carried_count};
    memcpy(state.values, loop->carried, (size_t)state.count * sizeof *state.values);
    return state;
}

static void emit_steps(const Tile *tile, State *state, LLVMValueRef steps) {
    Module *module = tile->module;
    EmitLoop loop =
        emit_for_begin(module, emit_index(module, 0), steps, 1, state->values, state->count);
    State inside = carried_state(&loop);
    emit_prefetches(tile, &inside);
    emit_step(tile, &inside);
    emit_for_end(module, &loop, inside.values);
    *state = carried_state(&loop);
}

/* A in panels: 16 steps lie side by side, then A goes on in the next panel. */
static void emit_panels(const Tile *tile, State *state, const MatmulSource *source) {
    Module *module = tile->module;
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), source->depth, TARGET_PANEL_LANES,
                                   state->values, state->count);
    State inside = carried_state(&loop);
    LLVMValueRef next =
        matmul_far_offset(module, tile->number, *a_of(tile, &inside), source->a_panel_stride);
    if (tile->shape->a_prefetch) *a_prefetch_of(tile, &inside) = next;
    LLVMValueRef left = emit_sub(module, source->depth, loop.index);
    bool whole = LLVMIsConstant(source->depth) &&
                 LLVMConstIntGetSExtValue(source->depth) % TARGET_PANEL_LANES == 0;
    LLVMValueRef lanes = emit_index(module, TARGET_PANEL_LANES);
    emit_steps(tile, &inside, whole ? lanes : emit_min(module, left, lanes));
    *a_of(tile, &inside) = next;
    emit_for_end(module, &loop, inside.values);
    *state = carried_state(&loop);
}

MatmulState matmul_state_begin(Module *module, const MatmulShape *shape,
                               const MatmulSource *source) {
    Tile tile = tile_of(module, shape);
    State state = {.count = tile.sums};
    for (int i = 0; i < tile.sums; i++)
        state.values[i] = emit_zero(tile.vector);
    state.values[state.count++] = source->a;
    for (int i = 0; i < shape->b_pointers; i++)
        state.values[state.count++] = source->b[i];
    if (shape->prefetch_stride > 0) state.values[state.count++] = source->prefetch;
    if (shape->a_prefetch) state.values[state.count++] = source->a;
    return state;
}

void matmul_steps(Module *module, const MatmulShape *shape, MatmulState *state,
                  LLVMValueRef steps) {
    Tile tile = tile_of(module, shape);
    emit_steps(&tile, state, steps);
}

void matmul_tile_inline(Module *module, const MatmulShape *shape, const MatmulSource *source,
                        LLVMValueRef *values) {
    Tile tile = tile_of(module, shape);
    State state = matmul_state_begin(module, shape, source);
    if (shape->a_depth_panels)
        emit_panels(&tile, &state, source);
    else
        emit_steps(&tile, &state, source->depth);
    memcpy(values, state.values, (size_t)tile.sums * sizeof *values);
}

enum { ARG_A, ARG_A_PANEL, ARG_DEPTH, ARG_PREFETCH, ARG_OUT, ARG_B, ARG_COUNT = ARG_B + 4 };

static void argument_types(Module *module, LLVMTypeRef types[ARG_COUNT]) {
    for (int i = 0; i < ARG_COUNT; i++)
        types[i] = i == ARG_A_PANEL || i == ARG_DEPTH ? module->i64 : module->pointer;
}

LLVMTypeRef matmul_tile_function_type(Module *module) {
    LLVMTypeRef types[ARG_COUNT];
    argument_types(module, types);
    return LLVMFunctionType(module->void_type, types, ARG_COUNT, false);
}

static const char *shape_name(Module *module, const MatmulShape *shape) {
    char offsets[4 * 32] = "";
    int length = 0;
    for (int v = 0; v < shape->vectors; v++)
        length += snprintf(offsets + length, sizeof offsets - (size_t)length, "_%d.%d",
                           shape->b_pointer[v], (int)shape->b_offset[v]);
    return arena_format(module->arena, "matmul_tile_f%d_%dx%d_a%lld.%lld%s_b%lld.%d.%d%s_f%d%s",
                        8 * module_number_bytes(shape->precision), shape->height, shape->vectors,
                        (long long)shape->a_row_stride, (long long)shape->a_depth_stride,
                        shape->a_depth_panels ? "p" : "", (long long)shape->b_depth_stride,
                        shape->b_active, shape->b_align, offsets, (int)shape->prefetch_stride,
                        shape->a_prefetch ? "_g" : "");
}

LLVMValueRef matmul_tile_function(Module *module, const MatmulShape *shape) {
    const char *name = debug_info_helper_name(module, shape_name(module, shape));
    LLVMValueRef function = LLVMGetNamedFunction(module->module, name);
    if (function) return function;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(module->builder);
    LLVMTypeRef types[ARG_COUNT];
    argument_types(module, types);
    uint8_t promises[ARG_COUNT] = {[ARG_OUT] = EMIT_NOALIAS | EMIT_NOCAPTURE};
    promises[ARG_A] = promises[ARG_PREFETCH] = EMIT_NOCAPTURE | EMIT_READONLY;
    for (int i = 0; i < 4; i++)
        promises[ARG_B + i] = EMIT_NOCAPTURE | EMIT_READONLY;
    function =
        emit_function_begin(module, name, module->void_type, types, ARG_COUNT, promises, 0, true);
    emit_function_outline(module, function);
    debug_info_helper_begin(module, function, name);
    MatmulSource source = {.a = LLVMGetParam(function, ARG_A),
                           .a_panel_stride = LLVMGetParam(function, ARG_A_PANEL),
                           .depth = LLVMGetParam(function, ARG_DEPTH),
                           .prefetch = LLVMGetParam(function, ARG_PREFETCH)};
    for (unsigned i = 0; i < 4; i++)
        source.b[i] = LLVMGetParam(function, ARG_B + i);
    LLVMValueRef values[EMIT_MAX_CARRIED];
    matmul_tile_inline(module, shape, &source, values);
    LLVMTypeRef vector = emit_vector_type(module, shape->precision, shape->lanes);
    for (int i = 0; i < shape->height * shape->vectors; i++)
        emit_store(module, values[i],
                   emit_offset_constant(module, vector, LLVMGetParam(function, ARG_OUT), i),
                   shape->lanes * module_number_bytes(shape->precision));
    LLVMBuildRetVoid(module->builder);
    debug_info_helper_end(module, here);
    return function;
}
