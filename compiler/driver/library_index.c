/* library_index.c: reads the embedded library texts as a syntax tree and takes the comment above
 * each declaration. See library_index.h. */

#include "driver/library_index.h"

#include "grammar/parser.h"
#include "library/library_text.h"

#include <string.h>

/* Begin of the block of comment lines that ends right above byte `at` (the begin of a line). */
static uint32_t comment_begin(const Source *source, uint32_t at) {
    while (at > 0) {
        uint32_t line = at - 1;
        while (line > 0 && source->chars[line - 1] != '\n')
            line--;
        if (source->chars[line] != '#') break;
        at = line;
    }
    return at;
}

/* The first comment line's words: "# Gaussian noise." gives "Gaussian noise." */
static const char *first_line(Arena *arena, const char *chars) {
    if (*chars != '#') return "";
    chars += strspn(chars, "# ");
    return arena_text(arena, chars, strcspn(chars, "\n"));
}

/* From the name to the closing parenthesis of the parameters. */
static const char *signature(Arena *arena, const Source *source, const Item *item) {
    const char *begin = source->chars + item->name.range.begin;
    const char *end = source->chars + item->name.range.end;
    if (*end != '(') return arena_text(arena, begin, (size_t)(end - begin));
    int depth = 0;
    for (;; end++) {
        if (*end == '(') depth++;
        if (*end == ')' && --depth == 0) break;
        if (!*end) break;
    }
    Text text;
    text_init(&text, arena);
    for (const char *at = begin; at <= end && *at; at++) { /* a long list may go over lines */
        text_add_char(&text, *at == '\n' ? ' ' : *at);
        if (*at == '\n') at += strspn(at + 1, " ");
    }
    return text.chars;
}

static LibraryEntry entry_of(Arena *arena, const Source *source, const Item *item) {
    uint32_t begin = comment_begin(source, item->keyword.begin);
    uint32_t end = item->has_body ? item->body.range.end : item->range.end;
    return (LibraryEntry){
        .kind = item->function_kind,
        .name = item->name.text,
        .signature = signature(arena, source, item),
        .summary = first_line(arena, source->chars + begin),
        .text = arena_text(arena, source->chars + begin, end - begin),
    };
}

LibraryEntryVec library_index(Compilation *compilation) {
    Arena *arena = &compilation->arena;
    LibraryEntryVec entries = {0};
    for (size_t i = 0; i < library_text_count; i++) {
        const Source *source = sources_add(&compilation->sources, library_texts[i].name,
                                           library_texts[i].text, library_texts[i].length, true);
        const File *file = parse_source(arena, &compilation->interner, &compilation->diags, source);
        for (int64_t k = 0; k < file->items.count; k++) {
            if (file->items.items[k]->kind != ITEM_FUNCTION) continue;
            LibraryEntry entry = entry_of(arena, source, file->items.items[k]);
            VEC_PUSH(arena, entries, entry);
        }
    }
    return entries;
}
