/* live.h: a parameter or state that nothing reads does not exist. */
#ifndef NNC_ELABORATE_LIVE_H
#define NNC_ELABORATE_LIVE_H

#include "elaborate/elaborator.h"

/* For each variable: whether an output, loss, penalty or metric depends on it, also through the
 * next values of others. */
const bool *live_variables(Elaborator *e);
/* Removes the variables that are not alive and numbers the others anew. */
void live_prune(Elaborator *e);

#endif
