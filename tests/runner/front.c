/* front.c: see front.h. A stage that is new is called here, and all error cases run it. */

#include "runner/front.h"

#include "elaborate/elaborate.h"
#include "grammar/parser.h"
#include "lint/lint.h"

void front_parse(Front *front, const char *path, const char *chars, size_t length) {
    *front = (Front){0};
    arena_init(&front->arena);
    intern_init(&front->interner, &front->arena);
    sources_init(&front->sources, &front->arena);
    diag_init(&front->diags, &front->arena);
    front->source = sources_add(&front->sources, path, chars, length, false);
    front->file = parse_source(&front->arena, &front->interner, &front->diags, front->source);
}

void front_run(Front *front, const char *path, const char *chars, size_t length) {
    front_parse(front, path, chars, length);
    if (diag_failed(&front->diags)) return;
    Model *model = ARENA_NEW(&front->arena, Model);
    if (!elaborate(&front->arena, &front->interner, &front->sources, &front->diags, front->file,
                   NULL, model))
        return;
    front->model = model;
    lint(model, &front->diags);
}

void front_free(Front *front) {
    arena_free(&front->arena);
}
