/* source.c: sources and places in them. See source.h. */

#include "support/source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "support/utf8.h"

void sources_init(Sources *sources, Arena *arena) {
    *sources = (Sources){.arena = arena};
}

static void find_lines(Source *source, Arena *arena) {
    uint32_t count = 1;
    for (uint32_t i = 0; i < source->length; i++)
        count += source->chars[i] == '\n';
    source->line_begins = ARENA_ARRAY(arena, uint32_t, count);
    source->line_begins[0] = source->begin;
    source->line_count = count;
    uint32_t line = 1;
    for (uint32_t i = 0; i < source->length; i++)
        if (source->chars[i] == '\n') source->line_begins[line++] = i + 1;
}

/* Takes `chars`, which must live in the arena with a NUL behind. */
static const Source *add(Sources *sources, const char *path, const char *chars, size_t length,
                         bool is_library) {
    Source *source = ARENA_NEW(sources->arena, Source);
    source->path = arena_text(sources->arena, path, strlen(path));
    source->chars = chars;
    source->length = (uint32_t)length;
    source->begin = length >= 3 && memcmp(chars, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    source->index = (int)sources->list.count;
    source->is_library = is_library;
    find_lines(source, sources->arena);
    VEC_PUSH(sources->arena, sources->list, source);
    return source;
}

const Source *sources_add(Sources *sources, const char *path, const char *chars, size_t length,
                          bool is_library) {
    if (length > SOURCE_LIMIT) return NULL;
    return add(sources, path, arena_text(sources->arena, chars, length), length, is_library);
}

const Source *sources_read(Sources *sources, const char *path, const char *open_path,
                           const char **problem) {
    FILE *file = fopen(open_path, "rb");
    if (!file) {
        *problem = arena_format(sources->arena, "cannot open: %s", strerror(errno));
        return NULL;
    }
    /* Read piece by piece: the size that a directory, pipe or device claims means nothing. */
    Text text;
    text_init(&text, sources->arena);
    char piece[1 << 14];
    while (text.length <= SOURCE_LIMIT && !feof(file) && !ferror(file))
        text_add_range(&text, piece, fread(piece, 1, sizeof piece, file));
    int error = ferror(file) ? errno : 0;
    fclose(file);
    if (error) {
        *problem = arena_format(sources->arena, "cannot read: %s", strerror(error));
        return NULL;
    }
    if (text.length > SOURCE_LIMIT) {
        *problem = arena_format(sources->arena, "is larger than %d MiB", SOURCE_LIMIT >> 20);
        return NULL;
    }
    return add(sources, path, text.chars, text.length, false);
}

SourcePlace source_place(const Source *source, uint32_t offset) {
    if (offset > source->length) offset = source->length;
    uint32_t low = 0, high = source->line_count; /* the line is in [low, high) */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->line_begins[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    uint32_t begin = source->line_begins[low];
    uint32_t column = offset > begin ? utf8_count(source->chars + begin, offset - begin) : 0;
    return (SourcePlace){.line = low + 1, .column = column + 1};
}

const char *source_line(const Source *source, uint32_t line, uint32_t *length) {
    uint32_t begin = source->line_begins[line - 1];
    uint32_t end = line < source->line_count ? source->line_begins[line] - 1 : source->length;
    if (end > begin && source->chars[end - 1] == '\r') end--;
    *length = end - begin;
    return source->chars + begin;
}

SourceRange source_join(SourceRange first, SourceRange last) {
    if (!first.source) return last;
    if (first.source == last.source && last.end > first.end) first.end = last.end;
    return first;
}
