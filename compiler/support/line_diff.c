/* line_diff.c: see line_diff.h.
 *
 * Equal lines at both ends are left out; for what lies between, the longest common subsequence is
 * found by the table of its lengths. Where that table would be too large, all of it counts as
 * replaced: right, though longer than need be.
 */

#include "support/line_diff.h"

#include "support/vec.h"

#include <stdbool.h>
#include <string.h>

enum { CONTEXT = 3, TABLE_LIMIT = 16 << 20 };

typedef struct LineText {
    const char *chars;
    size_t length; /* without the line end */
} LineText;
VEC_TYPE(LineTexts, LineText);

/* What becomes of a line. */
typedef struct Edit {
    char mark; /* ' ' kept, '-' taken away, '+' added */
    LineText line;
} Edit;
VEC_TYPE(Edits, Edit);

static LineTexts split(Arena *arena, const char *chars, size_t length) {
    LineTexts lines = {0};
    const char *end = chars + length;
    while (chars < end) {
        const char *line_end = memchr(chars, '\n', (size_t)(end - chars));
        LineText line = {chars, (size_t)((line_end ? line_end : end) - chars)};
        VEC_PUSH(arena, lines, line);
        chars = line_end ? line_end + 1 : end;
    }
    return lines;
}

static bool equal(LineText a, LineText b) {
    return a.length == b.length && memcmp(a.chars, b.chars, a.length) == 0;
}

static void add(Arena *arena, Edits *edits, char mark, const LineText *lines, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        Edit edit = {mark, lines[i]};
        VEC_PUSH(arena, *edits, edit);
    }
}

/* The edits that turn the lines a into b. */
static void compare(Arena *arena, Edits *edits, const LineText *a, int64_t m, const LineText *b,
                    int64_t n) {
    int64_t begin = 0, end = 0;
    while (begin < m && begin < n && equal(a[begin], b[begin]))
        begin++;
    while (end < m - begin && end < n - begin && equal(a[m - 1 - end], b[n - 1 - end]))
        end++;
    add(arena, edits, ' ', a, begin);
    const LineText *x = a + begin, *y = b + begin;
    int64_t rows = m - begin - end, columns = n - begin - end;
    if ((rows + 1) * (columns + 1) > TABLE_LIMIT) {
        add(arena, edits, '-', x, rows);
        add(arena, edits, '+', y, columns);
    } else {
        /* longest[i, k]: of the common subsequence of x[i ..] and y[k ..] */
        int64_t width = columns + 1;
        int32_t *longest = ARENA_ARRAY(arena, int32_t, (rows + 1) * width);
        for (int64_t i = rows - 1; i >= 0; i--)
            for (int64_t k = columns - 1; k >= 0; k--) {
                int32_t down = longest[(i + 1) * width + k], right = longest[i * width + k + 1];
                longest[i * width + k] = equal(x[i], y[k]) ? longest[(i + 1) * width + k + 1] + 1
                                         : down > right    ? down
                                                           : right;
            }
        int64_t i = 0, k = 0;
        while (i < rows || k < columns) {
            if (i < rows && k < columns && equal(x[i], y[k])) {
                add(arena, edits, ' ', &x[i++], 1);
                k++;
            } else if (k == columns ||
                       (i < rows && longest[(i + 1) * width + k] >= longest[i * width + k + 1])) {
                add(arena, edits, '-', &x[i++], 1);
            } else {
                add(arena, edits, '+', &y[k++], 1);
            }
        }
    }
    add(arena, edits, ' ', a + m - end, end);
}

/* The edits [begin, end) as one hunk; the lines before it are counted. */
static void print_hunk(Text *text, const Edits *edits, int64_t begin, int64_t end) {
    long long places[2] = {1, 1}, counts[2] = {0, 0};
    for (int64_t i = 0; i < end; i++) {
        long long *numbers = i < begin ? places : counts;
        numbers[0] += edits->items[i].mark != '+';
        numbers[1] += edits->items[i].mark != '-';
    }
    for (int i = 0; i < 2; i++)
        if (counts[i] == 0) places[i]--;
    text_format(text, "@@ -%lld,%lld +%lld,%lld @@\n", places[0], counts[0], places[1], counts[1]);
    for (int64_t i = begin; i < end; i++) {
        text_add_char(text, edits->items[i].mark);
        text_add_range(text, edits->items[i].line.chars, edits->items[i].line.length);
        text_add_char(text, '\n');
    }
}

void line_diff(Text *text, const char *path, const char *before, size_t before_length,
               const char *after, size_t after_length) {
    Arena *arena = text->arena;
    LineTexts a = split(arena, before, before_length), b = split(arena, after, after_length);
    Edits edits = {0};
    compare(arena, &edits, a.items, a.count, b.items, b.count);
    bool any = false;
    for (int64_t i = 0; i < edits.count; i++) {
        if (edits.items[i].mark == ' ') continue;
        if (!any) text_format(text, "--- %s\n+++ %s\n", path, path);
        any = true;
        int64_t begin = i > CONTEXT ? i - CONTEXT : 0;
        int64_t last = i; /* the last change of the hunk */
        for (int64_t k = i; k < edits.count && k <= last + 2 * CONTEXT; k++)
            if (edits.items[k].mark != ' ') last = k;
        int64_t end = last + 1 + CONTEXT < edits.count ? last + 1 + CONTEXT : edits.count;
        print_hunk(text, &edits, begin, end);
        i = last;
    }
}
