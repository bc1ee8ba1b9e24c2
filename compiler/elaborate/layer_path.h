/* layer_path.h: names of parameters: "dense_2.w", "residual_3.conv_2.b". */
#ifndef NNC_ELABORATE_LAYER_PATH_H
#define NNC_ELABORATE_LAYER_PATH_H

#include "elaborate/elaborator.h"

/* The path of a call of `callee` in the current frame. Without `explicit_name` the step is the
 * callee's name, from its second call on with a counter. *shared is set when the explicit name was
 * used before. NULL after a report: the name meets another one. */
const char *path_of_call(Elaborator *e, const char *callee, const char *explicit_name,
                         SourceRange range, bool *shared);
/* "path.name", or the name alone at the top. */
const char *path_join(Elaborator *e, const char *path, const char *name);
/* The next of "name", "name_2" ... in the current frame. */
const char *path_count(Elaborator *e, const char *name);
/* True when the path is or lies below one of the `freeze` prefixes; whole steps count. */
bool path_is_frozen(Elaborator *e, const char *path);

/* True for a path at or below `prefix`, in whole steps; "" is above all. */
bool path_is_below(const char *path, const char *prefix);

#endif
