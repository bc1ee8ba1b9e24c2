/* build.c: constructors of the syntax tree. See build.h.
 *
 * Each node keeps how many counted levels lie below it, so that the limit is checked in constant
 * time where the node is made.
 */

#include "ast/build.h"

#include "support/vec.h"

static uint16_t deeper(AstBuilder *builder, SourceRange range, int nesting) {
    if (nesting <= NESTING_LIMIT) return (uint16_t)nesting;
    if (!builder->too_deep)
        diag_error(builder->diags, range, "too-deep", "this is nested more than %d levels deep",
                   NESTING_LIMIT);
    builder->too_deep = true;
    return NESTING_LIMIT;
}

static int larger(int a, int b) {
    return a > b ? a : b;
}

static int deepest(const ExprList *list) {
    int nesting = 0;
    for (int64_t i = 0; i < list->count; i++)
        nesting = larger(nesting, list->items[i]->nesting);
    return nesting;
}

static int deepest_arg(const ArgList *args) {
    int nesting = 0;
    for (int64_t i = 0; i < args->count; i++)
        nesting = larger(nesting, args->items[i].value->nesting);
    return nesting;
}

static Expr *make(AstBuilder *builder, ExprKind kind, SourceRange range, int nesting) {
    Expr *expr = ARENA_NEW(builder->arena, Expr);
    expr->kind = kind;
    expr->range = range;
    expr->nesting = deeper(builder, range, nesting);
    return expr;
}

Expr *ast_number(AstBuilder *builder, SourceRange range, double number) {
    Expr *expr = make(builder, EXPR_NUMBER, range, 0);
    expr->number = number;
    return expr;
}

Expr *ast_text(AstBuilder *builder, SourceRange range, const char *text) {
    Expr *expr = make(builder, EXPR_TEXT, range, 0);
    expr->text = text;
    return expr;
}

Expr *ast_boolean(AstBuilder *builder, SourceRange range, bool boolean) {
    Expr *expr = make(builder, EXPR_BOOLEAN, range, 0);
    expr->boolean = boolean;
    return expr;
}

Expr *ast_training(AstBuilder *builder, SourceRange range) {
    return make(builder, EXPR_TRAINING, range, 0);
}

Expr *ast_name(AstBuilder *builder, Name name) {
    Expr *expr = make(builder, EXPR_NAME, name.range, 0);
    expr->name = name.text;
    return expr;
}

Expr *ast_call(AstBuilder *builder, Call call) {
    Expr *expr = make(builder, EXPR_CALL, call.range, deepest_arg(&call.args) + 1);
    expr->call = call;
    return expr;
}

Expr *ast_list(AstBuilder *builder, SourceRange range, ExprList list) {
    Expr *expr = make(builder, EXPR_LIST, range, deepest(&list) + 1);
    expr->list = list;
    return expr;
}

Expr *ast_index(AstBuilder *builder, SourceRange range, Expr *base, ExprList indices) {
    int nesting = larger(base->nesting, deepest(&indices)) + 1;
    Expr *expr = make(builder, EXPR_INDEX, range, nesting);
    expr->index.base = base;
    expr->index.indices = indices;
    return expr;
}

Expr *ast_unary(AstBuilder *builder, SourceRange range, Operator operator, Expr * operand) {
    Expr *expr = make(builder, EXPR_UNARY, range, operand->nesting + 1);
    expr->unary.operator= operator;
    expr->unary.operand = operand;
    return expr;
}

static Expr *make_binary(AstBuilder *builder, ExprKind kind, SourceRange range, int nesting,
                         Expr *left, Operator operator, SourceRange operator_range, Expr *right) {
    Expr *expr = make(builder, kind, range, nesting);
    expr->binary.operator= operator;
    expr->binary.operator_range = operator_range;
    expr->binary.left = left;
    expr->binary.right = right;
    return expr;
}

Expr *ast_comparison(AstBuilder *builder, SourceRange range, Expr *left, Operator operator,
                     SourceRange operator_range, Expr *right) {
    int nesting = larger(left->nesting, right->nesting);
    return make_binary(builder, EXPR_COMPARISON, range, nesting, left, operator, operator_range,
                       right);
}

Expr *ast_power(AstBuilder *builder, SourceRange range, Expr *left, SourceRange operator_range,
                Expr *right) {
    int nesting = larger(left->nesting, right->nesting) + 1;
    return make_binary(builder, EXPR_POWER, range, nesting, left, OPERATOR_POWER, operator_range,
                       right);
}

Expr *ast_if(AstBuilder *builder, SourceRange range, Expr *condition, Expr *then_value,
             Expr *else_value) {
    int nesting = larger(condition->nesting, larger(then_value->nesting, else_value->nesting)) + 1;
    Expr *expr = make(builder, EXPR_IF, range, nesting);
    expr->choice.condition = condition;
    expr->choice.then_value = then_value;
    expr->choice.else_value = else_value;
    return expr;
}

static int precedence(Operator operator) {
    switch (operator) {
    case OPERATOR_ADD:
    case OPERATOR_SUBTRACT: return 1;
    case OPERATOR_MULTIPLY:
    case OPERATOR_DIVIDE:
    case OPERATOR_MATMUL: return 2;
    case OPERATOR_AND: return 3;
    case OPERATOR_OR: return 4;
    default: return 0;
    }
}

Expr *ast_chain(AstBuilder *builder, SourceRange range, Expr *left, Operator operator,
                SourceRange operator_range, Expr *right) {
    Expr *expr = left;
    bool grows = left->kind == EXPR_CHAIN && !left->parenthesized &&
                 precedence(left->chain.rest.items[0].operator) == precedence(operator);
    if (!grows) {
        expr = make(builder, EXPR_CHAIN, range, left->nesting);
        expr->chain.first = left;
    }
    ChainLink link = {.operator= operator, .operator_range = operator_range, .operand = right};
    VEC_PUSH(builder->arena, expr->chain.rest, link);
    expr->range = range;
    expr->nesting = (uint16_t)larger(expr->nesting, right->nesting);
    return expr;
}

Expr *ast_pipe(AstBuilder *builder, SourceRange range, Expr *value, Stage *stage) {
    Expr *expr = value;
    if (value->kind != EXPR_PIPE || value->parenthesized) {
        expr = make(builder, EXPR_PIPE, range, value->nesting);
        expr->pipe.value = value;
    }
    VEC_PUSH(builder->arena, expr->pipe.stages, stage);
    expr->range = range;
    expr->nesting = (uint16_t)larger(expr->nesting, stage->nesting);
    return expr;
}

Expr *ast_parentheses(AstBuilder *builder, SourceRange range, Expr *inner) {
    inner->parenthesized = true;
    inner->nesting = deeper(builder, range, inner->nesting + 1);
    return inner;
}

Stage *ast_stage(AstBuilder *builder, Call call) {
    Stage *stage = ARENA_NEW(builder->arena, Stage);
    stage->range = call.range;
    stage->call = call;
    stage->nesting = deeper(builder, call.range, deepest_arg(&call.args) + 1);
    return stage;
}

Stage *ast_repeat(AstBuilder *builder, SourceRange range, Expr *count, Stage *inner) {
    Stage *stage = ARENA_NEW(builder->arena, Stage);
    stage->range = range;
    stage->repeat_count = count;
    stage->inner = inner;
    stage->nesting = deeper(builder, range, larger(count->nesting, inner->nesting) + 1);
    return stage;
}

Statement *ast_statement(AstBuilder *builder, Statement statement) {
    return arena_copy(builder->arena, &statement, sizeof statement);
}

Item *ast_item(AstBuilder *builder, Item item) {
    return arena_copy(builder->arena, &item, sizeof item);
}
