/* builtin.c: the table of the core's functions, and their parameters. */
#include "elaborate/builtin.h"

#include <string.h>

const Builtin builtin_table[] = {
#define BUILTIN(name, parameters, handler, op, help) {#name, parameters, handler, op, help},
#include "elaborate/builtins.def"
#undef BUILTIN
};
const int64_t builtin_count = sizeof builtin_table / sizeof *builtin_table;

static const BuiltinInfo infos[] = {
#define BUILTIN(name, parameters, handler, op, help) {#name, parameters, help},
#include "elaborate/builtins.def"
#undef BUILTIN
};

const BuiltinInfo *elaborate_builtins(int64_t *count) {
    *count = builtin_count;
    return infos;
}

/* "x, axis = all": names between commas, optional with '='. */
static Signature *parse_parameters(Elaborator *e, const Builtin *builtin) {
    Signature *signature = ARENA_NEW(e->arena, Signature);
    signature->name = builtin->name;
    const char *at = builtin->parameters;
    int64_t capacity = 1;
    for (const char *c = at; c && *c; c++)
        capacity += *c == ',';
    signature->parameters = arena_array(e->arena, (size_t)capacity, sizeof *signature->parameters);
    while (at && *at) {
        size_t length = strcspn(at, ",");
        size_t name = strcspn(at, ", =");
        signature->parameters[signature->count].name = intern(e->interner, at, name);
        signature->parameters[signature->count].optional = memchr(at, '=', length) != NULL;
        signature->count++;
        at += length;
        at += strspn(at, ", ");
    }
    return signature;
}

const Signature *builtin_signature(Elaborator *e, const Builtin *builtin) {
    int64_t index = builtin - builtin_table;
    if (!e->core_signatures) e->core_signatures = ARENA_ARRAY(e->arena, Signature *, builtin_count);
    if (!e->core_signatures[index]) e->core_signatures[index] = parse_parameters(e, builtin);
    return e->core_signatures[index];
}

void builtins_declare(Elaborator *e) {
    for (int64_t i = 0; i < builtin_count; i++) {
        Binding *binding = scope_add(e->core, intern_text(e->interner, builtin_table[i].name),
                                     BINDING_BUILTIN, source_nowhere());
        binding->builtin = &builtin_table[i];
    }
}
