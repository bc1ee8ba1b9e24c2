/* facts.h: what lints ask of a graph. */
#ifndef NNC_LINT_FACTS_H
#define NNC_LINT_FACTS_H

#include "graph/model.h"
#include "support/diag.h"

typedef enum Activation {
    ACTIVATION_NONE,
    ACTIVATION_RELU,
    ACTIVATION_SIGMOID,
    ACTIVATION_SOFTMAX,
    ACTIVATION_TANH,
} Activation;

/* "relu", "sigmoid" ... */
extern const char *const activation_names[];

/* The activation that a node is; NONE for any other operation. */
Activation activation_of(const Node *node);
/* What `node` is, without movement, and without a choice made by `training` (its other side). */
const Node *node_behind_movement(const Node *node);
/* By id of the node: whether it depends on any input, or on a draw of each sample. One pass over
 * the graph. */
const bool *nodes_on_inputs(const Graph *graph);
/* Sets met[id] for `node` and everything that it depends on, and clears it for all other nodes up
 * to node->id. */
void nodes_below(const Graph *graph, const Node *node, bool *met);
/* The innermost place in the user's files. */
SourceRange user_place(const Origin *origin);
/* The name of the function that the user called there: "mse"; "" when there is none. In `arena`. */
const char *called_name(Arena *arena, const Origin *origin);

#endif
