/* order.c: which variables are written in place, and the order of the groups.
 *
 * A variable's leaf means its value before the step. A group may write a new value straight into
 * the variable's buffer when it reads the old one at the index being written only and every other
 * reader can run before it; the others compute elsewhere and are copied at the end of the view.
 *
 * The order is a topological one: of the groups that are ready, the first that frees at least as
 * much memory as it takes, otherwise the one whose first value came first in the graph, which is
 * forward, then backward.
 */

#include "passes/schedule.h"

#include <string.h>

typedef struct Orderer {
    Schedule *schedule;
    Arena *arena;
    int64_t group_count;
    Int32Vec *next;    /* by group: groups that need it to have run */
    int32_t *waiting;  /* by group: how many of its `after` have not run */
    int32_t *visited;  /* by group: stamp of the last search */
    int32_t stamp;     /* of the current search */
    int32_t *readings; /* by node id of a stored value: groups that still read it */
} Orderer;

static void add_edge(Orderer *orderer, int32_t before, int32_t after) {
    Group *group = &orderer->schedule->groups.items[after];
    for (int64_t i = 0; i < group->after.count; i++)
        if (group->after.items[i] == before) return;
    VEC_PUSH(orderer->arena, group->after, before);
    VEC_PUSH(orderer->arena, orderer->next[before], after);
}

static void add_data_edges(Orderer *orderer) {
    Schedule *schedule = orderer->schedule;
    for (int32_t g = 0; g < orderer->group_count; g++) {
        const NodeVec *inputs = &schedule->groups.items[g].inputs;
        for (int64_t i = 0; i < inputs->count; i++) {
            const Node *base = stored_base(schedule, inputs->items[i]);
            int32_t from = schedule->stored_in[base->id];
            if (from >= 0) add_edge(orderer, from, g);
        }
    }
}

/* True when `to` must run after `from`. */
static bool reaches(Orderer *orderer, int32_t from, int32_t to) {
    Int32Vec work = {0};
    orderer->stamp++;
    VEC_PUSH(orderer->arena, work, from);
    while (work.count) {
        int32_t group = work.items[--work.count];
        if (group == to) return true;
        if (orderer->visited[group] == orderer->stamp) continue;
        orderer->visited[group] = orderer->stamp;
        for (int64_t i = 0; i < orderer->next[group].count; i++)
            VEC_PUSH(orderer->arena, work, orderer->next[group].items[i]);
    }
    return false;
}

/* The groups that read the variable's old value. */
static Int32Vec *collect_readers(Orderer *orderer) {
    Schedule *schedule = orderer->schedule;
    Int32Vec *readers =
        ARENA_ARRAY(orderer->arena, Int32Vec, schedule->plan->model->variables.count);
    for (int32_t g = 0; g < orderer->group_count; g++) {
        const NodeVec *inputs = &schedule->groups.items[g].inputs;
        for (int64_t i = 0; i < inputs->count; i++) {
            const Node *base = stored_base(schedule, inputs->items[i]);
            if (base->op != OP_VARIABLE) continue;
            Int32Vec *list = &readers[base->attr.index];
            if (list->count && list->items[list->count - 1] == g) continue;
            VEC_PUSH(orderer->arena, *list, g);
        }
    }
    return readers;
}

static bool group_may_overwrite(Orderer *orderer, int32_t g, int64_t variable) {
    const Group *group = &orderer->schedule->groups.items[g];
    for (int64_t i = 0; i < group->inputs.count; i++) {
        const Node *input = group->inputs.items[i];
        const Node *base = stored_base(orderer->schedule, input);
        if (base->op != OP_VARIABLE || base->attr.index != variable) continue;
        if (!types_same_matrix(input->type, group->domain)) return false;
        if (!reads_in_place(orderer->arena, group->family, &group->nodes, group->heart, input))
            return false;
    }
    return true;
}

/* Lets the group that computes the new value write the variable, if that can be; otherwise it is
 * copied at the end of the view. */
static void write_in_place(Orderer *orderer, int64_t variable, const Node *node,
                           const Int32Vec *readers) {
    Schedule *schedule = orderer->schedule;
    int32_t g = schedule->stored_in[node->id];
    if (g < 0 || schedule->written[node->id]) return; /* one buffer a value */
    if (!type_equal(node->type, schedule->plan->model->variables.items[variable].type)) return;
    if (!group_may_overwrite(orderer, g, variable)) return;
    for (int64_t i = 0; i < readers->count; i++)
        if (readers->items[i] != g && reaches(orderer, g, readers->items[i])) return;
    for (int64_t i = 0; i < readers->count; i++)
        if (readers->items[i] != g) add_edge(orderer, readers->items[i], g);
    schedule->written[node->id] = variable + 1;
}

static void decide_writes(Orderer *orderer) {
    const Schedule *schedule = orderer->schedule;
    Int32Vec *readers = collect_readers(orderer);
    for (int64_t i = 0; i < schedule->view->results.count; i++) {
        ViewResult result = schedule->view->results.items[i];
        if (result.kind == RESULT_VARIABLE)
            write_in_place(orderer, result.index, result.node, &readers[result.index]);
    }
}

/* ---- the order ---- */

static int64_t value_bytes(const Schedule *schedule, const Node *node) {
    int64_t bytes = layout_bytes(LAYOUT_ROWS, node->type, 4);
    int64_t batch = schedule->plan->model->train.batch;
    return node->type.batched ? bytes * (batch > 0 ? batch : 256) : bytes;
}

/* Counts for each stored value the groups that read it; results count once more, so that they are
 * never freed. */
static void count_readings(Orderer *orderer) {
    Schedule *schedule = orderer->schedule;
    for (int32_t g = 0; g < orderer->group_count; g++) {
        const NodeVec *inputs = &schedule->groups.items[g].inputs;
        for (int64_t i = 0; i < inputs->count; i++)
            orderer->readings[stored_base(schedule, inputs->items[i])->id]++;
    }
    for (int64_t i = 0; i < schedule->view->results.count; i++) {
        const Node *base = result_base(schedule, schedule->view->results.items[i].node);
        if (base) orderer->readings[base->id]++;
    }
}

/* Bytes that running the group takes, less those it frees. */
static int64_t net_bytes(Orderer *orderer, const Group *group) {
    int64_t net = 0;
    for (int64_t i = 0; i < group->roots.count; i++)
        if (!orderer->schedule->written[group->roots.items[i]->id])
            net += value_bytes(orderer->schedule, group->roots.items[i]);
    for (int64_t i = 0; i < group->inputs.count; i++) {
        const Node *base = stored_base(orderer->schedule, group->inputs.items[i]);
        if (!node_is_bound_leaf(base) && orderer->readings[base->id] == 1)
            net -= value_bytes(orderer->schedule, base);
    }
    return net;
}

static int32_t order_key(const Group *group) {
    return group->heart ? group->heart->id : group->roots.items[0]->id;
}

static void insert_ready(Orderer *orderer, Int32Vec *ready, int32_t group) {
    const GroupVec *groups = &orderer->schedule->groups;
    VEC_PUSH(orderer->arena, *ready, group);
    for (int64_t i = ready->count - 1; i > 0; i--) {
        if (order_key(&groups->items[ready->items[i - 1]]) <= order_key(&groups->items[group]))
            break;
        ready->items[i] = ready->items[i - 1];
        ready->items[i - 1] = group;
    }
}

static int64_t choose(Orderer *orderer, const Int32Vec *ready) {
    for (int64_t i = 0; i < ready->count; i++) {
        const Group *group = &orderer->schedule->groups.items[ready->items[i]];
        if (net_bytes(orderer, group) <= 0) return i;
    }
    return 0;
}

static void sort_groups(Orderer *orderer) {
    Schedule *schedule = orderer->schedule;
    Int32Vec ready = {0};
    for (int32_t g = 0; g < orderer->group_count; g++) {
        orderer->waiting[g] = (int32_t)schedule->groups.items[g].after.count;
        if (orderer->waiting[g] == 0) insert_ready(orderer, &ready, g);
    }
    while (ready.count) {
        int64_t chosen = choose(orderer, &ready);
        int32_t g = ready.items[chosen];
        ready.count--;
        memmove(ready.items + chosen, ready.items + chosen + 1,
                (size_t)(ready.count - chosen) * sizeof *ready.items);
        VEC_PUSH(orderer->arena, schedule->order, g);
        const Group *group = &schedule->groups.items[g];
        for (int64_t i = 0; i < group->inputs.count; i++)
            orderer->readings[stored_base(schedule, group->inputs.items[i])->id]--;
        for (int64_t i = 0; i < orderer->next[g].count; i++)
            if (--orderer->waiting[orderer->next[g].items[i]] == 0)
                insert_ready(orderer, &ready, orderer->next[g].items[i]);
    }
}

void order_groups(Schedule *schedule) {
    Arena *arena = schedule->plan->arena;
    int64_t count = schedule->groups.count;
    Orderer orderer = {
        .schedule = schedule,
        .arena = arena,
        .group_count = count,
        .next = ARENA_ARRAY(arena, Int32Vec, count),
        .waiting = ARENA_ARRAY(arena, int32_t, count),
        .visited = ARENA_ARRAY(arena, int32_t, count),
        .readings = ARENA_ARRAY(arena, int32_t, schedule->plan->model->graph.nodes.count),
    };
    add_data_edges(&orderer);
    decide_writes(&orderer);
    count_readings(&orderer);
    sort_groups(&orderer);
}
