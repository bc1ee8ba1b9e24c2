/* layer_path.c: each call of a layer adds a step to the path of what it declares. */
#include "elaborate/layer_path.h"

#include <string.h>

#include "elaborate/report.h"

const char *path_join(Elaborator *e, const char *path, const char *name) {
    return *path ? arena_format(e->arena, "%s.%s", path, name) : name;
}

const char *path_count(Elaborator *e, const char *name) {
    Frame *frame = e->frame;
    if (!frame->counters) frame->counters = scope_new(e->arena, NULL);
    Binding *counter = scope_find_here(frame->counters, name);
    if (!counter) counter = scope_add(frame->counters, name, BINDING_LOCAL, source_nowhere());
    counter->reads++;
    if (counter->reads == 1) return name;
    const char *numbered = arena_format(e->arena, "%s_%lld", name, (long long)counter->reads);
    return intern_text(e->interner, numbered);
}

/* Automatic and given names must not meet: weights would change owner unnoticed. */
static void report_meeting(Elaborator *e, SourceRange range, const char *step, const Binding *taken,
                           bool explicit) {
    Diagnostic *diag;
    if (explicit)
        diag = report_error(e, range, "duplicate",
                            "the name \"%s\" is the automatic name of another call", step);
    else
        diag = report_error(e, range, "duplicate",
                            "the automatic name '%s' of this call was given to another one", step);
    diag_note(e->diags, diag, taken->range, "it is taken here");
    diag_help(e->diags, diag, "choose another name");
    report_trail(e, diag, range);
}

const char *path_of_call(Elaborator *e, const char *callee, const char *explicit_name,
                         SourceRange range, bool *shared) {
    Frame *frame = e->frame;
    const char *step = explicit_name ? explicit_name : path_count(e, callee);
    if (!frame->steps) frame->steps = scope_new(e->arena, NULL);
    Binding *taken = scope_find_here(frame->steps, step);
    *shared = false;
    if (!taken) {
        /* A step given by name is kept as a parameter, an automatic one as a local name. */
        taken = scope_add(frame->steps, step, explicit_name ? BINDING_PARAM : BINDING_LOCAL, range);
        taken->value = value_text(callee);
    } else if (!explicit_name || taken->kind != BINDING_PARAM) {
        report_meeting(e, range, step, taken, explicit_name != NULL);
        return NULL;
    } else if (taken->value.text != callee) {
        Diagnostic *diag = report_error(e, range, "duplicate", "\"%s\" already names a call of %s",
                                        step, taken->value.text);
        diag_note(e->diags, diag, taken->range, "here");
        report_trail(e, diag, range);
        return NULL;
    } else {
        *shared = true;
    }
    return path_join(e, frame->path, step);
}

bool path_is_below(const char *path, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(path, prefix, length) == 0 &&
           (length == 0 || path[length] == 0 || path[length] == '.');
}

bool path_is_frozen(Elaborator *e, const char *path) {
    const Names *freeze = &e->model->train.freeze;
    bool frozen = false;
    for (int64_t i = 0; i < freeze->count; i++) {
        if (path_is_below(path, freeze->items[i])) {
            frozen = true;
            if (e->freeze_used) e->freeze_used[i] = true;
        }
    }
    return frozen;
}
