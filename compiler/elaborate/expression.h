/* expression.h: the value of an expression in the current frame. */
#ifndef NNC_ELABORATE_EXPRESSION_H
#define NNC_ELABORATE_EXPRESSION_H

#include "elaborate/elaborator.h"

/* The value, or the error value after a report. Never VALUE_NONE. */
Value evaluate(Elaborator *e, const Expr *expr);
/* The stage applied to `input`; `repeat` is unrolled. */
Value evaluate_stage(Elaborator *e, const Stage *stage, Value input);
/* The value of a name at this point: constants are evaluated, states give their newest value. */
Value read_name(Elaborator *e, const char *name, SourceRange range);
/* Reports a name that means nothing, with the nearest one that does. */
Value fail_unknown_name(Elaborator *e, const Scope *scope, const char *name, SourceRange range,
                        const char *what);

/* a[i, j], with `indices` as written. */
Value index_value(Elaborator *e, const Expr *expr, Value base);

/* Numbers from values, with a report when the value is another one. `what` names it in messages:
 * "the axis", "'units' of dense". */
bool want_number(Elaborator *e, Value value, SourceRange range, const char *what, double *number);
bool want_boolean(Elaborator *e, Value value, SourceRange range, const char *what, bool *boolean);
bool want_text(Elaborator *e, Value value, SourceRange range, const char *what, const char **text);
/* A whole number from..to. */
bool want_whole(Elaborator *e, Value value, SourceRange range, const char *what, int64_t from,
                int64_t to, int64_t *whole);
/* A list of whole numbers >= 1, [] for a single number; within the limits of a tensor. */
bool want_shape(Elaborator *e, Value value, SourceRange range, const char *what, Shape *shape);
/* An axis of a tensor of this rank, counted from the end when negative. */
bool want_axis(Elaborator *e, Value value, SourceRange range, int rank, int *axis);

#endif
