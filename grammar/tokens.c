/* tokens.c: the token list as text. See tokens.h. */

#include "grammar/tokens.h"

#include "support/utf8.h"

void tokens_print(const TokenList *tokens, const Source *source, Text *text) {
    for (int64_t i = 0; i < tokens->count; i++) {
        const Token *token = &tokens->items[i];
        SourcePlace place = source_place(source, token->begin);
        size_t begin = text->length;
        if (token->lines_before > 1 && i > 0) text_add_char(text, '\n');
        text_format(text, "%u:%u", (unsigned)place.line, (unsigned)place.column);
        begin = text->length - begin;
        text_indent(text, begin < 9 ? (int)(9 - begin) : 1);
        bool has_value = token->kind == TOKEN_NAME || token->kind == TOKEN_NUMBER ||
                         token->kind == TOKEN_TEXT || token->kind == TOKEN_COMMENT;
        text_add(text, token_name(token->kind));
        if (has_value) {
            text_add_char(text, ' ');
            utf8_add_escaped(text, source->chars + token->begin, token->end - token->begin);
        }
        text_add_char(text, '\n');
    }
}
