/* parse_fuzz.c: any bytes as a .nn file.
 *
 * Besides not crashing: a file fails exactly if something is reported; everything prints; and the
 * printed tree of a file without errors parses to the same tree.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ast/print.h"
#include "grammar/parser.h"
#include "grammar/tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check(bool holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "fuzz-parse: %s\n", what);
    abort();
}

typedef struct Run {
    Arena *arena;
    Interner interner;
    Sources sources;
    Diagnostics diags;
} Run;

static File *parse(Run *run, Arena *arena, const char *chars, size_t length) {
    run->arena = arena;
    intern_init(&run->interner, arena);
    sources_init(&run->sources, arena);
    diag_init(&run->diags, arena);
    const Source *source = sources_add(&run->sources, "fuzz.nn", chars, length, false);
    return parse_source(arena, &run->interner, &run->diags, source);
}

static void check_messages(const Run *run) {
    for (int64_t i = 0; i < run->diags.list.count; i++) {
        SourceRange range = run->diags.list.items[i]->range;
        check(range.source != NULL, "a message without a place");
        check(range.begin <= range.end && range.end <= range.source->length, "a range is outside");
    }
}

/* The tree prints as text of the language; parentheses that printing adds may nest too deep, and
 * escapes that printing adds to texts are not in the language. */
static void check_tree(Run *run, const File *file) {
    Text first, second;
    text_init(&first, run->arena);
    text_init(&second, run->arena);
    ast_print(file, &first);
    Run again;
    const File *reread = parse(&again, run->arena, first.chars, first.length);
    if (diag_failed(&again.diags)) {
        const char *name = again.diags.list.items[0]->name;
        check(strcmp(name, "too-deep") == 0 || strcmp(name, "text") == 0,
              "the printed tree does not parse");
        return;
    }
    ast_print(reread, &second);
    check(strcmp(first.chars, second.chars) == 0, "the printed tree reads back differently");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    Arena arena;
    arena_init(&arena);
    Run run;
    File *file = parse(&run, &arena, (const char *)bytes, size);
    Text text;
    text_init(&text, &arena);
    diag_print(&run.diags, DIAG_COLOUR, &text);
    diag_print(&run.diags, DIAG_JSON, &text);
    check((text.length > 0) == diag_failed(&run.diags), "errors and messages disagree");
    check_messages(&run);
    if (file->tokens->count > 0) tokens_print(file->tokens, file->source, &text);
    if (!diag_failed(&run.diags))
        check_tree(&run, file);
    else
        ast_print(file, &text);
    arena_free(&arena);
    return 0;
}
