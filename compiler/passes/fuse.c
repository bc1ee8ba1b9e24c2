/* fuse.c: which values are stored, and which kernel stores each.
 *
 * Goes in: the nodes of a view. Comes out: groups with their roots (schedule.h).
 *
 * Without fusion every value that is not a leaf, or a reshape of something in memory, is stored by
 * a kernel of its own.
 *
 * With fusion the nodes are visited from the results back to the leaves, so each node finds the
 * groups that need it:
 *     one group                 -> it is computed there, if the group's family can
 *     several, and it is cheap  -> in each of them
 *     otherwise                 -> it is stored: as a further root of one of these groups when that
 *                                  makes no circle, else by a new group
 * Cheap means: a few operations without exp, division and the like on one value in memory. A node
 * that is dear is never computed twice, nor more often than it has elements. Operands of products
 * and results of the view are stored in any case; of a reshape its operand is.
 */

#include "passes/fuse.h"

enum { COST_LIMIT = 100 };

/* What is known about the places where a node is needed. */
typedef struct Needs {
    UseVec uses;       /* groups that could compute it */
    Int32Vec readers;  /* all groups that need it, some perhaps twice */
    Int32Vec memories; /* those of them that need it in memory */
} Needs;

/* Results that are constants or run-time numbers need a kernel that stores them. */
static bool is_unstored_inline(const Schedule *schedule, const Node *node) {
    return node_is_inline_leaf(node) && schedule->stored_in[node->id] < 0;
}

/* ---- without fusion ---- */

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
    for (int64_t i = 0; i < schedule->view->results.count; i++) {
        Node *node = schedule->view->results.items[i].node;
        if (is_unstored_inline(schedule, node))
            groups_add_root(schedule, groups_add(schedule, KERNEL_MAP, node->type), node);
    }
}

/* ---- what computing a node again would take ---- */

static bool is_single_number(const Node *node) {
    return node->type.shape.rank == 0 && !node->type.batched;
}

/* In memory when it is needed; of a dear value that several others read this is a good guess. */
static bool comes_from_memory(const Fuser *fuser, const Node *node) {
    if (is_single_number(node)) return false;
    if (node_is_bound_leaf(node) || fuser->stored[node->id]) return true;
    return node_is_expensive(node) && fuser->users[node->id].count > 1;
}

static void weigh(Fuser *fuser, const Node *node) {
    int loads = 0, cost = 0;
    if (comes_from_memory(fuser, node)) {
        loads = 1;
    } else if (node_is_expensive(node)) {
        cost = COST_LIMIT;
    } else {
        cost = node->op == OP_RESHAPE || node->op == OP_BROADCAST ? 0 : 1;
        for (int i = 0; i < node->operand_count; i++) {
            const Node *operand = node->operands[i];
            /* A dear single number is stored, and loaded once for a whole kernel. */
            if (is_single_number(operand) && fuser->costs[operand->id] > FUSE_CHEAP_COST) continue;
            loads += fuser->loads[operand->id];
            cost += fuser->costs[operand->id];
        }
        bool repeats =
            node->op == OP_BROADCAST && !types_same_elements(node->type, node->operands[0]->type);
        if (repeats || node->op == OP_ONE_HOT) loads = 0; /* what is repeated stays in cache */
        if (node_is_inline_leaf(node)) cost = 0;
    }
    /* What is not cheap and read by several will be stored, most likely. */
    bool cheap = loads <= FUSE_CHEAP_LOADS && cost <= FUSE_CHEAP_COST;
    if (!cheap && fuser->users[node->id].count > 1 && !is_single_number(node)) {
        fuser->dear[node->id] = true;
        loads = 1;
        cost = 0;
    }
    fuser->loads[node->id] = (int8_t)(loads < COST_LIMIT ? loads : COST_LIMIT);
    fuser->costs[node->id] = (int8_t)(cost < COST_LIMIT ? cost : COST_LIMIT);
}

static bool is_cheap(const Fuser *fuser, const Node *node) {
    if (node_is_expensive(node) || fuser->dear[node->id]) return false;
    return fuser->loads[node->id] <= FUSE_CHEAP_LOADS && fuser->costs[node->id] <= FUSE_CHEAP_COST;
}

/* ---- who needs a node ---- */

/* A value that has to be in memory; of a reshape its operand will be. */
static void demand_storage(Fuser *fuser, const Node *node) {
    while (node->op == OP_RESHAPE && !node_is_inline_leaf(node->operands[0]))
        node = node->operands[0];
    fuser->stored[node->id] = true;
}

static void add_use(const Fuser *fuser, UseVec *uses, Use use) {
    for (int64_t i = 0; i < uses->count; i++) {
        if (uses->items[i].group != use.group) continue;
        if (uses->items[i].position != use.position) uses->items[i].position = POSITION_MIXED;
        return;
    }
    VEC_PUSH(fuser->arena, *uses, use);
}

/* The softmax that a `take` picks from may join the take's kernel (fuse_join.c). */
static bool is_taken_row(const Node *user, int index, const Node *node) {
    return user->op == OP_TAKE && index == 0 &&
           (node->op == OP_SOFTMAX || node->op == OP_LOG_SOFTMAX);
}

static void add_need(Fuser *fuser, Needs *needs, const Node *node, const Node *user, Use where) {
    const Group *group = &fuser->schedule->groups.items[where.group];
    VEC_PUSH(fuser->arena, needs->readers, where.group);
    if (where.position == POSITION_MEMORY) {
        VEC_PUSH(fuser->arena, needs->memories, where.group);
        return;
    }
    for (int k = 0; k < user->operand_count; k++) {
        if (user->operands[k] != node) continue;
        Use use = {where.group, POSITION_MIXED};
        bool computable = operand_position(group, user, k, where.position, &use.position);
        if (where.position == POSITION_MIXED) use.position = POSITION_MIXED;
        if (computable || is_taken_row(user, k, node)) {
            add_use(fuser, &needs->uses, use);
        } else {
            VEC_PUSH(fuser->arena, needs->memories, where.group);
            demand_storage(fuser, node);
        }
    }
}

static Needs find_needs(Fuser *fuser, const Node *node) {
    Needs needs = {0};
    const NodeVec *users = &fuser->users[node->id];
    for (int64_t i = 0; i < users->count; i++) {
        const UseVec *where = &fuser->uses[users->items[i]->id];
        for (int64_t j = 0; j < where->count; j++)
            add_need(fuser, &needs, node, users->items[i], where->items[j]);
    }
    return needs;
}

/* ---- the decision for one node ---- */

static bool fits_all(const Fuser *fuser, const Node *node, const UseVec *uses) {
    for (int64_t i = 0; i < uses->count; i++)
        if (uses->items[i].position == POSITION_MIXED
                ? fuser->schedule->groups.items[uses->items[i].group].family != KERNEL_MAP
                : !fuse_fits(fuser, node, uses->items[i]))
            return false;
    return true;
}

static void compute_in_all(Fuser *fuser, Node *node, const UseVec *uses) {
    for (int64_t i = 0; i < uses->count; i++)
        fuse_add_member(fuser, node, uses->items[i]);
}

/* True when the group may store the node beside what it stores already. */
static bool may_be_root(const Fuser *fuser, const Node *node, Use use) {
    const Group *group = &fuser->schedule->groups.items[use.group];
    switch (group->family) {
    case KERNEL_MAP:
        if (node_is_product(node)) return use.position == POSITION_ELEMENT;
        if (use.position == POSITION_ROW) return node_is_expensive(node); /* or it does not join */
        return use.position == POSITION_ELEMENT && type_equal(node->type, group->domain);
    case KERNEL_MATMUL:
    case KERNEL_CONTRACT:
    case KERNEL_CONVOLUTION:
    case KERNEL_CONV_WEIGHTS:
        return use.position == POSITION_ELEMENT && types_same_matrix(node->type, group->domain);
    case KERNEL_ROW: return use.position == POSITION_ELEMENT || use.position == POSITION_ROW;
    default: return false;
    }
}

static bool contains(const Int32Vec *groups, int32_t group) {
    for (int64_t i = 0; i < groups->count; i++)
        if (groups->items[i] == group) return true;
    return false;
}

/* True when storing the node in this group would make another reader, or the group itself, both
 * need it and be needed. */
static bool makes_circle(Fuser *fuser, int32_t group, const Needs *needs) {
    if (contains(&needs->memories, group)) return true;
    for (int64_t i = 0; i < needs->readers.count; i++) {
        int32_t reader = needs->readers.items[i];
        if (reader != group && fuse_reaches(fuser, reader, group)) return true;
    }
    return false;
}

static int32_t store_in_reader(Fuser *fuser, Node *node, const Needs *needs) {
    for (int64_t i = 0; i < needs->uses.count; i++) {
        Use use = needs->uses.items[i];
        if (!may_be_root(fuser, node, use) || makes_circle(fuser, use.group, needs)) continue;
        if (!fuse_join(fuser, node, use)) continue;
        groups_add_root(fuser->schedule, use.group, node);
        return use.group;
    }
    return -1;
}

static void store(Fuser *fuser, Node *node, const Needs *needs) {
    int32_t home = store_in_reader(fuser, node, needs);
    if (home < 0) home = fuse_new_group(fuser, node);
    for (int64_t i = 0; i < needs->readers.count; i++)
        fuse_add_edge(fuser, home, needs->readers.items[i]);
}

/* True when the value that the reshape stands on is known to be in memory. */
static bool is_in_memory(const Fuser *fuser, const Node *node) {
    while (node->op == OP_RESHAPE)
        node = node->operands[0];
    return node_is_bound_leaf(node) || fuser->stored[node->id];
}

/* A reshape costs nothing: where it cannot be computed its operand is read from memory. */
static void place_reshape(Fuser *fuser, Node *node, const Needs *needs) {
    for (int64_t i = 0; i < needs->uses.count; i++) {
        Use use = needs->uses.items[i];
        bool computable = use.position != POSITION_MIXED && fuse_fits(fuser, node, use) &&
                          !(use.position >= POSITION_OTHER && is_in_memory(fuser, node));
        if (computable && !contains(&needs->memories, use.group)) {
            fuse_add_member(fuser, node, use);
        } else {
            demand_storage(fuser, node);
            VEC_PUSH(fuser->arena, fuser->uses[node->id], ((Use){use.group, POSITION_MEMORY}));
        }
    }
    for (int64_t i = 0; i < needs->memories.count; i++)
        VEC_PUSH(fuser->arena, fuser->uses[node->id],
                 ((Use){needs->memories.items[i], POSITION_MEMORY}));
}

static void place_node(Fuser *fuser, Node *node) {
    Needs needs = find_needs(fuser, node);
    if (node->op == OP_RESHAPE && !node_is_inline_leaf(node->operands[0])) {
        place_reshape(fuser, node, &needs);
        return;
    }
    bool stored = fuser->stored[node->id];
    if (!stored && needs.uses.count == 1 && fuse_join(fuser, node, needs.uses.items[0])) return;
    if (!stored && is_cheap(fuser, node) && fits_all(fuser, node, &needs.uses))
        compute_in_all(fuser, node, &needs.uses);
    else
        store(fuser, node, &needs);
}

/* ---- the view ---- */

/* What is known to be stored before groups are made. */
static void find_demands(Fuser *fuser) {
    const Schedule *schedule = fuser->schedule;
    for (int64_t i = 0; i < schedule->view->results.count; i++)
        demand_storage(fuser, schedule->view->results.items[i].node);
    for (int64_t i = 0; i < schedule->nodes.count; i++) {
        const Node *node = schedule->nodes.items[i];
        switch (node->op) {
        case OP_MATMUL:
        case OP_CONTRACT:
        case OP_CONVOLUTION:
        case OP_CONV_INPUT:
        case OP_CONV_WEIGHTS:
        case OP_MAXPOOL:
        case OP_MAXPOOL_INPUT:
        case OP_AVGPOOL:
        case OP_AVGPOOL_INPUT:
        case OP_SCATTER_SUM:
        case OP_RESAMPLE:
        case OP_RESAMPLE_SLOPE:
        case OP_RESAMPLE_INPUT:
        case OP_TRANSPOSE:
        case OP_PAD:
        case OP_CONCAT:
        case OP_BATCH_ROLL:
        case OP_BATCH_UNROLL:
            for (int j = 0; j < node->operand_count; j++)
                demand_storage(fuser, node->operands[j]);
            break;
        default: break;
        }
    }
}

static void fuse_nodes(Schedule *schedule) {
    int64_t count = schedule->plan->model->graph.nodes.count;
    Arena *arena = schedule->plan->arena;
    Fuser fuser = {
        .schedule = schedule,
        .arena = arena,
        .users = ARENA_ARRAY(arena, NodeVec, count),
        .uses = ARENA_ARRAY(arena, UseVec, count),
        .stored = ARENA_ARRAY(arena, bool, count),
        .dear = ARENA_ARRAY(arena, bool, count),
        .loads = ARENA_ARRAY(arena, int8_t, count),
        .costs = ARENA_ARRAY(arena, int8_t, count),
    };
    find_demands(&fuser);
    for (int64_t i = 0; i < schedule->nodes.count; i++) {
        Node *node = schedule->nodes.items[i];
        for (int j = 0; j < node->operand_count; j++)
            if (j == 0 || node->operands[j] != node->operands[j - 1])
                VEC_PUSH(arena, fuser.users[node->operands[j]->id], node);
    }
    for (int64_t i = 0; i < schedule->nodes.count; i++)
        weigh(&fuser, schedule->nodes.items[i]);
    for (int64_t i = schedule->nodes.count - 1; i >= 0; i--) {
        Node *node = schedule->nodes.items[i];
        if (!node_is_inline_leaf(node) && !node_is_bound_leaf(node)) place_node(&fuser, node);
    }
    for (int64_t i = 0; i < schedule->view->results.count; i++) {
        Node *node = schedule->view->results.items[i].node;
        if (is_unstored_inline(schedule, node)) fuse_new_group(&fuser, node);
    }
    fuse_merge(&fuser);
}

void fuse_groups(Schedule *schedule) {
    if (schedule->plan->options.fuse)
        fuse_nodes(schedule);
    else
        one_node_each(schedule);
}
