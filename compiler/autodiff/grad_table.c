/* grad_table.c: the derivative of every operation in one table, and the rows that have none:
 * leaves, operations whose derivative is zero everywhere, and those that arise only in derivatives
 * (nothing is differentiated twice). */

#include "autodiff/grad.h"

GradRule *const grad_table[OP_COUNT] = {
#define OP(NAME, text, arity, attr, properties, meaning) [OP_##NAME] = grad_##NAME,
#include "graph/ops.def"
#undef OP
};

#define NO_DERIVATIVE(NAME)                                                                        \
    void grad_##NAME(const GradCall *call) {                                                       \
        (void)call;                                                                                \
    }

/* leaves */
NO_DERIVATIVE(CONSTANT)
NO_DERIVATIVE(LITERAL)
NO_DERIVATIVE(INPUT)
NO_DERIVATIVE(VARIABLE)
NO_DERIVATIVE(GRADIENT)
NO_DERIVATIVE(HYPER)
NO_DERIVATIVE(RUNTIME)
NO_DERIVATIVE(TRAINING)
NO_DERIVATIVE(ACCUMULATED)
NO_DERIVATIVE(DRAW_UNIFORM)
NO_DERIVATIVE(DRAW_NORMAL)

/* steps and classes */
NO_DERIVATIVE(SIGN)
NO_DERIVATIVE(FLOOR)
NO_DERIVATIVE(NOT)
NO_DERIVATIVE(AS_REAL)
NO_DERIVATIVE(EQUAL)
NO_DERIVATIVE(NOT_EQUAL)
NO_DERIVATIVE(LESS)
NO_DERIVATIVE(LESS_EQUAL)
NO_DERIVATIVE(AND)
NO_DERIVATIVE(OR)
NO_DERIVATIVE(ARGMAX)
NO_DERIVATIVE(ONE_HOT)

/* only in derivatives */
NO_DERIVATIVE(CONTRACT)
NO_DERIVATIVE(CONV_WEIGHTS)
NO_DERIVATIVE(MAXPOOL_INPUT)
NO_DERIVATIVE(AVGPOOL_INPUT)
NO_DERIVATIVE(RESAMPLE_SLOPE)
NO_DERIVATIVE(RESAMPLE_INPUT)
NO_DERIVATIVE(FIRST_MAX)
NO_DERIVATIVE(BATCH_UNROLL)
NO_DERIVATIVE(SCATTER_SUM)
