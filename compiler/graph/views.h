/* views.h: the views of a model's graph: what is computed together, each with its results.
 *
 * A view is a list of (what it is for, node) pairs over the one graph; OP_TRAINING is replaced by 1
 * in train_step and gradient and by 0 elsewhere, OP_GRADIENT by the gradients. Whatever no result
 * of a view needs is not part of it.
 */
#ifndef NNC_GRAPH_VIEWS_H
#define NNC_GRAPH_VIEWS_H

#include "graph/model.h"

typedef enum ViewKind {
    VIEW_INITIALIZE, /* variables at step 0: RESULT_VARIABLE */
    VIEW_STATISTICS, /* per-sample values of one level of data_*: RESULT_STATISTIC; one view a level
                      */
    VIEW_TRAIN_STEP, /* RESULT_VARIABLE, RESULT_LOSS, RESULT_PENALTY, RESULT_LEARNING_RATE */
    VIEW_GRADIENT, /* RESULT_GRADIENT of every parameter, RESULT_LOSS, RESULT_PENALTY; for gradcheck
                    */
    VIEW_EVALUATE, /* RESULT_SAMPLE_LOSS, RESULT_PENALTY, RESULT_ACCUMULATOR, RESULT_OUTPUT */
    VIEW_REPORT,   /* RESULT_METRIC from finished accumulators */
    VIEW_PREDICT,  /* RESULT_OUTPUT */
    VIEW_GRAIN,   /* RESULT_VARIABLE of what is joined, from one grain of a batch; before train_step
                   */
    VIEW_AUGMENT, /* RESULT_PICTURE, in training */
    VIEW_KIND_COUNT
} ViewKind;

typedef enum ResultKind {
    RESULT_VARIABLE,      /* index: variable; the value it takes when the view has run */
    RESULT_GRADIENT,      /* index: variable */
    RESULT_LOSS,          /* [] the batch's data loss: mean over samples plus losses of no sample */
    RESULT_SAMPLE_LOSS,   /* batched []: each sample's data loss (losses of no sample included) */
    RESULT_PENALTY,       /* [] */
    RESULT_LEARNING_RATE, /* [] */
    RESULT_ACCUMULATOR,   /* index: accumulator; batched */
    RESULT_STATISTIC,     /* index: variable; batched */
    RESULT_METRIC,        /* index: metric; [] */
    RESULT_OUTPUT,        /* index: output; batched */
    RESULT_PICTURE,       /* augmented_picture() of image input `index`; batched, an image */
} ResultKind;

typedef struct ViewResult {
    ResultKind kind;
    int64_t index; /* 0 where the kind has one only */
    Node *node;
} ViewResult;

VEC_TYPE(ViewResultVec, ViewResult);

typedef struct View {
    ViewKind kind;
    int level;        /* of VIEW_STATISTICS */
    const char *name; /* "train_step", "statistics_0" */
    ViewResultVec results;
} View;

VEC_TYPE(ViewVec, View);

/* The names of the kinds: "initialize", "statistics", "train_step", ... */
extern const char *const view_names[VIEW_KIND_COUNT];

/* Replaces nodes everywhere below `root`: map[id] is the node to use instead, or NULL to rebuild
 * from replaced operands (then map[id] is filled in). `map` has room for `map_count` entries, the
 * number of nodes when it was made. */
Node *graph_replace(Graph *graph, Node *root, Node **map, int64_t map_count);

/* The same with OP_TRAINING replaced by `training` (1 or 0), and with a choice that this decides
 * replaced by the chosen side alone: what the other side needs is not part of the result. */
Node *graph_set_training(Graph *graph, Node *root, double training, Node **map, int64_t map_count);

/* All views of a model, after autodiff() when it has losses; a view without results is left out.
 * In order of ViewKind, statistics by level. Closes the stable forms. */
void graph_views(Model *model, ViewVec *views);

/* The nodes that the results need, in order of evaluation. */
NodeVec view_nodes(Arena *arena, const View *view);

#endif
