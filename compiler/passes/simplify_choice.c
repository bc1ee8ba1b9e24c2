/* simplify_choice.c: choices and logic. Anything but 0 is true, NaN too. See simplify.c. */

#include "passes/simplify.h"

static Node *simplify_select(Graph *graph, Node *node) {
    Node *condition = node->operands[0], *yes = node->operands[1], *no = node->operands[2];
    double number;
    if (node_is_constant(condition, &number)) return number != 0 ? yes : no;
    if (yes == no) return yes;
    if (condition->op == OP_NOT) return graph_select(graph, condition->operands[0], no, yes);
    if (condition->op == OP_NOT_EQUAL && simplify_is(condition->operands[1], 0))
        return graph_select(graph, condition->operands[0], yes, no);
    if (yes->op == OP_SELECT && yes->operands[0] == condition)
        return graph_select(graph, condition, yes->operands[1], no);
    if (no->op == OP_SELECT && no->operands[0] == condition)
        return graph_select(graph, condition, yes, no->operands[2]);
    if (simplify_is(yes, 1) && simplify_is(no, 0) && simplify_is_truth(condition)) return condition;
    return node;
}

/* and: a side that is known decides, or leaves the other. */
static Node *simplify_logic(Graph *graph, Node *node) {
    for (int side = 0; side < 2; side++) {
        Node *a = node->operands[1 - side];
        double number;
        if (!node_is_constant(node->operands[side], &number)) continue;
        bool decides = node->op == OP_AND ? number == 0 : number != 0;
        if (decides) return graph_full(graph, node->op == OP_OR, node->type);
        if (simplify_is_truth(a)) return a;
    }
    if (node->operands[0] == node->operands[1] && simplify_is_truth(node->operands[0]))
        return node->operands[0];
    return node;
}

Node *simplify_choice(Graph *graph, Node *node) {
    switch (node->op) {
    case OP_SELECT: return simplify_select(graph, node);
    case OP_AND:
    case OP_OR: return simplify_logic(graph, node);
    case OP_NOT: {
        Node *a = node->operands[0];
        return a->op == OP_NOT && simplify_is_truth(a->operands[0]) ? a->operands[0] : node;
    }
    case OP_NOT_EQUAL: {
        bool against_zero = simplify_is(node->operands[1], 0);
        return against_zero && simplify_is_truth(node->operands[0]) ? node->operands[0] : node;
    }
    default: return node;
    }
}
