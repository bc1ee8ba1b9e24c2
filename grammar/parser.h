/* parser.h: the only door from text to syntax tree. */
#ifndef NNC_GRAMMAR_PARSER_H
#define NNC_GRAMMAR_PARSER_H

#include "ast/ast.h"
#include "support/diag.h"
#include "support/intern.h"

/* Parses one source. Every syntax error is reported to `diags`; then the tree holds the items and
 * statements that could be read. Never returns NULL; success is diags->error_count not having
 * grown. The tree lives in `arena`. The number of items (one model ...) is not checked here. */
File *parse_source(Arena *arena, Interner *interner, Diagnostics *diags, const Source *source);

#endif
