/* scope.h: names and what they are bound to.
 *
 * A scope is a table of bindings in order of insertion with a hash index by the interned name, so
 * that thousands of names cost no quadratic time. Scopes form a chain: local names, the user's
 * declarations, the library, the core.
 */
#ifndef NNC_ELABORATE_SCOPE_H
#define NNC_ELABORATE_SCOPE_H

#include "ast/ast.h"
#include "elaborate/value.h"

typedef enum BindingKind {
    BINDING_LOCAL,     /* name = value, the name of a `for`, a parameter of a function */
    BINDING_OPTIMIZED, /* the first parameter of an optimizer: may be assigned */
    BINDING_INPUT,
    BINDING_TARGET,
    BINDING_OUTPUT,
    BINDING_PARAM,
    BINDING_STATE,
    BINDING_CONST,    /* declaration; evaluated when first read */
    BINDING_HYPER,    /* declaration */
    BINDING_FUNCTION, /* declaration */
    BINDING_BUILTIN,  /* builtin: a function or name of the core */
} BindingKind;

typedef struct Binding {
    const char *name; /* interned */
    BindingKind kind;
    SourceRange range; /* the name where it is declared; nowhere for the core */
    const Expr *expr;  /* what it was bound to, for notes; may be NULL */
    Value value;       /* LOCAL .. OUTPUT, PARAM; OPTIMIZED: the newest */
    int64_t variable;  /* PARAM, STATE: index of the model's variable */
    int64_t reads;     /* how often it was read; counted by the check of names */
    bool assigned;     /* OPTIMIZED: a `<-` was met */
    struct Declaration *declaration;
    const struct Builtin *builtin;
} Binding;

typedef struct Scope {
    Arena *arena;
    struct Scope *parent;
    VEC(Binding *) list; /* in order of insertion */
    Binding **slots;     /* open addressing; NULL while the list is short */
    int64_t slot_count;
} Scope;

Scope *scope_new(Arena *arena, Scope *parent);
/* The binding in this scope alone, or NULL. */
Binding *scope_find_here(const Scope *scope, const char *name);
/* The binding in this scope or the nearest around it, or NULL. */
Binding *scope_find(const Scope *scope, const char *name);
/* A new binding; the name must not be bound in this scope yet. */
Binding *scope_add(Scope *scope, const char *name, BindingKind kind, SourceRange range);

/* "input", "parameter", "constant" ... with its article: "an input". */
const char *binding_kind_text(BindingKind kind);

/* The name in this or the outer scopes that was probably meant; NULL when none is near. */
const char *scope_nearest(const Scope *scope, const char *name);

#endif
