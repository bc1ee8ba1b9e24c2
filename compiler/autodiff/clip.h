/* clip.h: gradients held within bounds, as `clip_value` and `clip_norm` of the train block say. */
#ifndef NNC_AUTODIFF_CLIP_H
#define NNC_AUTODIFF_CLIP_H

#include "graph/model.h"

/* The gradients as updates see them, by variable (NULL where there is none). Without bounds they
 * are the gradients themselves. */
Node **clip_gradients(Model *model);

#endif
