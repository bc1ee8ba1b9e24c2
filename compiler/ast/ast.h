/* ast.h: the syntax tree: what was written in one file, nothing decided.
 *
 * Every node lives in the compilation's arena and knows the bytes that it was written in. Names are
 * interned (compare by pointer), and so are texts. Chains of one precedence and pipelines are lists
 * in one node, never deep trees; the nesting of nodes is at most NESTING_LIMIT counted levels
 * (brackets, blocks, prefix operators, "else if", powers), so a recursive walk is safe. A tree is
 * built by ast/build.h and not changed afterwards. After syntax errors the tree holds what could be
 * read; only a file without errors is elaborated.
 */
#ifndef NNC_AST_AST_H
#define NNC_AST_AST_H

#include <stdbool.h>
#include <stdint.h>

#include "support/source.h"
#include "support/vec.h"

enum { NESTING_LIMIT = 256 };

typedef struct Expr Expr;
typedef struct Stage Stage;
typedef struct Statement Statement;

/* A name where it is declared or used. text is NULL when there is none. */
typedef struct Name {
    const char *text; /* interned */
    SourceRange range;
} Name;

typedef enum Operator {
    OPERATOR_ADD,           /* a + b */
    OPERATOR_SUBTRACT,      /* a - b */
    OPERATOR_MULTIPLY,      /* a * b */
    OPERATOR_DIVIDE,        /* a / b */
    OPERATOR_MATMUL,        /* a @ b */
    OPERATOR_POWER,         /* a ^ b */
    OPERATOR_AND,           /* a and b */
    OPERATOR_OR,            /* a or b */
    OPERATOR_EQUAL,         /* a == b */
    OPERATOR_NOT_EQUAL,     /* a != b */
    OPERATOR_LESS,          /* a < b */
    OPERATOR_LESS_EQUAL,    /* a <= b */
    OPERATOR_GREATER,       /* a > b */
    OPERATOR_GREATER_EQUAL, /* a >= b */
    OPERATOR_NEGATE,        /* -a */
    OPERATOR_NOT,           /* not a */
} Operator;

/* "+", "<=", "not" ... as it is written. */
const char *operator_text(Operator operator);

VEC_TYPE(ExprList, Expr *);
VEC_TYPE(StageList, Stage *);
VEC_TYPE(StatementList, Statement *);

/* One argument of a call: value, or name = value. Positional ones come first (checked by the
 * parser). */
typedef struct Arg {
    Name name; /* text NULL: positional */
    Expr *value;
    SourceRange range;
} Arg;
VEC_TYPE(ArgList, Arg);

/* NAME or NAME(args): in an expression and as a stage. */
typedef struct Call {
    Name name;
    bool has_parentheses; /* false: a bare name, args is empty */
    ArgList args;
    SourceRange range;
} Call;

typedef enum ExprKind {
    EXPR_NUMBER,     /* number */
    EXPR_TEXT,       /* text */
    EXPR_BOOLEAN,    /* boolean */
    EXPR_TRAINING,   /* the word `training` */
    EXPR_NAME,       /* name */
    EXPR_CALL,       /* call, always with parentheses */
    EXPR_LIST,       /* list: [a, b] */
    EXPR_INDEX,      /* index: base[a, b] */
    EXPR_UNARY,      /* unary: -a, not a */
    EXPR_CHAIN,      /* chain: a + b - c; a * b / c @ d; a and b and c; a or b */
    EXPR_COMPARISON, /* binary: a < b, does not chain */
    EXPR_POWER,      /* binary: a ^ b, b may be a power or a negation */
    EXPR_IF,         /* choice: if a then b else c */
    EXPR_PIPE,       /* pipe: value -> stage -> stage */
} ExprKind;

/* One more operand of a chain. */
typedef struct ChainLink {
    Operator operator;
    SourceRange operator_range;
    Expr *operand;
} ChainLink;
VEC_TYPE(ChainLinkList, ChainLink);

struct Expr {
    ExprKind kind;
    bool parenthesized; /* written in parentheses of its own */
    uint16_t nesting;   /* counted levels below this node, at most NESTING_LIMIT */
    SourceRange range;  /* without parentheses around it */
    union {
        double number;    /* 15% is 0.15 */
        const char *text; /* unescaped, interned */
        bool boolean;
        const char *name;
        Call call;
        ExprList list;
        struct {
            Expr *base;
            ExprList indices; /* at least one */
        } index;
        struct {
            Operator operator; /* NEGATE or NOT */
            Expr *operand;
        } unary;
        struct {
            Expr *first;
            ChainLinkList rest; /* at least one, applied from the left */
        } chain;
        struct {
            Operator operator; /* EQUAL ... GREATER_EQUAL, or POWER */
            SourceRange operator_range;
            Expr *left, *right;
        } binary;
        struct {
            Expr *condition, *then_value, *else_value;
        } choice;
        struct {
            Expr *value;
            StageList stages; /* at least one */
        } pipe;
    };
};

/* A call that lacks its first argument. In an expression (optimizer = adam(lr = 1e-3), or an
 * argument whose default is a function) it stands as EXPR_NAME or EXPR_CALL instead. */
struct Stage {
    SourceRange range;
    uint16_t nesting;
    Expr *repeat_count; /* repeat count inner; otherwise NULL */
    Stage *inner;       /* with repeat_count */
    Call call;          /* without */
};

typedef struct Block {
    StatementList statements;
    SourceRange range; /* with the braces */
} Block;

/* real[4], image[28, 28, 1], class["a", "b"], real */
typedef struct InputType {
    Name name;
    ExprList sizes; /* empty without brackets */
    SourceRange range;
} InputType;

typedef enum StatementKind {
    STATEMENT_BIND,       /* name = value */
    STATEMENT_ASSIGN,     /* name <- value */
    STATEMENT_INPUT,      /* input name : type */
    STATEMENT_TARGET,     /* target name : type */
    STATEMENT_OUTPUT,     /* output name = value */
    STATEMENT_PARAM,      /* param name [: shape] = value, or ~ stage */
    STATEMENT_STATE,      /* state name [: shape] = value */
    STATEMENT_LOSS,       /* loss value */
    STATEMENT_METRIC,     /* metric value */
    STATEMENT_REGULARIZE, /* regularize stage */
    STATEMENT_REQUIRE,    /* require value, message */
    STATEMENT_FOR,        /* for name in value body */
    STATEMENT_RETURN,     /* return value */
} StatementKind;

/* Fields that a kind does not have are zero. */
struct Statement {
    StatementKind kind;
    SourceRange range;   /* all of it; a `for` only up to its `{` */
    SourceRange keyword; /* the word that begins it; BIND and ASSIGN: the `=` or `<-` */
    Name name;
    InputType type;   /* INPUT, TARGET */
    Expr *shape;      /* PARAM, STATE; may be NULL */
    Expr *value;      /* all but INPUT, TARGET, REGULARIZE, and a PARAM with ~; FOR: the list */
    ExprList message; /* REQUIRE: what is said when the value is false */
    Stage *stage;     /* REGULARIZE, and a PARAM with ~ */
    Block body;       /* FOR */
};

/* A parameter of a declared function. */
typedef struct Param {
    Name name;
    Expr *default_value; /* or NULL; may use the parameters before it */
    SourceRange range;
} Param;
VEC_TYPE(ParamList, Param);

typedef enum FunctionKind {
    FUNCTION_ACTIVATION,
    FUNCTION_LAYER,
    FUNCTION_LOSS,
    FUNCTION_METRIC,
    FUNCTION_REGULARIZER,
    FUNCTION_OPTIMIZER,
    FUNCTION_SCHEDULE,
    FUNCTION_INITIALIZER,
} FunctionKind;
enum { FUNCTION_KINDS = FUNCTION_INITIALIZER + 1 };

/* "activation", "layer" ... */
const char *function_kind_text(FunctionKind kind);

typedef enum ItemKind {
    ITEM_INCLUDE,  /* include path */
    ITEM_CONST,    /* const name = value */
    ITEM_HYPER,    /* hyper name = value */
    ITEM_FUNCTION, /* function_kind name(params) = value, or body */
    ITEM_MODEL,    /* model name body */
    ITEM_DATA,     /* data { settings } */
    ITEM_TRAIN,    /* train { settings } */
} ItemKind;

/* One line of data or train: name = value. */
typedef struct Setting {
    Name name;
    Expr *value;
    SourceRange range;
} Setting;
VEC_TYPE(SettingList, Setting);

/* Fields that a kind does not have are zero. */
typedef struct Item {
    ItemKind kind;
    SourceRange range;   /* all of it; for what has braces only up to the `{` */
    SourceRange keyword; /* the word that begins it */
    Name name;           /* all but INCLUDE, DATA, TRAIN */
    Name path;           /* INCLUDE: the text, unescaped, with its range */
    Expr *value;         /* CONST, HYPER, FUNCTION written with `=` */
    FunctionKind function_kind;
    ParamList params; /* FUNCTION */
    bool has_body;    /* FUNCTION written with a block */
    Block body;       /* FUNCTION, MODEL */
    SettingList settings;
} Item;

typedef struct File {
    const Source *source;
    VEC(Item *) items;              /* in the order written */
    const struct TokenList *tokens; /* grammar/tokens.h: for the formatter */
} File;

#endif
