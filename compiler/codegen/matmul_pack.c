/* matmul_pack.c: see matmul_pack.h.
 *
 * The transpose moves square blocks of `lanes` x `lanes` numbers through registers: log2(lanes)
 * rounds, each interleaving rows i and i + lanes/2 into rows 2i and 2i + 1.
 */

#include "codegen/matmul_pack.h"

#include "codegen/matmul_internal.h"

typedef struct Pack {
    Module *module;
    MathPrecision precision;
    LLVMTypeRef number, vector;
    int lanes, bytes;
} Pack;

static Pack pack_of(Module *module, MathPrecision precision) {
    int lanes = module_lanes(module, precision);
    return (Pack){.module = module,
                  .precision = precision,
                  .number = module_number_type(module, precision),
                  .vector = emit_vector_type(module, precision, lanes),
                  .lanes = lanes,
                  .bytes = module_number_bytes(precision)};
}

/* rows[i] lane j becomes rows[j] lane i. Rotating the bits of (row, lane) by one, lanes/2 rows
 * apart, as often as a lane number has bits exchanges row and lane. */
static void transpose_block(const Pack *pack, LLVMValueRef *rows) {
    int n = pack->lanes, low[64], high[64];
    for (int i = 0; i < n; i++) {
        low[i] = i / 2 + (i % 2) * n;
        high[i] = low[i] + n / 2;
    }
    for (int round = 1; round < n; round *= 2) {
        LLVMValueRef next[64];
        for (int i = 0; i < n / 2; i++) {
            LLVMValueRef a = rows[i], b = rows[i + n / 2];
            next[2 * i] = emit_shuffle(pack->module, a, b, low, n);
            next[2 * i + 1] = emit_shuffle(pack->module, a, b, high, n);
        }
        for (int i = 0; i < n; i++)
            rows[i] = next[i];
    }
}

/* One block: source rows row .. row + rows_here - 1 (of matrix W), columns column .. column +
 * columns_here - 1; the rest of the block's rows count as zero, its columns are dropped. */
static void move_block(const Pack *pack, LLVMValueRef from, LLVMValueRef to, int rows_here,
                       int columns_here) {
    LLVMValueRef values[64];
    for (int i = 0; i < pack->lanes; i++) {
        LLVMValueRef at =
            emit_offset_constant(pack->module, pack->number, from, (int64_t)i * TARGET_PANEL_LANES);
        values[i] = i < rows_here
                        ? emit_load(pack->module, pack->vector, at, pack->lanes * pack->bytes)
                        : emit_zero(pack->vector);
    }
    if (rows_here > 0) transpose_block(pack, values);
    for (int i = 0; i < pack->lanes && i < columns_here; i++) {
        LLVMValueRef at =
            emit_offset_constant(pack->module, pack->number, to, (int64_t)i * TARGET_PANEL_LANES);
        emit_store(pack->module, values[i], at, pack->lanes * pack->bytes);
    }
}

/* A panel of the result (16 rows of W, `present` of them there): blocks along W's columns. */
static void transpose_panel(const Pack *pack, LLVMValueRef from, LLVMValueRef to, int64_t rows,
                            int64_t columns, LLVMValueRef panel, int present) {
    Module *m = pack->module;
    int lanes = pack->lanes;
    int64_t whole = columns / lanes * lanes;
    for (int part = 0; part < 2; part++) { /* whole blocks in a loop, then a narrow one */
        LLVMValueRef first = emit_index(m, part ? whole : 0);
        LLVMValueRef last = emit_index(m, part ? columns : whole);
        if (part && whole == columns) break;
        EmitLoop loop = emit_for_begin(m, first, last, lanes, NULL, 0);
        LLVMValueRef row = emit_mul_constant(m, panel, TARGET_PANEL_LANES);
        MatmulOperand source = matmul_panels(m, from, emit_index(m, rows));
        MatmulOperand target = matmul_panels(m, to, emit_index(m, columns));
        for (int k = 0; k < TARGET_PANEL_LANES; k += lanes) {
            LLVMValueRef here = emit_add_constant(m, row, k);
            int rows_here = present - k < lanes ? present - k : lanes;
            LLVMValueRef read =
                matmul_element(m, pack->precision, &source, rows_here > 0 ? here : row, loop.index);
            LLVMValueRef write = matmul_element(m, pack->precision, &target, loop.index, here);
            move_block(pack, read, write, rows_here, part ? (int)(columns - whole) : lanes);
        }
        emit_for_end(m, &loop, NULL);
    }
}

void matmul_pack_transpose(Module *module, MathPrecision precision, LLVMValueRef from,
                           LLVMValueRef to, int64_t rows, int64_t columns, LLVMValueRef first,
                           LLVMValueRef last) {
    Pack pack = pack_of(module, precision);
    int64_t whole = rows / TARGET_PANEL_LANES;
    int rest = (int)(rows % TARGET_PANEL_LANES);
    LLVMValueRef whole_end = emit_index(module, whole);
    EmitLoop loop = emit_for_begin(module, first, emit_min(module, last, whole_end), 1, NULL, 0);
    transpose_panel(&pack, from, to, rows, columns, loop.index, TARGET_PANEL_LANES);
    emit_for_end(module, &loop, NULL);
    if (rest == 0) return;
    LLVMBuilderRef builder = module->builder;
    LLVMValueRef mine =
        LLVMBuildAnd(builder, LLVMBuildICmp(builder, LLVMIntSLE, first, whole_end, ""),
                     LLVMBuildICmp(builder, LLVMIntSGT, last, whole_end, ""), "");
    EmitIf branch = emit_if_begin(module, mine);
    transpose_panel(&pack, from, to, rows, columns, whole_end, rest);
    emit_if_end(module, &branch);
}

/* Steps [first, last) of depth, `here` of them in each square of lanes x lanes. */
static void turn_steps(const Pack *pack, const MatmulSpec *spec, LLVMValueRef scratch,
                       LLVMValueRef column, int vectors, int active, int64_t first, int64_t last,
                       int here) {
    Module *m = pack->module;
    int lanes = pack->lanes, align = spec->b.panel_stride ? lanes * pack->bytes : pack->bytes;
    EmitLoop loop = emit_for_begin(m, emit_index(m, first), emit_index(m, last), lanes, NULL, 0);
    LLVMValueRef line = emit_mul_constant(m, loop.index, (int64_t)vectors * lanes);
    LLVMValueRef to = emit_offset(m, pack->number, scratch, line);
    for (int v = 0; v < vectors; v++) {
        LLVMValueRef values[64];
        for (int i = 0; i < lanes; i++) {
            if (v * lanes + i >= active) {
                values[i] = emit_zero(pack->vector);
                continue;
            }
            LLVMValueRef row = emit_add_constant(m, column, v * lanes + i);
            LLVMValueRef at = matmul_element(m, pack->precision, &spec->b, row, loop.index);
            int there = spec->b.panel_stride ? lanes : here;
            values[i] = emit_load_lanes(m, pack->vector, at, align, there);
        }
        transpose_block(pack, values);
        for (int k = 0; k < here; k++)
            emit_store(m, values[k],
                       emit_offset_constant(m, pack->vector, to, (int64_t)k * vectors + v),
                       lanes * pack->bytes);
    }
    emit_for_end(m, &loop, NULL);
}

void matmul_pack_block(Module *module, const MatmulSpec *spec, LLVMValueRef scratch,
                       LLVMValueRef column, int vectors, int active) {
    Pack pack = pack_of(module, spec->precision);
    int64_t depth = spec->depth_constant, whole = depth / pack.lanes * pack.lanes;
    if (whole > 0) turn_steps(&pack, spec, scratch, column, vectors, active, 0, whole, pack.lanes);
    if (whole < depth)
        turn_steps(&pack, spec, scratch, column, vectors, active, whole, depth,
                   (int)(depth - whole));
}

/* One panel of `active` columns, all rows; `into` panels or out of them. */
static void copy_panel(const Pack *pack, LLVMValueRef from, LLVMValueRef to, LLVMValueRef rows,
                       LLVMValueRef panel_rows, int64_t columns, LLVMValueRef panel, int active,
                       bool into) {
    Module *m = pack->module;
    MatmulOperand flat = matmul_rows(into ? from : to, columns);
    MatmulOperand panels = matmul_panels(m, into ? to : from, panel_rows);
    LLVMValueRef column = emit_mul_constant(m, panel, TARGET_PANEL_LANES);
    EmitLoop loop = emit_for_begin(m, emit_index(m, 0), rows, 1, NULL, 0);
    LLVMValueRef outside = matmul_element(m, pack->precision, &flat, loop.index, column);
    LLVMValueRef inside = matmul_element(m, pack->precision, &panels, loop.index, column);
    for (int k = 0; k < TARGET_PANEL_LANES; k += pack->lanes) {
        int here = active - k < pack->lanes ? active - k : pack->lanes;
        LLVMValueRef flat_at =
            here > 0 ? emit_offset_constant(m, pack->number, outside, k) : outside;
        LLVMValueRef panel_at = emit_offset_constant(m, pack->number, inside, k);
        int align = pack->lanes * pack->bytes;
        if (into)
            emit_store(m, emit_load_lanes(m, pack->vector, flat_at, pack->bytes, here), panel_at,
                       align);
        else
            emit_store_lanes(m, emit_load(m, pack->vector, panel_at, align), flat_at, pack->bytes,
                             here);
    }
    emit_for_end(m, &loop, NULL);
}

static void copy_panels(Module *m, MathPrecision precision, LLVMValueRef from, LLVMValueRef to,
                        LLVMValueRef rows, LLVMValueRef panel_rows, int64_t columns,
                        LLVMValueRef first, LLVMValueRef last, bool into) {
    Pack pack = pack_of(m, precision);
    int64_t whole = columns / TARGET_PANEL_LANES;
    EmitLoop loop = emit_for_begin(m, first, last, 1, NULL, 0);
    int rest = (int)(columns % TARGET_PANEL_LANES);
    if (rest == 0) {
        copy_panel(&pack, from, to, rows, panel_rows, columns, loop.index, TARGET_PANEL_LANES,
                   into);
    } else {
        EmitIf branch = emit_if_begin(
            m, LLVMBuildICmp(m->builder, LLVMIntSLT, loop.index, emit_index(m, whole), ""));
        copy_panel(&pack, from, to, rows, panel_rows, columns, loop.index, TARGET_PANEL_LANES,
                   into);
        emit_else(m, &branch);
        copy_panel(&pack, from, to, rows, panel_rows, columns, loop.index, rest, into);
        emit_if_end(m, &branch);
    }
    emit_for_end(m, &loop, NULL);
}

void matmul_pack_rows(Module *module, MathPrecision precision, LLVMValueRef from, LLVMValueRef to,
                      LLVMValueRef rows, LLVMValueRef panel_rows, int64_t columns,
                      LLVMValueRef first, LLVMValueRef last) {
    copy_panels(module, precision, from, to, rows, panel_rows, columns, first, last, true);
}

void matmul_unpack_rows(Module *module, MathPrecision precision, LLVMValueRef from, LLVMValueRef to,
                        LLVMValueRef rows, LLVMValueRef panel_rows, int64_t columns,
                        LLVMValueRef first, LLVMValueRef last) {
    copy_panels(module, precision, from, to, rows, panel_rows, columns, first, last, false);
}
