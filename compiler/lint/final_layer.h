/* final_layer.h: last activation and loss must fit the task. */
#ifndef NNC_LINT_FINAL_LAYER_H
#define NNC_LINT_FINAL_LAYER_H

#include "graph/model.h"
#include "support/diag.h"

/* Warns about each loss and the value given to it that the table in final_layer.c names. */
void lint_final_layer(const Model *model, Diagnostics *diags);

#endif
