/* print.h: graphs as text, deterministic, one node a line; and back.
 *
 *     view train_step
 *       %0 = input real[n, 64] index=0                     # pixels
 *       %1 = variable real[64, 10] index=0                 # dense.w
 *       %2 = divide real[n, 64] %0 16                      # digits.nn:6
 *       %3 = matmul real[n, 1, 10] %2 %1                   # digits.nn:7 dense
 *       loss = %9
 *       variable 0 = %17                                   # dense.w
 *
 * Nodes are numbered from 0 within their view. A number among the operands of an elementwise
 * operation is that number in every element; it has no line of its own. What follows `#` is for
 * people: names, the user's line (not the library's), the layer's path; the reader skips it.
 */
#ifndef NNC_GRAPH_PRINT_H
#define NNC_GRAPH_PRINT_H

#include "graph/views.h"

/* "add real[n, 64] %10 0.5": one node, without number, place and line end. `numbers[id]` is what to
 * print for an operand, NULL: its id. */
void node_print(Text *text, const Node *node, const int32_t *numbers);
/* "digits.nn:7 dense": where the node comes from, in the user's files; "" when nobody knows. */
void origin_print(Text *text, const Origin *origin);
/* A whole view. `model` (may be NULL) gives the names of inputs, variables and outputs. */
void view_print(Text *text, const View *view, const Model *model);
/* The ends of a model: inputs, variables, hypers, outputs, metrics; one a line. */
void model_print(Text *text, const Model *model);

/* "loss", "variable", ...: the word of a result kind. */
const char *result_word(ResultKind kind);
/* "step", "sample_count", ... */
const char *runtime_word(RuntimeNumber number);

/* Reads what view_print() wrote, making the nodes in `graph` (whose forms it closes). Gives "" or
 * what is wrong, with the line ("line 3: ..."), in the graph's arena. */
const char *view_read(Graph *graph, const char *chars, View *view);

#endif
