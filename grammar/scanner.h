/* scanner.h: characters to tokens. Inside of grammar/ only. */
#ifndef NNC_GRAMMAR_SCANNER_H
#define NNC_GRAMMAR_SCANNER_H

#include "grammar/tokens.h"
#include "support/diag.h"

/* Appends the tokens of the source, ended by TOKEN_YYEOF; words that are words only where a
 * statement begins come as names. What is wrong is reported; where nothing can be guessed a
 * TOKEN_INVALID stands for it. */
void scan_source(Arena *arena, Diagnostics *diags, const Source *source, TokenList *tokens);

/* Reports the first byte that is NUL or not UTF-8; true when there is none. */
bool scan_check_encoding(Diagnostics *diags, const Source *source);

#endif
