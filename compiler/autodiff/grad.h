/* grad.h: derivative rules, one for each operation. For the files of autodiff/ only.
 *
 * A rule gets a node y = f(a, b, ...) and g, the derivative of the loss by y, of y's type. For each
 * operand that is wanted it gives the derivative by that operand, of the operand's type.
 */
#ifndef NNC_AUTODIFF_GRAD_H
#define NNC_AUTODIFF_GRAD_H

#include "autodiff/facts.h"
#include "graph/graph.h"

typedef struct Derivation {
    Graph *graph;
    Facts facts;
    int64_t count;  /* nodes there were before derivatives were made */
    bool *wanted;   /* [id]: depends on a parameter whose gradient is asked for */
    Node **adjoint; /* [id]: derivative by this node, as far as its users are done; NULL: zero */
} Derivation;

typedef struct GradCall {
    Derivation *derivation;
    Graph *graph;
    const Node *y;
    Node *g;
} GradCall;

typedef void GradRule(const GradCall *call);

/* grad_NAME for every row of ops.def: a row without one does not link. */
#define OP(NAME, text, arity, attr, properties, meaning) GradRule grad_##NAME;
#include "graph/ops.def"
#undef OP

extern GradRule *const grad_table[OP_COUNT];

/* Whether operand i needs a derivative. */
bool grad_wanted(const GradCall *call, int i);
/* Adds a contribution to the derivative by operand i; it has the operand's type. */
void grad_give(const GradCall *call, int i, Node *contribution);

/* A constant of a type; 0 of y's type. */
Node *grad_full(const GradCall *call, double number, Type type);
Node *grad_zero(const GradCall *call);
/* a b, where zero wins over infinity and NaN; plain where neither can arise (facts.h). */
Node *grad_times(const GradCall *call, Node *a, Node *b);
/* a / b, where zero / anything is zero. */
Node *grad_over(const GradCall *call, Node *a, Node *b);
/* g where the condition holds, else 0. */
Node *grad_where(const GradCall *call, Node *condition, Node *g);

#endif
