/* layout.c: rows or panels, for every variable and stored value.
 *
 * Operand b of a product is read in panels (its kernels read 16 columns at a time and
 * never pack). So a variable that is operand b somewhere lives in panels in all views, and with it
 * the optimizer's memory of it; so does a value that a product reads as operand b, when its
 * producer can write panels and nobody needs rows, and what a contraction stores, being like its
 * variable. Everything else is in rows: inputs, results of samples, what movement reads, values
 * read as operand a only. Where a need stays unmet, lower.c inserts a copy.
 */

#include "passes/schedule.h"

typedef struct Chooser {
    Plan *plan;
    bool *variable_panels; /* by variable */
    Schedule *schedule;
    bool *wants_panels; /* by node id of a stored value of the schedule's view */
    bool *needs_rows;
} Chooser;

/* Whether operand b is read in panels, as it is stored. */
static bool is_plain_operand_b(const Node *heart) {
    return node_wants_panels(heart) && !node_turns_operand(heart);
}

static bool has_product(const Group *group) {
    return family_is_product(group->family);
}

/* Images are read by pixels. */
static bool is_image_operand(const Group *group, int64_t input) {
    return (group->family == KERNEL_CONVOLUTION && input == 0) ||
           (group->family == KERNEL_CONV_WEIGHTS && input < 2);
}

/* ---- variables ---- */

static void find_operand_variables(Chooser *chooser) {
    const GroupVec *groups = &chooser->schedule->groups;
    for (int64_t g = 0; g < groups->count; g++) {
        const Group *group = &groups->items[g];
        if (!has_product(group) || !is_plain_operand_b(group->heart)) continue;
        const Node *operand = group->heart->operands[1];
        const Node *base = stored_base(chooser->schedule, operand);
        if (base->op == OP_VARIABLE && types_same_matrix(base->type, operand->type))
            chooser->variable_panels[base->attr.index] = true;
    }
}

static void lay_out_variables(Chooser *chooser) {
    Plan *plan = chooser->plan;
    const VariableVec *variables = &plan->model->variables;
    for (int64_t i = 0; i < variables->count; i++) {
        int64_t owner = variables->items[i].owner;
        if (owner >= 0 && owner < variables->count && chooser->variable_panels[owner] &&
            type_equal(variables->items[i].type, variables->items[owner].type))
            chooser->variable_panels[i] = true;
    }
    for (int64_t i = 0; i < plan->buffers.count; i++) {
        Buffer *buffer = &plan->buffers.items[i];
        if (buffer->place == PLACE_VARIABLE && chooser->variable_panels[buffer->index])
            buffer->layout = LAYOUT_PANELS;
    }
}

/* ---- stored values ---- */

static bool writes_panels(const Group *group) {
    return group->family == KERNEL_MAP || group->family == KERNEL_ROW || has_product(group);
}

/* Movement reads by index arithmetic, which is simple in rows only. */
static void note_movement(Chooser *chooser, const Group *group) {
    for (int64_t i = 0; i < group->nodes.count; i++) {
        const Node *node = group->nodes.items[i];
        bool moves = (op_table[node->op].properties & OP_IS_MOVEMENT) && node->op != OP_RESHAPE &&
                     node->op != OP_BROADCAST;
        moves |= node_is_pool(node) || node_is_resample(node);
        if (!moves && node->op != OP_TAKE) continue;
        for (int j = 0; j < node->operand_count; j++) {
            const Node *base = stored_base(chooser->schedule, node->operands[j]);
            if (base) chooser->needs_rows[base->id] = true;
        }
    }
}

static void note_inputs(Chooser *chooser, const Group *group) {
    for (int64_t i = 0; i < group->inputs.count; i++) {
        const Node *node = group->inputs.items[i];
        const Node *base = stored_base(chooser->schedule, node);
        if (!types_same_matrix(node->type, base->type))
            chooser->needs_rows[base->id] = true;
        else if (i == 1 && has_product(group) && is_plain_operand_b(group->heart))
            chooser->wants_panels[base->id] = true;
        else if (is_image_operand(group, i) || group->family == KERNEL_REDUCE ||
                 group->family == KERNEL_SCATTER)
            chooser->needs_rows[base->id] = true;
    }
}

static bool is_matrix(Type type) {
    return type.element == ELEMENT_REAL && type.shape.rank >= 2;
}

/* What is stored beside a variable in panels, or as one will be: a gradient. */
static bool is_like_variable(const Chooser *chooser, const Group *group) {
    for (int64_t i = 0; i < group->roots.count; i++) {
        int64_t written = chooser->schedule->written[group->roots.items[i]->id];
        if (written && chooser->variable_panels[written - 1]) return true;
    }
    return group->family == KERNEL_CONTRACT ||
           (group->family == KERNEL_CONV_WEIGHTS && group->heart->attr.window.groups == 1);
}

static void lay_out_values(Chooser *chooser) {
    Schedule *schedule = chooser->schedule;
    for (int64_t i = 0; i < schedule->view->results.count; i++) {
        const Node *node = schedule->view->results.items[i].node;
        const Node *base = result_base(schedule, node);
        if (node->type.batched || !types_same_matrix(node->type, base->type))
            chooser->needs_rows[base->id] = true;
    }
    for (int32_t g = 0; g < schedule->groups.count; g++) {
        note_movement(chooser, &schedule->groups.items[g]);
        note_inputs(chooser, &schedule->groups.items[g]);
    }
    for (int32_t g = 0; g < schedule->groups.count; g++) {
        const Group *group = &schedule->groups.items[g];
        for (int64_t i = 0; i < group->roots.count; i++) {
            const Node *root = group->roots.items[i];
            bool wants =
                chooser->wants_panels[root->id] ||
                (!root->type.batched && is_matrix(root->type) && is_like_variable(chooser, group));
            if (wants && writes_panels(group) && !chooser->needs_rows[root->id])
                schedule->layouts[root->id] = LAYOUT_PANELS;
        }
    }
}

void layouts_choose(Plan *plan, ScheduleVec *schedules) {
    if (!plan->options.panels) return;
    Arena *arena = plan->arena;
    int64_t count = plan->model->graph.nodes.count;
    Chooser chooser = {
        .plan = plan,
        .variable_panels = ARENA_ARRAY(arena, bool, plan->model->variables.count),
    };
    for (int64_t i = 0; i < schedules->count; i++) {
        chooser.schedule = &schedules->items[i];
        find_operand_variables(&chooser);
    }
    lay_out_variables(&chooser);
    for (int64_t i = 0; i < schedules->count; i++) {
        chooser.schedule = &schedules->items[i];
        chooser.wants_panels = ARENA_ARRAY(arena, bool, count);
        chooser.needs_rows = ARENA_ARRAY(arena, bool, count);
        lay_out_values(&chooser);
    }
}
