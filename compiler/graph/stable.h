/* stable.h: the stable forms of docs/language.md, recognised as nodes are made. */
#ifndef NNC_GRAPH_STABLE_H
#define NNC_GRAPH_STABLE_H

#include "graph/graph.h"

/* The node to use instead of `op` on these operands, or NULL when it is no such form. */
Node *stable_form(Graph *graph, OpKind op, Node *const *operands);

#endif
