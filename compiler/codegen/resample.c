/* resample.c: affine pictures (graph/resample.h) inside of kernels, and the kernel that gives their
 * gradient back to the picture.
 *
 *   value at (s, i, j, c):  p, q from the six numbers of sample s; hold, floor, shares
 *       result = (1 - fq) ((1 - fp) x[r0, c0] + fp x[r0, c1]) + fq ((1 - fp) x[r1, c0] + ..)
 *
 * Every pixel is read at an index brought into the picture and counts as zero where it was outside:
 * no branches, so lanes may differ. Where the lanes run over channels, positions are scalars and
 * pixels are plain vector loads; else pixels are gathered.
 */
#include "graph/resample.h"
#include "codegen/domain.h"

/* Along one axis of the picture: two pixels, each with its share. */
typedef struct Tap {
    Axis pixels[2];
    LLVMValueRef inside[2]; /* i1s; NULL: always */
    LLVMValueRef shares[2];
    LLVMValueRef held; /* i1s: the position was brought in */
    bool uniform;
} Tap;

/* ---- numbers of a lane or of all lanes ---- */

static int lanes_of(const KernelEmitter *k, bool uniform) {
    return uniform ? 1 : k->lanes;
}

static LLVMValueRef number(KernelEmitter *k, bool uniform, double value) {
    return emit_constant(k->module, k->codegen->precision, lanes_of(k, uniform), value);
}

static LLVMValueRef spread(KernelEmitter *k, LLVMValueRef value, bool uniform) {
    bool is_vector = LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind;
    return uniform || is_vector ? value : emit_splat(k->module, value, k->lanes);
}

/* Pixels from the middle of an axis of `length`. */
static LLVMValueRef from_middle(KernelEmitter *k, Axis axis, int64_t length, bool uniform) {
    LLVMBuilderRef builder = k->module->builder;
    LLVMValueRef at = uniform ? axis.value : axis_vector(k, axis);
    LLVMTypeRef narrow =
        uniform ? k->module->i32 : emit_integer_vector_type(k->module, 32, k->lanes);
    LLVMTypeRef real = emit_vector_type(k->module, k->codegen->precision, lanes_of(k, uniform));
    at = LLVMBuildSIToFP(builder, LLVMBuildTrunc(builder, at, narrow, ""), real, "");
    return LLVMBuildFSub(builder, at, number(k, uniform, (double)(length - 1) / 2), "");
}

/* a u + b v + c + middle, rounded after each operation. */
static LLVMValueRef position_of(KernelEmitter *k, const LLVMValueRef m[3], LLVMValueRef u,
                                LLVMValueRef v, int64_t length, bool uniform) {
    LLVMBuilderRef builder = k->module->builder;
    LLVMValueRef along = LLVMBuildFMul(builder, spread(k, m[0], uniform), u, "");
    LLVMValueRef across = LLVMBuildFMul(builder, spread(k, m[1], uniform), v, "");
    LLVMValueRef sum = LLVMBuildFAdd(builder, along, across, "");
    sum = LLVMBuildFAdd(builder, sum, spread(k, m[2], uniform), "");
    return LLVMBuildFAdd(builder, sum, number(k, uniform, (double)(length - 1) / 2), "");
}

/* floor(position) as a whole number; 0 for NaN, whose conversion has no meaning. */
static LLVMValueRef whole_of(KernelEmitter *k, LLVMValueRef first, bool uniform) {
    LLVMBuilderRef builder = k->module->builder;
    LLVMTypeRef wide = uniform ? k->module->i64 : emit_integer_vector_type(k->module, 64, k->lanes);
    LLVMTypeRef narrow =
        uniform ? k->module->i32 : emit_integer_vector_type(k->module, 32, k->lanes);
    LLVMValueRef known = LLVMBuildFCmp(builder, LLVMRealORD, first, first, "");
    first = LLVMBuildSelect(builder, known, first, number(k, uniform, 0), "");
    return LLVMBuildSExt(builder, LLVMBuildFPToSI(builder, first, narrow, ""), wide, "");
}

static Axis axis_of(LLVMValueRef value, bool uniform) {
    return (Axis){uniform ? AXIS_UNIFORM : AXIS_GENERAL, 1, value};
}

static void hold_pixel(KernelEmitter *k, Tap *tap, int i, int64_t length, bool edge) {
    LLVMBuilderRef builder = k->module->builder;
    Axis axis = tap->pixels[i];
    LLVMValueRef low = axis_compare(k, LLVMIntSGE, axis, 0);
    LLVMValueRef high = axis_compare(k, LLVMIntSLT, axis, length);
    tap->inside[i] = edge ? NULL : LLVMBuildAnd(builder, low, high, "");
    axis = axis_select(k, high, axis, axis_constant(k, length - 1));
    tap->pixels[i] = axis_select(k, low, axis, axis_constant(k, 0));
}

static Tap tap_at(KernelEmitter *k, LLVMValueRef position, int64_t length, bool edge,
                  bool uniform) {
    LLVMBuilderRef builder = k->module->builder;
    Tap tap = {.uniform = uniform};
    LLVMValueRef low = number(k, uniform, edge ? 0 : -1);
    LLVMValueRef high = number(k, uniform, (double)(edge ? length - 1 : length));
    LLVMValueRef below = LLVMBuildFCmp(builder, LLVMRealOLT, position, low, "");
    LLVMValueRef above = LLVMBuildFCmp(builder, LLVMRealOGT, position, high, "");
    LLVMValueRef after = LLVMBuildFCmp(builder, LLVMRealOGT, position, low, "");
    LLVMValueRef before = LLVMBuildFCmp(builder, LLVMRealOLT, position, high, "");
    tap.held = LLVMBuildNot(builder, LLVMBuildAnd(builder, after, before, ""), "");
    position = LLVMBuildSelect(builder, above, high, position, "");
    position = LLVMBuildSelect(builder, below, low, position, "");
    LLVMValueRef first =
        emit_intrinsic(k->module, "llvm.floor", LLVMTypeOf(position), &position, 1);
    tap.shares[1] = LLVMBuildFSub(builder, position, first, "");
    tap.shares[0] = LLVMBuildFSub(builder, number(k, uniform, 1), tap.shares[1], "");
    tap.pixels[0] = axis_of(whole_of(k, first, uniform), uniform);
    tap.pixels[1] = axis_add_constant(k, tap.pixels[0], 1);
    for (int i = 0; i < 2; i++)
        hold_pixel(k, &tap, i, length, edge);
    return tap;
}

/* Both axes at a row and column of the result, from the six numbers of the sample. */
static void find_taps(KernelEmitter *k, const Node *node, const LLVMValueRef m[RESAMPLE_NUMBERS],
                      Axis row, Axis column, bool uniform, Tap *rows, Tap *columns) {
    const int64_t *dims = node->type.shape.dims;
    bool edge = node->attr.index & RESAMPLE_EDGE;
    LLVMValueRef u = from_middle(k, column, dims[1], uniform);
    LLVMValueRef v = from_middle(k, row, dims[0], uniform);
    *columns = tap_at(k, position_of(k, m, u, v, dims[1], uniform), dims[1], edge, uniform);
    *rows = tap_at(k, position_of(k, m + 3, u, v, dims[0], uniform), dims[0], edge, uniform);
}

/* ---- the value at an index ---- */

enum { NOTE_SHARES = 0, NOTE_INSIDE = 4, NOTE_HELD = 8, NOTES = 10 };

static void request_numbers(KernelEmitter *k, ValueFrame *frame, Axis batch) {
    const Node *numbers = frame->node->operands[1];
    for (int i = 0; i < RESAMPLE_NUMBERS; i++) {
        Axis at = axis_constant(k, i);
        value_request(k, frame, numbers, index_axes(k, numbers->type, batch, &at));
    }
}

static bool stands(Axis axis) {
    return axis.kind == AXIS_UNIFORM;
}

/* First the six numbers, then the four pixels. */
static bool ask_resample(KernelEmitter *k, ValueFrame *frame) {
    if (frame->stage > 1) return false;
    const Node *node = frame->node, *x = node->operands[0];
    Axis batch, axes[MAX_RANK];
    index_get_axes(k, frame->index, node->type, &batch, axes);
    if (frame->stage == 0) {
        request_numbers(k, frame, batch);
        return true;
    }
    LLVMValueRef m[RESAMPLE_NUMBERS];
    bool uniform = stands(batch) && stands(axes[0]) && stands(axes[1]);
    for (int i = 0; i < RESAMPLE_NUMBERS; i++)
        m[i] = frame->requests[i].value;
    Tap taps[2];
    find_taps(k, node, m, axes[0], axes[1], uniform, &taps[0], &taps[1]);
    frame->conditions = ARENA_ARRAY(k->arena, LLVMValueRef, NOTES);
    for (int axis = 0; axis < 2; axis++) {
        for (int i = 0; i < 2; i++) {
            frame->conditions[NOTE_SHARES + 2 * axis + i] = taps[axis].shares[i];
            frame->conditions[NOTE_INSIDE + 2 * axis + i] = taps[axis].inside[i];
        }
        frame->conditions[NOTE_HELD + axis] = taps[axis].held;
    }
    for (int i = 0; i < 4; i++) {
        Axis at[3] = {taps[0].pixels[i / 2], taps[1].pixels[i % 2], axes[2]};
        value_request(k, frame, x, index_axes(k, x->type, batch, at));
    }
    return true;
}

/* A note (a share, a condition) in every lane of the result. */
static LLVMValueRef note(KernelEmitter *k, const ValueFrame *frame, int i) {
    LLVMValueRef value = frame->conditions[i];
    return value ? spread(k, value, frame->index->uniform) : NULL;
}

static LLVMValueRef pixel(KernelEmitter *k, const ValueFrame *frame, int row, int column) {
    LLVMBuilderRef builder = k->module->builder;
    bool uniform = frame->index->uniform;
    LLVMValueRef value =
        spread(k, frame->requests[RESAMPLE_NUMBERS + 2 * row + column].value, uniform);
    LLVMValueRef by_row = note(k, frame, NOTE_INSIDE + row);
    LLVMValueRef by_column = note(k, frame, NOTE_INSIDE + 2 + column);
    if (!by_row) return value;
    return LLVMBuildSelect(builder, LLVMBuildAnd(builder, by_row, by_column, ""), value,
                           number(k, uniform, 0), "");
}

/* a (1 - f) + b f; as a slope b - a. */
static LLVMValueRef blend(KernelEmitter *k, const ValueFrame *frame, int axis, bool slope,
                          LLVMValueRef a, LLVMValueRef b) {
    LLVMBuilderRef builder = k->module->builder;
    if (slope) return LLVMBuildFSub(builder, b, a, "");
    a = LLVMBuildFMul(builder, a, note(k, frame, NOTE_SHARES + 2 * axis), "");
    b = LLVMBuildFMul(builder, b, note(k, frame, NOTE_SHARES + 2 * axis + 1), "");
    return LLVMBuildFAdd(builder, a, b, "");
}

static LLVMValueRef emit_resample(KernelEmitter *k, const ValueFrame *frame) {
    bool slope = frame->node->op == OP_RESAMPLE_SLOPE;
    int along = slope ? frame->node->attr.index & RESAMPLE_ROWS ? 0 : 1 : -1;
    LLVMValueRef rows[2];
    for (int row = 0; row < 2; row++)
        rows[row] =
            blend(k, frame, 1, along == 1, pixel(k, frame, row, 0), pixel(k, frame, row, 1));
    LLVMValueRef value = blend(k, frame, 0, along == 0, rows[0], rows[1]);
    if (!slope) return value;
    return LLVMBuildSelect(k->module->builder, note(k, frame, NOTE_HELD + along),
                           number(k, frame->index->uniform, 0), value, "");
}
const OpEmitter op_emitter_RESAMPLE = {ask_resample, emit_resample};
const OpEmitter op_emitter_RESAMPLE_SLOPE = {ask_resample, emit_resample};

/* ---- the gradient by the picture: a kernel of its own, a sample a task ---- */

typedef struct Giving {
    KernelEmitter *k;
    const Node *node;
    LLVMValueRef m[RESAMPLE_NUMBERS];
    Axis batch, row, column;
    Tap taps[2];
    LLVMValueRef share; /* of the pixel under way */
    int pixel;
} Giving;

static const Index *picture_index(const Giving *giving, Axis row, Axis column,
                                  LLVMValueRef channel) {
    Axis axes[3] = {row, column, axis_uniform(channel, 1)};
    return index_axes(giving->k, giving->node->type, giving->batch, axes);
}

static void give_channel(void *user, LLVMValueRef channel) {
    Giving *giving = user;
    KernelEmitter *k = giving->k;
    LLVMBuilderRef builder = k->module->builder;
    KernelScope scope = kernel_scope_begin(k);
    const Access *output = kernel_output(k, giving->node);
    const Index *to = picture_index(giving, giving->taps[0].pixels[giving->pixel / 2],
                                    giving->taps[1].pixels[giving->pixel % 2], channel);
    LLVMValueRef g = value_at(k, giving->node->operands[0],
                              picture_index(giving, giving->row, giving->column, channel));
    LLVMValueRef more = LLVMBuildFMul(builder, giving->share, g, "");
    layout_store(k, output, to, LLVMBuildFAdd(builder, layout_load(k, output, to), more, ""));
    kernel_scope_end(k, scope);
}

/* Adds share * g to one of the four pixels, if it is in the picture. */
static void give_pixel(Giving *giving, int i) {
    KernelEmitter *k = giving->k;
    LLVMBuilderRef builder = k->module->builder;
    const Tap *rows = &giving->taps[0], *columns = &giving->taps[1];
    LLVMValueRef inside = LLVMConstInt(k->module->i1, 1, 0);
    if (rows->inside[0])
        inside = LLVMBuildAnd(builder, rows->inside[i / 2], columns->inside[i % 2], "");
    giving->share = LLVMBuildFMul(builder, rows->shares[i / 2], columns->shares[i % 2], "");
    giving->pixel = i;
    EmitIf branch = emit_if_begin(k->module, inside);
    emit_for(k->module, emit_index(k->module, 0),
             emit_index(k->module, giving->node->type.shape.dims[2]), 1, give_channel, giving);
    emit_if_end(k->module, &branch);
}

static void give_column(void *user, LLVMValueRef column) {
    Giving *giving = user;
    KernelEmitter *k = giving->k;
    KernelScope scope = kernel_scope_begin(k);
    giving->column = axis_uniform(column, 1);
    find_taps(k, giving->node, giving->m, giving->row, giving->column, true, &giving->taps[0],
              &giving->taps[1]);
    for (int i = 0; i < 4; i++)
        give_pixel(giving, i);
    kernel_scope_end(k, scope);
}

static void give_row(void *user, LLVMValueRef row) {
    Giving *giving = user;
    giving->row = axis_uniform(row, 1);
    emit_for(giving->k->module, emit_index(giving->k->module, 0),
             emit_index(giving->k->module, giving->node->type.shape.dims[1]), 1, give_column,
             giving);
}

static void clear_element(void *user, LLVMValueRef element) {
    Giving *giving = user;
    KernelEmitter *k = giving->k;
    KernelScope scope = kernel_scope_begin(k);
    int64_t elements = shape_elements(giving->node->type.shape);
    LLVMValueRef start = emit_mul_constant(k->module, giving->batch.value, elements);
    Axis flat = axis_uniform(emit_add(k->module, start, element), 1);
    layout_store(k, kernel_output(k, giving->node), index_flat(k, giving->node->type, flat),
                 number(k, true, 0));
    kernel_scope_end(k, scope);
}

/* Results in ascending order of row and column; of each its four pixels. */
static void give_sample(void *user, LLVMValueRef sample) {
    Giving *giving = user;
    KernelEmitter *k = giving->k;
    Module *module = k->module;
    const Node *numbers = giving->node->operands[1];
    KernelScope scope = kernel_scope_begin(k);
    giving->batch = axis_uniform(sample, 1);
    emit_for(module, emit_index(module, 0),
             emit_index(module, shape_elements(giving->node->type.shape)), 1, clear_element,
             giving);
    for (int i = 0; i < RESAMPLE_NUMBERS; i++) {
        Axis at = axis_constant(k, i);
        giving->m[i] = value_at(k, numbers, index_axes(k, numbers->type, giving->batch, &at));
    }
    emit_for(module, emit_index(module, 0), emit_index(module, giving->node->type.shape.dims[0]), 1,
             give_row, giving);
    kernel_scope_end(k, scope);
}

static void give_body(KernelEmitter *k) {
    Giving giving = {.k = k, .node = k->kernel->heart};
    emit_for(k->module, k->first, k->last, 1, give_sample, &giving);
}

static LLVMValueRef give_tasks(Codegen *codegen, const Kernel *kernel, LLVMValueRef count) {
    (void)codegen;
    (void)kernel;
    return count;
}

const KernelFamilyEmitter emit_resample_input = {give_body, give_tasks, NULL};

static LLVMValueRef emit_unready(KernelEmitter *k, const ValueFrame *frame) {
    return kernel_fail(k, "needs the gradient of a picture that is not ready", frame->node);
}
const OpEmitter op_emitter_RESAMPLE_INPUT = {NULL, emit_unready};
