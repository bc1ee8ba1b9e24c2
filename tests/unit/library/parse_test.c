/* The texts of the library, of examples/ and of tests/reference/ parse without a message, and every
 * declaration of the library is described by a comment whose first line is a sentence. */
#include <CUnit/Basic.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "grammar/parser.h"
#include "library/library_text.h"
#include "library_tests.h"

/* Parses one text, or the file at `path` if chars is NULL; prints what was reported. */
static int64_t messages_of(const char *path, const char *chars, size_t length) {
    Arena arena;
    arena_init(&arena);
    Interner interner;
    intern_init(&interner, &arena);
    Diagnostics diags;
    diag_init(&diags, &arena);
    Sources sources;
    sources_init(&sources, &arena);
    const char *problem = "";
    const Source *source = chars ? sources_add(&sources, path, chars, length, true)
                                 : sources_read(&sources, path, path, &problem);
    CU_ASSERT_PTR_NOT_NULL_FATAL(source);
    parse_source(&arena, &interner, &diags, source);
    int64_t count = diags.error_count + diags.warning_count;
    Text text;
    text_init(&text, &arena);
    diag_print(&diags, DIAG_PLAIN, &text);
    fputs(text.chars, stderr);
    arena_free(&arena);
    return count;
}

static void library_parses(void) {
    for (size_t i = 0; i < library_text_count; i++) {
        const LibraryText *text = &library_texts[i];
        CU_ASSERT_EQUAL(messages_of(text->name, text->text, text->length), 0);
    }
}

static void parse_all(const char *pattern, size_t at_least) {
    glob_t found;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", NNC_SOURCE_DIR, pattern);
    CU_ASSERT_EQUAL_FATAL(glob(path, 0, NULL, &found), 0);
    CU_ASSERT(found.gl_pathc >= at_least);
    for (size_t i = 0; i < found.gl_pathc; i++)
        CU_ASSERT_EQUAL(messages_of(found.gl_pathv[i], NULL, 0), 0);
    globfree(&found);
}

static void examples_parse(void) {
    parse_all("examples/*.nn", 13);
}

static void references_parse(void) {
    parse_all("tests/reference/*.nn", 5);
}

/* True for a line that declares something: "layer dense(...". */
static bool declares(const char *line) {
    static const char *const kinds[] = {"activation ",  "layer ",     "loss ",     "metric ",
                                        "regularizer ", "optimizer ", "schedule ", "initializer "};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(line, kinds[i], strlen(kinds[i])) == 0) return true;
    return false;
}

static void entries_are_described(void) {
    size_t entries = 0;
    for (size_t i = 0; i < library_text_count; i++) {
        const char *comment = NULL; /* first line of the comment that ends right above */
        for (const char *line = library_texts[i].text; *line; line = strchr(line, '\n') + 1) {
            size_t length = strcspn(line, "\n");
            if (*line == '#') {
                if (!comment) comment = line;
                continue;
            }
            if (declares(line)) {
                entries++;
                CU_ASSERT_PTR_NOT_NULL_FATAL(comment);
                size_t first = strcspn(comment, "\n");
                CU_ASSERT_EQUAL(comment[first - 1], '.');
                CU_ASSERT(comment[1] == ' ' && first > 10);
            }
            if (length > 100) CU_FAIL("a line of the library is longer than 100 columns");
            comment = NULL;
        }
    }
    CU_ASSERT(entries >= 65);
}

CU_TestInfo parse_tests[] = {
    {"library parses", library_parses},
    {"examples parse", examples_parse},
    {"references parse", references_parse},
    {"entries are described", entries_are_described},
    CU_TEST_INFO_NULL,
};
