/* scope.c: tables of names. */
#include "elaborate/scope.h"

#include "support/nearest.h"

enum { SHORT_LIST = 8 }; /* names searched one by one before an index is made */

Scope *scope_new(Arena *arena, Scope *parent) {
    Scope *scope = ARENA_NEW(arena, Scope);
    scope->arena = arena;
    scope->parent = parent;
    return scope;
}

/* The place of `name` in the index: where it is, or the free slot where it belongs. Hashing the
 * pointer is safe for deterministic output, since nothing ever walks the slots. */
static Binding **slot_of(const Scope *scope, const char *name) {
    uint64_t hash = (uint64_t)(uintptr_t)name * 0x9E3779B97F4A7C15u;
    int64_t i = (int64_t)(hash >> 32) & (scope->slot_count - 1);
    while (scope->slots[i] && scope->slots[i]->name != name)
        i = (i + 1) & (scope->slot_count - 1);
    return &scope->slots[i];
}

Binding *scope_find_here(const Scope *scope, const char *name) {
    if (scope->slots) return *slot_of(scope, name);
    for (int64_t i = 0; i < scope->list.count; i++)
        if (scope->list.items[i]->name == name) return scope->list.items[i];
    return NULL;
}

Binding *scope_find(const Scope *scope, const char *name) {
    for (; scope; scope = scope->parent) {
        Binding *binding = scope_find_here(scope, name);
        if (binding) return binding;
    }
    return NULL;
}

/* Twice as many slots as names, at least. */
static void rebuild_index(Scope *scope) {
    scope->slot_count = 4 * SHORT_LIST;
    while (scope->slot_count < 4 * scope->list.count)
        scope->slot_count *= 2;
    scope->slots = ARENA_ARRAY(scope->arena, Binding *, scope->slot_count);
    for (int64_t i = 0; i < scope->list.count; i++)
        *slot_of(scope, scope->list.items[i]->name) = scope->list.items[i];
}

Binding *scope_add(Scope *scope, const char *name, BindingKind kind, SourceRange range) {
    Binding *binding = ARENA_NEW(scope->arena, Binding);
    binding->name = name;
    binding->kind = kind;
    binding->range = range;
    VEC_PUSH(scope->arena, scope->list, binding);
    if (scope->list.count > SHORT_LIST) {
        if (2 * scope->list.count > scope->slot_count)
            rebuild_index(scope);
        else
            *slot_of(scope, name) = binding;
    }
    return binding;
}

const char *binding_kind_text(BindingKind kind) {
    switch (kind) {
    case BINDING_LOCAL: return "a name";
    case BINDING_OPTIMIZED: return "the optimized parameter";
    case BINDING_INPUT: return "an input";
    case BINDING_TARGET: return "a target";
    case BINDING_OUTPUT: return "an output";
    case BINDING_PARAM: return "a parameter";
    case BINDING_STATE: return "a state";
    case BINDING_CONST: return "a constant";
    case BINDING_HYPER: return "a hyper-parameter";
    case BINDING_FUNCTION: return "a function";
    case BINDING_BUILTIN: return "part of the language";
    }
    return "a name";
}

const char *scope_nearest(const Scope *scope, const char *name) {
    Nearest nearest = {.name = name};
    for (; scope; scope = scope->parent)
        for (int64_t i = 0; i < scope->list.count; i++)
            nearest_offer(&nearest, scope->list.items[i]->name);
    return nearest.best;
}
