/* facts.c: see facts.h. Nodes are looked at in order of their ids, each once; a fact that is not
 * stated here is simply not known. */

#include "autodiff/facts.h"

#include <math.h>

enum {
    FINITE = FACT_FINITE,
    NOT_NEGATIVE = FACT_NOT_NEGATIVE,
    NOT_POSITIVE = FACT_NOT_POSITIVE,
    NOT_ZERO = FACT_NOT_ZERO,
    SIGNS = NOT_NEGATIVE | NOT_POSITIVE,
    COUNT = FINITE | NOT_NEGATIVE, /* what 0 and 1, classes and counts are */
};

static unsigned of_number(double number) {
    unsigned facts = 0;
    if (isfinite(number)) facts |= FINITE;
    if (number >= 0) facts |= NOT_NEGATIVE;
    if (number <= 0) facts |= NOT_POSITIVE;
    if (number != 0 && !isnan(number)) facts |= NOT_ZERO;
    return facts;
}

static unsigned of_literal(const Node *node) {
    unsigned facts = FINITE | SIGNS | NOT_ZERO;
    int64_t count = shape_elements(node->type.shape);
    for (int64_t i = 0; i < count; i++)
        facts &= of_number(node->attr.literal[i]);
    return facts;
}

static unsigned swap_signs(unsigned facts) {
    unsigned swapped = facts & ~(unsigned)SIGNS;
    if (facts & NOT_NEGATIVE) swapped |= NOT_POSITIVE;
    if (facts & NOT_POSITIVE) swapped |= NOT_NEGATIVE;
    return swapped;
}

static bool positive(unsigned facts) {
    return facts & NOT_NEGATIVE && facts & NOT_ZERO;
}

static unsigned of_sum(unsigned a, unsigned b) {
    unsigned facts = a & b & (FINITE | SIGNS);
    if (facts & SIGNS) facts |= (a | b) & NOT_ZERO;
    return facts;
}

/* Of a product or quotient: the sign alone. */
static unsigned sign_of_product(unsigned a, unsigned b) {
    unsigned facts = 0;
    if ((a & b & NOT_NEGATIVE) || (a & b & NOT_POSITIVE)) facts |= NOT_NEGATIVE;
    if ((a & NOT_NEGATIVE && b & NOT_POSITIVE) || (a & NOT_POSITIVE && b & NOT_NEGATIVE))
        facts |= NOT_POSITIVE;
    return facts;
}

static unsigned of_power(const Node *node, unsigned a) {
    double exponent;
    unsigned facts = a & NOT_NEGATIVE;
    if (!node_is_constant(node->operands[1], &exponent)) return facts;
    bool whole = exponent == floor(exponent);
    if (whole && fmod(exponent, 2) == 0) facts |= NOT_NEGATIVE;
    bool defined = whole || a & NOT_NEGATIVE;
    if (a & FINITE && defined && (exponent >= 0 || a & NOT_ZERO)) facts |= FINITE;
    return facts;
}

static unsigned of_unary(OpKind op, unsigned a) {
    switch (op) {
    case OP_NEGATE: return swap_signs(a);
    case OP_EXP: return NOT_NEGATIVE | (a & NOT_POSITIVE ? a & FINITE : 0);
    case OP_LOG: return positive(a) ? a & FINITE : 0;
    case OP_LOG1P: return a & NOT_NEGATIVE ? a & COUNT : 0;
    case OP_SQRT: return NOT_NEGATIVE | (a & NOT_ZERO) | (a & NOT_NEGATIVE ? a & FINITE : 0);
    case OP_SIN:
    case OP_COS: return a & FINITE;
    case OP_TANH:
    case OP_ERF: return a & (FINITE | SIGNS);
    case OP_ABS: return (a & (FINITE | NOT_ZERO)) | NOT_NEGATIVE;
    case OP_SIGN: return a;
    case OP_FLOOR: return a & (FINITE | SIGNS);
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_SOFTMAX: return (a & FINITE) | NOT_NEGATIVE;
    case OP_LOG_SOFTMAX: return (a & FINITE) | NOT_POSITIVE;
    default: return 0;
    }
}

static unsigned of_binary(const Node *node, unsigned a, unsigned b) {
    switch (node->op) {
    case OP_ADD: return of_sum(a, b);
    case OP_SUBTRACT: return of_sum(a, swap_signs(b));
    case OP_MULTIPLY:
        return (a & b & FINITE) | sign_of_product(a, b) |
               (node->operands[0] == node->operands[1] ? NOT_NEGATIVE : 0);
    case OP_DIVIDE: return (b & NOT_ZERO ? a & b & FINITE : 0) | sign_of_product(a, b);
    case OP_POWER: return of_power(node, a);
    case OP_MAXIMUM:
        return (a & b & (FINITE | NOT_POSITIVE)) | ((a | b) & NOT_NEGATIVE) |
               (positive(a) || positive(b) ? NOT_ZERO : 0);
    case OP_MINIMUM:
        return (a & b & (FINITE | NOT_NEGATIVE)) | ((a | b) & NOT_POSITIVE) |
               (positive(a) && positive(b) ? NOT_ZERO : 0);
    case OP_MATMUL:
    case OP_CONTRACT:
    case OP_CONVOLUTION:
    case OP_CONV_INPUT:
    case OP_CONV_WEIGHTS: return (a & b & FINITE) | sign_of_product(a, b);
    default: return 0;
    }
}

/* Facts of all operands from `first` on, together. */
static unsigned of_all(const Facts *facts, const Node *node, int32_t first) {
    unsigned all = FINITE | SIGNS | NOT_ZERO;
    for (int32_t i = first; i < node->operand_count; i++)
        all &= facts->known.items[node->operands[i]->id];
    return all;
}

static unsigned of_leaf(const Node *node) {
    switch (node->op) {
    case OP_CONSTANT: return of_number(node->attr.number);
    case OP_LITERAL: return of_literal(node);
    case OP_RUNTIME: return COUNT | (node->attr.runtime == RUNTIME_SAMPLE_COUNT ? NOT_ZERO : 0);
    case OP_TRAINING:
    case OP_DRAW_UNIFORM: return COUNT;
    default: return FINITE;
    }
}

static unsigned work_out(const Facts *facts, const Node *node) {
    unsigned properties = op_table[node->op].properties;
    if (properties & OP_IS_LEAF) return of_leaf(node);
    if (node->type.element == ELEMENT_CLASS) return COUNT;
    switch (node->op) {
    case OP_NOT:
    case OP_AS_REAL:
    case OP_EQUAL:
    case OP_NOT_EQUAL:
    case OP_LESS:
    case OP_LESS_EQUAL:
    case OP_AND:
    case OP_OR:
    case OP_ONE_HOT:
    case OP_FIRST_MAX: return COUNT;
    case OP_SELECT: return of_all(facts, node, 1);
    case OP_SUM:
    case OP_BATCH_SUM: {
        unsigned a = of_all(facts, node, 0);
        return a & SIGNS ? a : a & FINITE;
    }
    case OP_SCATTER_SUM:
        return facts->known.items[node->operands[0]->id] & (unsigned)(FINITE | SIGNS);
    case OP_MAXPOOL_INPUT: /* zeros where no window has its maximum */
        return facts->known.items[node->operands[1]->id] & (unsigned)(FINITE | SIGNS);
    case OP_AVGPOOL:
    case OP_AVGPOOL_INPUT: return of_all(facts, node, 0) & (unsigned)(FINITE | SIGNS);
    case OP_MAXPOOL: return of_all(facts, node, 0);
    case OP_TAKE: return facts->known.items[node->operands[0]->id];
    case OP_REDUCE_MAX:
    case OP_REDUCE_MIN: return of_all(facts, node, 0);
    case OP_PAD: return of_all(facts, node, 0) & of_number(node->attr.number);
    default: break;
    }
    if (properties & OP_IS_MOVEMENT) return of_all(facts, node, 0);
    unsigned a = facts->known.items[node->operands[0]->id];
    if (node->operand_count == 1) return of_unary(node->op, a);
    return of_binary(node, a, facts->known.items[node->operands[1]->id]);
}

unsigned facts_of(Facts *facts, const Node *node) {
    while (facts->known.count <= node->id) {
        const Node *next = facts->graph->nodes.items[facts->known.count];
        VEC_PUSH(facts->graph->arena, facts->known, (uint8_t)work_out(facts, next));
    }
    return facts->known.items[node->id];
}
