/* parse_state.c: tokens for Bison, recovery, lists. See parse_state.h.
 *
 * Recovery is decided here and not by discarding tokens in Bison, because braces must be skipped
 * whole: an error in the head of a layer would otherwise make an error of each line of its block.
 */

#include "grammar/parse_state.h"

#include "grammar/lines.h"
#include "grammar/literals.h"

static void read_value(ParseState *parse, const Token *token, NN_STYPE *value) {
    const char *chars = parse->source->chars + token->begin;
    size_t length = token->end - token->begin;
    if (token->kind == TOKEN_NAME)
        value->name = (Name){intern(parse->interner, chars, length), parse_range(parse, token)};
    else if (token->kind == TOKEN_NUMBER)
        value->number = literal_number(chars, length);
    else if (token->kind == TOKEN_TEXT)
        value->text = literal_text(parse->arena, parse->interner, chars, length);
}

int nn_lex(NN_STYPE *value, SourceRange *range, ParseState *parse) {
    const TokenList *tokens = parse->tokens;
    if (parse->ends_here) {
        parse->ends_here = false;
        *range = parse_after(parse_range(parse, &tokens->items[parse->current]));
        return TOKEN_END;
    }
    while (tokens->items[parse->next].kind == TOKEN_COMMENT)
        parse->next++;
    if (parse->last_kind == TOKEN_LEFT_BRACE) parse->braces++;
    if (parse->last_kind == TOKEN_RIGHT_BRACE && parse->braces > 0) parse->braces--;
    const Token *token = &tokens->items[parse->next];
    parse->current = parse->next;
    parse->last_kind = token->kind;
    if (token->kind != TOKEN_YYEOF) parse->next++;
    *range = parse_range(parse, token);
    if (token->kind == TOKEN_INVALID) { /* reported by the scanner */
        parse_recover(parse);
        return TOKEN_NN_error;
    }
    read_value(parse, token, value);
    return token->kind;
}

void parse_recover(ParseState *parse) {
    const Token *items = parse->tokens->items;
    int64_t i = parse->current;
    int inside = 0; /* braces opened since */
    for (; items[i].kind != TOKEN_YYEOF; i++) {
        if (items[i].kind == TOKEN_END && inside == 0) break;
        if (items[i].kind == TOKEN_LEFT_BRACE) inside++;
        if (items[i].kind == TOKEN_RIGHT_BRACE) {
            if (inside == 0 && parse->braces > 0) break;
            if (inside > 0) inside--;
        }
    }
    /* The parser already holds an END that is the culprit itself. */
    parse->ends_here = i != parse->current || items[i].kind != TOKEN_END;
    if (items[i].kind == TOKEN_END) i++;
    if (parse->braces == 0) /* lines that can only follow from the error, as after a missing '{' */
        while (items[i].kind != TOKEN_YYEOF &&
               (!lines_begins_item(items[i].kind) || lines_begins_statement(items[i].kind)))
            i++;
    parse->next = i;
    parse->last_kind = TOKEN_END;
}

void parse_too_deep(ParseState *parse, SourceRange range) {
    diag_error(parse->diags, range, "too-deep", "this is nested more than %d levels deep",
               NESTING_LIMIT);
}

void parse_add_item(ParseState *parse, Item *item) {
    VEC_PUSH(parse->arena, parse->file->items, item);
}

ParamList parse_params(ParseState *parse, ParamList list, Param param) {
    VEC_PUSH(parse->arena, list, param);
    return list;
}

SettingList parse_settings(ParseState *parse, SettingList list, Setting setting) {
    VEC_PUSH(parse->arena, list, setting);
    return list;
}

Block parse_block(ParseState *parse, Block block, Statement *statement) {
    StatementList *list = &block.statements;
    if (list->count > 0 && list->items[list->count - 1]->kind == STATEMENT_RETURN) {
        Diagnostic *diag = diag_error(parse->diags, statement->range, "after-return",
                                      "nothing can follow 'return' in its block");
        diag_note(parse->diags, diag, list->items[list->count - 1]->range, "the 'return' is here");
    }
    VEC_PUSH(parse->arena, *list, statement);
    return block;
}

ExprList parse_exprs(ParseState *parse, ExprList list, Expr *expr) {
    VEC_PUSH(parse->arena, list, expr);
    return list;
}

ArgList parse_args(ParseState *parse, ArgList list, Arg arg) {
    if (list.count > 0 && !arg.name.text && list.items[list.count - 1].name.text) {
        Diagnostic *diag = diag_error(parse->diags, arg.range, "argument-order",
                                      "an argument without a name cannot follow one with a name");
        diag_note(parse->diags, diag, list.items[list.count - 1].range,
                  "the argument '%s' is named here", list.items[list.count - 1].name.text);
    }
    VEC_PUSH(parse->arena, list, arg);
    return list;
}

Expr *parse_call(ParseState *parse, Call call) {
    return call.has_parentheses ? ast_call(&parse->builder, call)
                                : ast_name(&parse->builder, call.name);
}

SourceRange parse_after(SourceRange range) {
    range.begin = range.end;
    return range;
}
