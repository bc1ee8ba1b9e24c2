/* syntax_error.h: a syntax error and its surroundings, as mistakes.c looks at them. Inside of
 * grammar/ only. */
#ifndef NNC_GRAMMAR_SYNTAX_ERROR_H
#define NNC_GRAMMAR_SYNTAX_ERROR_H

#include "grammar/parse_state.h"

typedef struct Situation {
    ParseState *parse;
    const SyntaxError *error;
    const Token *token;  /* the one that does not fit */
    const Token *before; /* the one before it that is no comment; NULL at the begin of the file */
    const Token *open;   /* the bracket or brace around it that is still open, or NULL */
    bool begins;         /* `token` begins a statement */
    const char *found;   /* `token` in words: "'x'", "the end of the line" */
} Situation;

static inline bool expects(const Situation *situation, int kind) {
    return situation->error->expected[kind - TOKEN_NN_UNDEF];
}

/* A value could stand here. */
static inline bool expects_value(const Situation *situation) {
    return expects(situation, TOKEN_NUMBER);
}

/* A value is complete here. */
static inline bool expects_operator(const Situation *situation) {
    return expects(situation, TOKEN_TIMES);
}

/* The token before `token` that is no comment, or NULL. */
const Token *token_before(const ParseState *parse, const Token *token);

/* The kinds that would have fitted, in words: "an operator, ',' or ')'". */
const char *describe_expected(const Situation *situation);

/* Tries the mistakes that people make, in order; NULL when it is none of them. */
Diagnostic *mistake_report(const Situation *situation);

#endif
