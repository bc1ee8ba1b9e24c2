/* fuse.c: which values are stored, and which kernel stores each.
 *
 * Goes in: the nodes of a view. Comes out: groups with their roots (schedule.h).
 * Without fusion every value that is not a leaf, or a reshape of something in memory, is stored by
 * a kernel of its own.
 */

#include "passes/schedule.h"

static void one_node_each(Schedule *schedule) {
    for (int64_t i = 0; i < schedule->nodes.count; i++) {
        Node *node = schedule->nodes.items[i];
        if (node_is_inline_leaf(node) || node_is_bound_leaf(node)) continue;
        if (node->op == OP_RESHAPE && stored_base(schedule, node)) continue;
        KernelFamily family = node_family(node);
        int32_t group = groups_add(schedule, family, node_domain(node));
        if (family != KERNEL_MAP && family != KERNEL_ROW)
            schedule->groups.items[group].heart = node;
        groups_add_root(schedule, group, node);
    }
}

/* Results that are constants or run-time numbers need a kernel that stores them. */
static void store_inline_results(Schedule *schedule) {
    for (int64_t i = 0; i < schedule->view->results.count; i++) {
        Node *node = schedule->view->results.items[i].node;
        if (node_is_bound_leaf(node) || stored_base(schedule, node)) continue;
        int32_t group = groups_add(schedule, KERNEL_MAP, node->type);
        groups_add_root(schedule, group, node);
    }
}

void fuse_groups(Schedule *schedule) {
    one_node_each(schedule);
    store_inline_results(schedule);
}
