/* fuse_join.c: a node joins the group that needs it.
 *
 * Most nodes join as they are. Two kinds change the group that they join:
 *   a product becomes the heart of a map that is nothing but its epilogue;
 *   a softmax, or a reduction along the last axis, turns a map into a kernel of rows. The map's
 *   domain is then the rows' elements (it broadcasts the reduction) or the rows themselves (it goes
 *   on with one value a row).
 */

#include "passes/fuse.h"

/* Below a broadcast a value is computed again for each element that it reaches. */
static bool is_too_much_below_broadcast(const Fuser *fuser, const Node *node) {
    return fuser->costs[node->id] > FUSE_CHEAP_COST &&
           (node->type.batched || node->type.shape.rank > 0);
}

/* What is taken from a softmax is left to the kernel of rows that computes it. */
static bool takes_from_softmax(const Node *node) {
    if (node->op != OP_TAKE) return false;
    return node->operands[0]->op == OP_SOFTMAX || node->operands[0]->op == OP_LOG_SOFTMAX;
}

bool fuse_fits(const Fuser *fuser, const Node *node, Use use) {
    const Group *group = &fuser->schedule->groups.items[use.group];
    if (use.position == POSITION_MEMORY) return false;
    if (position_is_enlarged(use.position) && is_too_much_below_broadcast(fuser, node))
        return false;
    switch (group->family) {
    case KERNEL_MAP: return legal_in_map(node, use.position);
    case KERNEL_REDUCE:
    case KERNEL_BATCH_SUM: return legal_in_map(node, use.position) && !takes_from_softmax(node);
    case KERNEL_MATMUL:
    case KERNEL_CONTRACT:
    case KERNEL_CONVOLUTION:
    case KERNEL_CONV_WEIGHTS: return legal_in_epilogue(node, use.position);
    case KERNEL_ROW: return legal_in_row(node, use.position, group->domain);
    default: return false;
    }
}

void fuse_add_member(Fuser *fuser, Node *node, Use use) {
    Fused *fused = &fuser->fused.items[use.group];
    const Group *group = &fuser->schedule->groups.items[use.group];
    VEC_PUSH(fuser->arena, fused->members, node);
    VEC_PUSH(fuser->arena, fuser->uses[node->id], use);
    fused->epilogue_ok = fused->epilogue_ok && legal_in_epilogue(node, use.position);
    fused->row_ok = fused->row_ok && legal_in_row(node, use.position, group->domain);
}

int32_t fuse_new_group(Fuser *fuser, Node *node) {
    KernelFamily family = node_family(node);
    Type domain = node_domain(node);
    int32_t group = groups_add(fuser->schedule, family, domain);
    if (family != KERNEL_MAP && family != KERNEL_ROW)
        fuser->schedule->groups.items[group].heart = node;
    Fused fused = {.epilogue_ok = true, .row_ok = true, .merged = -1};
    VEC_PUSH(fuser->arena, fuser->fused, fused);
    bool is_row = family == KERNEL_ROW && !types_same_elements(node->type, domain);
    groups_add_root(fuser->schedule, group, node);
    fuse_add_member(fuser, node, (Use){group, is_row ? POSITION_ROW : POSITION_ELEMENT});
    return group;
}

/* ---- groups that change ---- */

static bool join_product(Fuser *fuser, Node *node, Use use) {
    Group *group = &fuser->schedule->groups.items[use.group];
    if (group->family != KERNEL_MAP || use.position != POSITION_ELEMENT) return false;
    if (!fuser->fused.items[use.group].epilogue_ok) return false;
    if (!types_same_matrix(node->type, group->domain)) return false;
    group->family = node_family(node);
    group->domain = node->type;
    group->heart = node;
    return true;
}

static Use *use_in(Fuser *fuser, const Node *node, int32_t group) {
    UseVec *uses = &fuser->uses[node->id];
    for (int64_t i = 0; i < uses->count; i++)
        if (uses->items[i].group == group) return &uses->items[i];
    return NULL;
}

/* A map over one value a row becomes a kernel over the rows' elements. */
static bool map_to_rows(Fuser *fuser, int32_t index, Type domain) {
    Group *group = &fuser->schedule->groups.items[index];
    Fused *fused = &fuser->fused.items[index];
    if (shape_elements(group->domain.shape) != type_matrix_rows(domain) ||
        group->domain.batched != domain.batched)
        return false;
    for (int64_t i = 0; i < fused->members.count; i++) {
        Node *member = fused->members.items[i];
        Position position = use_in(fuser, member, index)->position;
        if (position == POSITION_ROW) return false;
        if (position == POSITION_ELEMENT) position = POSITION_ROW;
        if (!legal_in_row(member, position, domain)) return false;
    }
    for (int64_t i = 0; i < fused->members.count; i++) {
        Use *use = use_in(fuser, fused->members.items[i], index);
        if (use->position == POSITION_ELEMENT) use->position = POSITION_ROW;
    }
    group->family = KERNEL_ROW;
    group->domain = domain;
    return true;
}

/* Softmax, or a reduction along the last axis. */
static bool join_row_operation(Fuser *fuser, Node *node, Use *use) {
    Group *group = &fuser->schedule->groups.items[use->group];
    Type rows = node->operands[0]->type;
    if (!rows.batched || type_matrix_columns(rows) == 1) return false;
    if (group->family == KERNEL_ROW) return legal_in_row(node, use->position, group->domain);
    if (group->family != KERNEL_MAP) return false;
    if (legal_in_row(node, use->position, group->domain)) {
        if (!fuser->fused.items[use->group].row_ok) return false;
        group->family = KERNEL_ROW;
        return true;
    }
    if (use->position != POSITION_ELEMENT || types_same_elements(node->type, rows)) return false;
    if (!map_to_rows(fuser, use->group, rows)) return false;
    use->position = POSITION_ROW;
    return true;
}

/* One dear value a row, broadcast along the rows. */
static bool join_row_value(Fuser *fuser, const Node *node, Use use) {
    Group *group = &fuser->schedule->groups.items[use.group];
    if (group->family != KERNEL_MAP || !fuser->fused.items[use.group].row_ok) return false;
    if (!legal_in_row(node, use.position, group->domain)) return false;
    group->family = KERNEL_ROW;
    return true;
}

/* The taken element of a softmax: the map that takes it becomes a kernel of its rows. */
static bool join_taken(Fuser *fuser, Node *node, Use *use) {
    const UseVec *takes = NULL;
    for (int64_t i = 0; i < fuser->users[node->id].count; i++) {
        const Node *user = fuser->users[node->id].items[i];
        if (!use_in(fuser, user, use->group)) continue;
        if (user->op != OP_TAKE || takes || user->operands[1] == node) return false;
        takes = &fuser->uses[user->id];
        if (use_in(fuser, user, use->group)->position != POSITION_ELEMENT) return false;
    }
    if (!takes || fuser->schedule->groups.items[use->group].family != KERNEL_MAP) return false;
    if (!map_to_rows(fuser, use->group, node->type)) return false;
    use->position = POSITION_ELEMENT;
    return true;
}

bool fuse_join(Fuser *fuser, Node *node, Use use) {
    bool joins;
    if (use.position == POSITION_MIXED) return false;
    if (node_is_product(node))
        joins = join_product(fuser, node, use);
    else if (node->op == OP_SOFTMAX || node->op == OP_LOG_SOFTMAX)
        joins = join_row_operation(fuser, node, &use) || join_taken(fuser, node, &use);
    else if (node_is_row_operation(node))
        joins = join_row_operation(fuser, node, &use);
    else if (use.position == POSITION_ROW &&
             (node_is_expensive(node) || is_too_much_below_broadcast(fuser, node)))
        joins = fuse_fits(fuser, node, use) &&
                (fuser->schedule->groups.items[use.group].family == KERNEL_ROW ||
                 join_row_value(fuser, node, use));
    else
        joins = fuse_fits(fuser, node, use);
    if (joins) fuse_add_member(fuser, node, use);
    return joins;
}
