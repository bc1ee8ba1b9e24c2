/* sample.h: a small model around one operation, with values, for tests that walk ops.def.
 *
 * Operands that are not batched are parameters; those that are batched are an input plus a
 * parameter, so that every operand can be differentiated. Shapes, attributes and values follow from
 * a seed; values stay away from kinks and inside the operation's domain.
 */
#ifndef NNC_TESTS_GRAPH_SAMPLE_H
#define NNC_TESTS_GRAPH_SAMPLE_H

#include "graph/eval.h"

VEC_TYPE(ValuesVec, double *);

typedef struct Sample {
    Arena *arena;
    Model model;
    uint64_t random;
    int64_t n;       /* samples */
    int64_t largest; /* no dim above this */
    Node *node;      /* the operation */
    ValuesVec inputs, variables, accumulated, gradients;
    const double *hypers;
} Sample;

/* An empty sample; `largest` bounds the dims, the batch is 1, 2, 3 or 5. `sample` must not move. */
void sample_begin(Sample *sample, Arena *arena, uint64_t seed, int64_t largest);
/* Makes the operation; NULL when the sampler does not know it: add a row there. */
Node *sample_make(Sample *sample, OpKind op);
/* Makes y's weighted sum over elements the model's loss, with fixed random weights; y may be any
 * node. */
void sample_loss(Sample *sample, Node *y);
/* The leaves' values as they are now. */
EvalInputs sample_inputs(const Sample *sample);

/* Pieces, for models made by hand. Values are `count` numbers copied, or drawn when NULL. */
Node *sample_input(Sample *sample, Shape shape, const double *values);
Node *sample_class(Sample *sample, int64_t classes, const double *values);
Node *sample_parameter(Sample *sample, Shape shape, const double *values);
double sample_between(Sample *sample, double low, double high);

#endif
