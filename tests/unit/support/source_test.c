/* source. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/source.h"
#include "support/tests.h"

static Arena arena;

static const Source *make(const char *chars) {
    static Sources sources;
    arena_init(&arena);
    sources_init(&sources, &arena);
    return sources_add(&sources, "a.nn", chars, strlen(chars), false);
}

static bool is_at(const Source *source, uint32_t offset, uint32_t line, uint32_t column) {
    SourcePlace place = source_place(source, offset);
    return place.line == line && place.column == column;
}

void source_places(void) {
    const Source *source = make("ab\n\n\tc\xc3\xa9"
                                "d\r\nlast");
    CU_ASSERT(is_at(source, 0, 1, 1));
    CU_ASSERT(is_at(source, 2, 1, 3)); /* the line end belongs to its line */
    CU_ASSERT(is_at(source, 3, 2, 1));
    CU_ASSERT(is_at(source, 4, 3, 1));
    CU_ASSERT(is_at(source, 5, 3, 2)); /* a tab is one */
    CU_ASSERT(is_at(source, 8, 3, 4)); /* a letter of two bytes is one */
    CU_ASSERT(is_at(source, 15, 4, 5));
    CU_ASSERT(is_at(source, 999, 4, 5)); /* the end */
    arena_free(&arena);

    source = make("\xef\xbb\xbfmodel");
    CU_ASSERT_EQUAL(source->begin, 3);
    CU_ASSERT(is_at(source, 3, 1, 1)); /* the mark is no column */
    CU_ASSERT(is_at(source, 0, 1, 1));
    CU_ASSERT(is_at(source, 5, 1, 3));
    arena_free(&arena);

    source = make("");
    CU_ASSERT(is_at(source, 0, 1, 1));
    SourceRange first = {source, 2, 4}, last = {source, 7, 9};
    SourceRange joined = source_join(first, last);
    CU_ASSERT(joined.begin == 2 && joined.end == 9 && joined.source == source);
    joined = source_join(source_nowhere(), last);
    CU_ASSERT(joined.begin == 7 && joined.end == 9);
    joined = source_join(first, source_nowhere());
    CU_ASSERT(joined.begin == 2 && joined.end == 4);
    arena_free(&arena);
}

static bool line_is(const Source *source, uint32_t line, const char *expected) {
    uint32_t length;
    const char *chars = source_line(source, line, &length);
    return length == strlen(expected) && memcmp(chars, expected, length) == 0;
}

void source_lines(void) {
    const Source *source = make("\xef\xbb\xbfone\r\n\ntwo\r");
    CU_ASSERT_EQUAL(source->line_count, 3);
    CU_ASSERT(line_is(source, 1, "one"));
    CU_ASSERT(line_is(source, 2, ""));
    CU_ASSERT(line_is(source, 3, "two"));
    arena_free(&arena);
    source = make("a\n");
    CU_ASSERT_EQUAL(source->line_count, 2);
    CU_ASSERT(line_is(source, 2, ""));
    arena_free(&arena);
}

void source_reading(void) {
    char path[] = "/tmp/nnc-source-XXXXXX";
    int file = mkstemp(path);
    CU_ASSERT_FATAL(file >= 0);
    CU_ASSERT_EQUAL(write(file, "a\0b\n", 4), 4);
    arena_init(&arena);
    Sources sources;
    sources_init(&sources, &arena);
    const char *problem = NULL;
    const Source *source = sources_read(&sources, "shown.nn", path, &problem);
    CU_ASSERT_PTR_NOT_NULL_FATAL(source);
    CU_ASSERT_STRING_EQUAL(source->path, "shown.nn");
    CU_ASSERT(source->length == 4 && memcmp(source->chars, "a\0b\n", 5) == 0);
    CU_ASSERT(source->index == 0 && sources.list.count == 1);

    CU_ASSERT_EQUAL(ftruncate(file, SOURCE_LIMIT), 0);
    CU_ASSERT_PTR_NOT_NULL(sources_read(&sources, "b", path, &problem));
    CU_ASSERT_EQUAL(ftruncate(file, SOURCE_LIMIT + 1), 0);
    CU_ASSERT_PTR_NULL(sources_read(&sources, "b", path, &problem));
    CU_ASSERT_STRING_EQUAL(problem, "is larger than 4 MiB");
    close(file);
    unlink(path);
    CU_ASSERT_PTR_NULL(sources_read(&sources, "b", path, &problem));
    CU_ASSERT_STRING_EQUAL(problem, "cannot open: No such file or directory");
    CU_ASSERT_PTR_NULL(sources_read(&sources, "b", "/tmp", &problem));
    CU_ASSERT_STRING_EQUAL(problem, "cannot read: Is a directory");
    CU_ASSERT_PTR_NULL(sources_add(&sources, "c", "", (size_t)SOURCE_LIMIT + 1, false));
    arena_free(&arena);
}
