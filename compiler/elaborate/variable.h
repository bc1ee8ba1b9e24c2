/* variable.h: parameters, states and statistics as variables of the model. */
#ifndef NNC_ELABORATE_VARIABLE_H
#define NNC_ELABORATE_VARIABLE_H

#include "elaborate/elaborator.h"

/* Adds the variable under its name and makes its leaf; `range` is where it is declared. Inside of a
 * shared layer an existing variable of this name and type is used again. The index, -1 after a
 * report. `origin` and `leaf` are filled in. */
int64_t variable_add(Elaborator *e, Variable *variable, SourceRange range);
/* The variable of this name that a shared layer declared before; -1: there is none. */
int64_t variable_shared(Elaborator *e, const char *name);

/* param and state statements. */
void declare_param(Elaborator *e, const Statement *statement);
void declare_state(Elaborator *e, const Statement *statement);
/* name <- value */
void assign_state(Elaborator *e, const Statement *statement);

#endif
