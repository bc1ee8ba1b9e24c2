/* optimizer.h: the update of each parameter as part of the graph. */
#ifndef NNC_ELABORATE_OPTIMIZER_H
#define NNC_ELABORATE_OPTIMIZER_H

#include "elaborate/elaborator.h"

/* Elaborates the optimizer once for each parameter that is alive (by index of the variable) and not
 * frozen: its `next`, in terms of OP_GRADIENT leaves, and the optimizer's own states. */
void optimizer_elaborate(Elaborator *e, const bool *alive);

#endif
