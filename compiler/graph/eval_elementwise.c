/* eval_elementwise.c: element i of the result from element i of each operand. A number that is not
 * 0 counts as true, and so does NaN. Maximum, minimum and sign of NaN are NaN. */

#include "graph/eval_rules.h"

#include <math.h>

static double sigmoid(double x) {
    if (x >= 0) return 1 / (1 + exp(-x));
    double e = exp(x);
    return e / (1 + e);
}

static double softplus(double x) {
    return (x > 0 ? x : x != x ? x : 0) + log1p(exp(-fabs(x)));
}

static double sign(double x) {
    if (x != x) return x;
    return x > 0 ? 1 : x < 0 ? -1 : 0;
}

/* A whole power up to 64: the product of the squares whose bit of the exponent is set, from the
 * lowest on, as compiled code multiplies. */
static double power(double x, double exponent) {
    if (exponent != floor(exponent) || fabs(exponent) > 64) return pow(x, exponent);
    double result = 1, square = x;
    for (int left = (int)fabs(exponent); left; left >>= 1, square *= square)
        if (left & 1) result *= square;
    return exponent < 0 ? 1 / result : result;
}

static double unary(OpKind op, double x) {
    switch (op) {
    case OP_NEGATE: return -x;
    case OP_EXP: return exp(x);
    case OP_LOG: return log(x);
    case OP_LOG1P: return log1p(x);
    case OP_SQRT: return sqrt(x);
    case OP_SIN: return sin(x);
    case OP_COS: return cos(x);
    case OP_TANH: return tanh(x);
    case OP_ERF: return erf(x);
    case OP_ABS: return fabs(x);
    case OP_SIGN: return sign(x);
    case OP_FLOOR: return floor(x);
    case OP_SIGMOID: return sigmoid(x);
    case OP_SOFTPLUS: return softplus(x);
    case OP_NOT: return x == 0;
    case OP_AS_REAL: return x;
    default: return NAN;
    }
}

static double binary(OpKind op, double a, double b) {
    switch (op) {
    case OP_ADD: return a + b;
    case OP_SUBTRACT: return a - b;
    case OP_MULTIPLY: return a * b;
    case OP_DIVIDE: return a / b;
    case OP_POWER: return power(a, b);
    case OP_MINIMUM: return a != a ? a : b != b ? b : a < b ? a : b;
    case OP_MAXIMUM: return a != a ? a : b != b ? b : a > b ? a : b;
    case OP_EQUAL: return a == b;
    case OP_NOT_EQUAL: return a != b;
    case OP_LESS: return a < b;
    case OP_LESS_EQUAL: return a <= b;
    case OP_AND: return a != 0 && b != 0;
    case OP_OR: return a != 0 || b != 0;
    default: return NAN;
    }
}

void eval_unary(const EvalCall *call) {
    int64_t count = eval_elements(call->node, call->samples);
    for (int64_t i = 0; i < count; i++)
        call->result[i] = unary(call->node->op, call->operands[0][i]);
}

void eval_binary(const EvalCall *call) {
    int64_t count = eval_elements(call->node, call->samples);
    for (int64_t i = 0; i < count; i++)
        call->result[i] = binary(call->node->op, call->operands[0][i], call->operands[1][i]);
}

void eval_select(const EvalCall *call) {
    int64_t count = eval_elements(call->node, call->samples);
    for (int64_t i = 0; i < count; i++)
        call->result[i] = call->operands[call->operands[0][i] != 0 ? 1 : 2][i];
}
