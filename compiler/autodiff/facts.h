/* facts.h: what is certain about every element of a node, worked out from the operation and the
 * facts of its operands. Where a product in a derivative certainly has finite factors it needs no
 * guard for "zero times anything is zero".
 *
 * Inputs, parameters and run-time numbers count as finite, and sums and products of finite numbers
 * too: an overflow there has ruined the step already. Exponentials, logarithms, quotients, roots
 * and powers do not, unless their operands say so.
 */
#ifndef NNC_AUTODIFF_FACTS_H
#define NNC_AUTODIFF_FACTS_H

#include "graph/graph.h"

typedef enum Fact {
    FACT_FINITE = 1 << 0, /* neither infinite nor NaN */
    FACT_NOT_NEGATIVE = 1 << 1,
    FACT_NOT_POSITIVE = 1 << 2,
    FACT_NOT_ZERO = 1 << 3,
} Fact;

typedef struct Facts {
    const Graph *graph;
    VEC(uint8_t) known; /* [id]: Fact bits, of the nodes looked at so far */
} Facts;

/* The Fact bits of a node. */
unsigned facts_of(Facts *facts, const Node *node);

#endif
