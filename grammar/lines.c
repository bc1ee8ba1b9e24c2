/* lines.c: the filter between scanner and parser. See lines.h.
 *
 * A statement ends with its line, unless a bracket is open, or the line ends with, or the next one
 * begins with, something that needs more (an operator, a comma ...). Only a bracket that is closed
 * again before the next brace holds lines together: after a forgotten ')' the statement still ends
 * with its line, and the error is reported there and not at the end of the file.
 */

#include "grammar/lines.h"

#include <string.h>

#include "ast/ast.h"

typedef struct Word {
    const char *word;
    int kind;
    bool item, statement; /* what it begins */
} Word;

/* Words only where a statement begins and no `=` or `<-` follows. */
static const Word words[] = {
    {"model", TOKEN_MODEL, true, false},
    {"data", TOKEN_DATA, true, false},
    {"train", TOKEN_TRAIN, true, false},
    {"include", TOKEN_INCLUDE, true, false},
    {"const", TOKEN_CONST, true, false},
    {"hyper", TOKEN_HYPER, true, false},
    {"activation", TOKEN_ACTIVATION, true, false},
    {"layer", TOKEN_LAYER, true, false},
    {"loss", TOKEN_LOSS, true, true},
    {"metric", TOKEN_METRIC, true, true},
    {"regularizer", TOKEN_REGULARIZER, true, false},
    {"optimizer", TOKEN_OPTIMIZER, true, false},
    {"schedule", TOKEN_SCHEDULE, true, false},
    {"initializer", TOKEN_INITIALIZER, true, false},
    {"input", TOKEN_INPUT, false, true},
    {"target", TOKEN_TARGET, false, true},
    {"output", TOKEN_OUTPUT, false, true},
    {"param", TOKEN_PARAM, false, true},
    {"state", TOKEN_STATE, false, true},
    {"regularize", TOKEN_REGULARIZE, false, true},
    {"require", TOKEN_REQUIRE, false, true},
    {"for", TOKEN_FOR, false, true},
    {"return", TOKEN_RETURN, false, true},
};
enum { WORDS = sizeof words / sizeof *words };

const char *lines_word(int index) {
    return index < WORDS ? words[index].word : NULL;
}

bool lines_word_begins(int index, bool item) {
    return item ? words[index].item : words[index].statement;
}

bool lines_begins_item(int kind) {
    for (int i = 0; i < WORDS; i++)
        if (words[i].kind == kind) return words[i].item;
    return false;
}

bool lines_begins_statement(int kind) {
    for (int i = 0; i < WORDS; i++)
        if (words[i].kind == kind) return words[i].statement;
    return false;
}

static int word_kind(const char *chars, size_t length) {
    for (int i = 0; i < WORDS; i++)
        if (strlen(words[i].word) == length && memcmp(words[i].word, chars, length) == 0)
            return words[i].kind;
    return TOKEN_NAME;
}

/* After such a token the line goes on. */
static bool goes_on_after(int kind) {
    switch (kind) {
    case TOKEN_PLUS:
    case TOKEN_MINUS:
    case TOKEN_TIMES:
    case TOKEN_DIVIDE:
    case TOKEN_MATMUL:
    case TOKEN_POWER:
    case TOKEN_EQUAL:
    case TOKEN_NOT_EQUAL:
    case TOKEN_LESS:
    case TOKEN_LESS_EQUAL:
    case TOKEN_GREATER:
    case TOKEN_GREATER_EQUAL:
    case TOKEN_NOT:
    case TOKEN_AND:
    case TOKEN_OR:
    case TOKEN_COMMA:
    case TOKEN_BIND:
    case TOKEN_COLON:
    case TOKEN_TILDE:
    case TOKEN_ASSIGN:
    case TOKEN_ARROW:
    case TOKEN_THEN:
    case TOKEN_ELSE: return true;
    default: return false;
    }
}

/* A line that begins with such a token goes on with the one before. */
static bool goes_on_before(int kind) {
    return kind != TOKEN_NOT && goes_on_after(kind);
}

typedef struct Filter {
    Arena *arena;
    Diagnostics *diags;
    const Source *source;
    const TokenList *scanned;
    TokenList *tokens;
    bool *joins; /* for each scanned token: a bracket that is closed, or that closes one */
} Filter;

static int closing(int kind) {
    return kind == TOKEN_LEFT_PARENTHESIS ? TOKEN_RIGHT_PARENTHESIS : TOKEN_RIGHT_BRACKET;
}

/* Finds the brackets that belong together. Braces forget the open ones. False: too deep. */
static bool match_brackets(Filter *filter) {
    int64_t open[NESTING_LIMIT];
    int open_count = 0, braces = 0;
    for (int64_t i = 0; i < filter->scanned->count; i++) {
        const Token *token = &filter->scanned->items[i];
        bool opens = token->kind == TOKEN_LEFT_PARENTHESIS || token->kind == TOKEN_LEFT_BRACKET;
        if (opens || token->kind == TOKEN_LEFT_BRACE) {
            if (open_count + braces >= NESTING_LIMIT) {
                SourceRange range = {filter->source, token->begin, token->end};
                diag_error(filter->diags, range, "too-deep",
                           "this is nested more than %d levels deep", NESTING_LIMIT);
                return false;
            }
        }
        if (opens) {
            open[open_count++] = i;
        } else if (token->kind == TOKEN_LEFT_BRACE) {
            open_count = 0;
            braces++;
        } else if (token->kind == TOKEN_RIGHT_BRACE) {
            open_count = 0;
            if (braces > 0) braces--;
        } else if (token->kind == TOKEN_RIGHT_PARENTHESIS || token->kind == TOKEN_RIGHT_BRACKET) {
            int found = open_count - 1;
            while (found >= 0 && closing(filter->scanned->items[open[found]].kind) != token->kind)
                found--;
            if (found < 0) continue; /* closes nothing; the parser will say so */
            filter->joins[i] = filter->joins[open[found]] = true;
            open_count = found;
        }
    }
    return true;
}

static void end_statement(Filter *filter, uint32_t begin, uint32_t end) {
    Token token = {.kind = TOKEN_END, .begin = begin, .end = end};
    VEC_PUSH(filter->arena, *filter->tokens, token);
}

/* The token after scanned token i that is no comment. */
static const Token *after(const Filter *filter, int64_t i) {
    do
        i++;
    while (i < filter->scanned->count - 1 && filter->scanned->items[i].kind == TOKEN_COMMENT);
    return &filter->scanned->items[i < filter->scanned->count ? i : filter->scanned->count - 1];
}

static void place_brace(Filter *filter, const Token *brace) {
    SourceRange range = {filter->source, brace->begin, brace->end};
    Diagnostic *diag =
        diag_error(filter->diags, range, "brace-line", "'{' cannot stand on a line of its own");
    diag_help(filter->diags, diag, "write '{' at the end of the line before");
}

bool lines_filter(Arena *arena, Diagnostics *diags, const Source *source, const TokenList *scanned,
                  TokenList *tokens) {
    Filter filter = {.arena = arena,
                     .diags = diags,
                     .source = source,
                     .scanned = scanned,
                     .tokens = tokens,
                     .joins = ARENA_ARRAY(arena, bool, scanned->count)};
    if (!match_brackets(&filter)) return false;

    Token last = {.kind = TOKEN_END}; /* the last token that is no comment */
    bool line_ended = false;          /* since `last` */
    int joined = 0;                   /* brackets open around this place */
    for (int64_t i = 0; i < scanned->count; i++) {
        Token token = scanned->items[i];
        if (token.lines_before > 0) line_ended = true;
        if (token.kind == TOKEN_COMMENT) {
            VEC_PUSH(arena, *tokens, token);
            continue;
        }
        bool begins = last.kind == TOKEN_END || last.kind == TOKEN_LEFT_BRACE;
        if (token.kind == TOKEN_LEFT_BRACE && line_ended && joined == 0 && !begins) {
            place_brace(&filter, &token);
        } else if (!begins) {
            bool closes = token.kind == TOKEN_RIGHT_BRACE || token.kind == TOKEN_YYEOF;
            bool line_ends = line_ended && joined == 0 && !goes_on_after(last.kind) &&
                             !goes_on_before(token.kind);
            if ((closes || line_ends) && token.kind != TOKEN_END) {
                end_statement(&filter, last.end, last.end);
                begins = true;
            }
        } else if (token.kind == TOKEN_END) {
            continue; /* a `;` that ends nothing */
        }
        if (begins && token.kind == TOKEN_NAME) {
            int next = after(&filter, i)->kind;
            if (next != TOKEN_BIND && next != TOKEN_ASSIGN)
                token.kind =
                    (uint16_t)word_kind(source->chars + token.begin, token.end - token.begin);
        }
        if (filter.joins[i])
            joined +=
                token.kind == TOKEN_LEFT_PARENTHESIS || token.kind == TOKEN_LEFT_BRACKET ? 1 : -1;
        VEC_PUSH(arena, *tokens, token);
        last = token;
        line_ended = false;
    }
    return true;
}
