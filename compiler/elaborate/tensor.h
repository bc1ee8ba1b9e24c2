/* tensor.h: from values to nodes of the graph, with checks that report instead of stopping. */
#ifndef NNC_ELABORATE_TENSOR_H
#define NNC_ELABORATE_TENSOR_H

#include "elaborate/elaborator.h"

/* The value as a real tensor: numbers and booleans become constants, lists of numbers literals,
 * class[2] its 0 or 1. NULL after a report. `what` names the value: "the left side of '+'". */
Node *want_tensor(Elaborator *e, Value value, SourceRange range, const char *what);
/* The shape a value has as a tensor; false (no report) when it has none. */
bool value_tensor_shape(Value value, Shape *shape);

/* The node, after infer_check; NULL after a report at `range`. `given` as in graph_node(). */
Node *make_node(Elaborator *e, SourceRange range, OpKind op, Attr attr, Node *const *operands,
                int count, const Type *given);
Node *make_unary(Elaborator *e, SourceRange range, OpKind op, Node *a);
/* Broadcasts both; the shapes must fit. */
Node *make_binary(Elaborator *e, SourceRange range, OpKind op, Node *a, Node *b);
/* Broadcasts to `type`; the shapes must fit. */
Node *make_broadcast(Elaborator *e, SourceRange range, Node *a, Type type);
Node *make_reshape(Elaborator *e, SourceRange range, Node *a, Shape shape);
/* A reduction by SUM, REDUCE_MAX or REDUCE_MIN over the axes of the mask, which stay. */
Node *make_reduce(Elaborator *e, SourceRange range, OpKind op, Node *a, uint32_t axes);
/* A tensor of one element as shape []. */
Node *make_scalar(Elaborator *e, SourceRange range, Node *a);
/* a @ b in all its ranks. */
Value matrix_product(Elaborator *e, SourceRange range, const Expr *left, Value a, const Expr *right,
                     Value b);

/* Sets the origin of nodes made from now on to this place in the current frame. */
void origin_set(Elaborator *e, SourceRange range);

/* True when the node depends on a leaf that `predicate` accepts. */
bool node_reaches(Elaborator *e, const Node *node, bool (*predicate)(const Node *leaf, void *user),
                  void *user);

#endif
