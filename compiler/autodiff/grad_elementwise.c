/* grad_elementwise.c: derivatives of operations element by element. In the formulas g is the
 * derivative by y, and every product is one in which zero wins (zero.c). */

#include "autodiff/grad.h"

static Node *operand(const GradCall *call, int i) {
    return call->y->operands[i];
}

/* y itself, as a node to build on. */
static Node *result(const GradCall *call) {
    return call->graph->nodes.items[call->y->id];
}

static Node *number(const GradCall *call, double value) {
    return grad_full(call, value, call->y->type);
}

static Node *negated(const GradCall *call, Node *a) {
    return graph_unary(call->graph, OP_NEGATE, a);
}

/* One operand, dy/dx given: g dy/dx. */
static void give_times(const GradCall *call, Node *derivative) {
    grad_give(call, 0, grad_times(call, call->g, derivative));
}

/* ---- one operand ---- */

/* d(-x) = -g */
void grad_NEGATE(const GradCall *call) {
    grad_give(call, 0, negated(call, call->g));
}

/* d(e^x) = g e^x */
void grad_EXP(const GradCall *call) {
    give_times(call, result(call));
}

/* d(log x) = g / x */
void grad_LOG(const GradCall *call) {
    grad_give(call, 0, grad_over(call, call->g, operand(call, 0)));
}

/* d(log(1 + x)) = g / (1 + x) */
void grad_LOG1P(const GradCall *call) {
    Node *below = graph_binary(call->graph, OP_ADD, number(call, 1), operand(call, 0));
    grad_give(call, 0, grad_over(call, call->g, below));
}

/* d(sqrt x) = g / 2 / sqrt x */
void grad_SQRT(const GradCall *call) {
    Node *half = graph_binary(call->graph, OP_MULTIPLY, number(call, 0.5), call->g);
    grad_give(call, 0, grad_over(call, half, result(call)));
}

/* d(sin x) = g cos x */
void grad_SIN(const GradCall *call) {
    give_times(call, graph_unary(call->graph, OP_COS, operand(call, 0)));
}

/* d(cos x) = -g sin x */
void grad_COS(const GradCall *call) {
    give_times(call, negated(call, graph_unary(call->graph, OP_SIN, operand(call, 0))));
}

/* d(tanh x) = g (1 - y^2) */
void grad_TANH(const GradCall *call) {
    Node *square = graph_binary(call->graph, OP_MULTIPLY, result(call), result(call));
    give_times(call, graph_binary(call->graph, OP_SUBTRACT, number(call, 1), square));
}

/* d(erf x) = g 2 / sqrt(pi) e^(-x^2) */
void grad_ERF(const GradCall *call) {
    Node *x = operand(call, 0);
    Node *square = graph_binary(call->graph, OP_MULTIPLY, x, x);
    Node *bell = graph_unary(call->graph, OP_EXP, negated(call, square));
    double scale = 1.1283791670955126; /* 2 / sqrt(pi) */
    give_times(call, graph_binary(call->graph, OP_MULTIPLY, number(call, scale), bell));
}

/* d|x| = g sign(x), so 0 at 0 */
void grad_ABS(const GradCall *call) {
    give_times(call, graph_unary(call->graph, OP_SIGN, operand(call, 0)));
}

/* d(sigmoid x) = g y (1 - y) */
void grad_SIGMOID(const GradCall *call) {
    Node *rest = graph_binary(call->graph, OP_SUBTRACT, number(call, 1), result(call));
    give_times(call, graph_binary(call->graph, OP_MULTIPLY, result(call), rest));
}

/* d(log(1 + e^x)) = g sigmoid(x) */
void grad_SOFTPLUS(const GradCall *call) {
    give_times(call, graph_unary(call->graph, OP_SIGMOID, operand(call, 0)));
}

/* ---- two and three operands ---- */

/* d(a + b) = g, g */
void grad_ADD(const GradCall *call) {
    grad_give(call, 0, call->g);
    grad_give(call, 1, call->g);
}

/* d(a - b) = g, -g */
void grad_SUBTRACT(const GradCall *call) {
    grad_give(call, 0, call->g);
    if (grad_wanted(call, 1)) grad_give(call, 1, negated(call, call->g));
}

/* d(a b) = g b, g a */
void grad_MULTIPLY(const GradCall *call) {
    for (int i = 0; i < 2; i++)
        if (grad_wanted(call, i))
            grad_give(call, i, grad_times(call, call->g, operand(call, 1 - i)));
}

/* d(a / b) = g / b, -(g y) / b */
void grad_DIVIDE(const GradCall *call) {
    Node *b = operand(call, 1);
    if (grad_wanted(call, 0)) grad_give(call, 0, grad_over(call, call->g, b));
    if (!grad_wanted(call, 1)) return;
    Node *above = grad_times(call, call->g, result(call));
    grad_give(call, 1, negated(call, grad_over(call, above, b)));
}

/* d(a ^ b) by a, for a number b: g b a^(b-1) */
static void power_by_base(const GradCall *call, double exponent) {
    Node *a = operand(call, 0);
    if (exponent == 0) return;
    if (exponent == 1) {
        grad_give(call, 0, call->g);
    } else if (exponent == 2) {
        give_times(call, graph_binary(call->graph, OP_MULTIPLY, number(call, 2), a));
    } else {
        Node *lower = graph_binary(call->graph, OP_POWER, a, number(call, exponent - 1));
        give_times(call, graph_binary(call->graph, OP_MULTIPLY, number(call, exponent), lower));
    }
}

/* d(a ^ b) = g b a^(b-1), g y log a */
void grad_POWER(const GradCall *call) {
    Node *a = operand(call, 0), *b = operand(call, 1);
    double exponent;
    if (grad_wanted(call, 0)) {
        if (node_is_constant(b, &exponent)) {
            power_by_base(call, exponent);
        } else {
            Node *one_less = graph_binary(call->graph, OP_SUBTRACT, b, number(call, 1));
            Node *lower = graph_binary(call->graph, OP_POWER, a, one_less);
            give_times(call, grad_times(call, b, lower));
        }
    }
    if (!grad_wanted(call, 1)) return;
    Node *above = grad_times(call, call->g, result(call));
    grad_give(call, 1, grad_times(call, above, graph_unary(call->graph, OP_LOG, a)));
}

/* d max(a, b) = g where a > b, g where b > a; min the other way round. A tie gives neither. */
static void give_extreme(const GradCall *call, bool largest) {
    for (int i = 0; i < 2; i++) {
        if (!grad_wanted(call, i)) continue;
        Node *mine = operand(call, i), *other = operand(call, 1 - i);
        Node *wins = largest ? graph_binary(call->graph, OP_LESS, other, mine)
                             : graph_binary(call->graph, OP_LESS, mine, other);
        grad_give(call, i, grad_where(call, wins, call->g));
    }
}

void grad_MINIMUM(const GradCall *call) {
    give_extreme(call, false);
}

void grad_MAXIMUM(const GradCall *call) {
    give_extreme(call, true);
}

/* d(if c then a else b) = g where c, g where not c */
void grad_SELECT(const GradCall *call) {
    Node *condition = operand(call, 0), *zero = grad_zero(call);
    if (grad_wanted(call, 1))
        grad_give(call, 1, graph_select(call->graph, condition, call->g, zero));
    if (grad_wanted(call, 2))
        grad_give(call, 2, graph_select(call->graph, condition, zero, call->g));
}
