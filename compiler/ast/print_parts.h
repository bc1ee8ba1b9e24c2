/* print_parts.h: what print.c uses of print_expr.c. Inside of ast/ only. */
#ifndef NNC_AST_PRINT_PARTS_H
#define NNC_AST_PRINT_PARTS_H

#include "ast/ast.h"
#include "support/text.h"

/* True for what needs no parentheses as an operand: names, calls, lists ... */
bool print_is_operand(const Expr *expr);

/* Appends on one line, without parentheses around it; false when that took more than `limit` bytes:
 * then what was appended is not all of it. */
bool print_flat_expr(Text *text, const Expr *expr, size_t limit);
bool print_flat_stage(Text *text, const Stage *stage, size_t limit);

/* Appends a text in quotes, with its escapes. */
void print_text_literal(Text *text, const char *chars);

#endif
