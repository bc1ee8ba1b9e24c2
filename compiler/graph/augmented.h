/* augmented.h: the value that `augment` shows. */
#ifndef NNC_GRAPH_AUGMENTED_H
#define NNC_GRAPH_AUGMENTED_H

#include "graph/views.h"

/* What the last of `layers` that works on pictures alone makes of them: an image of 1, 3 or 4
 * channels that depends on one image input (*input is its index) and on draws, and on nothing
 * learned or counted. `layers` are results as training sees them, and are changed. NULL: there is
 * none. */
Node *augmented_picture(Model *model, const NodeVec *layers, int64_t *input);

#endif
