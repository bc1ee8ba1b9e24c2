/* infer.h: shape rules, shared by infer.c and its families. For the graph's own files; everyone
 * else asks infer_check() of graph.h. */
#ifndef NNC_GRAPH_INFER_H
#define NNC_GRAPH_INFER_H

#include "graph/graph.h"

/* A question: is `op` with this attr on operands of these types well typed? */
typedef struct Inference {
    Arena *arena; /* of the words */
    OpKind op;
    const Attr *attr;
    const Type *operands;
    int count;
    const Type *given; /* NULL: none */
    Type *result;
} Inference;

/* Each returns "" and sets *result, or returns what is wrong in words. */
typedef const char *InferRule(const Inference *call);

InferRule infer_reduction, infer_argmax, infer_batch_sum;
InferRule infer_reshape, infer_broadcast, infer_transpose, infer_slice, infer_pad, infer_concat;
InferRule infer_batch_roll;
InferRule infer_conv2d, infer_conv2d_transpose, infer_conv2d_weights, infer_pool, infer_pool_input;

InferRule infer_resample;

/* "[3, 4]": the shape of one sample. */
const char *shape_words(Arena *arena, Shape shape);
/* "real[n, 3, 4]". */
const char *type_words(Arena *arena, Type type);

#endif
