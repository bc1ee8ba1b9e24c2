/* clip.h: gradients held within bounds, as `clip_value` and `clip_norm` of the train block say. */
#ifndef NNC_AUTODIFF_CLIP_H
#define NNC_AUTODIFF_CLIP_H

#include "graph/model.h"

/* Replaces gradients, by variable (NULL where there is none), by what updates see of them. Without
 * bounds they stay themselves. */
void clip_gradients(Model *model, Node **gradients, int64_t count);

#endif
