/* words.c: tokens to words: where lines and spaces come. See words.h.
 *
 * Line breaks are the author's, but for these: a statement of a block that has a line break in it
 * stands on a line of its own, an operator goes to the line of its right side, and there is no
 * blank line where a block or bracket begins or ends.
 */

#include "format/words.h"

#include "grammar/tokens.h"
#include "support/utf8.h"

typedef struct Making {
    Arena *arena;
    const File *file;
    const Token *tokens;
    int *lines;     /* for each token: line breaks before it, 0 to 2, as they are to be */
    bool *one_line; /* for each `{`: its block stays on one line */
    WordList words;
    VEC(bool) blocks; /* of the blocks around: on one line */
    int64_t settings; /* depth of the settings block that is open, or -1 */
    int last_kind;    /* of the last word that is no comment */
    bool last_unary;  /* it is the sign of what follows */
    bool at_begin;    /* the next word begins a statement */
    bool opened;      /* a block or the file has just begun */
} Making;

static int kind_after(const Making *making, int64_t i) {
    do
        i++;
    while (making->tokens[i].kind == TOKEN_COMMENT);
    return making->tokens[i].kind;
}

static bool is_operator(int kind) {
    return (kind >= TOKEN_EQUAL && kind <= TOKEN_POWER) || kind == TOKEN_ARROW ||
           kind == TOKEN_AND || kind == TOKEN_OR || kind == TOKEN_THEN || kind == TOKEN_ELSE;
}

/* After such a token a `-` is binary, and a bracket opens arguments or an index. */
static bool ends_operand(int kind) {
    switch (kind) {
    case TOKEN_NAME:
    case TOKEN_NUMBER:
    case TOKEN_TEXT:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_TRAINING:
    case TOKEN_RIGHT_PARENTHESIS:
    case TOKEN_RIGHT_BRACKET: return true;
    default: return false;
    }
}

static bool closes(int kind) {
    return kind == TOKEN_RIGHT_PARENTHESIS || kind == TOKEN_RIGHT_BRACKET;
}

static bool opens(int kind) {
    return kind == TOKEN_LEFT_PARENTHESIS || kind == TOKEN_LEFT_BRACKET;
}

/* The line break behind an operator goes before it. */
static void move_breaks(Making *making) {
    int64_t count = making->file->tokens->count;
    int before = TOKEN_END; /* the kind of the last token */
    for (int64_t i = 0; i < count; i++) {
        const Token *token = &making->tokens[i];
        int own = token->lines_before;
        making->lines[i] += own > 2 ? 2 : own;
        bool binary = is_operator(token->kind) &&
                      (token->kind != TOKEN_MINUS || ends_operand(before)) && making->lines[i] == 0;
        const Token *next = token + 1;
        if (binary && next->kind != TOKEN_COMMENT && next->lines_before > 0) {
            making->lines[i] = next->lines_before > 2 ? 2 : next->lines_before;
            making->lines[i + 1] = -making->lines[i]; /* taken away when it is added */
        }
        if (token->kind != TOKEN_COMMENT) before = token->kind;
    }
}

/* Which blocks stay on one line: those without a line break, and empty ones. */
static void find_one_line(Making *making) {
    VEC(int64_t) open = {0};
    int64_t last_break = -1; /* the last token with a line break before it */
    for (int64_t i = 0; i < making->file->tokens->count; i++) {
        const Token *token = &making->tokens[i];
        if (token->lines_before > 0) last_break = i;
        if (token->kind == TOKEN_LEFT_BRACE) VEC_PUSH(making->arena, open, i);
        if (token->kind == TOKEN_RIGHT_BRACE && open.count > 0) {
            int64_t begin = open.items[--open.count];
            making->one_line[begin] = last_break <= begin || begin + 1 == i;
        }
    }
}

static bool in_one_line(const Making *making) {
    return making->blocks.count > 0 && making->blocks.items[making->blocks.count - 1];
}

static void set_lines(Making *making, Word *word, int64_t i) {
    int lines = making->lines[i];
    const Word *last = making->words.count ? &making->words.items[making->words.count - 1] : NULL;
    if (!last) {
        lines = 0;
        word->own_line = word->kind == TOKEN_COMMENT;
    } else if (word->kind == TOKEN_COMMENT) {
        word->trailing = lines == 0;
        int next = kind_after(making, i);
        word->own_line =
            !word->trailing && (making->at_begin || next == TOKEN_END || next == TOKEN_YYEOF);
        if (making->opened && lines > 1) lines = 1;
    } else if (word->kind == TOKEN_RIGHT_BRACE) {
        lines = in_one_line(making) ? 0 : 1;
    } else if (word->begins) {
        bool first = last->kind == TOKEN_LEFT_BRACE;
        if (in_one_line(making)) {
            lines = 0;
            word->separator = !first;
        } else if (lines < 1 || making->opened) {
            lines = 1;
        }
    } else if (lines > 1 && (opens(last->kind) || closes(word->kind))) {
        lines = 1;
    }
    word->lines_before = lines;
}

static bool has_space(const Making *making, int kind) {
    int last = making->last_kind;
    switch (kind) {
    case TOKEN_COMMA:
    case TOKEN_RIGHT_PARENTHESIS:
    case TOKEN_RIGHT_BRACKET:
    case TOKEN_POWER: return false;
    case TOKEN_LEFT_PARENTHESIS:
        if (last == TOKEN_NAME) return false;
        break;
    case TOKEN_LEFT_BRACKET:
        if (ends_operand(last)) return false;
        break;
    case TOKEN_RIGHT_BRACE: return last != TOKEN_LEFT_BRACE;
    default: break;
    }
    return !opens(last) && last != TOKEN_POWER && !making->last_unary;
}

/* Which table a statement is of; `i` is its first token. */
static void set_table(const Making *making, Word *word, int64_t i) {
    const Token *tokens = making->tokens;
    bool inside = making->blocks.count > 0;
    if (in_one_line(making)) return;
    if (word->kind == TOKEN_INPUT || word->kind == TOKEN_TARGET)
        word->table = TABLE_INPUTS;
    else if (inside && (word->kind == TOKEN_LOSS || word->kind == TOKEN_METRIC ||
                        word->kind == TOKEN_REGULARIZE))
        word->table = TABLE_COSTS;
    else if (word->kind == TOKEN_NAME && making->settings == making->blocks.count)
        word->table = TABLE_SETTINGS;
    else if (word->kind == TOKEN_CONST || word->kind == TOKEN_HYPER)
        word->table = TABLE_VALUES;
    else if (word->kind == TOKEN_OUTPUT)
        word->table = TABLE_OUTPUTS;
    else if ((word->kind == TOKEN_DATA || word->kind == TOKEN_TRAIN) && making->one_line[i + 1])
        word->table = TABLE_BLOCKS;
    word->cell_length = word->table == TABLE_VALUES || word->table == TABLE_OUTPUTS ? 2 : 1;
    int64_t last_cell = i + word->cell_length + (word->table == TABLE_INPUTS);
    for (int64_t k = i + 1; word->table && k <= last_cell; k++)
        if (making->lines[k] > 0 || tokens[k].kind == TOKEN_COMMENT) word->table = TABLE_NONE;
}

static void add_word(Making *making, int64_t i) {
    const Token *token = &making->tokens[i];
    const Source *source = making->file->source;
    Word word = {.chars = source->chars + token->begin,
                 .length = token->end - token->begin,
                 .kind = token->kind,
                 .begins = making->at_begin && token->kind != TOKEN_COMMENT &&
                           token->kind != TOKEN_RIGHT_BRACE};
    while (word.kind == TOKEN_COMMENT && word.length > 0 &&
           (word.chars[word.length - 1] == ' ' || word.chars[word.length - 1] == '\t'))
        word.length--;
    word.columns = (int)utf8_count(word.chars, word.length);
    set_lines(making, &word, i);
    if (word.begins) set_table(making, &word, i);
    word.space_before = making->words.count > 0 && has_space(making, word.kind);
    int before = making->last_kind;
    if (word.kind != TOKEN_COMMENT) {
        making->last_unary = word.kind == TOKEN_MINUS && !ends_operand(before);
        making->last_kind = word.kind;
        making->at_begin = word.kind == TOKEN_LEFT_BRACE;
    }
    if (!word.trailing) making->opened = word.kind == TOKEN_LEFT_BRACE;
    if (word.kind == TOKEN_LEFT_BRACE) {
        VEC_PUSH(making->arena, making->blocks, making->one_line[i]);
        if (before == TOKEN_DATA || before == TOKEN_TRAIN) making->settings = making->blocks.count;
    }
    if (word.kind == TOKEN_RIGHT_BRACE) {
        if (making->settings == making->blocks.count) making->settings = -1;
        if (making->blocks.count > 0) making->blocks.count--;
    }
    word.depth = (int)making->blocks.count - (word.kind == TOKEN_LEFT_BRACE);
    VEC_PUSH(making->arena, making->words, word);
}

WordList words_of(Arena *arena, const File *file) {
    int64_t count = file->tokens->count;
    Making making = {.arena = arena,
                     .file = file,
                     .tokens = file->tokens->items,
                     .lines = ARENA_ARRAY(arena, int, count + 1),
                     .one_line = ARENA_ARRAY(arena, bool, count + 1),
                     .settings = -1,
                     .at_begin = true,
                     .opened = true};
    move_breaks(&making);
    find_one_line(&making);
    for (int64_t i = 0; i < count && making.tokens[i].kind != TOKEN_YYEOF; i++) {
        const Token *token = &making.tokens[i];
        if (token->kind == TOKEN_END)
            making.at_begin = true;
        else if (token->kind != TOKEN_COMMA || !closes(token[1].kind) || making.lines[i + 1] > 0)
            add_word(&making, i);
    }
    return making.words;
}
