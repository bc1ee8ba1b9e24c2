/* lower.c: ordered groups -> kernels with buffers.
 *
 * Goes in: groups, their order, the layouts of stored values. Comes out: the view's kernels, with
 * a COPY where an operand is needed in a layout that its producer does not give, where a matmul
 * reads a matrix transposed, and where a result or a variable needs a place of its own. A copy is
 * made once, just before its first reader.
 */

#include "passes/schedule.h"

typedef struct Copy {
    const Node *node;
    Layout layout;
    bool transposed;
    int64_t groups; /* of turned weights, else 0 */
    int32_t buffer;
} Copy;

typedef struct Lowering {
    Schedule *schedule;
    Plan *plan;
    Arena *arena;
    ViewPlan *result;
    int32_t *home;  /* by node id: buffer of a stored value, plus 1; 0: none yet */
    int32_t *early; /* by variable: buffer with a copy of its old value, plus 1 */
    VEC(Copy) copies;
} Lowering;

static void add_kernel(Lowering *lowering, Kernel kernel) {
    kernel.id = (int32_t)lowering->result->kernels.count;
    kernel.chain = 1;
    kernel.function = -1;
    VEC_PUSH(lowering->arena, lowering->result->kernels, kernel);
}

static void add_copy(Lowering *lowering, const Node *node, int32_t from, int32_t to,
                     bool transposed, int64_t groups) {
    Kernel kernel = {.family = KERNEL_COPY,
                     .domain = node->type,
                     .transposed = transposed,
                     .turned_groups = groups,
                     .origin = node->origin};
    VEC_PUSH(lowering->arena, kernel.inputs, ((Binding){node, from}));
    VEC_PUSH(lowering->arena, kernel.outputs, ((Binding){node, to}));
    add_kernel(lowering, kernel);
}

/* A buffer of the view's own for a value of this type. */
static int32_t new_buffer(Lowering *lowering, Layout layout, Type type, const Node *node) {
    Place place = type.batched ? PLACE_SAMPLES : PLACE_FIXED;
    return plan_add_buffer(lowering->plan, place, layout, type, -1, node);
}

static Layout buffer_layout(const Lowering *lowering, int32_t buffer) {
    return lowering->plan->buffers.items[buffer].layout;
}

/* The buffer of a stored value or bound leaf. */
static int32_t home_of(Lowering *lowering, const Node *base, Layout wanted) {
    if (node_is_bound_leaf(base)) return plan_leaf_buffer(lowering->plan, base, wanted);
    return lowering->home[base->id] - 1;
}

/* The type of the matrix with its last two axes exchanged. */
static Type transposed_type(Type type) {
    int rank = type.shape.rank;
    int64_t last = type.shape.dims[rank - 1];
    type.shape.dims[rank - 1] = type.shape.dims[rank - 2];
    type.shape.dims[rank - 2] = last;
    return type;
}

/* Weights [kh, kw, c / groups, f] turned: [kh, kw, f / groups, c]. */
static Type turned_type(Type type, int64_t groups) {
    int64_t channels = type.shape.dims[2] * groups;
    type.shape.dims[2] = type.shape.dims[3] / groups;
    type.shape.dims[3] = channels;
    return type;
}

/* A buffer with the value turned: as a matrix, or (`groups`) as the weights of so many groups. */
static int32_t turned_buffer(Lowering *lowering, const Node *node, Layout layout, int32_t from,
                             int64_t groups) {
    for (int64_t i = 0; i < lowering->copies.count; i++) {
        const Copy *copy = &lowering->copies.items[i];
        if (copy->node == node && copy->layout == layout && copy->transposed &&
            copy->groups == groups)
            return copy->buffer;
    }
    Type type = groups ? turned_type(node->type, groups) : transposed_type(node->type);
    Copy copy = {node, layout, true, groups, new_buffer(lowering, layout, type, node)};
    VEC_PUSH(lowering->arena, lowering->copies, copy);
    add_copy(lowering, node, from, copy.buffer, true, groups);
    return copy.buffer;
}

/* A buffer with the value in this layout: its own, or a copy's. `any`: the layout does not matter.
 */
static int32_t buffer_in(Lowering *lowering, const Node *node, Layout layout, bool any) {
    const Node *base = stored_base(lowering->schedule, node);
    int32_t from = home_of(lowering, base, any ? LAYOUT_ROWS : layout);
    bool alias = types_same_matrix(node->type, base->type);
    if (!alias && buffer_layout(lowering, from) != LAYOUT_ROWS)
        from = buffer_in(lowering, base, LAYOUT_ROWS, false);
    if (any || buffer_layout(lowering, from) == layout) return from;
    for (int64_t i = 0; i < lowering->copies.count; i++) {
        const Copy *copy = &lowering->copies.items[i];
        if (copy->node == node && copy->layout == layout && !copy->transposed) return copy->buffer;
    }
    Copy copy = {node, layout, false, 0, new_buffer(lowering, layout, node->type, node)};
    VEC_PUSH(lowering->arena, lowering->copies, copy);
    add_copy(lowering, node, from, copy.buffer, false, 0);
    return copy.buffer;
}

static int32_t product_operand(Lowering *lowering, const Node *heart, int index, Node *operand) {
    bool images = op_table[heart->op].attr == ATTR_WINDOW;
    if (index == 0) return buffer_in(lowering, operand, LAYOUT_ROWS, !images);
    bool panels = lowering->plan->options.panels && node_wants_panels(heart);
    Layout wanted = panels ? LAYOUT_PANELS : LAYOUT_ROWS;
    if (!node_turns_operand(heart)) return buffer_in(lowering, operand, wanted, false);
    int32_t from = buffer_in(lowering, operand, wanted, true);
    return turned_buffer(lowering, operand, wanted, from, images ? heart->attr.window.groups : 0);
}

static bool is_product(const Group *group) {
    return group->heart && (family_is_product(group->family) || group->family == KERNEL_SCATTER);
}

static void bind_inputs(Lowering *lowering, const Group *group, Kernel *kernel) {
    for (int64_t i = 0; i < group->inputs.count; i++) {
        Node *node = group->inputs.items[i];
        bool operand = is_product(group) && i < group->heart->operand_count;
        int32_t buffer = operand ? product_operand(lowering, group->heart, (int)i, node)
                                 : buffer_in(lowering, node, LAYOUT_ROWS, true);
        VEC_PUSH(lowering->arena, kernel->inputs, ((Binding){node, buffer}));
    }
}

static int32_t root_buffer(Lowering *lowering, const Node *root) {
    const Schedule *schedule = lowering->schedule;
    int64_t written = schedule->written[root->id];
    if (!written) return new_buffer(lowering, schedule->layouts[root->id], root->type, root);
    const Variable *variable = &lowering->plan->model->variables.items[written - 1];
    return plan_leaf_buffer(lowering->plan, variable->leaf, LAYOUT_ROWS);
}

static void lower_group(Lowering *lowering, int32_t index) {
    const Group *group = &lowering->schedule->groups.items[index];
    const Node *last = group->roots.items[group->roots.count - 1];
    Kernel kernel = {.family = group->family,
                     .domain = group->domain,
                     .nodes = group->nodes,
                     .heart = group->heart,
                     .origin = group->heart ? group->heart->origin : last->origin};
    kernel.compact = group->family == KERNEL_ROW && lowering->result->view.kind != VIEW_TRAIN_STEP;
    kernel.b_is_transposed_copy = group->heart && node_turns_operand(group->heart);
    bind_inputs(lowering, group, &kernel);
    for (int64_t i = 0; i < group->roots.count; i++) {
        const Node *root = group->roots.items[i];
        int32_t buffer = root_buffer(lowering, root);
        lowering->home[root->id] = buffer + 1;
        VEC_PUSH(lowering->arena, kernel.outputs, ((Binding){root, buffer}));
    }
    add_kernel(lowering, kernel);
}

/* ---- results ---- */

static bool is_result_place(const Lowering *lowering, int32_t buffer, Type type) {
    const Buffer *b = &lowering->plan->buffers.items[buffer];
    if (type.batched)
        return (b->place == PLACE_SAMPLES || b->place == PLACE_INPUT) && b->layout == LAYOUT_ROWS;
    return b->place == PLACE_FIXED;
}

/* Old values of variables that results show, or that other variables take over, are copied before
 * anything is written. */
static void save_old_values(Lowering *lowering) {
    const ViewResultVec *results = &lowering->schedule->view->results;
    for (int64_t i = 0; i < results->count; i++) {
        const Node *base = result_base(lowering->schedule, results->items[i].node);
        if (!base || base->op != OP_VARIABLE) continue;
        bool stays = results->items[i].kind == RESULT_VARIABLE && results->items[i].node == base &&
                     results->items[i].index == base->attr.index;
        if (stays || lowering->early[base->attr.index]) continue;
        int32_t buffer = new_buffer(lowering, LAYOUT_ROWS, base->type, base);
        lowering->early[base->attr.index] = buffer + 1;
        add_copy(lowering, base, home_of(lowering, base, LAYOUT_ROWS), buffer, false, 0);
    }
}

/* Where a result's value is when all groups have run. */
static int32_t result_source(Lowering *lowering, const Node *node) {
    const Node *base = result_base(lowering->schedule, node);
    if (base->op == OP_VARIABLE && lowering->early[base->attr.index])
        return lowering->early[base->attr.index] - 1;
    int32_t home = home_of(lowering, base, LAYOUT_ROWS);
    if (types_same_matrix(node->type, base->type) || buffer_layout(lowering, home) == LAYOUT_ROWS)
        return home;
    return buffer_in(lowering, base, LAYOUT_ROWS, false);
}

static void bind_result(Lowering *lowering, const ViewResult *result) {
    Node *node = result->node;
    int32_t buffer;
    if (result->kind == RESULT_VARIABLE) {
        buffer = plan_leaf_buffer(lowering->plan,
                                  lowering->plan->model->variables.items[result->index].leaf,
                                  LAYOUT_ROWS);
        bool stays = node->op == OP_VARIABLE && node->attr.index == result->index;
        if (!stays && lowering->schedule->written[node->id] != result->index + 1)
            add_copy(lowering, node, result_source(lowering, node), buffer, false, 0);
    } else {
        buffer = result_source(lowering, node);
        if (!is_result_place(lowering, buffer, node->type)) {
            int32_t place = new_buffer(lowering, LAYOUT_ROWS, node->type, node);
            add_copy(lowering, node, buffer, place, false, 0);
            buffer = place;
        }
    }
    VEC_PUSH(lowering->arena, lowering->result->results, ((Binding){node, buffer}));
}

void lower_view(Schedule *schedule, ViewPlan *result) {
    Plan *plan = schedule->plan;
    Lowering lowering = {
        .schedule = schedule,
        .plan = plan,
        .arena = plan->arena,
        .result = result,
        .home = ARENA_ARRAY(plan->arena, int32_t, plan->model->graph.nodes.count),
        .early = ARENA_ARRAY(plan->arena, int32_t, plan->model->variables.count),
    };
    result->view = *schedule->view;
    save_old_values(&lowering);
    for (int64_t i = 0; i < schedule->order.count; i++)
        lower_group(&lowering, schedule->order.items[i]);
    for (int64_t i = 0; i < schedule->view->results.count; i++)
        bind_result(&lowering, &schedule->view->results.items[i]);
}
