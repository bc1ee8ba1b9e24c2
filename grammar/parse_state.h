/* parse_state.h: what one run of the parser holds: tokens in, tree out, errors aside. Inside of
 * grammar/ only; the grammar's actions call these. */
#ifndef NNC_GRAMMAR_PARSE_STATE_H
#define NNC_GRAMMAR_PARSE_STATE_H

#include "ast/build.h"
#include "grammar/tokens.h"
#include "support/intern.h"

struct ParseState {
    Arena *arena;
    Interner *interner;
    Diagnostics *diags;
    const Source *source;
    AstBuilder builder;
    File *file;
    TokenList *tokens;
    int64_t current;    /* the token that the parser was given last */
    int64_t next;       /* the one that it is given next */
    int last_kind;      /* of `current`, or TOKEN_END after recovery */
    int braces;         /* open before `current` */
    bool missing_brace; /* a missing '}' was reported */
    bool ends_here;     /* give an END before going on with `next` */
};

/* What Bison knows about a syntax error. */
enum { TOKEN_KINDS = TOKEN_RIGHT_BRACE - TOKEN_NN_UNDEF + 1 };
typedef struct SyntaxError {
    SourceRange range;
    int unexpected;
    bool expected[TOKEN_KINDS]; /* by kind - TOKEN_NN_UNDEF */
} SyntaxError;

/* The next token with its value; the scanner as Bison sees it. */
int nn_lex(NN_STYPE *value, SourceRange *range, ParseState *parse);

/* After an error at the current token: what is given next is the end of the statement, or of the
 * item where the error is in none of its blocks. */
void parse_recover(ParseState *parse);

/* Reports a syntax error, and recovers. In syntax_error.c. */
void parse_syntax_error(ParseState *parse, const SyntaxError *error);
/* Reports that Bison's stack is full. */
void parse_too_deep(ParseState *parse, SourceRange range);

/* Appending to lists, with the checks that need the list so far. */
void parse_add_item(ParseState *parse, Item *item);
ParamList parse_params(ParseState *parse, ParamList list, Param param);
SettingList parse_settings(ParseState *parse, SettingList list, Setting setting);
Block parse_block(ParseState *parse, Block block, Statement *statement);
ExprList parse_exprs(ParseState *parse, ExprList list, Expr *expr);
ArgList parse_args(ParseState *parse, ArgList list, Arg arg);
/* A name, or a call, as an expression. */
Expr *parse_call(ParseState *parse, Call call);

/* The empty range behind another. */
SourceRange parse_after(SourceRange range);

static inline SourceRange parse_range(const ParseState *parse, const Token *token) {
    return (SourceRange){parse->source, token->begin, token->end};
}

#endif
