/* fuse_merge.c: which group needs which, and the joining of groups.
 *
 * A kernel of rows joins the one that makes its rows, when nothing has to run between them.
 * Of groups that need not wait for each other, kernels of rows, maps and sums over the batch that
 * have the same domain and read the same full value are made one, so that it is read once: softmax
 * with its cross-entropy and its gradient, the sums of a normalisation. Maps of single numbers are
 * made one in any case, being all overhead.
 */

#include "passes/fuse.h"

enum { MERGED_VALUES_LIMIT = 24 }; /* inputs and roots of a merged kernel */

static int32_t resolve(const Fuser *fuser, int32_t group) {
    while (fuser->fused.items[group].merged >= 0)
        group = fuser->fused.items[group].merged;
    return group;
}

void fuse_add_edge(Fuser *fuser, int32_t from, int32_t to) {
    Int32Vec *next = &fuser->fused.items[from].next;
    if (from == to || (next->count && next->items[next->count - 1] == to)) return;
    VEC_PUSH(fuser->arena, *next, to);
}

bool fuse_reaches(Fuser *fuser, int32_t from, int32_t to) {
    Int32Vec work = {0};
    fuser->stamp++;
    to = resolve(fuser, to);
    VEC_PUSH(fuser->arena, work, resolve(fuser, from));
    while (work.count) {
        int32_t group = work.items[--work.count];
        if (group == to) return true;
        Fused *fused = &fuser->fused.items[group];
        if (fused->visited == fuser->stamp) continue;
        fused->visited = fuser->stamp;
        for (int64_t i = 0; i < fused->next.count; i++)
            VEC_PUSH(fuser->arena, work, resolve(fuser, fused->next.items[i]));
    }
    return false;
}

static bool is_single_number(Type type) {
    return !type.batched && shape_elements(type.shape) == 1;
}

static bool may_merge(Fuser *fuser, int32_t a, int32_t b) {
    const Group *x = &fuser->schedule->groups.items[a], *y = &fuser->schedule->groups.items[b];
    if (x->family != y->family || !type_equal(x->domain, y->domain)) return false;
    if (x->family != KERNEL_MAP && x->family != KERNEL_ROW && x->family != KERNEL_BATCH_SUM)
        return false;
    int64_t values = x->inputs.count + y->inputs.count + x->roots.count + y->roots.count;
    if (values > MERGED_VALUES_LIMIT) return false;
    return !fuse_reaches(fuser, a, b) && !fuse_reaches(fuser, b, a);
}

/* b's roots move to a. */
static void merge(Fuser *fuser, int32_t a, int32_t b) {
    Group *from = &fuser->schedule->groups.items[b];
    for (int64_t i = 0; i < from->roots.count; i++)
        groups_add_root(fuser->schedule, a, from->roots.items[i]);
    Group *to = &fuser->schedule->groups.items[a];
    for (int64_t i = 0; i < from->inputs.count; i++)
        VEC_PUSH(fuser->arena, to->inputs, from->inputs.items[i]);
    const Int32Vec *next = &fuser->fused.items[b].next;
    for (int64_t i = 0; i < next->count; i++)
        fuse_add_edge(fuser, a, next->items[i]);
    if (to->family == KERNEL_BATCH_SUM) to->heart = to->roots.items[0];
    from->roots.count = 0;
    fuser->fused.items[b].merged = a;
}

/* Whether reading the value once instead of twice is worth a common kernel. */
static bool is_full_value(const Group *group, const Node *input) {
    if (group->family == KERNEL_BATCH_SUM)
        return input->type.batched &&
               shape_elements(input->type.shape) >= shape_elements(group->domain.shape);
    return types_same_elements(input->type, group->domain);
}

static void merge_readers(Fuser *fuser, const Int32Vec *readers) {
    for (int64_t i = 0; i < readers->count; i++) {
        for (int64_t j = 0; j < i; j++) {
            int32_t a = resolve(fuser, readers->items[j]), b = resolve(fuser, readers->items[i]);
            if (a != b && may_merge(fuser, a, b)) merge(fuser, a, b);
        }
    }
}

static void merge_sharing(Fuser *fuser) {
    Schedule *schedule = fuser->schedule;
    Int32Vec *readers =
        ARENA_ARRAY(fuser->arena, Int32Vec, schedule->plan->model->graph.nodes.count);
    NodeVec read = {0};
    int64_t count = schedule->groups.count;
    for (int32_t g = 0; g < count; g++) {
        const Group *group = &schedule->groups.items[g];
        for (int64_t i = 0; i < group->inputs.count; i++) {
            if (!is_full_value(group, group->inputs.items[i])) continue;
            Node *base = stored_base(schedule, group->inputs.items[i]);
            if (!readers[base->id].count) VEC_PUSH(fuser->arena, read, base);
            VEC_PUSH(fuser->arena, readers[base->id], g);
        }
    }
    for (int64_t i = 0; i < read.count; i++)
        merge_readers(fuser, &readers[read.items[i]->id]);
}

static void merge_single_numbers(Fuser *fuser) {
    Int32Vec numbers = {0};
    for (int32_t g = 0; g < fuser->schedule->groups.count; g++) {
        const Group *group = &fuser->schedule->groups.items[g];
        if (group->family == KERNEL_MAP && group->roots.count && is_single_number(group->domain))
            VEC_PUSH(fuser->arena, numbers, g);
    }
    if (numbers.count <= 64) merge_readers(fuser, &numbers);
}

/* True when something has to run between a and b. */
static bool is_between(Fuser *fuser, int32_t a, int32_t b) {
    const Int32Vec *next = &fuser->fused.items[a].next;
    for (int64_t i = 0; i < next->count; i++) {
        int32_t other = resolve(fuser, next->items[i]);
        if (other != b && other != a && fuse_reaches(fuser, other, b)) return true;
    }
    return false;
}

/* Kernels of the same rows, one after the other: both are at the same row at a time. */
static void merge_rows_in_line(Fuser *fuser) {
    Schedule *schedule = fuser->schedule;
    for (int32_t g = 0; g < schedule->groups.count; g++) {
        if (schedule->groups.items[g].family != KERNEL_ROW) continue;
        NodeVec inputs = schedule->groups.items[g].inputs; /* grows while groups are merged */
        for (int64_t i = 0; i < inputs.count; i++) {
            const Node *base = stored_base(schedule, inputs.items[i]);
            int32_t a = schedule->stored_in[base->id], b = resolve(fuser, g);
            if (a < 0 || a == b) continue;
            const Group *maker = &schedule->groups.items[a], *reader = &schedule->groups.items[b];
            if (maker->family == KERNEL_ROW && type_equal(maker->domain, reader->domain) &&
                types_same_matrix(base->type, inputs.items[i]->type) && !is_between(fuser, a, b))
                merge(fuser, a, b);
        }
    }
}

/* Values stored only for a group that now computes them itself need no memory. */
static void drop_unread_roots(Fuser *fuser) {
    Schedule *schedule = fuser->schedule;
    bool *read = ARENA_ARRAY(fuser->arena, bool, schedule->plan->model->graph.nodes.count);
    groups_close(schedule);
    for (int64_t g = 0; g < schedule->groups.count; g++) {
        const NodeVec *inputs = &schedule->groups.items[g].inputs;
        for (int64_t i = 0; i < inputs->count; i++)
            read[stored_base(schedule, inputs->items[i])->id] = true;
    }
    for (int64_t g = 0; g < schedule->groups.count; g++) {
        Group *group = &schedule->groups.items[g];
        int64_t kept = 0;
        for (int64_t i = 0; i < group->roots.count; i++) {
            Node *root = group->roots.items[i];
            bool result = node_is_inline_leaf(root);
            if (read[root->id] || fuser->stored[root->id] || result || group->roots.count == 1)
                group->roots.items[kept++] = root;
            else
                schedule->stored_in[root->id] = -1;
        }
        group->roots.count = kept;
        group->nodes = group->inputs = (NodeVec){0};
    }
}

/* Groups without roots have been merged into others. */
static void remove_empty(Fuser *fuser) {
    Schedule *schedule = fuser->schedule;
    int64_t kept = 0;
    for (int64_t g = 0; g < schedule->groups.count; g++) {
        if (!schedule->groups.items[g].roots.count) continue;
        Group group = schedule->groups.items[g];
        for (int64_t i = 0; i < group.roots.count; i++)
            schedule->stored_in[group.roots.items[i]->id] = (int32_t)kept;
        group.nodes = group.inputs = (NodeVec){0};
        schedule->groups.items[kept++] = group;
    }
    schedule->groups.count = kept;
}

void fuse_merge(Fuser *fuser) {
    groups_close(fuser->schedule);
    merge_rows_in_line(fuser);
    merge_sharing(fuser);
    merge_single_numbers(fuser);
    remove_empty(fuser);
    drop_unread_roots(fuser);
}
