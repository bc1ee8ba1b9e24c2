/* loss.h: regularization, applied when all weights are known. */
#ifndef NNC_ELABORATE_LOSS_H
#define NNC_ELABORATE_LOSS_H

#include "elaborate/elaborator.h"

/* Adds a penalty for each weight that is alive (by index of the variable), for each `regularize`.
 */
void apply_regularizations(Elaborator *e, const bool *alive);

#endif
