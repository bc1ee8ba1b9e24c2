/* verify.h: what must hold of a graph, checked after every pass in debug builds. */
#ifndef NNC_GRAPH_VERIFY_H
#define NNC_GRAPH_VERIFY_H

#include "graph/views.h"

/* "" when the view is sound, else the first thing that is wrong: ids ascend from operands to users,
 * types are what the shape rules say, leaves exist in the model with their types, results have the
 * types their kinds ask for, no OP_TRAINING or OP_GRADIENT is left, targets do not reach outputs of
 * predict, accumulated totals stand in report alone. The words are in `arena`. */
const char *view_verify(Arena *arena, const Model *model, const View *view);
/* The same for all views; names the view. */
const char *views_verify(Arena *arena, const Model *model, const ViewVec *views);

#endif
