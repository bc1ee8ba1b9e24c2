/* print.h: the syntax tree as text, for `nnc show --stage=ast` and the parser's tests. */
#ifndef NNC_AST_PRINT_H
#define NNC_AST_PRINT_H

#include "ast/ast.h"
#include "support/text.h"

/* Appends the tree in the form of the language, but so that the structure shows: every operator
 * with its operands stands in parentheses, blocks are indented, what does not fit a line is broken
 * with one child a line. Depends on nothing but the tree. */
void ast_print(const File *file, Text *text);

/* Appends one expression on one line, cut with "..." behind about `limit` bytes. */
void ast_print_expr(const Expr *expr, size_t limit, Text *text);

#endif
