/* arguments.h: matching the arguments of a call with the parameters of a function. */
#ifndef NNC_ELABORATE_ARGUMENTS_H
#define NNC_ELABORATE_ARGUMENTS_H

#include "elaborate/elaborator.h"

/* The arguments of a call by parameter; each array is as long as the signature. */
typedef struct Bound {
    const Signature *signature;
    SourceRange range;   /* of the call */
    Value *values;       /* NONE: left out */
    const Expr **exprs;  /* what was written, for notes; may be NULL */
    SourceRange *ranges; /* of the argument; the call's when it was supplied or left out */
    bool has_error;      /* a value is the error value */
} Bound;

/* How many parameters a function of this kind must have. */
int64_t function_needs(FunctionKind kind);
/* The parameters of a declared or built-in function. */
const Signature *signature_of(Elaborator *e, const FunctionValue *function);
/* "dense(x, units, activation = linear)", for help lines. */
const char *signature_text(Elaborator *e, const FunctionValue *function);

/* Adds the arguments of a call as written, not evaluated yet. */
void arguments_add_call(Elaborator *e, ArgumentVec *arguments, const Call *call);
/* Adds a value that the place of the call supplies; `expr` may be NULL. */
void arguments_add_value(Elaborator *e, ArgumentVec *arguments, Value value, const Expr *expr,
                         SourceRange range);

/* Evaluates the arguments in the order written and matches them with parameters from number
 * `first_parameter` on (those before are supplied later). False after a report. */
bool bind_arguments(Elaborator *e, const FunctionValue *function, int64_t first_parameter,
                    const ArgumentVec *arguments, SourceRange range, Bound *bound);
/* Reports parameters from number `first_parameter` on that were left out and have no default. */
bool bind_is_complete(Elaborator *e, const FunctionValue *function, int64_t first_parameter,
                      const Bound *bound);

#endif
