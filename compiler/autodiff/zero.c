/* zero.c: the products and quotients that derivatives are made of: zero times anything is zero,
 * also infinity and NaN. Otherwise a side of a choice that was not taken (gradient 0, derivative
 * infinite: elu at 800), or a norm at 0 (gradient infinite, derivative 0), would give NaN. */

#include "autodiff/grad.h"

Node *grad_full(const GradCall *call, double number, Type type) {
    return graph_full(call->graph, number, type);
}

Node *grad_zero(const GradCall *call) {
    return grad_full(call, 0, call->y->type);
}

Node *grad_where(const GradCall *call, Node *condition, Node *g) {
    return graph_select(call->graph, condition, g, grad_full(call, 0, g->type));
}

static bool known(const GradCall *call, const Node *node, Fact fact) {
    return facts_of(&call->derivation->facts, node) & fact;
}

static Node *is_not_zero(const GradCall *call, Node *node) {
    return graph_binary(call->graph, OP_NOT_EQUAL, node, grad_full(call, 0, node->type));
}

Node *grad_times(const GradCall *call, Node *a, Node *b) {
    Node *product = graph_binary(call->graph, OP_MULTIPLY, a, b);
    Node *condition = NULL;
    if (!known(call, b, FACT_FINITE) && !known(call, a, FACT_NOT_ZERO))
        condition = is_not_zero(call, a);
    if (!known(call, a, FACT_FINITE) && !known(call, b, FACT_NOT_ZERO)) {
        Node *other = is_not_zero(call, b);
        condition = condition ? graph_binary(call->graph, OP_AND, condition, other) : other;
    }
    return condition ? grad_where(call, condition, product) : product;
}

Node *grad_over(const GradCall *call, Node *a, Node *b) {
    Node *quotient = graph_binary(call->graph, OP_DIVIDE, a, b);
    bool safe = known(call, b, FACT_FINITE) && known(call, b, FACT_NOT_ZERO);
    if (safe || known(call, a, FACT_NOT_ZERO)) return quotient;
    return grad_where(call, is_not_zero(call, a), quotient);
}
