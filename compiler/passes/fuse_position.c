/* fuse_position.c: at which index a fused node is evaluated, and what each family can evaluate.
 *
 * Operands of transpose, pad, concat, rolls and resample come from memory: these are loads from
 * elsewhere. Single numbers may stand anywhere: they are computed once, before the loops.
 */

#include "passes/fuse.h"

static bool is_elementwise(const Node *node) {
    return op_table[node->op].properties & OP_IS_ELEMENTWISE;
}

static bool is_draw(const Node *node) {
    return node->op == OP_DRAW_UNIFORM || node->op == OP_DRAW_NORMAL;
}

static bool is_single_number(const Node *node) {
    return !node->type.batched && shape_elements(node->type.shape) == 1;
}

static Position other(const Node *node, Position position, bool enlarged) {
    bool was = position_is_enlarged(position);
    return POSITION_OTHER + 2 * (Position)node->id + (enlarged || was);
}

static Position below_reshape(const Node *user, Position position) {
    Type from = user->operands[0]->type;
    if (types_same_matrix(user->type, from)) return position;
    /* [.., 1] and [..] of a row are the same. */
    if (position == POSITION_ROW) return position;
    return other(user, position, false);
}

static Position below_broadcast(const Group *group, const Node *user, Position position) {
    Type from = user->operands[0]->type;
    if (types_same_matrix(user->type, from)) return position;
    bool map_or_row = group->family == KERNEL_MAP || group->family == KERNEL_ROW;
    if (map_or_row && position == POSITION_ELEMENT && type_is_of_rows(from, group->domain) &&
        type_matrix_columns(from) == 1)
        return POSITION_ROW;
    return other(user, position, true);
}

static bool below_take(const Group *group, const Node *user, int index, Position position,
                       Position *result) {
    const Node *table = user->operands[0];
    if (index == 1) {
        bool same =
            user->type.shape.rank == 0 && user->type.batched == user->operands[1]->type.batched;
        *result = same ? position : other(user, position, true);
        return true;
    }
    bool from_row = group->family == KERNEL_ROW && position == POSITION_ROW &&
                    type_equal(table->type, group->domain);
    *result = from_row ? POSITION_ELEMENT : other(user, position, false);
    return from_row || (table->type.batched == user->type.batched && is_elementwise(table));
}

static bool below_one_hot(const Group *group, const Node *user, Position position,
                          Position *result) {
    bool row =
        position == POSITION_ELEMENT && type_is_of_rows(user->operands[0]->type, group->domain);
    *result = row ? POSITION_ROW : other(user, position, true);
    return true;
}

bool operand_position(const Group *group, const Node *user, int index, Position position,
                      Position *result) {
    if (is_elementwise(user)) {
        *result = position;
        return true;
    }
    switch (user->op) {
    case OP_RESHAPE: *result = below_reshape(user, position); return true;
    case OP_BROADCAST: *result = below_broadcast(group, user, position); return true;
    case OP_SLICE: *result = other(user, position, false); return true;
    case OP_TAKE: return below_take(group, user, index, position, result);
    case OP_ONE_HOT: return below_one_hot(group, user, position, result);
    case OP_BATCH_SUM: *result = other(user, position, false); return true;
    default: break;
    }
    if (group->family == KERNEL_ROW && node_is_row_operation(user)) {
        *result = POSITION_ELEMENT;
        return true;
    }
    *result = other(user, position, false);
    return node_is_reduction(user);
}

bool legal_in_map(const Node *node, Position position) {
    if (position_is_enlarged(position) && node_is_expensive(node)) return false;
    return is_elementwise(node) || is_draw(node) || node->op == OP_TAKE || node->op == OP_ONE_HOT ||
           node_is_pool(node) || node_is_resample(node) ||
           (op_table[node->op].properties & OP_IS_MOVEMENT);
}

static bool legal_below_broadcast(const Node *node) {
    if (!is_elementwise(node) && node->op != OP_RESHAPE && node->op != OP_BROADCAST) return false;
    return is_single_number(node) && !node_is_expensive(node);
}

bool legal_in_epilogue(const Node *node, Position position) {
    if (position != POSITION_ELEMENT) return legal_below_broadcast(node);
    if (node->op == OP_RESHAPE) return types_same_matrix(node->type, node->operands[0]->type);
    return is_elementwise(node) || is_draw(node) || node->op == OP_BROADCAST;
}

bool legal_in_row(const Node *node, Position position, Type domain) {
    if (position != POSITION_ELEMENT && position != POSITION_ROW)
        return legal_below_broadcast(node);
    bool element = position == POSITION_ELEMENT;
    if (element && !type_equal(node->type, domain)) return false;
    if (!element && !type_is_of_rows(node->type, domain)) return false;
    if (is_elementwise(node)) return true;
    if (node_is_row_operation(node)) return type_equal(node->operands[0]->type, domain);
    switch (node->op) {
    case OP_RESHAPE: return !element || types_same_matrix(node->type, node->operands[0]->type);
    case OP_BROADCAST: return true;
    case OP_ONE_HOT: return element;
    case OP_TAKE:
        return !element && node->type.shape.rank == 0 &&
               type_equal(node->operands[0]->type, domain);
    default: return is_draw(node) && element;
    }
}
