/* build.h: the constructors of the syntax tree, as the grammar's actions call them.
 *
 * Each takes the range of what it is written in. A node deeper than NESTING_LIMIT is reported once
 * as "too-deep" at its place; it is still made, with its nesting cut to the limit.
 */
#ifndef NNC_AST_BUILD_H
#define NNC_AST_BUILD_H

#include "ast/ast.h"
#include "support/diag.h"

typedef struct AstBuilder {
    Arena *arena;
    Diagnostics *diags;
    bool too_deep; /* reported */
} AstBuilder;

Expr *ast_number(AstBuilder *builder, SourceRange range, double number);
Expr *ast_text(AstBuilder *builder, SourceRange range, const char *text);
Expr *ast_boolean(AstBuilder *builder, SourceRange range, bool boolean);
Expr *ast_training(AstBuilder *builder, SourceRange range);
Expr *ast_name(AstBuilder *builder, Name name);
Expr *ast_call(AstBuilder *builder, Call call);
Expr *ast_list(AstBuilder *builder, SourceRange range, ExprList list);
Expr *ast_index(AstBuilder *builder, SourceRange range, Expr *base, ExprList indices);
Expr *ast_unary(AstBuilder *builder, SourceRange range, Operator operator, Expr * operand);
Expr *ast_comparison(AstBuilder *builder, SourceRange range, Expr *left, Operator operator,
                     SourceRange operator_range, Expr *right);
Expr *ast_power(AstBuilder *builder, SourceRange range, Expr *left, SourceRange operator_range,
                Expr *right);
Expr *ast_if(AstBuilder *builder, SourceRange range, Expr *condition, Expr *then_value,
             Expr *else_value);

/* `left operator right`, from the left: a chain of the same precedence grows by one link. */
Expr *ast_chain(AstBuilder *builder, SourceRange range, Expr *left, Operator operator,
                SourceRange operator_range, Expr *right);
/* `value -> stage`, growing likewise. */
Expr *ast_pipe(AstBuilder *builder, SourceRange range, Expr *value, Stage *stage);

/* Parentheses around an expression: a level, and the end of a chain's growing; the node stays the
 * same. */
Expr *ast_parentheses(AstBuilder *builder, SourceRange range, Expr *inner);

Stage *ast_stage(AstBuilder *builder, Call call);
Stage *ast_repeat(AstBuilder *builder, SourceRange range, Expr *count, Stage *inner);

/* A copy of the statement or item in the arena. */
Statement *ast_statement(AstBuilder *builder, Statement statement);
Item *ast_item(AstBuilder *builder, Item item);

#endif
