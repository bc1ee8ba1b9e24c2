/* groups.c: the nodes and inputs of groups, found by walking from their roots.
 *
 * A walk stops at values that another group stores and at leaves with a buffer of their own, also
 * when they stand behind reshapes: a reshape of something in memory costs nothing.
 */

#include "passes/schedule.h"

#include <stdlib.h>

int32_t groups_add(Schedule *schedule, KernelFamily family, Type domain) {
    Group group = {.family = family, .domain = domain};
    VEC_PUSH(schedule->plan->arena, schedule->groups, group);
    return (int32_t)schedule->groups.count - 1;
}

void groups_add_root(Schedule *schedule, int32_t group, Node *node) {
    NodeVec *roots = &schedule->groups.items[group].roots;
    VEC_PUSH(schedule->plan->arena, *roots, node);
    for (int64_t i = roots->count - 1; i > 0 && roots->items[i - 1]->id > node->id; i--) {
        roots->items[i] = roots->items[i - 1];
        roots->items[i - 1] = node;
    }
    schedule->stored_in[node->id] = group;
}

Node *stored_base(const Schedule *schedule, const Node *node) {
    const Node *base = node;
    for (;;) {
        if (node_is_inline_leaf(base)) return NULL;
        if (schedule->stored_in[base->id] >= 0 || node_is_bound_leaf(base)) return (Node *)base;
        if (base->op != OP_RESHAPE) return NULL;
        base = base->operands[0];
    }
}

Node *result_base(const Schedule *schedule, const Node *node) {
    return node_is_inline_leaf(node) ? (Node *)node : stored_base(schedule, node);
}

static void add_input(Schedule *schedule, Group *group, Node *node, bool once) {
    for (int64_t i = 0; once && i < group->inputs.count; i++)
        if (group->inputs.items[i] == node) return;
    VEC_PUSH(schedule->plan->arena, group->inputs, node);
}

static bool is_product(KernelFamily family) {
    return family_is_product(family) || family == KERNEL_SCATTER;
}

static int compare_ids(const void *a, const void *b) {
    int32_t x = (*(Node *const *)a)->id, y = (*(Node *const *)b)->id;
    return (x > y) - (x < y);
}

/* seen[id]: the last group that met the node, plus 1. */
static void close_group(Schedule *schedule, int32_t index, int32_t *seen) {
    Arena *arena = schedule->plan->arena;
    Group *group = &schedule->groups.items[index];
    if (group->heart && is_product(group->family))
        for (int i = 0; i < group->heart->operand_count; i++)
            add_input(schedule, group, group->heart->operands[i], false);
    NodeVec work = {0};
    for (int64_t i = 0; i < group->roots.count; i++)
        VEC_PUSH(arena, work, group->roots.items[i]);
    while (work.count) {
        Node *node = work.items[--work.count];
        if (seen[node->id] == index + 1) continue;
        seen[node->id] = index + 1;
        VEC_PUSH(arena, group->nodes, node);
        if (node == group->heart && is_product(group->family)) continue;
        for (int i = 0; i < node->operand_count; i++) {
            Node *operand = node->operands[i];
            Node *base = stored_base(schedule, operand);
            if (base && (node_is_bound_leaf(base) || schedule->stored_in[base->id] != index))
                add_input(schedule, group, operand, true);
            else
                VEC_PUSH(arena, work, operand);
        }
    }
    qsort(group->nodes.items, (size_t)group->nodes.count, sizeof(Node *), compare_ids);
}

void groups_close(Schedule *schedule) {
    int32_t *seen =
        ARENA_ARRAY(schedule->plan->arena, int32_t, schedule->plan->model->graph.nodes.count);
    for (int32_t i = 0; i < schedule->groups.count; i++)
        close_group(schedule, i, seen);
}

static bool keeps_index(const Node *node) {
    if (op_table[node->op].properties & OP_IS_ELEMENTWISE) return true;
    return node->op == OP_RESHAPE && types_same_matrix(node->type, node->operands[0]->type);
}

bool reads_in_place(Arena *arena, KernelFamily family, const NodeVec *nodes, const Node *heart,
                    const Node *node) {
    int64_t count = nodes->count;
    if (family == KERNEL_ROW || count == 0) return false;
    /* moved[i]: node i is (also) evaluated at another index than the one written. */
    bool *moved = ARENA_ARRAY(arena, bool, count);
    for (int64_t i = count - 1; i >= 0; i--) {
        const Node *user = nodes->items[i];
        bool moves = moved[i] || user == heart || !keeps_index(user);
        if (!moves) continue;
        for (int j = 0; j < user->operand_count; j++) {
            if (user->operands[j] == node) return false;
            for (int64_t k = i - 1; k >= 0; k--)
                if (nodes->items[k] == user->operands[j]) moved[k] = true;
        }
    }
    return true;
}
