/* diag_print.c: diagnostics as text. See diag.h.
 *
 *     model.nn:3:14: error: unknown name 'reul' [unknown-name]
 *         3 |     h = x -> reul
 *           |              ^~~~
 *     model.nn:2:5: note: ...
 *     help: did you mean 'relu'?
 *
 * Of a long line only the surroundings of the place are shown. Everything that may come from a file
 * goes through utf8_add_escaped.
 */

#include <stdlib.h>
#include <string.h>

#include "support/diag.h"
#include "support/utf8.h"

enum { SHOWN_BEFORE = 60, SHOWN_AFTER = 60, LINE_SHOWN = 120 /* characters */ };

static const char *const severity_words[] = {"error", "warning", "remark"};
static const char *const severity_colours[] = {"\033[1;31m", "\033[1;35m", "\033[1;36m"};

typedef struct Printer {
    Text *text;
    bool colour;
} Printer;

static void paint(Printer *printer, const char *code) {
    if (printer->colour) text_add(printer->text, code);
}

static void add_escaped(Text *text, const char *chars) {
    utf8_add_escaped(text, chars, strlen(chars));
}

static void print_place(Printer *printer, SourceRange range) {
    paint(printer, "\033[1m");
    if (range.source) {
        SourcePlace place = source_place(range.source, range.begin);
        add_escaped(printer->text, range.source->path);
        text_format(printer->text, ":%u:%u: ", (unsigned)place.line, (unsigned)place.column);
    } else {
        text_add(printer->text, "nnc: ");
    }
    paint(printer, "\033[0m");
}

/* The byte `count` characters after (count > 0) or before `from`, within [low, high). */
static uint32_t move(const char *chars, uint32_t from, int count, uint32_t low, uint32_t high) {
    for (; count > 0 && from < high; count--) {
        uint32_t code;
        int size = utf8_decode(chars + from, high - from, &code);
        from += size ? (uint32_t)size : 1;
    }
    for (; count < 0 && from > low; count++)
        do
            from--;
        while (from > low && ((unsigned char)chars[from] & 0xc0) == 0x80);
    return from;
}

/* The source line with carets under the part of the range that lies on it. */
static void print_excerpt(Printer *printer, SourceRange range, const char *colour) {
    Text *text = printer->text;
    uint32_t line = source_place(range.source, range.begin).line, length;
    const char *chars = source_line(range.source, line, &length);
    uint32_t begin = range.begin - (uint32_t)(chars - range.source->chars);
    if (begin > length) begin = length; /* at the line end */
    uint32_t end = range.end < range.begin ? begin : begin + (range.end - range.begin);
    if (end > length) end = length;

    uint32_t first = 0, last = length;
    if (utf8_count(chars, length) > LINE_SHOWN) {
        first = move(chars, begin, -SHOWN_BEFORE, 0, length);
        last = move(chars, begin, SHOWN_AFTER, 0, length);
        if (end > last) end = last;
    }
    const char *left = first > 0 ? "..." : "";
    const char *right = last < length ? "..." : "";

    text_format(text, "%5u | %s", (unsigned)line, left);
    uint32_t before = utf8_add_escaped(text, chars + first, begin - first);
    uint32_t marked = utf8_add_escaped(text, chars + begin, end - begin);
    utf8_add_escaped(text, chars + end, last - end);
    text_format(text, "%s\n      | ", right);
    text_indent(text, (int)(strlen(left) + before));
    paint(printer, colour);
    text_add_char(text, '^');
    for (uint32_t i = 1; i < marked; i++)
        text_add_char(text, '~');
    paint(printer, "\033[0m");
    text_add_char(text, '\n');
}

static void print_one(Printer *printer, const Diagnostic *diag) {
    Text *text = printer->text;
    const char *colour = severity_colours[diag->severity];
    print_place(printer, diag->range);
    paint(printer, colour);
    text_format(text, "%s: ", severity_words[diag->severity]);
    paint(printer, "\033[0m");
    paint(printer, "\033[1m");
    add_escaped(text, diag->message);
    paint(printer, "\033[0m");
    text_format(text, " [%s]\n", diag->name);
    if (diag->range.source) print_excerpt(printer, diag->range, colour);
    for (int64_t i = 0; i < diag->notes.count; i++) {
        print_place(printer, diag->notes.items[i].range);
        text_add(text, "note: ");
        add_escaped(text, diag->notes.items[i].message);
        text_add_char(text, '\n');
    }
    if (diag->help) {
        paint(printer, "\033[1;32m");
        text_add(text, "help: ");
        paint(printer, "\033[0m");
        add_escaped(text, diag->help);
        text_add_char(text, '\n');
    }
}

static void print_json_range(Text *text, SourceRange range) {
    if (!range.source) return;
    SourcePlace begin = source_place(range.source, range.begin);
    SourcePlace end = source_place(range.source, range.end);
    text_add(text, ", \"file\": ");
    utf8_add_json(text, range.source->path);
    text_format(text, ", \"line\": %u, \"column\": %u, \"end_line\": %u, \"end_column\": %u",
                (unsigned)begin.line, (unsigned)begin.column, (unsigned)end.line,
                (unsigned)end.column);
}

static void print_json(Text *text, const Diagnostic *diag) {
    text_format(text, "{\"severity\": \"%s\", \"name\": ", severity_words[diag->severity]);
    utf8_add_json(text, diag->name);
    text_add(text, ", \"message\": ");
    utf8_add_json(text, diag->message);
    print_json_range(text, diag->range);
    text_add(text, ", \"notes\": [");
    for (int64_t i = 0; i < diag->notes.count; i++) {
        text_add(text, i ? ", {\"message\": " : "{\"message\": ");
        utf8_add_json(text, diag->notes.items[i].message);
        print_json_range(text, diag->notes.items[i].range);
        text_add_char(text, '}');
    }
    text_add_char(text, ']');
    if (diag->help) {
        text_add(text, ", \"help\": ");
        utf8_add_json(text, diag->help);
    }
    text_add(text, "}\n");
}

typedef struct Ordered {
    const Diagnostic *diag;
    int64_t order;
} Ordered;

/* By source, place, order of report; what has no place comes last. */
static int compare(const void *first, const void *second) {
    const Ordered *a = first, *b = second;
    const Source *a_source = a->diag->range.source, *b_source = b->diag->range.source;
    int a_index = a_source ? a_source->index : INT32_MAX;
    int b_index = b_source ? b_source->index : INT32_MAX;
    if (a_index != b_index) return a_index < b_index ? -1 : 1;
    if (a->diag->range.begin != b->diag->range.begin)
        return a->diag->range.begin < b->diag->range.begin ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

void diag_print(const Diagnostics *diags, DiagFormat format, Text *text) {
    int64_t count = diags->list.count, errors = 0;
    Ordered *list = ARENA_ARRAY(diags->arena, Ordered, count);
    for (int64_t i = 0; i < count; i++)
        list[i] = (Ordered){.diag = diags->list.items[i], .order = i};
    qsort(list, (size_t)count, sizeof *list, compare);

    Printer printer = {.text = text, .colour = format == DIAG_COLOUR};
    for (int64_t i = 0; i < count; i++) {
        if (list[i].diag->severity == SEVERITY_ERROR && errors++ >= DIAG_ERRORS_PRINTED) continue;
        if (format == DIAG_JSON)
            print_json(text, list[i].diag);
        else
            print_one(&printer, list[i].diag);
    }
    if (diags->error_count > DIAG_ERRORS_PRINTED && format != DIAG_JSON)
        text_format(text, "nnc: %lld more errors not shown\n",
                    (long long)(diags->error_count - DIAG_ERRORS_PRINTED));
}
