/* plan.c: the plan as a whole: buffers that all views share, and the steps in order.
 *
 * Inputs, variables and literals have one buffer for all views; everything else belongs to a view.
 */

#include "passes/plan.h"

#include "passes/schedule.h"
#include "support/checked_math.h"

#include <string.h>

const char *const kernel_family_names[KERNEL_FAMILY_COUNT] = {
    [KERNEL_MAP] = "map",
    [KERNEL_ROW] = "row",
    [KERNEL_REDUCE] = "reduce",
    [KERNEL_BATCH_SUM] = "batch_sum",
    [KERNEL_MATMUL] = "matmul",
    [KERNEL_CONTRACT] = "contract",
    [KERNEL_SCATTER] = "scatter",
    [KERNEL_COPY] = "copy",
    [KERNEL_CONVOLUTION] = "convolution",
    [KERNEL_CONV_WEIGHTS] = "conv_weights",
};

int64_t type_matrix_columns(Type type) {
    return type.shape.rank == 0 ? 1 : type.shape.dims[type.shape.rank - 1];
}

int64_t type_matrix_rows(Type type) {
    return shape_elements(type.shape) / type_matrix_columns(type);
}

int64_t layout_bytes(Layout layout, Type type, int64_t element_bytes) {
    int64_t size = type.element == ELEMENT_CLASS ? 4 : element_bytes;
    int64_t columns = type_matrix_columns(type);
    if (layout == LAYOUT_PANELS) columns = round_up(columns, PANEL);
    int64_t bytes = type_matrix_rows(type) * columns * size;
    return type.batched ? bytes : round_up(bytes, 64);
}

int32_t plan_add_buffer(Plan *plan, Place place, Layout layout, Type type, int64_t index,
                        const Node *node) {
    Buffer buffer = {
        .id = (int32_t)plan->buffers.count,
        .place = place,
        .layout = layout,
        .type = type,
        .index = index,
        .node = node,
        .bytes = layout_bytes(layout, type, plan->options.double_precision ? 8 : 4),
        .first_kernel = -1,
        .last_kernel = -1,
        .shares = -1,
    };
    VEC_PUSH(plan->arena, plan->buffers, buffer);
    return buffer.id;
}

/* Buffers of inputs come first, then those of variables, both in the model's order. */
int32_t plan_leaf_buffer(Plan *plan, const Node *leaf, Layout layout) {
    int32_t inputs = (int32_t)plan->model->inputs.count;
    if (leaf->op == OP_INPUT) return (int32_t)leaf->attr.index;
    if (leaf->op == OP_VARIABLE) return inputs + (int32_t)leaf->attr.index;
    for (int32_t i = inputs; i < plan->buffers.count; i++) {
        const Buffer *buffer = &plan->buffers.items[i];
        if (buffer->place == PLACE_CONSTANT && buffer->node == leaf && buffer->layout == layout)
            return i;
    }
    return plan_add_buffer(plan, PLACE_CONSTANT, layout, leaf->type, -1, leaf);
}

/* Inputs stand at the same offset in every view, so they come first; variables one after the other.
 */
static void add_shared_buffers(Plan *plan) {
    const Model *model = plan->model;
    int64_t offset = 0;
    for (int64_t i = 0; i < model->inputs.count; i++) {
        const ModelInput *input = &model->inputs.items[i];
        int32_t id = plan_add_buffer(plan, PLACE_INPUT, LAYOUT_ROWS, input->type, i, input->leaf);
        plan->buffers.items[id].offset = offset;
        if (offset < PLAN_BYTES_LIMIT) offset += plan->buffers.items[id].bytes;
    }
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        plan_add_buffer(plan, PLACE_VARIABLE, LAYOUT_ROWS, variable->type, i, variable->leaf);
    }
}

static void place_variables(Plan *plan) {
    int64_t offset = 0;
    for (int64_t i = 0; i < plan->buffers.count; i++) {
        Buffer *buffer = &plan->buffers.items[i];
        if (buffer->place != PLACE_VARIABLE) continue;
        buffer->bytes =
            layout_bytes(buffer->layout, buffer->type, plan->options.double_precision ? 8 : 4);
        buffer->offset = offset;
        if (offset < PLAN_BYTES_LIMIT) offset += buffer->bytes;
    }
    plan->variable_bytes = offset + PLAN_END_ROOM;
}

static Schedule make_schedule(Plan *plan, const View *view) {
    int64_t count = plan->model->graph.nodes.count;
    Schedule schedule = {
        .plan = plan,
        .view = view,
        .nodes = view_nodes(plan->arena, view),
        .stored_in = ARENA_ARRAY(plan->arena, int32_t, count),
        .layouts = ARENA_ARRAY(plan->arena, Layout, count),
        .written = ARENA_ARRAY(plan->arena, int64_t, count),
    };
    memset(schedule.stored_in, 0xff, (size_t)count * sizeof *schedule.stored_in); /* -1 */
    fuse_groups(&schedule);
    groups_close(&schedule);
    return schedule;
}

int32_t plan_place(const Plan *plan, int32_t buffer) {
    while (plan->buffers.items[buffer].shares >= 0)
        buffer = plan->buffers.items[buffer].shares;
    return buffer;
}

Plan *plan_make(Arena *arena, Model *model, const ViewVec *views, PlanOptions options) {
    Plan *plan = ARENA_NEW(arena, Plan);
    *plan = (Plan){.arena = arena, .model = model, .options = options};
    add_shared_buffers(plan);
    View *own = ARENA_ARRAY(arena, View, views->count);
    for (int64_t i = 0; i < views->count; i++) {
        own[i] = views->items[i];
        if (options.fuse) extremes_reuse(arena, model, &own[i]);
    }
    ScheduleVec schedules = {0};
    for (int64_t i = 0; i < views->count; i++) {
        Schedule schedule = make_schedule(plan, &own[i]);
        order_groups(&schedule);
        VEC_PUSH(arena, schedules, schedule);
    }
    layouts_choose(plan, &schedules);
    place_variables(plan);
    for (int64_t i = 0; i < views->count; i++) {
        ViewPlan view = {0};
        lower_view(&schedules.items[i], &view);
        memory_place(plan, &view);
        chains_form(plan, &view);
        VEC_PUSH(arena, plan->views, view);
        if (view.fixed_bytes > plan->fixed_bytes) plan->fixed_bytes = view.fixed_bytes;
        if (view.sample_bytes > plan->sample_bytes) plan->sample_bytes = view.sample_bytes;
    }
    functions_share(plan);
    return plan;
}
