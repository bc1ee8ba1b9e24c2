/* parser.c: the door. See parser.h.
 *
 * bytes -> scan (nn.l) -> statement ends and words (lines.c) -> grammar (nn.y) -> tree
 */

#include "grammar/parser.h"

#include "grammar/lines.h"
#include "grammar/parse_state.h"
#include "grammar/scanner.h"

File *parse_source(Arena *arena, Interner *interner, Diagnostics *diags, const Source *source) {
    TokenList *scanned = ARENA_NEW(arena, TokenList), *tokens = ARENA_NEW(arena, TokenList);
    File *file = ARENA_NEW(arena, File);
    file->source = source;
    file->tokens = tokens;
    if (!scan_check_encoding(diags, source)) return file;
    scan_source(arena, diags, source, scanned);
    if (!lines_filter(arena, diags, source, scanned, tokens)) return file;

    ParseState parse = {.arena = arena,
                        .interner = interner,
                        .diags = diags,
                        .source = source,
                        .builder = {.arena = arena, .diags = diags},
                        .file = file,
                        .tokens = tokens};
    nn_parse(&parse); /* what it returns is known from diags */
    return file;
}
