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
    kernel.function = -1;
    VEC_PUSH(lowering->arena, lowering->result->kernels, kernel);
}

static void add_copy(Lowering *lowering, const Node *node, int32_t from, int32_t to,
                     bool transposed) {
    Kernel kernel = {.family = KERNEL_COPY,
                     .domain = node->type,
                     .transposed = transposed,
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

/* A buffer with the value in this layout: its own, or a copy's. `any`: the layout does not matter.
 */
static int32_t buffer_in(Lowering *lowering, const Node *node, Layout layout, bool any,
                         bool transposed) {
    const Node *base = stored_base(lowering->schedule, node);
    int32_t from = home_of(lowering, base, any ? LAYOUT_ROWS : layout);
    bool alias = types_same_matrix(node->type, base->type);
    if (!alias && buffer_layout(lowering, from) != LAYOUT_ROWS)
        from = buffer_in(lowering, base, LAYOUT_ROWS, false, false);
    bool fits = any || buffer_layout(lowering, from) == layout;
    if (fits && !transposed) return from;
    for (int64_t i = 0; i < lowering->copies.count; i++) {
        const Copy *copy = &lowering->copies.items[i];
        if (copy->node == node && copy->layout == layout && copy->transposed == transposed)
            return copy->buffer;
    }
    Type type = transposed ? transposed_type(node->type) : node->type;
    Copy copy = {node, layout, transposed, new_buffer(lowering, layout, type, node)};
    VEC_PUSH(lowering->arena, lowering->copies, copy);
    add_copy(lowering, node, from, copy.buffer, transposed);
    return copy.buffer;
}

static int32_t product_operand(Lowering *lowering, const Node *heart, int index, Node *operand) {
    if (index == 0) return buffer_in(lowering, operand, LAYOUT_ROWS, true, false);
    if (heart->op == OP_SCATTER_SUM) return buffer_in(lowering, operand, LAYOUT_ROWS, false, false);
    Layout wanted = lowering->plan->options.panels ? LAYOUT_PANELS : LAYOUT_ROWS;
    return buffer_in(lowering, operand, wanted, false,
                     heart->op == OP_MATMUL && heart->attr.transpose_b);
}

static bool is_product(const Group *group) {
    return group->heart && (group->family == KERNEL_MATMUL || group->family == KERNEL_CONTRACT ||
                            group->family == KERNEL_SCATTER);
}

static void bind_inputs(Lowering *lowering, const Group *group, Kernel *kernel) {
    for (int64_t i = 0; i < group->inputs.count; i++) {
        Node *node = group->inputs.items[i];
        bool operand = is_product(group) && i < group->heart->operand_count;
        int32_t buffer = operand ? product_operand(lowering, group->heart, (int)i, node)
                                 : buffer_in(lowering, node, LAYOUT_ROWS, true, false);
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
    kernel.b_is_transposed_copy =
        group->heart && group->heart->op == OP_MATMUL && group->heart->attr.transpose_b;
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
        add_copy(lowering, base, home_of(lowering, base, LAYOUT_ROWS), buffer, false);
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
    return buffer_in(lowering, base, LAYOUT_ROWS, false, false);
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
            add_copy(lowering, node, result_source(lowering, node), buffer, false);
    } else {
        buffer = result_source(lowering, node);
        if (!is_result_place(lowering, buffer, node->type)) {
            int32_t place = new_buffer(lowering, LAYOUT_ROWS, node->type, node);
            add_copy(lowering, node, buffer, place, false);
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
