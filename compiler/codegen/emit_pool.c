/* emit_pool.c: the largest pixel or the mean of a window, and their gradients by the image: values
 * at an index, inside of maps.
 *
 *   maxpool2d        the largest of the window's real pixels; of several the first, of NaNs the
 * first maxpool2d_input  sum over the windows that the pixel is in, ascending, of g where it won
 *   avgpool2d        sum of the real pixels / their number
 *   avgpool2d_input  sum over those windows of g / the number of real pixels
 *
 * A walk over taps or windows is written out when it is short, else a loop. Lanes usually run along
 * the channels, so what a window needs to know of its place are single numbers.
 */
#include "codegen/value.h"

enum { WRITTEN_OUT = 16, MAX_STATE = 3 };

/* ---- conditions: i1 or <lanes x i1> ---- */

static bool is_wide(LLVMValueRef value) {
    return LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind;
}

static LLVMValueRef widened(KernelEmitter *k, LLVMValueRef value) {
    return is_wide(value) ? value : emit_splat(k->module, value, k->lanes);
}

/* NULL stands for true. */
static LLVMValueRef both(KernelEmitter *k, LLVMValueRef a, LLVMValueRef b) {
    if (!a || !b) return a ? a : b;
    if (is_wide(a) != is_wide(b)) {
        a = widened(k, a);
        b = widened(k, b);
    }
    return LLVMBuildAnd(k->module->builder, a, b, "");
}

static LLVMValueRef either(KernelEmitter *k, LLVMValueRef a, LLVMValueRef b) {
    if (is_wide(a) != is_wide(b)) {
        a = widened(k, a);
        b = widened(k, b);
    }
    return LLVMBuildOr(k->module->builder, a, b, "");
}

static LLVMValueRef chosen(KernelEmitter *k, LLVMValueRef condition, LLVMValueRef yes,
                           LLVMValueRef no) {
    return condition ? LLVMBuildSelect(k->module->builder, condition, yes, no, "") : yes;
}

/* ---- places ---- */

/* One place of a pool: its image, the sample and channel at hand. */
typedef struct PoolPlace {
    KernelEmitter *k;
    const Node *node;
    const Window *window;
    bool uniform;
    Axis batch, channel;
} PoolPlace;

/* A pixel or window along one axis; `valid` NULL: always there. */
typedef struct Spot {
    Axis at; /* brought into the range where it is not valid */
    LLVMValueRef valid;
} Spot;

static Axis uniform_axis(LLVMValueRef value) {
    return axis_uniform(value, 1);
}

static Spot bounded(KernelEmitter *k, Axis at, int64_t least, int64_t most, int64_t count) {
    Spot spot = {at, NULL};
    if (least < 0) spot.valid = axis_compare(k, LLVMIntSGE, at, 0);
    if (most >= count) spot.valid = both(k, spot.valid, axis_compare(k, LLVMIntSLT, at, count));
    if (spot.valid) spot.at = axis_select(k, spot.valid, at, axis_constant(k, 0));
    return spot;
}

/* The pixel under a tap of window `position`. */
static Spot pixel_under(const PoolPlace *place, int i, Axis position, LLVMValueRef tap) {
    KernelEmitter *k = place->k;
    const Window *window = place->window;
    Axis at = axis_add_constant(k, axis_scale(k, position, window->stride[i]), -window->before[i]);
    at = axis_add(k, at, uniform_axis(tap));
    int64_t first = 0, last = window->size[i] - 1;
    if (LLVMIsAConstantInt(tap)) first = last = LLVMConstIntGetSExtValue(tap);
    int64_t end = (window_positions(window, i) - 1) * window->stride[i] - window->before[i] + last;
    return bounded(k, at, first - window->before[i], end, window->extent[i]);
}

static LLVMValueRef value_of(const PoolPlace *place, const Node *node, Axis row, Axis column) {
    KernelEmitter *k = place->k;
    Axis axes[3] = {row, column, place->channel};
    LLVMValueRef value = value_at(k, node, index_axes(k, node->type, place->batch, axes));
    return place->uniform ? value : widened(k, value);
}

static LLVMValueRef number(const PoolPlace *place, double value) {
    KernelEmitter *k = place->k;
    return emit_constant(k->module, k->codegen->precision, place->uniform ? 1 : k->lanes, value);
}

/* ---- walks ---- */

typedef struct Walk Walk;
/* One round: changes the state. */
typedef void WalkBody(Walk *walk, LLVMValueRef row, LLVMValueRef column);

struct Walk {
    const PoolPlace *place;
    int64_t rows, columns;
    WalkBody *body;
    LLVMValueRef state[MAX_STATE];
    int states;
    bool first;               /* of the rounds, where that is known: the state does not count yet */
    const Spot *row, *column; /* of a pool: the window */
    LLVMValueRef self[2];     /* of maxpool2d_input: the tap that the pixel is, each axis */
    Axis pixel[2];            /* of walks over windows */
};

static void walk_rows(Walk *walk, LLVMValueRef row) {
    Module *module = walk->place->k->module;
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), emit_index(module, walk->columns),
                                   1, walk->state, walk->states);
    KernelScope scope = kernel_scope_begin(walk->place->k);
    for (int i = 0; i < walk->states; i++)
        walk->state[i] = loop.carried[i];
    walk->body(walk, row, loop.index);
    kernel_scope_end(walk->place->k, scope);
    emit_for_end(module, &loop, walk->state);
    for (int i = 0; i < walk->states; i++)
        walk->state[i] = loop.carried[i];
}

static void walk_all(Walk *walk) {
    Module *module = walk->place->k->module;
    if (walk->rows * walk->columns <= WRITTEN_OUT) {
        for (int64_t round = 0; round < walk->rows * walk->columns; round++) {
            walk->first = round == 0;
            walk->body(walk, emit_index(module, round / walk->columns),
                       emit_index(module, round % walk->columns));
        }
        walk->first = false;
        return;
    }
    EmitLoop loop = emit_for_begin(module, emit_index(module, 0), emit_index(module, walk->rows), 1,
                                   walk->state, walk->states);
    for (int i = 0; i < walk->states; i++)
        walk->state[i] = loop.carried[i];
    walk_rows(walk, loop.index);
    emit_for_end(module, &loop, walk->state);
    for (int i = 0; i < walk->states; i++)
        walk->state[i] = loop.carried[i];
}

/* ---- the largest ---- */

enum { BEST, ANY, WON };

static LLVMValueRef no_lane(const PoolPlace *place) {
    LLVMTypeRef bit = place->k->module->i1;
    return LLVMConstNull(place->uniform ? bit : LLVMVectorType(bit, (unsigned)place->k->lanes));
}

/* A tap takes over where it is in the image and nothing was yet, or where it is larger or NaN and
 * what was is not NaN. */
static void take_largest(Walk *walk, LLVMValueRef row, LLVMValueRef column) {
    const PoolPlace *place = walk->place;
    KernelEmitter *k = place->k;
    LLVMBuilderRef builder = k->module->builder;
    Spot y = pixel_under(place, 0, walk->row->at, row);
    Spot x = pixel_under(place, 1, walk->column->at, column);
    LLVMValueRef valid = both(k, y.valid, x.valid), takes = valid;
    LLVMValueRef value = value_of(place, place->node->operands[0], y.at, x.at);
    if (!(walk->first && !valid)) {
        LLVMValueRef best = walk->state[BEST];
        LLVMValueRef larger = LLVMBuildFCmp(builder, LLVMRealUGT, value, best, "");
        LLVMValueRef known = LLVMBuildFCmp(builder, LLVMRealORD, best, best, "");
        larger = both(k, larger, known);
        LLVMValueRef none = LLVMBuildNot(builder, walk->state[ANY], "");
        takes = both(k, valid, either(k, larger, none));
    }
    walk->state[BEST] = chosen(k, takes, value, walk->state[BEST]);
    walk->state[ANY] =
        valid ? either(k, walk->state[ANY], valid) : LLVMConstAllOnes(LLVMTypeOf(walk->state[ANY]));
    if (walk->states <= WON) return;
    LLVMValueRef is_self =
        both(k,
             LLVMBuildICmp(builder, LLVMIntEQ, walk->self[0],
                           is_wide(walk->self[0]) ? widened(k, row) : row, ""),
             LLVMBuildICmp(builder, LLVMIntEQ, walk->self[1],
                           is_wide(walk->self[1]) ? widened(k, column) : column, ""));
    LLVMValueRef before = walk->state[WON];
    if (is_wide(before)) is_self = widened(k, is_self);
    walk->state[WON] = chosen(k, takes, is_self, before);
}

static Walk largest_of(const PoolPlace *place, const Spot *row, const Spot *column, int states) {
    return (Walk){.place = place,
                  .rows = place->window->size[0],
                  .columns = place->window->size[1],
                  .body = take_largest,
                  .state = {number(place, 0), no_lane(place), no_lane(place)},
                  .states = states,
                  .row = row,
                  .column = column};
}

static PoolPlace place_of(KernelEmitter *k, const ValueFrame *frame, Axis pixel[2]) {
    PoolPlace place = {.k = k,
                       .node = frame->node,
                       .window = &frame->node->attr.window,
                       .uniform = frame->index->uniform};
    Axis axes[MAX_RANK];
    index_get_axes(k, frame->index, frame->node->type, &place.batch, axes);
    pixel[0] = axes[0];
    pixel[1] = axes[1];
    place.channel = axes[2];
    return place;
}

static LLVMValueRef emit_maxpool(KernelEmitter *k, const ValueFrame *frame) {
    Axis at[2];
    PoolPlace place = place_of(k, frame, at);
    Spot row = {at[0], NULL}, column = {at[1], NULL};
    Walk walk = largest_of(&place, &row, &column, WON);
    walk_all(&walk);
    return walk.state[BEST];
}
const OpEmitter op_emitter_MAXPOOL = {NULL, emit_maxpool};

/* ---- windows that a pixel is in ---- */

static LLVMValueRef axis_value(KernelEmitter *k, Axis axis) {
    return axis.kind == AXIS_UNIFORM ? axis.value : axis_vector(k, axis);
}

/* Window number `round` of those, ascending, and the tap of it that the pixel is. With p = pixel +
 * before the last one is p / stride, where the pixel is tap p mod stride. */
static Spot window_over(const PoolPlace *place, int i, Axis pixel, LLVMValueRef round,
                        LLVMValueRef *self) {
    KernelEmitter *k = place->k;
    const Window *window = place->window;
    int64_t stride = window->stride[i], positions = window_positions(window, i);
    int64_t most = (window->size[i] + stride - 1) / stride;
    Axis rest, shifted = axis_add_constant(k, pixel, window->before[i]);
    Axis last = axis_divide(k, shifted, stride, window->extent[i] + window->before[i], &rest);
    /* back = most - 1 - round windows before the last */
    LLVMValueRef back = emit_sub(k->module, emit_index(k->module, most - 1), round);
    Axis steps = uniform_axis(emit_sub(k->module, emit_index(k->module, 0), back));
    Axis at = axis_add(k, last, steps);
    Axis tap = axis_add(k, rest, axis_scale(k, uniform_axis(back), stride));
    int64_t end = (window->extent[i] - 1 + window->before[i]) / stride;
    Spot spot = bounded(k, at, window->before[i] / stride - (most - 1), end, positions);
    bool fits = most * stride <= window->size[i];
    if (!fits) spot.valid = both(k, spot.valid, axis_compare(k, LLVMIntSLT, tap, window->size[i]));
    *self = axis_value(k, tap);
    return spot;
}

static Walk over_windows(const PoolPlace *place, const Axis pixel[2], WalkBody *body) {
    Walk walk = {.place = place,
                 .body = body,
                 .state = {number(place, 0)},
                 .states = 1,
                 .pixel = {pixel[0], pixel[1]}};
    const Window *window = place->window;
    walk.rows = (window->size[0] + window->stride[0] - 1) / window->stride[0];
    walk.columns = (window->size[1] + window->stride[1] - 1) / window->stride[1];
    return walk;
}

static void add_won(Walk *walk, LLVMValueRef row, LLVMValueRef column) {
    const PoolPlace *place = walk->place;
    KernelEmitter *k = place->k;
    LLVMValueRef self[2];
    Spot y = window_over(place, 0, walk->pixel[0], row, &self[0]);
    Spot x = window_over(place, 1, walk->pixel[1], column, &self[1]);
    Walk inside = largest_of(place, &y, &x, WON + 1);
    inside.self[0] = self[0];
    inside.self[1] = self[1];
    walk_all(&inside);
    LLVMValueRef valid = both(k, both(k, y.valid, x.valid), inside.state[WON]);
    LLVMValueRef g = value_of(place, place->node->operands[1], y.at, x.at);
    LLVMValueRef sum = LLVMBuildFAdd(k->module->builder, walk->state[0], g, "");
    walk->state[0] = chosen(k, valid, sum, walk->state[0]);
}

static LLVMValueRef emit_maxpool_input(KernelEmitter *k, const ValueFrame *frame) {
    Axis at[2];
    PoolPlace place = place_of(k, frame, at);
    Walk walk = over_windows(&place, at, add_won);
    walk_all(&walk);
    return walk.state[0];
}
const OpEmitter op_emitter_MAXPOOL_INPUT = {NULL, emit_maxpool_input};

/* ---- means ---- */

/* Real pixels of a window along one axis. */
static Axis real_pixels(const PoolPlace *place, int i, Axis position) {
    KernelEmitter *k = place->k;
    const Window *window = place->window;
    Axis zero = axis_constant(k, 0), extent = axis_constant(k, window->extent[i]);
    Axis first =
        axis_add_constant(k, axis_scale(k, position, window->stride[i]), -window->before[i]);
    Axis end = axis_add_constant(k, first, window->size[i]);
    first = axis_select(k, axis_compare(k, LLVMIntSLT, first, 0), zero, first);
    end = axis_select(k, axis_compare(k, LLVMIntSLT, end, window->extent[i]), end, extent);
    LLVMValueRef a = axis_value(k, end), b = axis_value(k, first);
    if (is_wide(a) != is_wide(b)) {
        a = widened(k, a);
        b = widened(k, b);
    }
    LLVMValueRef count = LLVMBuildSub(k->module->builder, a, b, "");
    return is_wide(count) ? (Axis){AXIS_GENERAL, 1, count} : uniform_axis(count);
}

static LLVMValueRef window_count(const PoolPlace *place, Axis row, Axis column) {
    KernelEmitter *k = place->k;
    LLVMValueRef rows = axis_value(k, real_pixels(place, 0, row));
    LLVMValueRef columns = axis_value(k, real_pixels(place, 1, column));
    if (is_wide(rows) != is_wide(columns)) {
        rows = widened(k, rows);
        columns = widened(k, columns);
    }
    LLVMValueRef count = LLVMBuildMul(k->module->builder, rows, columns, "");
    LLVMTypeRef type = kernel_value_type(k, ELEMENT_REAL, !is_wide(count));
    LLVMValueRef number_of = LLVMBuildSIToFP(k->module->builder, count, type, "");
    return place->uniform ? number_of : widened(k, number_of);
}

static void add_pixel(Walk *walk, LLVMValueRef row, LLVMValueRef column) {
    const PoolPlace *place = walk->place;
    KernelEmitter *k = place->k;
    Spot y = pixel_under(place, 0, walk->row->at, row);
    Spot x = pixel_under(place, 1, walk->column->at, column);
    LLVMValueRef value = value_of(place, place->node->operands[0], y.at, x.at);
    LLVMValueRef sum = LLVMBuildFAdd(k->module->builder, walk->state[0], value, "");
    walk->state[0] = chosen(k, both(k, y.valid, x.valid), sum, walk->state[0]);
}

static LLVMValueRef emit_avgpool(KernelEmitter *k, const ValueFrame *frame) {
    Axis at[2];
    PoolPlace place = place_of(k, frame, at);
    Spot row = {at[0], NULL}, column = {at[1], NULL};
    Walk walk = largest_of(&place, &row, &column, 1);
    walk.body = add_pixel;
    walk_all(&walk);
    LLVMValueRef count = window_count(&place, at[0], at[1]);
    return LLVMBuildFDiv(k->module->builder, walk.state[0], count, "");
}
const OpEmitter op_emitter_AVGPOOL = {NULL, emit_avgpool};

static void add_share(Walk *walk, LLVMValueRef row, LLVMValueRef column) {
    const PoolPlace *place = walk->place;
    KernelEmitter *k = place->k;
    LLVMValueRef self[2];
    Spot y = window_over(place, 0, walk->pixel[0], row, &self[0]);
    Spot x = window_over(place, 1, walk->pixel[1], column, &self[1]);
    LLVMValueRef g = value_of(place, place->node->operands[0], y.at, x.at);
    LLVMValueRef count = window_count(place, y.at, x.at);
    LLVMValueRef share = LLVMBuildFDiv(k->module->builder, g, count, "");
    LLVMValueRef sum = LLVMBuildFAdd(k->module->builder, walk->state[0], share, "");
    walk->state[0] = chosen(k, both(k, y.valid, x.valid), sum, walk->state[0]);
}

static LLVMValueRef emit_avgpool_input(KernelEmitter *k, const ValueFrame *frame) {
    Axis at[2];
    PoolPlace place = place_of(k, frame, at);
    Walk walk = over_windows(&place, at, add_share);
    walk_all(&walk);
    return walk.state[0];
}
const OpEmitter op_emitter_AVGPOOL_INPUT = {NULL, emit_avgpool_input};
