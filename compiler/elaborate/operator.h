/* operator.h: the operators of the language on values, at compile time or on tensors. */
#ifndef NNC_ELABORATE_OPERATOR_H
#define NNC_ELABORATE_OPERATOR_H

#include "elaborate/elaborator.h"

/* a operator b; `left` and `right` may be NULL, they serve notes. `range` is where errors point. */
Value apply_binary(Elaborator *e, Operator operator, SourceRange range, const Expr *left, Value a,
                   const Expr *right, Value b);
Value apply_unary(Elaborator *e, Operator operator, SourceRange range, Value a);
/* MAXIMUM or MINIMUM of two values; `name` is that of the function. */
Value apply_elementwise(Elaborator *e, OpKind op, const char *name, SourceRange range,
                        const Expr *left, Value a, const Expr *right, Value b);
/* The number, or an error when it is not finite. */
Value finite_number(Elaborator *e, SourceRange range, double number);

#endif
