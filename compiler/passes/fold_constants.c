/* fold_constants.c: operations on numbers known at compile time.
 *
 * Needs: views with closed stable forms. Keeps: every bit of every result, in the model's
 * precision: numbers are rounded to it and go through the very routines of generated code (math/).
 * Changes:
 *
 *     %2 = exp real[3] (constant 1, broadcast)   ->   2.718281828459045, broadcast
 *     %4 = slice (literal [1, 2, 3])             ->   literal [1, 2]
 *
 * Sums and products of tensors are left: their order belongs to the generated code.
 */

#include "passes/passes.h"

#include "graph/eval.h"
#include "math/math_functions.h"
#include "math/math_scalar.h"
#include "passes/rewrite.h"

#include <math.h>

/* Literals larger than this are not computed with: the program would grow. */
enum { LITERAL_LIMIT = 4096 };

/* ---- one element ---- */

static MathValue unary(MathBuilder *b, OpKind op, MathValue x) {
    switch (op) {
    case OP_NEGATE: return math_negate(b, x);
    case OP_EXP: return math_exp(b, x);
    case OP_LOG: return math_log(b, x);
    case OP_LOG1P: return math_log1p(b, x);
    case OP_SQRT: return b->unary(b, MATH_SQRT, x);
    case OP_SIN: return math_sin(b, x);
    case OP_COS: return math_cos(b, x);
    case OP_TANH: return math_tanh(b, x);
    case OP_ERF: return math_erf(b, x);
    case OP_ABS: return math_abs(b, x);
    case OP_SIGN: return math_sign(b, x);
    case OP_FLOOR: return b->unary(b, MATH_FLOOR, x);
    case OP_SIGMOID: return math_sigmoid(b, x);
    default: return math_softplus(b, x);
    }
}

static MathValue power(MathBuilder *b, MathValue x, MathValue y) {
    double exponent = math_scalar_value(b, y);
    if (exponent == floor(exponent) && fabs(exponent) <= MATH_MAX_WHOLE_POWER)
        return math_whole_power(b, x, (int)exponent);
    return math_pow(b, x, y);
}

static MathValue binary(MathBuilder *b, OpKind op, MathValue x, MathValue y) {
    switch (op) {
    case OP_ADD: return b->binary(b, MATH_ADD, x, y);
    case OP_SUBTRACT: return b->binary(b, MATH_SUB, x, y);
    case OP_MULTIPLY: return b->binary(b, MATH_MUL, x, y);
    case OP_DIVIDE: return b->binary(b, MATH_DIV, x, y);
    case OP_POWER: return power(b, x, y);
    case OP_MINIMUM: return math_min(b, x, y);
    default: return math_max(b, x, y);
    }
}

static double truth(OpKind op, double x, double y) {
    switch (op) {
    case OP_NOT: return x == 0;
    case OP_EQUAL: return x == y;
    case OP_NOT_EQUAL: return x != y;
    case OP_LESS: return x < y;
    case OP_LESS_EQUAL: return x <= y;
    case OP_AND: return x != 0 && y != 0;
    default: return x != 0 || y != 0;
    }
}

/* The result for one element of each operand. */
static double element(MathBuilder *b, OpKind op, const double *operands) {
    MathValue x = math_scalar_number(b, operands[0]), y = math_scalar_number(b, operands[1]);
    double rounded_x = math_scalar_value(b, x), rounded_y = math_scalar_value(b, y);
    switch (op) {
    case OP_NOT:
    case OP_EQUAL:
    case OP_NOT_EQUAL:
    case OP_LESS:
    case OP_LESS_EQUAL:
    case OP_AND:
    case OP_OR: return truth(op, rounded_x, rounded_y);
    case OP_SELECT: return operands[rounded_x != 0 ? 1 : 2];
    case OP_AS_REAL: return rounded_x;
    default: break;
    }
    if (op_table[op].arity == 1) return math_scalar_value(b, unary(b, op, x));
    return math_scalar_value(b, binary(b, op, x, y));
}

/* ---- whole nodes ---- */

static Node *fold_numbers(Graph *graph, MathBuilder *builder, Node *node) {
    double operands[3] = {0};
    for (int32_t i = 0; i < node->operand_count; i++)
        if (!node_is_constant(node->operands[i], &operands[i])) return node;
    return graph_full(graph, element(builder, node->op, operands), node->type);
}

/* Operands are literals, or one number for all elements; at least one is a literal. */
static Node *fold_literals(Graph *graph, MathBuilder *builder, Node *node) {
    double numbers[3] = {0}, operands[3] = {0};
    const double *literals[3] = {0};
    int64_t count = shape_elements(node->type.shape);
    if (count > LITERAL_LIMIT || node->type.batched) return node;
    for (int32_t i = 0; i < node->operand_count; i++) {
        if (node->operands[i]->op == OP_LITERAL)
            literals[i] = node->operands[i]->attr.literal;
        else if (!node_is_constant(node->operands[i], &numbers[i]))
            return node;
    }
    double *result = ARENA_ARRAY(graph->arena, double, count);
    for (int64_t e = 0; e < count; e++) {
        for (int i = 0; i < 3; i++)
            operands[i] = literals[i] ? literals[i][e] : numbers[i];
        result[e] = element(builder, node->op, operands);
    }
    return graph_node(graph, OP_LITERAL, (Attr){.literal = result}, NULL, 0, &node->type);
}

/* Moving one number about gives that number; padding adds its own. */
static Node *fold_movement(Graph *graph, Node *node) {
    double number = 0, other;
    bool one_number = node->operand_count > 0;
    for (int32_t i = 0; i < node->operand_count; i++) {
        if (!node_is_constant(node->operands[i], i ? &other : &number))
            one_number = false;
        else if (i && (other != number || signbit(other) != signbit(number)))
            one_number = false;
    }
    if (node->op == OP_PAD &&
        (node->attr.number != number || signbit(node->attr.number) != signbit(number)))
        one_number = false;
    if (one_number) return graph_full(graph, number, node->type);

    bool literals = node->operand_count > 0 && node->op != OP_BROADCAST;
    for (int32_t i = 0; i < node->operand_count; i++)
        literals = literals && node->operands[i]->op == OP_LITERAL;
    if (!literals || shape_elements(node->type.shape) > LITERAL_LIMIT) return node;
    EvalInputs none = {.samples = 1};
    Attr attr = {.literal = eval_node(graph->arena, node, &none)};
    return graph_node(graph, OP_LITERAL, attr, NULL, 0, &node->type);
}

static Node *fold(Model *model, Node *node) {
    bool in_double = model->train.double_precision;
    MathBuilder builder = math_scalar_builder(in_double ? MATH_F64 : MATH_F32);
    unsigned properties = op_table[node->op].properties;
    double number;
    if (node_is_constant(node, &number)) {
        /* a chain of movement becomes one broadcast */
        return graph_full(&model->graph, number, node->type);
    }
    for (int32_t i = 0; i < node->operand_count; i++)
        if (node->operands[i]->type.element != ELEMENT_REAL) return node;
    if (properties & OP_IS_MOVEMENT) return fold_movement(&model->graph, node);
    if (!(properties & OP_IS_ELEMENTWISE)) return node;
    Node *folded = fold_numbers(&model->graph, &builder, node);
    return folded != node ? folded : fold_literals(&model->graph, &builder, node);
}

void pass_fold_constants(Model *model, ViewVec *views) {
    rewrite_views(model, views, fold);
}
