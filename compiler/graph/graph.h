/* graph.h: tensor operations in SSA form, the representation between language and plan.
 *
 * A node is one operation of ops.def. Operands always have smaller ids, so the order of ids is an
 * order of evaluation. Nodes are immutable and hash-consed: asking twice for the same operation on
 * the same operands gives the same node (draws differ by their stream). Rewriting means building
 * new nodes with a map from old to new.
 *
 * Making a node infers its type and recognises the stable forms (log of softmax and the like,
 * stable.c), so reference evaluation and compiled code see the same graph.
 */
#ifndef NNC_GRAPH_GRAPH_H
#define NNC_GRAPH_GRAPH_H

#include "graph/type.h"
#include "graph/window.h"
#include "support/source.h"
#include "support/vec.h"

typedef enum OpKind {
#define OP(NAME, text, arity, attr, properties, meaning) OP_##NAME,
#include "graph/ops.def"
#undef OP
    OP_COUNT
} OpKind;

typedef enum OpProperty {
    OP_IS_LEAF = 1 << 0,
    OP_IS_ELEMENTWISE = 1 << 1,
    OP_IS_COMMUTATIVE = 1 << 2,
    OP_IS_MOVEMENT = 1 << 3,
    OP_IS_REDUCTION = 1 << 4,
    OP_IS_ROW = 1 << 5,
    OP_IS_NO_GRADIENT = 1 << 6,
    OP_IS_DERIVATIVE = 1 << 7,
    OP_IS_ACROSS = 1 << 8,
} OpProperty;

typedef enum AttrKind {
    ATTR_NONE,
    ATTR_NUMBER,      /* number */
    ATTR_LITERAL,     /* literal: as many numbers as the node's type has elements */
    ATTR_INDEX,       /* index: of an input, variable, hyper or accumulator; length of one_hot */
    ATTR_RUNTIME,     /* runtime, and index for plateaus(n) */
    ATTR_STREAM,      /* index: the ordinal of the draw in the elaboration */
    ATTR_TRANSPOSE,   /* transpose_a, transpose_b */
    ATTR_AXES,        /* axes: bit i is axis i */
    ATTR_AXIS,        /* axis: 0 .. rank-1 */
    ATTR_PERMUTATION, /* order */
    ATTR_SLICE,       /* axis, from, to */
    ATTR_PAD,         /* before, after, number */
    ATTR_WINDOW,      /* window, all of it */
} AttrKind;

typedef enum RuntimeNumber {
    RUNTIME_STEP,         /* updates made so far */
    RUNTIME_STEPS,        /* updates planned */
    RUNTIME_EPOCH,        /* epochs finished */
    RUNTIME_PLATEAUS,     /* how often `index` epochs passed without improvement */
    RUNTIME_SAMPLE_COUNT, /* n, samples really in the batch */
} RuntimeNumber;

typedef struct OpInfo {
    const char *name; /* as printed */
    int arity;        /* -1: any */
    AttrKind attr;
    unsigned properties; /* OpProperty bits */
    const char *meaning;
} OpInfo;

extern const OpInfo op_table[OP_COUNT];

/* Which fields count depends on op_table[op].attr; the others are zero. */
typedef struct Attr {
    double number;
    int64_t index;
    int64_t from, to;
    const double *literal;
    RuntimeNumber runtime;
    uint32_t axes;
    int axis;
    bool transpose_a, transpose_b;
    int order[MAX_RANK];
    int64_t before[MAX_RANK], after[MAX_RANK];
    Window window;
} Attr;

/* Where a node comes from: a place in a source text and the calls that led there, innermost first.
 */
typedef struct Origin {
    SourceRange range;
    const struct Origin *caller; /* the call in whose body this is; NULL at the top of the model */
    const char *call;            /* of a call: "residual(32, stride = 2)"; else NULL */
    const char *path; /* path of the enclosing layer: "residual_3.conv_2"; "" at the top */
} Origin;

typedef struct Node Node;
struct Node {
    int32_t id; /* position in graph->nodes; operands have smaller ids */
    OpKind op;
    Type type;
    Attr attr;
    int32_t operand_count;
    Node **operands;
    const Origin *origin; /* may be NULL in tests and read graphs */
    Node *next_same_hash; /* the hash table's own */
};

VEC_TYPE(NodeVec, Node *);

typedef struct Graph {
    Arena *arena;
    NodeVec nodes;
    Node **buckets;
    int64_t bucket_count;
    const Origin *origin;      /* given to nodes made from now on */
    const struct Model *model; /* types of inputs, variables ...; leaves take theirs from it */
    bool forms_closed; /* stable forms are recognised no longer: set while derivatives are made and
                          once the views are cut, so that no pass changes a bit */
} Graph;

void graph_init(Graph *graph, Arena *arena);

/* The node for this operation. `type` is needed only where operands and attr do not determine it
 * (leaves, reshape, broadcast, draws), else pass NULL. Ill-typed use is a bug of the caller and
 * stops with an internal error; ask infer_check() first when the operands come from a user. */
Node *graph_node(Graph *graph, OpKind op, Attr attr, Node *const *operands, int count,
                 const Type *type);

/* Shorthands for graph_node(). */
Node *graph_constant(Graph *graph, double number);        /* shape [] */
Node *graph_full(Graph *graph, double number, Type type); /* broadcast constant */
Node *graph_leaf(Graph *graph, OpKind op, int64_t index, Type type);
Node *graph_unary(Graph *graph, OpKind op, Node *a);
Node *graph_binary(Graph *graph, OpKind op, Node *a, Node *b); /* types must be equal */
Node *graph_select(Graph *graph, Node *condition, Node *yes, Node *no);
Node *graph_broadcast(Graph *graph, Node *a, Type type);             /* a itself if equal */
Node *graph_reshape(Graph *graph, Node *a, Shape shape);             /* keeps batched */
Node *graph_reduce(Graph *graph, OpKind op, Node *a, uint32_t axes); /* a itself for no axes,
                                                                        except first_max */
Node *graph_matmul(Graph *graph, Node *a, Node *b, bool transpose_a, bool transpose_b);
/* binary with both operands broadcast to their common type (batched if either is). The shapes must
 * fit (shape_broadcast). */
Node *graph_binary_broadcast(Graph *graph, OpKind op, Node *a, Node *b);

/* Forgets the nodes with needed[id] false and numbers the others anew, in the same order. A node
 * may be kept only with its operands. */
void graph_keep(Graph *graph, const bool *needed);

/* True when the node is a constant (also behind broadcast or reshape) and gives its number. */
bool node_is_constant(const Node *node, double *number);
/* "" when these operands and this attr are well typed for `op` and *result is the type, else what
 * is wrong, in words for a person ("cannot add [16] and [32]"), in `arena`. `given` as in
 * graph_node. */
const char *infer_check(Arena *arena, OpKind op, const Attr *attr, const Type *operands, int count,
                        const Type *given, Type *result);

#endif
