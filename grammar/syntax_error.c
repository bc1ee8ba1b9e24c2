/* syntax_error.c: the words of a syntax error.
 *
 * In: the token that does not fit and the kinds that would have (Bison's, exact thanks to LAC).
 * Out: one diagnostic. Mistakes that people make are recognised in mistakes.c; what is none of them
 * becomes "expected X or Y, found Z". A bracket that is still open is always pointed at.
 */

#include "grammar/syntax_error.h"

#include <string.h>

const Token *token_before(const ParseState *parse, const Token *token) {
    while (token > parse->tokens->items)
        if ((--token)->kind != TOKEN_COMMENT) return token;
    return NULL;
}

/* The nearest bracket of this statement, or else brace, that is open where `token` stands. */
static const Token *find_open(const ParseState *parse, const Token *token) {
    int64_t braces = 0, brackets = 0; /* closed again */
    bool this_statement = true;
    while (token > parse->tokens->items) {
        switch ((--token)->kind) {
        case TOKEN_END: this_statement = false; break;
        case TOKEN_RIGHT_BRACE: braces++; break;
        case TOKEN_LEFT_BRACE:
            if (braces-- == 0) return token;
            this_statement = false;
            break;
        case TOKEN_RIGHT_PARENTHESIS:
        case TOKEN_RIGHT_BRACKET: brackets++; break;
        case TOKEN_LEFT_PARENTHESIS:
        case TOKEN_LEFT_BRACKET:
            if (this_statement && brackets-- == 0) return token;
            break;
        default: break;
        }
    }
    return NULL;
}

/* The token in words: 'model', the text "a", the end of the line. */
static const char *describe(const ParseState *parse, const Token *token) {
    const char *chars = parse->source->chars + token->begin;
    int length = (int)(token->end - token->begin);
    const int longest = 60;
    const char *more = length > longest ? "..." : "";
    if (length > longest) length = longest;
    if (token->kind == TOKEN_YYEOF) return "the end of the file";
    if (token->kind == TOKEN_TEXT)
        return arena_format(parse->arena, "the text %.*s%s", length, chars, more);
    if (token->kind != TOKEN_END || length > 0)
        return arena_format(parse->arena, "'%.*s%s'", length, chars, more);
    const Token *next = token + 1;
    bool line_ended = next->lines_before > 0;
    while (next->kind == TOKEN_COMMENT)
        line_ended = (++next)->lines_before > 0 || line_ended;
    if (next->kind == TOKEN_RIGHT_BRACE && !line_ended) return "'}'";
    return next->kind == TOKEN_YYEOF && !line_ended ? "the end of the file" : "the end of the line";
}

/* What would have fitted, in words: all operators count as one thing, so do all ways in which a
 * value can begin. */
const char *describe_expected(const Situation *situation) {
    static const struct {
        int kind;
        const char *words;
    } kinds[] = {
        {TOKEN_MODEL, "a declaration"},
        {TOKEN_INPUT, "a statement"},
        {TOKEN_NUMBER, "an expression"},
        {TOKEN_TIMES, "an operator"},
        {TOKEN_REPEAT, "a stage (a name, or 'repeat')"},
        {TOKEN_NAME, "a name"},
        {TOKEN_TEXT, "a text"},
        {TOKEN_IN, "'in'"},
        {TOKEN_THEN, "'then'"},
        {TOKEN_ELSE, "'else'"},
        {TOKEN_COLON, "':'"},
        {TOKEN_BIND, "'='"},
        {TOKEN_ASSIGN, "'<-'"},
        {TOKEN_TILDE, "'~'"},
        {TOKEN_COMMA, "','"},
        {TOKEN_LEFT_PARENTHESIS, "'('"},
        {TOKEN_RIGHT_PARENTHESIS, "')'"},
        {TOKEN_LEFT_BRACKET, "'['"},
        {TOKEN_RIGHT_BRACKET, "']'"},
        {TOKEN_LEFT_BRACE, "'{'"},
        {TOKEN_RIGHT_BRACE, "'}'"},
        {TOKEN_ARROW, "'->'"},
        {TOKEN_END, "the end of the line"},
    };
    bool statement = expects(situation, TOKEN_INPUT), value = expects_value(situation);
    bool operator= expects_operator(situation), stage = expects(situation, TOKEN_REPEAT);
    const char *words[sizeof kinds / sizeof *kinds];
    int count = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        int kind = kinds[i].kind;
        if (!expects(situation, kind)) continue;
        if (kind == TOKEN_NAME && (statement || value || stage)) continue;
        if (value && (kind == TOKEN_TEXT || kind == TOKEN_LEFT_PARENTHESIS)) continue;
        if ((value || operator) && kind == TOKEN_LEFT_BRACKET) continue;
        if (operator&& kind == TOKEN_LEFT_PARENTHESIS) continue;
        if (operator&&(kind == TOKEN_ARROW ||
                       (kind == TOKEN_BIND && expects(situation, TOKEN_COMMA))))
            continue; /* an operator too; the name of an argument */
        bool setting = kind == TOKEN_NAME && expects(situation, TOKEN_RIGHT_BRACE);
        words[count++] = setting ? "a setting" : kinds[i].words;
    }
    Text text;
    text_init(&text, situation->parse->arena);
    for (int i = 0; i < count; i++) {
        if (i > 0) text_add(&text, i == count - 1 ? " or " : ", ");
        text_add(&text, words[i]);
    }
    return count > 0 ? text.chars : "the end of the file";
}

static void note_open_bracket(const Situation *situation, Diagnostic *diag) {
    const Token *open = situation->open;
    if (!open || open->kind == TOKEN_LEFT_BRACE) return;
    ParseState *parse = situation->parse;
    uint32_t open_line = source_place(parse->source, open->begin).line;
    uint32_t line = source_place(parse->source, situation->token->begin).line;
    int kind = situation->token->kind;
    if (line == open_line && kind != TOKEN_END && kind != TOKEN_LEFT_BRACE) return;
    diag_note(parse->diags, diag, parse_range(parse, open), "this '%s' is still open",
              token_name(open->kind));
}

/* The scanner has already reported this very token. */
static bool is_reported(const Diagnostics *diags, SourceRange range) {
    for (int64_t i = 0; i < diags->list.count; i++) {
        SourceRange other = diags->list.items[i]->range;
        if (other.begin == range.begin && other.end == range.end && other.source == range.source)
            return true;
    }
    return false;
}

void parse_syntax_error(ParseState *parse, const SyntaxError *error) {
    if (parse->diags->error_count >= DIAG_KEPT) { /* only counted any more */
        diag_error(parse->diags, error->range, "syntax", "syntax error");
        parse_recover(parse);
        return;
    }
    if (is_reported(parse->diags, error->range)) {
        parse_recover(parse);
        return;
    }
    const Token *token = &parse->tokens->items[parse->current];
    const Token *before = token_before(parse, token);
    Situation situation = {
        .parse = parse,
        .error = error,
        .token = token,
        .before = before,
        .open = find_open(parse, token),
        .begins = !before || before->kind == TOKEN_END || before->kind == TOKEN_LEFT_BRACE,
        .found = describe(parse, token),
    };
    Diagnostic *diag = mistake_report(&situation);
    if (!diag)
        diag = diag_error(parse->diags, error->range, "syntax", "expected %s, found %s",
                          describe_expected(&situation), situation.found);
    note_open_bracket(&situation, diag);
    parse_recover(parse);
}
