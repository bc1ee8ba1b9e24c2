/* average.h: `average = d` of the train block: beside each trained parameter, its moving average.
 */
#ifndef NNC_AUTODIFF_AVERAGE_H
#define NNC_AUTODIFF_AVERAGE_H

#include "graph/model.h"

/* Once updates are in terms of worked-out gradients: adds to every parameter that has one an
 * optimizer state "dense.w/average" that follows the updated value. */
void average_add(Model *model);

#endif
