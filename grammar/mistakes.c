/* mistakes.c: syntax errors that people make, and what to tell them. See syntax_error.h.
 *
 * One function a family; each returns NULL when the situation is not its own. A new one is a
 * function and a row of the table at the end, and a case under tests/cases/errors.
 */

#include <string.h>

#include "grammar/lines.h"
#include "grammar/syntax_error.h"
#include "support/nearest.h"

static Diagnostic *report(const Situation *situation, const char *message, const char *help) {
    Diagnostics *diags = situation->parse->diags;
    Diagnostic *diag = diag_error(diags, situation->error->range, "syntax", "%s", message);
    if (help) diag_help(diags, diag, "%s", help);
    return diag;
}

static int found(const Situation *situation) {
    return situation->error->unexpected;
}

static const char *token_text(const Situation *situation, const Token *token) {
    return intern(situation->parse->interner, situation->parse->source->chars + token->begin,
                  token->end - token->begin);
}

static void note_open_brace(const Situation *situation, Diagnostic *diag) {
    const Token *open = situation->open;
    if (open && open->kind == TOKEN_LEFT_BRACE)
        diag_note(situation->parse->diags, diag, parse_range(situation->parse, open),
                  "this '{' is still open");
}

/* The word of an item or statement that was probably meant by `name`, or NULL. */
static const char *nearest_word(const char *name, bool item) {
    Nearest nearest = {.name = name};
    for (int i = 0; lines_word(i); i++)
        if (lines_word_begins(i, item)) nearest_offer(&nearest, lines_word(i));
    return nearest.best;
}

/* train { optimizer adam() } */
static Diagnostic *setting_without_equals(const Situation *situation) {
    if (!situation->begins || situation->parse->braces == 0) return NULL;
    if (!expects(situation, TOKEN_NAME) || expects(situation, TOKEN_INPUT)) return NULL;
    switch (found(situation)) {
    case TOKEN_OPTIMIZER:
    case TOKEN_LOSS:
    case TOKEN_METRIC:
    case TOKEN_REGULARIZE:
    case TOKEN_SCHEDULE:
        return report(
            situation,
            arena_format(situation->parse->arena, "expected '=' after %s", situation->found),
            "a setting is written: name = value");
    default: return NULL;
    }
}

/* A '}' is missing: "model" inside of a block, or the end of the file. Said once. */
static Diagnostic *block_not_closed(const Situation *situation) {
    const char *message = NULL;
    if (found(situation) == TOKEN_YYEOF && situation->parse->braces > 0)
        message = "the file ends inside of a block";
    else if (situation->begins && situation->parse->braces > 0 &&
             lines_begins_item(found(situation)))
        message = arena_format(situation->parse->arena, "%s cannot stand inside of a block",
                               situation->found);
    if (!message) return NULL;
    if (situation->parse->missing_brace) return &situation->parse->diags->dropped;
    situation->parse->missing_brace = true;
    Diagnostic *diag = report(situation, message, "is a '}' missing before this place?");
    note_open_brace(situation, diag);
    return diag;
}

/* Statements and other things at the top of a file. */
static Diagnostic *no_declaration(const Situation *situation) {
    if (situation->parse->braces > 0 || !situation->begins) return NULL;
    Arena *arena = situation->parse->arena;
    int kind = found(situation);
    if (kind == TOKEN_RIGHT_BRACE) return report(situation, "this '}' closes nothing", NULL);
    if (lines_begins_statement(kind))
        return report(
            situation,
            arena_format(arena, "%s stands inside of a model or function", situation->found), NULL);
    const char *message = arena_format(arena, "expected a declaration, found %s", situation->found);
    if (kind != TOKEN_NAME)
        return report(situation, message, "a file is made of model, data, train, layer ...");
    const char *name = token_text(situation, situation->token);
    const char *word = nearest_word(name, true);
    const Token *next = situation->token + 1;
    if (next->kind == TOKEN_BIND)
        return report(situation, message, arena_format(arena, "write: const %s = ...", name));
    return report(situation, message,
                  word ? arena_format(arena, "did you mean '%s'?", word)
                       : "a file is made of model, data, train, layer ...");
}

/* loss my(p, y) without a value; often a model's loss outside of the model. */
static Diagnostic *function_without_value(const Situation *situation) {
    if (!expects(situation, TOKEN_BIND) || !expects(situation, TOKEN_LEFT_BRACE)) return NULL;
    return report(situation,
                  arena_format(situation->parse->arena,
                               "expected '=' or '{' with the function's value, found %s",
                               situation->found),
                  found(situation) == TOKEN_END
                      ? "what is declared here is a function; a model's own loss or metric stands "
                        "inside of its block"
                      : NULL);
}

/* A statement that is a name and then something else than '=' or '<-'. */
static Diagnostic *no_statement(const Situation *situation) {
    if (!expects(situation, TOKEN_BIND) || !expects(situation, TOKEN_ASSIGN)) return NULL;
    ParseState *parse = situation->parse;
    const Token *name_token = situation->before;
    const char *name = token_text(situation, name_token);
    switch (found(situation)) {
    case TOKEN_EQUAL:
        return report(situation, "'==' compares; a name is bound with '='",
                      arena_format(parse->arena, "write: %s = ...", name));
    case TOKEN_COLON:
        return report(
            situation,
            arena_format(parse->arena, "expected '=' or '<-' after '%s', found ':'", name),
            arena_format(parse->arena, "an input is written: input %s : real", name));
    default: break;
    }
    SourceRange range = parse_range(parse, name_token);
    const char *word = nearest_word(name, false);
    if (word) {
        Diagnostic *diag =
            diag_error(parse->diags, range, "syntax", "'%s' does not begin a statement", name);
        diag_help(parse->diags, diag, "did you mean '%s'?", word);
        return diag;
    }
    const char *help =
        found(situation) == TOKEN_NAME
            ? "a statement begins with a word such as 'output', or binds a name"
            : arena_format(parse->arena, "a value is kept by a name: h = %s ...", name);
    return report(situation,
                  arena_format(parse->arena, "expected '=' or '<-' after '%s', found %s", name,
                               situation->found),
                  help);
}

/* if at the begin of a statement, or as an operand. */
static Diagnostic *misplaced_if(const Situation *situation) {
    if (found(situation) != TOKEN_IF) return NULL;
    if (situation->begins && expects(situation, TOKEN_INPUT))
        return report(situation, "'if' is an expression and cannot begin a statement",
                      "write: x = if condition then value else value");
    if (!expects_value(situation)) return NULL;
    return report(situation, "an 'if' that is an operand needs parentheses",
                  "write (if ... then ... else ...)");
}

static Diagnostic *missing_else(const Situation *situation) {
    if (!expects(situation, TOKEN_ELSE)) return NULL;
    if (found(situation) == TOKEN_NAME) {
        const char *name = token_text(situation, situation->token);
        if (strcmp(name, "elif") == 0 || strcmp(name, "elseif") == 0 || strcmp(name, "elsif") == 0)
            return report(
                situation,
                arena_format(situation->parse->arena, "expected 'else if', found '%s'", name),
                NULL);
    }
    if (found(situation) != TOKEN_END && found(situation) != TOKEN_RIGHT_PARENTHESIS &&
        found(situation) != TOKEN_COMMA)
        return NULL;
    return report(
        situation,
        arena_format(situation->parse->arena, "expected 'else', found %s", situation->found),
        "an 'if' has a value either way: if a then b else c");
}

/* '=', '<-' or a second comparison inside of an expression. */
static Diagnostic *wrong_operator(const Situation *situation) {
    if (found(situation) == TOKEN_PLUS && expects_value(situation))
        return report(situation, "there is no sign '+'", "leave it out");
    if (!expects_operator(situation)) return NULL;
    switch (found(situation)) {
    case TOKEN_BIND:
        return report(situation, "'=' cannot stand inside of an expression",
                      "write '==' to compare");
    case TOKEN_ASSIGN:
        return report(situation, "'<-' cannot stand inside of an expression",
                      "to compare with a negative number, write: a < -b");
    case TOKEN_EQUAL:
    case TOKEN_NOT_EQUAL:
    case TOKEN_LESS:
    case TOKEN_LESS_EQUAL:
    case TOKEN_GREATER:
    case TOKEN_GREATER_EQUAL:
        if (expects(situation, TOKEN_LESS)) return NULL;
        return report(situation, "comparisons do not chain", "write: a < b and b < c");
    default: return NULL;
    }
}

static Diagnostic *misplaced_repeat(const Situation *situation) {
    if (found(situation) != TOKEN_REPEAT || !expects_value(situation)) return NULL;
    return report(situation, "'repeat' can only stand after '->'",
                  "write: x -> repeat 3 dense(10)");
}

/* A word of the language used as a name. */
static Diagnostic *word_as_name(const Situation *situation) {
    if (!expects(situation, TOKEN_NAME) || expects_value(situation) ||
        expects(situation, TOKEN_INPUT) || expects(situation, TOKEN_REPEAT))
        return NULL;
    if (found(situation) < TOKEN_IF || found(situation) > TOKEN_TRAINING) return NULL;
    return report(situation,
                  arena_format(situation->parse->arena,
                               "%s is a word of the language and cannot be a name",
                               situation->found),
                  NULL);
}

/* A closing bracket without its opening one. */
static Diagnostic *wrong_closing(const Situation *situation) {
    int kind = found(situation);
    if (kind != TOKEN_RIGHT_PARENTHESIS && kind != TOKEN_RIGHT_BRACKET) return NULL;
    int needed = kind == TOKEN_RIGHT_PARENTHESIS ? TOKEN_LEFT_PARENTHESIS : TOKEN_LEFT_BRACKET;
    ParseState *parse = situation->parse;
    const Token *open = situation->open;
    if (!open || open->kind == TOKEN_LEFT_BRACE)
        return report(situation,
                      arena_format(parse->arena, "this %s closes nothing", situation->found), NULL);
    if (open->kind == needed) return NULL;
    const char *right = open->kind == TOKEN_LEFT_PARENTHESIS ? ")" : "]";
    Diagnostic *diag = report(
        situation,
        arena_format(parse->arena, "expected '%s' first, found %s", right, situation->found), NULL);
    if (source_place(parse->source, open->begin).line ==
        source_place(parse->source, situation->token->begin).line)
        diag_note(parse->diags, diag, parse_range(parse, open), "this '%s' is still open",
                  token_name(open->kind));
    return diag;
}

/* for i in range(3): */
static Diagnostic *wrong_block_begin(const Situation *situation) {
    if (!expects(situation, TOKEN_LEFT_BRACE)) return NULL;
    if (found(situation) == TOKEN_COLON)
        return report(situation, "a block begins with '{', not with ':'", NULL);
    if (found(situation) != TOKEN_END) return NULL;
    return report(situation,
                  arena_format(situation->parse->arena, "expected '{', found %s", situation->found),
                  "the '{' of a block stands on the line of its head");
}

/* input x, input x : [3] */
static Diagnostic *missing_type(const Situation *situation) {
    if (expects(situation, TOKEN_COLON) && !expects(situation, TOKEN_BIND) &&
        !expects_operator(situation))
        return report(situation,
                      arena_format(situation->parse->arena, "expected ':' and a type, found %s",
                                   situation->found),
                      "a type is written real, real[4], image[28, 28, 1] or class[10]");
    if (situation->before && situation->before->kind == TOKEN_COLON &&
        expects(situation, TOKEN_NAME) && !expects_value(situation))
        return report(situation,
                      arena_format(situation->parse->arena, "expected the name of a type, found %s",
                                   situation->found),
                      "a type is written real, real[4], image[28, 28, 1] or class[10]");
    return NULL;
}

/* A ',' or '{' where people from other languages expect a list or the next statement. */
static Diagnostic *wrong_list(const Situation *situation) {
    const char *help = NULL;
    if (found(situation) == TOKEN_COMMA && expects(situation, TOKEN_END))
        help = "statements are separated by the end of the line or by ';'";
    else if (found(situation) == TOKEN_COMMA && expects_operator(situation))
        help = "a list stands in brackets: [1, 2]";
    else if (found(situation) == TOKEN_LEFT_BRACE && expects_value(situation))
        help = "a list stands in brackets: [1, 2]";
    if (!help) return NULL;
    return report(situation,
                  arena_format(situation->parse->arena, "expected %s, found %s",
                               describe_expected(situation), situation->found),
                  help);
}

/* require a > b without a message: nothing else outside of brackets goes on with a comma. */
static Diagnostic *missing_message(const Situation *situation) {
    const Token *open = situation->open;
    if (found(situation) != TOKEN_END || !expects(situation, TOKEN_COMMA) ||
        (open && open->kind != TOKEN_LEFT_BRACE))
        return NULL;
    return report(situation, "expected ',' and the message of this requirement",
                  "write: require condition, \"what is wrong\"; values may follow");
}

/* x -> f + 1, param w ~ 0 */
static Diagnostic *wrong_stage(const Situation *situation) {
    int kind = found(situation);
    bool is_operator = kind >= TOKEN_EQUAL && kind <= TOKEN_POWER;
    if (expects(situation, TOKEN_ARROW) && !expects_operator(situation) &&
        (is_operator || kind == TOKEN_AND || kind == TOKEN_OR || kind == TOKEN_LEFT_BRACKET))
        return report(situation, "a pipeline that is an operand needs parentheses",
                      "write: (x -> f) + 1");
    if (kind == TOKEN_NUMBER && situation->before && situation->before->kind == TOKEN_TILDE)
        return report(situation, "expected an initializer, found a number",
                      "a fixed start is written with '=': param b = 0");
    return NULL;
}

Diagnostic *mistake_report(const Situation *situation) {
    static Diagnostic *(*const mistakes[])(const Situation *) = {
        setting_without_equals, block_not_closed, no_declaration, function_without_value,
        no_statement,           misplaced_if,     missing_else,   wrong_operator,
        misplaced_repeat,       word_as_name,     wrong_closing,  wrong_block_begin,
        missing_type,           wrong_list,       wrong_stage,    missing_message,
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        Diagnostic *diag = mistakes[i](situation);
        if (diag) return diag;
    }
    return NULL;
}
