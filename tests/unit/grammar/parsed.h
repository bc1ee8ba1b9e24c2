/* parsed.h: a text parsed for a test. */
#ifndef NNC_TESTS_GRAMMAR_PARSED_H
#define NNC_TESTS_GRAMMAR_PARSED_H

#include <string.h>

#include "ast/print.h"
#include "grammar/parser.h"
#include "grammar/tokens.h"

typedef struct Parsed {
    Arena arena;
    Interner interner;
    Sources sources;
    Diagnostics diags;
    File *file;
} Parsed;

static inline Parsed *parse_bytes(Parsed *parsed, const char *chars, size_t length) {
    arena_init(&parsed->arena);
    intern_init(&parsed->interner, &parsed->arena);
    sources_init(&parsed->sources, &parsed->arena);
    diag_init(&parsed->diags, &parsed->arena);
    const Source *source = sources_add(&parsed->sources, "a.nn", chars, length, false);
    parsed->file = parse_source(&parsed->arena, &parsed->interner, &parsed->diags, source);
    return parsed;
}

static inline Parsed *parse_text(Parsed *parsed, const char *chars) {
    return parse_bytes(parsed, chars, strlen(chars));
}

static inline const char *range_text(Parsed *parsed, SourceRange range) {
    return arena_text(&parsed->arena, range.source->chars + range.begin, range.end - range.begin);
}

#endif
