/* layer_facts.h: what the layers of a model add up to, and which feeds which: for the summary, and
 * for the picture of the network in reports.
 */
#ifndef NNC_GRAPH_LAYER_FACTS_H
#define NNC_GRAPH_LAYER_FACTS_H

#include "graph/model.h"

typedef struct LayerFact {
    int64_t parameters; /* elements of the variables under the layer's path */
    int64_t operations; /* of a sample's forward pass: 2 i k m for a product, one an element for
                           everything else that computes */
    int64_t source_count;
    int64_t *sources; /* ascending: what feeds it; layer i as i, input i as -1 - i */
} LayerFact;

/* One for each of model->layers, then one for each output, which has sources only. In time linear
 * in the nodes, as long as layers do not share what stands between them. */
LayerFact *layer_facts(Arena *arena, const Model *model);

#endif
