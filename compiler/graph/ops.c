/* ops.c: the table of core operations, made of ops.def. Facts about an operation live in its row,
 * never in a list of operations elsewhere. */

#include "graph/graph.h"

enum {
    LEAF = OP_IS_LEAF,
    ELEMENTWISE = OP_IS_ELEMENTWISE,
    COMMUTATIVE = OP_IS_COMMUTATIVE,
    MOVEMENT = OP_IS_MOVEMENT,
    REDUCTION = OP_IS_REDUCTION,
    ROW = OP_IS_ROW,
    NO_GRADIENT = OP_IS_NO_GRADIENT,
    DERIVATIVE = OP_IS_DERIVATIVE,
    ACROSS = OP_IS_ACROSS,
};

const OpInfo op_table[OP_COUNT] = {
#define OP(NAME, text, arity_, attr_, properties_, meaning_)                                       \
    [OP_##NAME] = {.name = text,                                                                   \
                   .arity = arity_,                                                                \
                   .attr = ATTR_##attr_,                                                           \
                   .properties = properties_,                                                      \
                   .meaning = meaning_},
#include "graph/ops.def"
#undef OP
};
