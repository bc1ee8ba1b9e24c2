/* format.h: the one style of `.nn` text, for `nnc fmt`.
 *
 * Works on the list of tokens, so comments and the author's line breaks stay; spaces, indentation,
 * blank lines and the lining up of tables (inputs, losses, settings) are decided here:
 * docs/language.md, "Style".
 */
#ifndef NNC_FORMAT_FORMAT_H
#define NNC_FORMAT_FORMAT_H

#include "ast/ast.h"
#include "support/text.h"

/* Appends the file in the one style; formatting that again changes nothing. The file must have been
 * parsed without an error. */
void format_file(const File *file, Text *text);

/* True when both files have the same words, statement ends and comments in the same order, which
 * makes their trees equal. A comma before a closing bracket does not count. */
bool format_same(const File *a, const File *b);

#endif
