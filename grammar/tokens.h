/* tokens.h: what the scanner reads and the parser is given.
 *
 * One list holds every token of a file in order, comments included, and the statement ends that
 * lines.c puts in. Together with `lines_before` nothing of the text is lost but spaces, so the
 * formatter works on this list.
 */
#ifndef NNC_GRAMMAR_TOKENS_H
#define NNC_GRAMMAR_TOKENS_H

#include <stdint.h>

#include "nn.tab.h" /* enum TokenKind: TOKEN_NAME, TOKEN_IF ... */
#include "support/source.h"
#include "support/text.h"

typedef struct Token {
    uint16_t kind;         /* TokenKind; TOKEN_COMMENT too */
    uint16_t lines_before; /* line ends between the token before and this one, at most 65535 */
    uint32_t begin, end;   /* bytes; a statement end is empty, or the `;` */
} Token;

typedef struct TokenList {
    Token *items; /* ends with TOKEN_YYEOF */
    int64_t count, capacity;
} TokenList;

/* "a name", "if", "+": the word for a kind, as declared in nn.y. */
const char *token_name(int kind);

/* Appends one token a line: place, kind, text; for `nnc show --stage=tokens`. */
void tokens_print(const TokenList *tokens, const Source *source, Text *text);

#endif
