/* function_value.h: functions that are declared or built in, and stages: calls that still lack
 * their first argument. */
#ifndef NNC_ELABORATE_FUNCTION_VALUE_H
#define NNC_ELABORATE_FUNCTION_VALUE_H

#include "ast/ast.h"
#include "elaborate/scope.h"
#include "elaborate/value.h"

typedef enum DeclarationProgress { NOT_EVALUATED, BEING_EVALUATED, EVALUATED } DeclarationProgress;

/* A const, hyper or function of a file. */
typedef struct Declaration {
    const Item *item;
    Scope *scope; /* in which its text sees names: the user's or the library's */
    bool is_library;
    DeclarationProgress progress; /* of the value of a const or hyper */
    Value value;
    struct Signature *signature; /* of a function, made when first called */
} Declaration;

/* The parameters of a declared or built-in function. */
typedef struct Signature {
    const char *name; /* of the function */
    int64_t count;
    struct SignatureParameter {
        const char *name; /* interned */
        bool optional;
        bool takes_function; /* its default is a function: the argument is a stage */
    } *parameters;
} Signature;

/* One argument of a call, before it is matched with a parameter. */
typedef struct Argument {
    const char *name; /* interned; NULL: positional */
    SourceRange name_range;
    SourceRange range;
    const Expr *expr; /* NULL: `value` was supplied by the place of the call */
    Value value;      /* when it has been evaluated; else NONE */
} Argument;
VEC_TYPE(ArgumentVec, Argument);

/* A function with the arguments that are known; exactly one of declaration and builtin is set. */
typedef struct FunctionValue {
    Declaration *declaration;
    const struct Builtin *builtin;
    ArgumentVec bound; /* all but the first positional one, evaluated */
    int64_t repeat;    /* how often it is applied, 1 unless `repeat` */
    const char *text;  /* "adam(lr = 0.001)" */
    SourceRange range; /* where it is written */
} FunctionValue;

#endif
