/* model.h: what elaboration makes of a file: the graph with its named ends, and the settings.
 *
 * `views` come later: graph_views() (views.h) cuts the graph into initialize, train_step, evaluate,
 * report, predict, gradient and statistics once gradients are known.
 */
#ifndef NNC_GRAPH_MODEL_H
#define NNC_GRAPH_MODEL_H

#include "graph/graph.h"

typedef struct Names {
    int64_t count;
    const char **items;
} Names;

/* `input x : real[4]` or `target y : class["cat", "dog"]`. */
typedef struct ModelInput {
    const char *name;
    bool is_target;
    bool is_image;       /* image[h, w, c]: whole numbers of files are divided by 255 */
    Type type;           /* batched; ELEMENT_CLASS for classes */
    int64_t class_count; /* 0: not a class */
    Names class_names;   /* empty when only the count was given */
    Node *leaf;
    const Origin *origin;
} ModelInput;

typedef enum VariableRole {
    ROLE_PARAMETER, /* trained */
    ROLE_STATE,     /* `state` of a layer, kept with the weights */
    ROLE_STATISTIC, /* data_mean, data_min, data_max: over the training part, once before training
                     */
    ROLE_OPTIMIZER, /* `state` of the optimizer, kept in checkpoints only */
    ROLE_JOINED,    /* a sum over the grains of a batch, from each grain's `grain`; never stored */
} VariableRole;

typedef enum StatisticKind { STATISTIC_MEAN, STATISTIC_MIN, STATISTIC_MAX } StatisticKind;

typedef struct Variable {
    const char *name; /* its path: "dense_2.w", the tensor name in weight files */
    VariableRole role;
    bool is_weight;  /* parameter declared with `~`: what `regularize` sees */
    bool frozen;     /* under a `freeze` prefix: neither gradient nor update */
    Type type;       /* not batched */
    Node *leaf;      /* OP_VARIABLE */
    Node *initial;   /* its value at step 0; for a statistic NULL */
    Node *next;      /* its value after a training step; NULL: stays. For parameters in terms of
                        OP_GRADIENT leaves until autodiff has replaced them */
    Node *gradient;  /* of a parameter, set by autodiff: of data loss / n plus penalty */
    Node *grain;     /* of ROLE_JOINED: its value in one grain */
    bool is_average; /* of ROLE_OPTIMIZER: the average of its owner, which is what is kept */
    StatisticKind statistic;
    Node *sample_value; /* of a statistic: the batched expression that is averaged */
    int level;          /* of a statistic: 1 + the highest level it reads, from 0 */
    int64_t owner;      /* of an optimizer state: the parameter's index; else -1 */
    const Origin *origin;
} Variable;

/* A total of a metric: the sum of `value` over all samples evaluated, in double, in order. */
typedef struct Accumulator {
    Node *value; /* batched */
    Node *leaf;  /* OP_ACCUMULATED, type of one sample of value, not batched */
} Accumulator;

/* `hyper rate = 0.25`, or a number written as direct argument of the optimizer. */
typedef struct Hyper {
    const char *name;
    double value;
    const char *help; /* what the option --NAME says */
    Node *leaf;
    const Origin *origin;
} Hyper;

typedef struct NamedNode {
    const char *name;
    Node *node;
    const Origin *origin;
} NamedNode;

/* One layer call at the top of the model, for the summary. */
typedef struct LayerLine {
    const char *path; /* "dense_2" */
    const char *call; /* "dense(128, relu)" */
    Node *result;
    const Origin *origin;
} LayerLine;

/* A loss of the library that was called in the user's text: what it was given, for the lints. */
typedef struct LossCall {
    const char *name; /* "cross_entropy" */
    Node *prediction, *target, *result;
    const Origin *origin; /* of the call */
} LossCall;

typedef enum SourceKind {
    SOURCE_NONE,
    SOURCE_CSV,
    SOURCE_IDX,
    SOURCE_NPY,
    SOURCE_IMAGES,
    SOURCE_CIFAR10
} SourceKind;

/* csv("a.csv"), idx("images.gz", "labels.gz"), ... */
typedef struct DataSource {
    SourceKind kind;
    Names paths; /* as written */
    const Origin *origin;
} DataSource;

/* The `data` block. A part is either a source of its own or a share of `train`. */
typedef struct DataSettings {
    DataSource train, validation, test;  /* kind SOURCE_NONE: no source */
    double validation_share, test_share; /* 0 .. 1 of the training source */
    int64_t folds;                       /* 0: not given */
    Names ignore;                        /* columns */
    enum { MISSING_ERROR, MISSING_DROP, MISSING_MEAN } missing;
} DataSettings;

/* The `train` block. */
typedef struct TrainSettings {
    int64_t batch;                /* 0: all; default 32 */
    int64_t epochs;               /* default 10 */
    int64_t seed;                 /* default 1 */
    int64_t patience;             /* 0: no early stopping */
    int64_t grains;               /* default 1 */
    double clip_norm, clip_value; /* 0: none */
    double average;               /* decay of the weight average; 0: none */
    int64_t checkpoint;           /* save every so many epochs; default 1 */
    Names freeze;                 /* path prefixes */
    bool double_precision;        /* precision = "f64" */
    const char *optimizer_text;   /* "adam(lr = 0.001)", for the summary */
} TrainSettings;

VEC_TYPE(ModelInputVec, ModelInput);
VEC_TYPE(VariableVec, Variable);
VEC_TYPE(AccumulatorVec, Accumulator);
VEC_TYPE(HyperVec, Hyper);
VEC_TYPE(NamedNodeVec, NamedNode);
VEC_TYPE(LayerLineVec, LayerLine);
VEC_TYPE(LossCallVec, LossCall);

typedef struct Model {
    const char *name;
    const char *source_path;
    Graph graph;
    ModelInputVec inputs; /* inputs and targets in order of declaration */
    VariableVec variables;
    AccumulatorVec accumulators;
    HyperVec hypers;
    NamedNodeVec outputs; /* batched, in terms of OP_TRAINING */
    NodeVec losses;       /* each [] ; batched: one number a sample; else added as it is */
    NodeVec penalties;    /* each [] and not batched */
    NamedNodeVec metrics; /* closing expressions [] over accumulated leaves */
    LayerLineVec layers;
    LossCallVec loss_calls;
    int64_t draw_count;  /* streams given out */
    Node *learning_rate; /* the optimizer's lr as a node [], for reports; NULL if it has none */
    Node *step_loss;     /* with grains: the loss of a training step, []; else NULL */
    bool has_optimizer;
    DataSettings data;
    TrainSettings train;
} Model;

#endif
