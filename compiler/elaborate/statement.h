/* statement.h: running the statements of a model or function, in order. */
#ifndef NNC_ELABORATE_STATEMENT_H
#define NNC_ELABORATE_STATEMENT_H

#include "elaborate/elaborator.h"

/* Runs a block; a `return` leaves its value in e->frame. */
void execute_block(Elaborator *e, const Block *block);
/* Binds a name that may be declared once only in the current frame. NULL after a report. */
Binding *bind_once(Elaborator *e, const Name *name, BindingKind kind);

/* model.c */
void declare_input(Elaborator *e, const Statement *statement);
void declare_output(Elaborator *e, const Statement *statement);
/* loss.c */
void add_loss(Elaborator *e, const Statement *statement);
void add_metric(Elaborator *e, const Statement *statement);
void add_regularization(Elaborator *e, const Statement *statement);
/* require.c */
void check_requirement(Elaborator *e, const Statement *statement);

#endif
