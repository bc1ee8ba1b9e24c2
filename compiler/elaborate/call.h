/* call.h: calls of functions, and functions as values. */
#ifndef NNC_ELABORATE_CALL_H
#define NNC_ELABORATE_CALL_H

#include "elaborate/arguments.h"
#include "elaborate/elaborator.h"

/* The call as written; `first` is the value that `->` or another place supplies, NULL for none. */
Value call_written(Elaborator *e, const Call *call, const Value *first, const Expr *first_expr);
/* A function value applied to `count` supplied values, then its own bound arguments. */
Value call_function(Elaborator *e, const FunctionValue *function, const Value *supplied,
                    int64_t count, SourceRange range);
/* A call that lacks its first argument (an optimizer: its first two), as a value. NULL after a
 * report. */
const FunctionValue *stage_as_function(Elaborator *e, const Stage *stage);
/* The same for an expression that stands where a function is expected: relu, leaky_relu(0.1). */
Value evaluate_function(Elaborator *e, const Expr *expr);
/* The function that a name means, without arguments; NULL after a report. */
const FunctionValue *function_named(Elaborator *e, const Name *name);
/* A declared function as a value; `range` is where it is named. */
FunctionValue *function_of_declaration(Elaborator *e, Declaration *declaration, SourceRange range);

/* function_kind.c: what the kind of a declared function asks of its arguments and result. */
bool kind_prepare(Elaborator *e, Declaration *declaration, Bound *bound);
Value kind_check_result(Elaborator *e, Declaration *declaration, const Bound *bound, Value result);

/* Pushes a frame for evaluating something of a file's top level (a const, a setting). */
Frame *frame_push(Elaborator *e, Scope *scope);
void frame_pop(Elaborator *e);

#endif
