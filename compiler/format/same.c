/* same.c: do two texts say the same? See format.h. */

#include "format/format.h"

#include "grammar/tokens.h"

#include <string.h>

/* A comma before a closing bracket is nothing. */
static bool is_nothing(const Token *token) {
    if (token->kind != TOKEN_COMMA) return false;
    do
        token++;
    while (token->kind == TOKEN_COMMENT);
    return token->kind == TOKEN_RIGHT_PARENTHESIS || token->kind == TOKEN_RIGHT_BRACKET;
}

/* The next token that is a comment (or none), from *i on; NULL: no more. */
static const Token *next_token(const File *file, bool comment, int64_t *i) {
    while (*i < file->tokens->count) {
        const Token *token = &file->tokens->items[(*i)++];
        if ((token->kind == TOKEN_COMMENT) == comment && !is_nothing(token)) return token;
    }
    return NULL;
}

static size_t length_of(const File *file, const Token *token) {
    size_t length = token->end - token->begin;
    const char *chars = file->source->chars + token->begin;
    if (token->kind == TOKEN_END) return 0;
    if (token->kind == TOKEN_COMMENT)
        while (chars[length - 1] == ' ' || chars[length - 1] == '\t')
            length--;
    return length;
}

static bool same_tokens(const File *a, const File *b, bool comments) {
    int64_t i = 0, k = 0;
    for (;;) {
        const Token *left = next_token(a, comments, &i), *right = next_token(b, comments, &k);
        if (!left || !right) return !left && !right;
        size_t length = length_of(a, left);
        if (left->kind != right->kind || length != length_of(b, right) ||
            memcmp(a->source->chars + left->begin, b->source->chars + right->begin, length) != 0)
            return false;
    }
}

bool format_same(const File *a, const File *b) {
    return same_tokens(a, b, false) && same_tokens(a, b, true);
}
