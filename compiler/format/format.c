/* format.c: words to text: indentation of lines that go on, comments behind lines. See format.h.
 *
 * A line that goes on with a statement is indented by four more than the statement; inside of a
 * bracket it begins where the bracket's contents begin; `then` and `else` stand below their `if`.
 */

#include "format/format.h"

#include "format/words.h"
#include "grammar/tokens.h"

typedef struct Line {
    size_t begin, end; /* in the text of all lines */
    int columns;
    bool blank_before;
    const Word *comment; /* behind it; NULL */
} Line;
VEC_TYPE(LineList, Line);

/* A place that later lines are indented by. */
typedef struct Place {
    int column;      /* of what goes on in it */
    int line_indent; /* of the line that it was opened on */
    int brackets;    /* of an `if`: open around it */
} Place;
VEC_TYPE(PlaceList, Place);

typedef struct Writer {
    Arena *arena;
    const WordList *words;
    Text text; /* the lines one after the other, without comments behind them */
    LineList lines;
    int column, line_indent;
    PlaceList brackets, ifs;
    int if_column; /* where the `if` behind an `else` counts from; -1 */
} Writer;

static int indent_of(const Writer *writer, const Word *word) {
    int base = word->depth * INDENT;
    const PlaceList *brackets = &writer->brackets, *ifs = &writer->ifs;
    if (word->begins || word->own_line || word->kind == TOKEN_RIGHT_BRACE) return base;
    if (brackets->count > 0 &&
        (word->kind == TOKEN_RIGHT_PARENTHESIS || word->kind == TOKEN_RIGHT_BRACKET))
        return brackets->items[brackets->count - 1].line_indent;
    if ((word->kind == TOKEN_THEN || word->kind == TOKEN_ELSE) && ifs->count > 0)
        return ifs->items[ifs->count - 1].column;
    return brackets->count > 0 ? brackets->items[brackets->count - 1].column : base + INDENT;
}

static Line *last_line(Writer *writer) {
    return &writer->lines.items[writer->lines.count - 1];
}

static void begin_line(Writer *writer, const Word *word) {
    writer->column = writer->line_indent = indent_of(writer, word);
    Line line = {.begin = writer->text.length, .blank_before = word->lines_before > 1};
    text_indent(&writer->text, writer->column);
    VEC_PUSH(writer->arena, writer->lines, line);
}

static void add_spaces(Writer *writer, int count) {
    text_indent(&writer->text, count);
    writer->column += count;
}

/* What the words behind this one are indented by. */
static void keep_place(Writer *writer, const Word *word, int column, bool next_breaks) {
    switch (word->kind) {
    case TOKEN_LEFT_PARENTHESIS:
    case TOKEN_LEFT_BRACKET: {
        Place place = {.column = next_breaks ? writer->line_indent + INDENT : writer->column,
                       .line_indent = writer->line_indent};
        VEC_PUSH(writer->arena, writer->brackets, place);
        break;
    }
    case TOKEN_RIGHT_PARENTHESIS:
    case TOKEN_RIGHT_BRACKET:
        if (writer->brackets.count > 0) writer->brackets.count--;
        while (writer->ifs.count > 0 &&
               writer->ifs.items[writer->ifs.count - 1].brackets > writer->brackets.count)
            writer->ifs.count--;
        break;
    case TOKEN_IF: {
        Place place = {.column = writer->if_column >= 0 ? writer->if_column : column,
                       .brackets = (int)writer->brackets.count};
        VEC_PUSH(writer->arena, writer->ifs, place);
        break;
    }
    default: break;
    }
    writer->if_column = -1;
    if (word->kind == TOKEN_ELSE && writer->ifs.count > 0)
        writer->if_column = writer->ifs.items[--writer->ifs.count].column;
}

static void add_word(Writer *writer, const Word *word, bool next_breaks) {
    if (word->trailing) {
        last_line(writer)->comment = word;
        return;
    }
    if (word->begins) {
        writer->brackets.count = writer->ifs.count = 0;
        writer->if_column = -1;
    }
    if (writer->lines.count == 0 || word->lines_before > 0) {
        begin_line(writer, word);
    } else {
        if (word->separator) {
            text_add_char(&writer->text, ';');
            writer->column++;
        }
        add_spaces(writer, (word->space_before || word->separator) + word->pad);
    }
    int column = writer->column;
    text_add_range(&writer->text, word->chars, word->length);
    writer->column += word->columns;
    if (word->kind != TOKEN_COMMENT) keep_place(writer, word, column, next_breaks);
    Line *line = last_line(writer);
    line->end = writer->text.length;
    line->columns = writer->column;
}

/* Comments behind neighbouring lines stand below one another. */
static void write_lines(const Writer *writer, Text *text) {
    const LineList *lines = &writer->lines;
    int64_t run_end = 0;
    int widest = 0;
    for (int64_t i = 0; i < lines->count; i++) {
        const Line *line = &lines->items[i];
        if (line->blank_before) text_add_char(text, '\n');
        text_add_range(text, writer->text.chars + line->begin, line->end - line->begin);
        if (line->comment) {
            if (i >= run_end) {
                widest = line->columns;
                for (run_end = i + 1; run_end < lines->count; run_end++) {
                    const Line *next = &lines->items[run_end];
                    if (!next->comment || next->blank_before) break;
                    if (next->columns > widest) widest = next->columns;
                }
            }
            text_indent(text, widest - line->columns + 2);
            text_add_range(text, line->comment->chars, line->comment->length);
        }
        text_add_char(text, '\n');
    }
}

void format_file(const File *file, Text *text) {
    Arena *arena = text->arena;
    WordList words = words_of(arena, file);
    tables_align(&words);
    Writer writer = {.arena = arena, .words = &words, .if_column = -1};
    text_init(&writer.text, arena);
    const Word *items = words.items;
    for (int64_t i = 0; items && i < words.count; i++) {
        const Word *next = i + 1 < words.count ? &items[i + 1] : NULL;
        add_word(&writer, &items[i], next && (next->lines_before > 0 || next->trailing));
    }
    write_lines(&writer, text);
}
