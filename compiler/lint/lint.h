/* lint.h: warnings about models that are legal but most likely not what was meant.
 *
 * Reads the graph and its origins only; unused names are seen in elaboration already. Nothing here
 * changes the model. The names of the warnings are those that -W and `nnc explain` take.
 */
#ifndef NNC_LINT_LINT_H
#define NNC_LINT_LINT_H

#include "graph/model.h"
#include "support/diag.h"

/* Reports warnings and remarks about a model that was elaborated without errors. */
void lint(const Model *model, Diagnostics *diags);

#endif
