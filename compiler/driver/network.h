/* network.h: the network as a picture: inputs, the layers of the model's top level, outputs, and
 * what feeds what. For `nnc show --stage=graph --format=svg` and `--format=dot`. */
#ifndef NNC_DRIVER_NETWORK_H
#define NNC_DRIVER_NETWORK_H

#include "graph/model.h"
#include "support/text.h"

/* An SVG page of its own; dark on a dark screen. */
void network_svg(Text *text, const Model *model);
/* The same for Graphviz. */
void network_dot(Text *text, const Model *model);

#endif
