/* stable.c: formulas that overflow as they are written, recognised while they are made.
 *
 *     log(softmax(z))  log(sigmoid(z))  log(1 - sigmoid(z))  log(1 + exp(z))  log(exp(z))
 *     log(sum(exp(z)))                          -> log_softmax, softplus, z, a stable log-sum-exp
 *     1 / (1 + exp(-z))   exp(z) / (1 + exp(z)) -> sigmoid(z)
 *     exp(z) / sum(exp(z))                      -> softmax(z)
 *
 * A logarithm looks through movement: log(reshape(softmax(z))) is reshape(log_softmax(z)), so
 * -log(p[y]) is found, too. Value and derivative are then finite at logits of +-1000. Nothing else
 * is rewritten here: what only saves work is for the passes.
 */

#include "graph/stable.h"

#include <math.h>

/* Movement looked through, outermost first. Longer chains are left as they are. */
enum { CHAIN_LIMIT = 16 };

typedef struct Chain {
    Node *moves[CHAIN_LIMIT];
    int count;
    Node *core; /* what is moved */
} Chain;

/* Operations f with log(f(x)) = f(log(x)): they repeat, drop or exchange elements. */
static bool moves_only(const Node *node) {
    switch (node->op) {
    case OP_RESHAPE:
    case OP_BROADCAST:
    case OP_TRANSPOSE:
    case OP_SLICE:
    case OP_TAKE:
    case OP_BATCH_ROLL: return node->operands[0]->type.element == ELEMENT_REAL;
    default: return false;
    }
}

static Chain chain_of(Node *node) {
    Chain chain = {.core = node};
    while (moves_only(chain.core) && chain.count < CHAIN_LIMIT) {
        chain.moves[chain.count++] = chain.core;
        chain.core = chain.core->operands[0];
    }
    return chain;
}

/* The same movement of another node of the core's type. */
static Node *chain_again(Graph *graph, const Chain *chain, Node *node) {
    for (int i = chain->count; i-- > 0;) {
        const Node *move = chain->moves[i];
        Node *operands[2] = {node, move->operand_count > 1 ? move->operands[1] : NULL};
        Type type = move->type;
        type.element = node->type.element;
        node = graph_node(graph, move->op, move->attr, operands, move->operand_count, &type);
    }
    return node;
}

static bool is_number(const Node *node, double number) {
    double value;
    return node_is_constant(node, &value) && value == number;
}

/* ---- axes to rows ---- */

/* A view of z in which the axes of a mask are one axis, the last. */
typedef struct Rows {
    Node *node;
    int order[MAX_RANK]; /* kept axes, then those of the mask */
    Shape ordered;       /* z's shape in that order */
    bool transposed, reshaped;
} Rows;

static Rows rows_of(Graph *graph, Node *z, uint32_t axes) {
    Rows rows = {.node = z};
    Shape shape = z->type.shape;
    Shape flat = {0};
    int count = 0;
    for (int last = 0; last < 2; last++) {
        if (last) flat.dims[flat.rank++] = 1;
        for (int axis = 0; axis < shape.rank; axis++) {
            if ((int)(axes >> axis & 1) != last) continue;
            rows.transposed |= axis != count;
            rows.order[count] = axis;
            rows.ordered.dims[count++] = shape.dims[axis];
            if (last)
                flat.dims[flat.rank - 1] *= shape.dims[axis];
            else
                flat.dims[flat.rank++] = shape.dims[axis];
        }
    }
    rows.ordered.rank = count;
    if (rows.transposed) {
        Attr attr = {0};
        for (int i = 0; i < count; i++)
            attr.order[i] = rows.order[i];
        rows.node = graph_node(graph, OP_TRANSPOSE, attr, &rows.node, 1, NULL);
    }
    rows.node = graph_reshape(graph, rows.node, flat);
    return rows;
}

/* A node of the rows' type, back in the shape and order of z. */
static Node *rows_back(Graph *graph, const Rows *rows, Node *node) {
    node = graph_reshape(graph, node, rows->ordered);
    if (!rows->transposed) return node;
    Attr attr = {0};
    for (int i = 0; i < rows->ordered.rank; i++)
        attr.order[rows->order[i]] = i;
    return graph_node(graph, OP_TRANSPOSE, attr, &node, 1, NULL);
}

/* ---- logarithms ---- */

/* log(sum(exp(z))) = max(z) - max(log_softmax(z)), and its derivative is softmax(z): the largest
 * element of log_softmax is max(z) - log(sum(exp(z))) without cancellation. `sum` has the result's
 * type. */
static Node *log_sum_exp(Graph *graph, const Node *sum) {
    Node *z = sum->operands[0]->operands[0];
    Rows rows = rows_of(graph, z, sum->attr.axes);
    uint32_t last = 1u << (rows.node->type.shape.rank - 1);
    Node *log_softmax = graph_unary(graph, OP_LOG_SOFTMAX, rows.node);
    Node *result =
        graph_binary(graph, OP_SUBTRACT, graph_reduce(graph, OP_REDUCE_MAX, rows.node, last),
                     graph_reduce(graph, OP_REDUCE_MAX, log_softmax, last));
    /* Kept axes stand first, those reduced have length 1: the order of the elements is the same. */
    return graph_reshape(graph, result, sum->type.shape);
}

/* log(1 + e^z) where `node` is 1 + e^z, and log(1 - sigmoid(z)); the parts may be moved. */
static Node *log_of_one_and(Graph *graph, Node *node) {
    for (int side = 0; side < 2; side++) {
        if (!is_number(node->operands[side], 1)) continue;
        Node *other = node->operands[1 - side];
        Chain chain = chain_of(other);
        bool minus = node->op == OP_SUBTRACT;
        if (minus && side == 1) return NULL;
        if (chain.core->op == OP_NEGATE && !minus) {
            minus = true;
            Chain below = chain_of(chain.core->operands[0]);
            if (chain.count && below.count) return NULL;
            if (below.count)
                chain = below;
            else
                chain.core = below.core;
        }
        if (minus && chain.core->op == OP_SIGMOID) {
            Node *z = chain.core->operands[0];
            Node *log = graph_unary(graph, OP_NEGATE, graph_unary(graph, OP_SOFTPLUS, z));
            return chain_again(graph, &chain, log);
        }
        if (!minus && chain.core->op == OP_EXP)
            return chain_again(graph, &chain,
                               graph_unary(graph, OP_SOFTPLUS, chain.core->operands[0]));
    }
    return NULL;
}

/* The stable logarithm of a node, or NULL. */
static Node *log_of(Graph *graph, Node *node) {
    Chain chain = chain_of(node);
    Node *core = chain.core, *log = NULL;
    switch (core->op) {
    case OP_SOFTMAX: log = graph_unary(graph, OP_LOG_SOFTMAX, core->operands[0]); break;
    case OP_SIGMOID:
        log = graph_unary(graph, OP_NEGATE, core->operands[0]);
        log = graph_unary(graph, OP_NEGATE, graph_unary(graph, OP_SOFTPLUS, log));
        break;
    case OP_EXP: log = core->operands[0]; break;
    case OP_ADD:
    case OP_SUBTRACT: log = log_of_one_and(graph, core); break;
    case OP_SUM:
        if (core->operands[0]->op == OP_EXP) log = log_sum_exp(graph, core);
        break;
    default: break;
    }
    return log ? chain_again(graph, &chain, log) : NULL;
}

/* log(if c then a else b) where both logarithms are stable. */
static Node *log_of_select(Graph *graph, const Node *select) {
    Node *yes = log_of(graph, select->operands[1]);
    Node *no = yes ? log_of(graph, select->operands[2]) : NULL;
    return no ? graph_select(graph, select->operands[0], yes, no) : NULL;
}

/* ---- quotients ---- */

/* 1 + e^z: gives e^z, else NULL. */
static Node *exp_of_one_plus(const Node *node) {
    if (node->op != OP_ADD) return NULL;
    for (int side = 0; side < 2; side++)
        if (is_number(node->operands[side], 1) && node->operands[1 - side]->op == OP_EXP)
            return node->operands[1 - side];
    return NULL;
}

/* True when every element of `node` is the sum of e^z over the axes `*axes` of z that it stands
 * above: a sum with those axes kept at length 1, broadcast back. */
static bool is_sum_of(const Node *node, const Node *exp, uint32_t *axes) {
    Chain chain = chain_of((Node *)node);
    const Node *sum = chain.core;
    if (sum->op != OP_SUM || sum->operands[0] != exp) return false;
    bool one_number = shape_elements(sum->type.shape) == 1;
    for (int i = 0; i < chain.count; i++) {
        bool repeats = chain.moves[i]->op == OP_BROADCAST || chain.moves[i]->op == OP_RESHAPE;
        if (!repeats) return false;
        if (chain.moves[i]->op == OP_RESHAPE && !one_number) return false;
        if (chain.moves[i]->type.shape.rank != sum->type.shape.rank && !one_number) return false;
    }
    *axes = sum->attr.axes;
    return true;
}

static Node *quotient(Graph *graph, Node *above, Node *below) {
    Node *exp = exp_of_one_plus(below);
    if (exp) {
        Node *z = exp->operands[0];
        if (above == exp) return graph_unary(graph, OP_SIGMOID, z);
        if (!is_number(above, 1)) return NULL;
        z = z->op == OP_NEGATE ? z->operands[0] : graph_unary(graph, OP_NEGATE, z);
        return graph_unary(graph, OP_SIGMOID, z);
    }
    uint32_t axes;
    if (above->op == OP_EXP && is_sum_of(below, above, &axes)) {
        Node *z = above->operands[0];
        if (z->type.shape.rank < 1) return NULL;
        Rows rows = rows_of(graph, z, axes);
        return rows_back(graph, &rows, graph_unary(graph, OP_SOFTMAX, rows.node));
    }
    return NULL;
}

Node *stable_form(Graph *graph, OpKind op, Node *const *operands) {
    switch (op) {
    case OP_LOG: {
        Chain chain = chain_of(operands[0]);
        Node *log = log_of(graph, operands[0]);
        if (!log && chain.core->op == OP_SELECT)
            log = log_of_select(graph, chain.core);
        else
            chain.count = 0;
        return log ? chain_again(graph, &chain, log) : NULL;
    }
    case OP_LOG1P: {
        Chain chain = chain_of(operands[0]);
        if (chain.core->op != OP_EXP) return NULL;
        return chain_again(graph, &chain, graph_unary(graph, OP_SOFTPLUS, chain.core->operands[0]));
    }
    case OP_DIVIDE: return quotient(graph, operands[0], operands[1]);
    default: return NULL;
    }
}
