/* messages_kind.c: cases of errors, warnings and remarks. See kinds.h.
 *
 * The file is stripped of its expectations, each line gets the messages that were reported for it,
 * and the result must be the file. Columns are those of the file as it is, expectations included,
 * which changes nothing because they are comments.
 */

#include <stdio.h>
#include <string.h>

#include "runner/files.h"
#include "runner/front.h"
#include "runner/kinds.h"
#include "support/utf8.h"

static const char *const marks[] = {
    [SEVERITY_ERROR] = "# error: ",
    [SEVERITY_WARNING] = "# warning: ",
    [SEVERITY_REMARK] = "# remark: ",
};

/* Length of the line without its expectations and the spaces before them. */
static size_t stripped_length(const char *line, size_t length) {
    for (size_t i = 0; i < length; i++)
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
            size_t mark_length = strlen(marks[k]);
            if (length - i < mark_length || memcmp(line + i, marks[k], mark_length) != 0) continue;
            while (i > 0 && line[i - 1] == ' ')
                i--;
            return i;
        }
    return length;
}

/* Appends the messages of one line, by column. */
static void add_messages(Front *front, uint32_t line, Text *text) {
    int64_t count = front->diags.list.count;
    bool *done = ARENA_ARRAY(&front->arena, bool, count);
    for (;;) {
        int64_t next = -1;
        for (int64_t i = 0; i < count; i++) {
            SourceRange range = front->diags.list.items[i]->range;
            if (done[i] || range.source != front->source) continue;
            if (source_place(front->source, range.begin).line != line) continue;
            if (next < 0 || range.begin < front->diags.list.items[next]->range.begin) next = i;
        }
        if (next < 0) return;
        done[next] = true;
        const Diagnostic *diag = front->diags.list.items[next];
        text_format(text, "  %s%u: ", marks[diag->severity],
                    (unsigned)source_place(front->source, diag->range.begin).column);
        utf8_add_escaped(text, diag->message, strlen(diag->message));
        text_format(text, " [%s]", diag->name);
    }
}

/* The file as it should be: with the messages that were reported, or with none. */
static void annotate(Front *front, const Text *file, bool with_messages, Text *text) {
    const char *chars = file->chars, *end = chars + file->length;
    for (uint32_t line = 1; chars <= end; line++) {
        const char *line_end = memchr(chars, '\n', (size_t)(end - chars));
        size_t length = (size_t)((line_end ? line_end : end) - chars);
        text_add_range(text, chars, stripped_length(chars, length));
        if (with_messages) add_messages(front, line, text);
        if (!line_end) break;
        text_add_char(text, '\n');
        chars = line_end + 1;
    }
}

static bool equal(const Text *a, const Text *b) {
    return a->length == b->length && memcmp(a->chars, b->chars, a->length) == 0;
}

/* All messages are about the file itself, and writing them into it leaves them as they are. */
static bool fits_in_comments(const Case *a_case, const Front *front, const Text *annotated) {
    for (int64_t i = 0; i < front->diags.list.count; i++)
        if (front->diags.list.items[i]->range.source != front->source) return false;
    Front again;
    Text text;
    text_init(&text, a_case->arena);
    front_run(&again, a_case->name, annotated->chars, annotated->length);
    annotate(&again, annotated, true, &text);
    bool fits = equal(annotated, &text) && again.diags.list.count == front->diags.list.count;
    front_free(&again);
    return fits;
}

/* Rewrites the case; `printed` is everything that is reported. */
static void update(const Case *a_case, const char *sidecar, bool has_sidecar) {
    Text plain, annotated, printed;
    text_init(&plain, a_case->arena);
    text_init(&annotated, a_case->arena);
    text_init(&printed, a_case->arena);
    Front front;
    annotate(NULL, &a_case->text, false, &plain);
    front_run(&front, a_case->name, plain.chars, plain.length);
    annotate(&front, &plain, true, &annotated);
    if (!has_sidecar && fits_in_comments(a_case, &front, &annotated)) {
        files_write(a_case->name, annotated.chars, annotated.length);
    } else {
        diag_print(&front.diags, DIAG_PLAIN, &printed);
        files_write(a_case->name, plain.chars, plain.length);
        files_write(sidecar, printed.chars, printed.length);
    }
    front_free(&front);
}

CaseResult run_messages_case(Case *a_case) {
    const char *sidecar =
        arena_format(a_case->arena, "%.*s.expected", (int)strlen(a_case->name) - 3, a_case->name);
    Text expected, actual;
    text_init(&expected, a_case->arena);
    text_init(&actual, a_case->arena);
    bool has_sidecar = files_read(sidecar, &expected);

    Front front;
    front_run(&front, a_case->name, a_case->text.chars, a_case->text.length);
    if (has_sidecar) {
        diag_print(&front.diags, DIAG_PLAIN, &actual);
    } else {
        expected = a_case->text;
        annotate(&front, &a_case->text, true, &actual);
        for (int64_t i = 0; i < front.diags.list.count; i++)
            if (front.diags.list.items[i]->range.source != front.source)
                text_add(&actual, "(and messages about other files)\n");
    }
    bool silent = front.diags.list.count == 0;
    front_free(&front);
    if (silent) {
        puts("  nothing was reported; a case expects something");
        files_print_difference(expected.chars, actual.chars);
        return CASE_FAILED;
    }
    if (equal(&expected, &actual)) return CASE_PASSED;
    if (a_case->update) {
        update(a_case, sidecar, has_sidecar);
        return CASE_UPDATED;
    }
    files_print_difference(expected.chars, actual.chars);
    return CASE_FAILED;
}
