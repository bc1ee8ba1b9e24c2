/* simplify.c: operations that can be left out, or joined, without changing a bit.
 *
 * Needs: views with closed stable forms; best after fold_constants. Keeps: every bit of every
 * result (NaN payloads aside), so nothing that is only equal on paper: x + 0 is -0's trap, x * 0 is
 * NaN's. Changes:
 *
 *     %3 = multiply %1 (constant 1)        ->   %1
 *     %5 = add %3 (negate %4)              ->   subtract %3 %4
 *     %6 = select (not %1) %2 %3           ->   select %1 %3 %2
 *     %8 = reshape (reshape %7)            ->   reshape %7
 */

#include "passes/simplify.h"

#include "passes/passes.h"
#include "passes/rewrite.h"

#include <math.h>
#include <stdlib.h>

bool simplify_is(const Node *node, double number) {
    double value;
    return node_is_constant(node, &value) && value == number && signbit(value) == signbit(number);
}

bool simplify_is_truth(const Node *node) {
    while (op_table[node->op].properties & OP_IS_MOVEMENT && node->op != OP_PAD &&
           node->op != OP_CONCAT)
        node = node->operands[0];
    switch (node->op) {
    case OP_NOT:
    case OP_EQUAL:
    case OP_NOT_EQUAL:
    case OP_LESS:
    case OP_LESS_EQUAL:
    case OP_AND:
    case OP_OR:
    case OP_ONE_HOT:
    case OP_FIRST_MAX: return true;
    default: return false;
    }
}

bool simplify_no_minus_zero(const Node *node) {
    double value;
    if (simplify_is_truth(node)) return true;
    if (node_is_constant(node, &value)) return !(value == 0 && signbit(value));
    switch (node->op) {
    case OP_EXP:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_SOFTMAX:
    case OP_ABS:
    case OP_DRAW_UNIFORM:
    case OP_AS_REAL: return true;
    case OP_MULTIPLY: return node->operands[0] == node->operands[1];
    default: return false;
    }
}

/* ---- arithmetic ---- */

static Node *other_than_negate(const Node *node) {
    return node->op == OP_NEGATE ? node->operands[0] : NULL;
}

static Node *simplify_add(Graph *graph, Node *node) {
    for (int side = 0; side < 2; side++) {
        Node *a = node->operands[1 - side], *b = node->operands[side];
        if (simplify_is(b, -0.0)) return a;
        if (simplify_is(b, 0.0) && simplify_no_minus_zero(a)) return a;
        Node *minus = other_than_negate(b);
        if (minus) return graph_binary(graph, OP_SUBTRACT, a, minus);
    }
    return node;
}

static Node *simplify_subtract(Graph *graph, Node *node) {
    Node *a = node->operands[0], *b = node->operands[1];
    if (simplify_is(b, 0.0)) return a;
    if (simplify_is(a, -0.0)) return graph_unary(graph, OP_NEGATE, b);
    Node *minus = other_than_negate(b);
    return minus ? graph_binary(graph, OP_ADD, a, minus) : node;
}

static Node *simplify_multiply(Graph *graph, Node *node) {
    for (int side = 0; side < 2; side++) {
        Node *a = node->operands[1 - side], *b = node->operands[side];
        if (simplify_is(b, 1)) return a;
        if (simplify_is(b, -1)) return graph_unary(graph, OP_NEGATE, a);
        Node *minus = other_than_negate(b);
        double number;
        if (minus && node_is_constant(a, &number))
            return graph_binary(graph, OP_MULTIPLY, graph_full(graph, -number, a->type), minus);
        if (minus) return graph_unary(graph, OP_NEGATE, graph_binary(graph, OP_MULTIPLY, a, minus));
    }
    return node;
}

/* True for a power of two whose reciprocal is a normal number in both precisions. */
static bool is_exact_reciprocal(double number) {
    int exponent;
    return isfinite(number) && fabs(frexp(number, &exponent)) == 0.5 && abs(exponent) < 100;
}

static Node *simplify_divide(Graph *graph, Node *node) {
    Node *a = node->operands[0], *b = node->operands[1];
    double number;
    if (simplify_is(b, 1)) return a;
    if (node_is_constant(b, &number) && is_exact_reciprocal(number))
        return graph_binary(graph, OP_MULTIPLY, a, graph_full(graph, 1 / number, a->type));
    Node *above = other_than_negate(a), *below = other_than_negate(b);
    if (above && below) return graph_binary(graph, OP_DIVIDE, above, below);
    if (above) return graph_unary(graph, OP_NEGATE, graph_binary(graph, OP_DIVIDE, above, b));
    return node;
}

static Node *simplify_power(Graph *graph, Node *node) {
    Node *a = node->operands[0], *b = node->operands[1];
    if (simplify_is(b, 0) || simplify_is(b, -0.0)) return graph_full(graph, 1, node->type);
    if (simplify_is(b, 1)) return a;
    if (simplify_is(b, 2)) return graph_binary(graph, OP_MULTIPLY, a, a);
    return node;
}

Node *simplify_arithmetic(Graph *graph, Node *node) {
    switch (node->op) {
    case OP_ADD: return simplify_add(graph, node);
    case OP_SUBTRACT: return simplify_subtract(graph, node);
    case OP_MULTIPLY: return simplify_multiply(graph, node);
    case OP_DIVIDE: return simplify_divide(graph, node);
    case OP_POWER: return simplify_power(graph, node);
    case OP_NEGATE:
        return node->operands[0]->op == OP_NEGATE ? node->operands[0]->operands[0] : node;
    case OP_ABS:
        if (node->operands[0]->op == OP_NEGATE)
            return graph_unary(graph, OP_ABS, node->operands[0]->operands[0]);
        return node->operands[0]->op == OP_ABS ? node->operands[0] : node;
    case OP_MINIMUM:
    case OP_MAXIMUM: return node->operands[0] == node->operands[1] ? node->operands[0] : node;
    default: return node;
    }
}

static Node *simplify(Model *model, Node *node) {
    Graph *graph = &model->graph;
    Node *better = simplify_arithmetic(graph, node);
    if (better == node) better = simplify_choice(graph, node);
    if (better == node) better = simplify_movement(graph, node);
    if (better == node) better = simplify_reduction(graph, node);
    return better;
}

void pass_simplify(Model *model, ViewVec *views) {
    rewrite_views(model, views, simplify);
}
