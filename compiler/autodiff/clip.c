/* clip.c: see clip.h. By value first, then by norm:
 *
 *     g <- max(min(g, v), -v)                        clip_value = v
 *     g <- g c / max(c, sqrt(sum of all g^2))        clip_norm = c; all gradients together
 *
 * (Keras 3: clipvalue and global_clipnorm.)
 */

#include "autodiff/clip.h"

static Node *clip_by_value(Graph *graph, Node *g, double limit) {
    Node *low = graph_binary(graph, OP_MINIMUM, g, graph_full(graph, limit, g->type));
    return graph_binary(graph, OP_MAXIMUM, low, graph_full(graph, -limit, g->type));
}

/* The sum of squares of one gradient, []. */
static Node *sum_of_squares(Graph *graph, Node *g) {
    Node *square = graph_binary(graph, OP_MULTIPLY, g, g);
    Node *row =
        graph_reshape(graph, square, (Shape){.rank = 1, .dims = {shape_elements(g->type.shape)}});
    return graph_reshape(graph, graph_reduce(graph, OP_SUM, row, 1), shape_scalar());
}

static void clip_by_norm(Graph *graph, Node **gradients, int64_t count, double limit) {
    Node *sum = NULL;
    for (int64_t i = 0; i < count; i++) {
        if (!gradients[i]) continue;
        Node *squares = sum_of_squares(graph, gradients[i]);
        sum = sum ? graph_binary(graph, OP_ADD, sum, squares) : squares;
    }
    if (!sum) return;
    Node *bound = graph_constant(graph, limit);
    Node *below = graph_binary(graph, OP_MAXIMUM, bound, graph_unary(graph, OP_SQRT, sum));
    Node *factor = graph_binary(graph, OP_DIVIDE, bound, below);
    for (int64_t i = 0; i < count; i++)
        if (gradients[i])
            gradients[i] = graph_binary_broadcast(graph, OP_MULTIPLY, gradients[i], factor);
}

void clip_gradients(Model *model, Node **gradients, int64_t count) {
    Graph *graph = &model->graph;
    for (int64_t i = 0; i < count; i++)
        if (gradients[i] && model->train.clip_value > 0)
            gradients[i] = clip_by_value(graph, gradients[i], model->train.clip_value);
    if (model->train.clip_norm > 0) clip_by_norm(graph, gradients, count, model->train.clip_norm);
}
