/* eval.h: reference evaluation, what the numbers of a graph mean.
 *
 * Plain loops in double, written from the meaning in ops.def and sharing nothing with code
 * generation: compiled code is compared with it. Every value is an array in row-major order, of a
 * batched node with the sample first; classes are whole numbers. Sums run in ascending order,
 * elementary functions are those of libm; draws are the very draws of compiled programs.
 */
#ifndef NNC_GRAPH_EVAL_H
#define NNC_GRAPH_EVAL_H

#include "graph/views.h"

/* The values of leaves. What the evaluated nodes do not read may be NULL. */
typedef struct EvalInputs {
    int64_t samples;                  /* n, at least 1 */
    const double *const *inputs;      /* [input]: n x elements of a sample */
    const double *const *variables;   /* [variable]: elements */
    const double *const *gradients;   /* [variable]: for OP_GRADIENT before differentiation */
    const double *const *accumulated; /* [accumulator]: elements */
    const double *hypers;             /* [hyper] */
    double training;                  /* for OP_TRAINING: 1 or 0 */
    double step, steps, epoch;        /* run-time numbers; `step` is the draws' step, too */
    double plateaus;                  /* for plateaus(k), whatever k */
    uint64_t seed;
    int64_t first_sample; /* index of sample 0 in the epoch's order, for draws */
} EvalInputs;

/* The value of one node, in `arena`. */
const double *eval_node(Arena *arena, Node *node, const EvalInputs *inputs);
/* The value of every result of a view, in the order of view->results. */
const double **eval_view(Arena *arena, const View *view, const EvalInputs *inputs);
/* The number of elements of a node's value for n samples. */
int64_t eval_elements(const Node *node, int64_t samples);

#endif
