/* simplify.h: the families of simplifications; for simplify*.c only. Each returns a node of the
 * same value, bit for bit, or the node itself. */
#ifndef NNC_PASSES_SIMPLIFY_H
#define NNC_PASSES_SIMPLIFY_H

#include "graph/graph.h"

Node *simplify_arithmetic(Graph *graph, Node *node);
Node *simplify_choice(Graph *graph, Node *node);    /* select and logic */
Node *simplify_movement(Graph *graph, Node *node);  /* movement, and products that read it */
Node *simplify_reduction(Graph *graph, Node *node); /* reductions of what is known to be simple */

/* True when the node is this number in every element (also behind broadcast), sign of zero
 * included. */
bool simplify_is(const Node *node, double number);
/* True when every element is exactly 0 or 1 by the operation that makes it. */
bool simplify_is_truth(const Node *node);
/* True when no element can be -0. */
bool simplify_no_minus_zero(const Node *node);

#endif
