/* lines.h: where statements end, and which names are words. Inside of grammar/ only. */
#ifndef NNC_GRAMMAR_LINES_H
#define NNC_GRAMMAR_LINES_H

#include "grammar/tokens.h"
#include "support/diag.h"

/* Makes from the scanner's tokens the parser's: puts in TOKEN_END where a statement ends with its
 * line, before `}` and at the end of the file; turns names into words where a statement begins; and
 * keeps the comments. Returns false, having reported it, when brackets and braces are nested more
 * than NESTING_LIMIT deep: then the list must not be parsed. */
bool lines_filter(Arena *arena, Diagnostics *diags, const Source *source, const TokenList *scanned,
                  TokenList *tokens);

/* True for words that begin an item or a statement (some begin both). */
bool lines_begins_item(int kind);
bool lines_begins_statement(int kind);

/* The words that begin an item or a statement, by index from 0; NULL behind the last. */
const char *lines_word(int index);
/* Whether that word begins an item (or else a statement). */
bool lines_word_begins(int index, bool item);

#endif
