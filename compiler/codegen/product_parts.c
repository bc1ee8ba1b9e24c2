/* product_parts.c: see product_parts.h.
 *
 * A chain of a square root and a division takes some forty cycles, after some forty for what leads
 * there. The processor fills such a time with the multiply-adds of the next tile only as far as it
 * can look ahead; two chains of half the length, of neighbouring rows, fit where one does not.
 */
#include "codegen/product_parts.h"

/* What a root is computed from, down to inputs and other roots. */
typedef struct Walk {
    bool *seen; /* by position in kernel->nodes */
    bool reads_product, reads_root, is_dear;
    bool *reads_input; /* by input */
} Walk;

static int64_t node_position(const Kernel *kernel, const Node *node) {
    for (int64_t i = 0; i < kernel->nodes.count; i++)
        if (kernel->nodes.items[i] == node) return i;
    return -1;
}

static bool is_root(const Kernel *kernel, const Node *node) {
    for (int64_t i = 0; i < kernel->outputs.count; i++)
        if (kernel->outputs.items[i].node == node) return true;
    return false;
}

static void read_operand(const Kernel *kernel, Walk *walk, const Node *node) {
    int64_t position = node_position(kernel, node);
    if (is_root(kernel, node))
        walk->reads_root = true;
    else if (position >= 0)
        walk->seen[position] = true;
    for (int64_t i = 0; i < kernel->inputs.count; i++)
        if (position < 0 && kernel->inputs.items[i].node == node) walk->reads_input[i] = true;
}

/* Nodes stand in order of evaluation, so one pass from the root back meets all. */
static Walk walk_from(const Codegen *codegen, const Kernel *kernel, const Node *root) {
    Walk walk = {.seen = ARENA_ARRAY(codegen->arena, bool, kernel->nodes.count + 1),
                 .reads_input = ARENA_ARRAY(codegen->arena, bool, kernel->inputs.count + 1)};
    int64_t start = node_position(kernel, root);
    if (start < 0) return walk;
    walk.seen[start] = true;
    for (int64_t i = start; i >= 0; i--) {
        const Node *node = kernel->nodes.items[i];
        if (!walk.seen[i]) continue;
        if (node == kernel->heart) {
            walk.reads_product = true;
            continue;
        }
        walk.is_dear |= node->op == OP_DIVIDE || node->op == OP_SQRT;
        for (int operand = 0; operand < node->operand_count; operand++)
            read_operand(kernel, &walk, node->operands[operand]);
    }
    return walk;
}

static bool same_place(const Plan *plan, const Binding *a, const Binding *b) {
    return plan_place(plan, a->buffer) == plan_place(plan, b->buffer);
}

/* No input of the late root lies where an early root is stored. */
static bool finds_its_inputs(const Codegen *codegen, const Kernel *kernel, const Walk *walk,
                             const bool *late) {
    for (int64_t i = 0; i < kernel->inputs.count; i++)
        for (int64_t o = 0; o < kernel->outputs.count; o++)
            if (walk->reads_input[i] && !late[o] &&
                same_place(codegen->plan, &kernel->inputs.items[i], &kernel->outputs.items[o]))
                return false;
    return true;
}

const bool *product_late_roots(const Codegen *codegen, const Kernel *kernel) {
    int64_t count = kernel->outputs.count, lates = 0;
    bool *late = ARENA_ARRAY(codegen->arena, bool, count + 1);
    Walk *walks = ARENA_ARRAY(codegen->arena, Walk, count + 1);
    bool is_dear = false;
    for (int64_t i = 0; i < count; i++) {
        const Node *root = kernel->outputs.items[i].node;
        if (!type_equal(root->type, kernel->heart->type)) return NULL;
        walks[i] = walk_from(codegen, kernel, root);
        late[i] = walks[i].reads_root && !walks[i].reads_product;
        lates += late[i];
        is_dear |= late[i] && walks[i].is_dear;
    }
    for (int64_t i = 0; i < count; i++)
        if (late[i] && !finds_its_inputs(codegen, kernel, &walks[i], late)) return NULL;
    return is_dear && lates < count ? late : NULL;
}
