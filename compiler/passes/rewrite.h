/* rewrite.h: the walk that passes share: every node that a view needs, operands before users, each
 * rebuilt on its new operands and then shown to a rule. */
#ifndef NNC_PASSES_REWRITE_H
#define NNC_PASSES_REWRITE_H

#include "graph/views.h"

/* A node of the same value and type to use instead, or the node itself. It is asked again about
 * what it returns, until nothing changes. */
typedef Node *RewriteRule(Model *model, Node *node);

void rewrite_views(Model *model, ViewVec *views, RewriteRule *rule);

/* For each node of the graph whether some view needs it; by id, in the graph's arena. */
bool *rewrite_needed(const Model *model, const ViewVec *views);

#endif
