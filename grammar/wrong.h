/* wrong.h: what the scanner says about characters that are not .nn. Inside of grammar/ only. */
#ifndef NNC_GRAMMAR_WRONG_H
#define NNC_GRAMMAR_WRONG_H

#include "support/diag.h"

/* Each takes the range of what was matched, and reports to `diags`. */

/* Something like 2x, 1_000, 0x10, .5 or 3. where a number stands. */
void wrong_number(Diagnostics *diags, SourceRange range);
/* Reports a well-formed number that no double can hold; otherwise nothing. */
void wrong_number_size(Diagnostics *diags, SourceRange range);
/* Reports the escapes of a text that are not \" or \\, and control characters in it. */
void wrong_escapes(Diagnostics *diags, SourceRange range);
/* A text without its closing quote. */
void wrong_open_text(Diagnostics *diags, SourceRange range);
/* A text in single quotes. */
void wrong_quotes(Diagnostics *diags, SourceRange range);
/* A comment that begins with two slashes. */
void wrong_comment(Diagnostics *diags, SourceRange range);
/* Characters that begin nothing. Returns the kind of token that was probably meant, TOKEN_INVALID
 * when that is unclear, or 0 for something to be skipped. */
int wrong_characters(Diagnostics *diags, SourceRange range);

#endif
