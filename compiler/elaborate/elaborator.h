/* elaborator.h: the state of one elaboration. Only the files of this folder include it.
 *
 * A frame is one call of a function (or the model's body): it knows the names bound so far, the
 * call trail and the path under which parameters are named.
 */
#ifndef NNC_ELABORATE_ELABORATOR_H
#define NNC_ELABORATE_ELABORATOR_H

#include <time.h>

#include "ast/ast.h"
#include "elaborate/elaborate.h"
#include "elaborate/function_value.h"
#include "elaborate/scope.h"
#include "elaborate/value.h"
#include "graph/model.h"
#include "support/diag.h"
#include "support/intern.h"

enum {
    STEPS_LIMIT = 1000000,     /* statements, calls, turns of for and repeat */
    ELEMENTS_LIMIT = 10000000, /* of all lists made: bounds the memory */
    SECONDS_LIMIT = 10,        /* for all of the elaboration */
    CALL_DEPTH_LIMIT = 64,     /* calls within calls */
    EVAL_DEPTH_LIMIT = 1000    /* nesting of expressions through all calls: bounds the C stack */
};

/* What the code being elaborated is for. It decides whether draws are made for each sample, and
 * what may be read and declared. */
typedef enum Purpose {
    PURPOSE_MODEL,
    PURPOSE_INITIALIZER, /* first values of parameters and states */
    PURPOSE_METRIC,
    PURPOSE_REGULARIZER,
    PURPOSE_OPTIMIZER,
    PURPOSE_SETTINGS, /* data, train, const, hyper: no tensors of samples */
} Purpose;

typedef struct Frame {
    struct Frame *caller; /* NULL: the model, or the file's top */
    Declaration *function;
    Scope *scope;
    const Origin *origin; /* of the call; NULL at the top */
    const char *path;     /* "residual_3.conv_2", "" at the top */
    Scope *steps;         /* path steps taken below this frame (layer_path.c) */
    Scope *counters;      /* calls so far, by name of the function */
    bool is_shared;       /* inside of a repeated explicit name: parameters exist already */
    bool is_frozen;
    bool is_model;  /* the model's own body */
    int64_t owner;  /* 1 + the parameter that is optimized; 0: none */
    int64_t serial; /* number of this call in the elaboration */
    bool has_returned;
    Value returned;
} Frame;

/* What elaboration knows of a variable beyond the model. */
typedef struct VariableNote {
    Node *current;        /* what reading it means at this point of the elaboration */
    int64_t frame_serial; /* of the frame that declared it last */
    SourceRange range;    /* its name where it is declared */
} VariableNote;

/* `regularize` met: applied to weights once all are known. */
typedef struct Regularization {
    const FunctionValue *function;
    const char *path; /* weights below it; "" for all */
    const Frame *frame;
    SourceRange range;
} Regularization;

/* A prediction and a target that do not fit, reported. */
typedef struct Mismatch {
    const Node *prediction, *target;
} Mismatch;

typedef struct Elaborator {
    Arena *arena;
    Interner *interner;
    Sources *sources;
    Diagnostics *diags;
    const ElaborateOptions *options;
    Model *model;
    Graph *graph;

    Scope *core, *library, *user; /* each the parent of the next */
    Signature **core_signatures;  /* by row of builtins.def, made when first needed */
    VEC(Declaration *) declarations;
    const Item *model_item;
    const Item *data_item, *train_item; /* NULL: not written */
    Scope *included;                    /* real paths of the files read */

    Frame *frame;
    Purpose purpose;
    VEC(VariableNote) notes; /* parallel to model->variables */
    VEC(Regularization) regularizations;
    const FunctionValue *optimizer;
    Scope *variable_names; /* paths: variable is the index */
    Scope *metric_names;
    VEC(Mismatch) mismatches;
    bool loss_failed;                  /* a loss was wrong: whether targets are used is not known */
    VEC(const Scope *) checked_scopes; /* names.c: bodies, for what is unread */
    Scope *body_names;                 /* names.c: all names of the body that is walked */
    SourceRange freeze_range;          /* of the setting */
    bool *freeze_used;                 /* parallel to model->train.freeze */

    VEC(uint32_t) stamps; /* of node_reaches(): the last search that met a node, by its id */
    VEC(const Node *) worklist;
    uint32_t stamp;

    int64_t reports; /* errors reported, each time they were met */
    int64_t steps;
    int64_t elements; /* of all lists and literals made */
    int64_t repeat_product;
    int64_t call_serial;
    int depth;    /* of evaluate() */
    bool stopped; /* a limit was hit and reported: everything is the error value now */
    struct timespec started;
} Elaborator;

#endif
