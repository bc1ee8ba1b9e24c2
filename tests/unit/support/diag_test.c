/* diag: what is printed, compared letter by letter. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "support/diag.h"
#include "support/tests.h"

typedef struct Fixture {
    Arena arena;
    Sources sources;
    Diagnostics diags;
    const Source *source;
} Fixture;

static void begin(Fixture *fixture, const char *chars) {
    arena_init(&fixture->arena);
    sources_init(&fixture->sources, &fixture->arena);
    diag_init(&fixture->diags, &fixture->arena);
    fixture->source = sources_add(&fixture->sources, "a.nn", chars, strlen(chars), false);
}

static SourceRange range(const Fixture *fixture, uint32_t from, uint32_t to) {
    return (SourceRange){fixture->source, from, to};
}

static const char *print(Fixture *fixture, DiagFormat format) {
    Text text;
    text_init(&text, &fixture->arena);
    diag_print(&fixture->diags, format, &text);
    return text.chars;
}

void diag_plain(void) {
    Fixture f;
    begin(&f, "model m {\n    h = reul(x)\n}\n");
    Diagnostic *diag =
        diag_error(&f.diags, range(&f, 18, 22), "unknown-name", "unknown name '%s'", "reul");
    diag_note(&f.diags, diag, range(&f, 6, 7), "in model '%s'", "m");
    diag_note(&f.diags, diag, source_nowhere(), "somewhere else");
    diag_help(&f.diags, diag, "did you mean '%s'?", "relu");
    diag_warning(&f.diags, source_nowhere(), "unused", "an option");
    CU_ASSERT_STRING_EQUAL(print(&f, DIAG_PLAIN),
                           "a.nn:2:9: error: unknown name 'reul' [unknown-name]\n"
                           "    2 |     h = reul(x)\n"
                           "      |         ^~~~\n"
                           "a.nn:1:7: note: in model 'm'\n"
                           "nnc: note: somewhere else\n"
                           "help: did you mean 'relu'?\n"
                           "nnc: warning: an option [unused]\n");
    CU_ASSERT(diag_failed(&f.diags));
    arena_free(&f.arena);
}

void diag_colour(void) {
    Fixture f;
    begin(&f, "abc\n");
    diag_remark(&f.diags, range(&f, 1, 3), "r", "m");
    CU_ASSERT_STRING_EQUAL(print(&f, DIAG_COLOUR),
                           "\033[1ma.nn:1:2: \033[0m\033[1;36mremark: \033[0m\033[1mm\033[0m [r]\n"
                           "    1 | abc\n"
                           "      |  \033[1;36m^~\033[0m\n");
    CU_ASSERT_FALSE(diag_failed(&f.diags));
    arena_free(&f.arena);
}

void diag_json(void) {
    Fixture f;
    begin(&f, "a\nbcd\n");
    Diagnostic *diag = diag_error(&f.diags, range(&f, 3, 5), "n", "say \"%s\"", "hi");
    diag_note(&f.diags, diag, range(&f, 0, 1), "one");
    diag_note(&f.diags, diag, source_nowhere(), "two");
    diag_help(&f.diags, diag, "x");
    diag_error(&f.diags, source_nowhere(), "n", "y");
    CU_ASSERT_STRING_EQUAL(
        print(&f, DIAG_JSON),
        "{\"severity\": \"error\", \"name\": \"n\", \"message\": \"say \\\"hi\\\"\", "
        "\"file\": \"a.nn\", \"line\": 2, \"column\": 2, \"end_line\": 2, \"end_column\": 4, "
        "\"notes\": [{\"message\": \"one\", \"file\": \"a.nn\", \"line\": 1, \"column\": 1, "
        "\"end_line\": 1, \"end_column\": 2}, {\"message\": \"two\"}], \"help\": \"x\"}\n"
        "{\"severity\": \"error\", \"name\": \"n\", \"message\": \"y\", \"notes\": []}\n");
    arena_free(&f.arena);
}

void diag_order(void) {
    Fixture f;
    begin(&f, "abcdef\n");
    const Source *second = sources_add(&f.sources, "b.nn", "x", 1, false);
    diag_error(&f.diags, source_nowhere(), "n", "last");
    diag_error(&f.diags, (SourceRange){second, 0, 1}, "n", "fourth");
    diag_error(&f.diags, range(&f, 4, 5), "n", "third");
    diag_warning(&f.diags, range(&f, 1, 2), "n", "first");
    diag_error(&f.diags, range(&f, 1, 3), "n", "second");
    const char *printed = print(&f, DIAG_PLAIN);
    const char *const order[] = {"first", "second", "third", "fourth", "last"};
    for (size_t i = 0; i < 5; i++) {
        printed = strstr(printed, order[i]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(printed);
    }
    arena_free(&f.arena);
}

void diag_once(void) {
    Fixture f;
    begin(&f, "abcdef\n");
    diag_error(&f.diags, range(&f, 1, 2), "n", "first");
    Diagnostic *again = diag_error(&f.diags, range(&f, 1, 2), "n", "again");
    diag_note(&f.diags, again, range(&f, 1, 2), "lost");
    diag_help(&f.diags, again, "lost");
    CU_ASSERT_EQUAL(f.diags.error_count, 1);
    diag_error(&f.diags, range(&f, 1, 3), "n", "another place");
    diag_error(&f.diags, range(&f, 1, 2), "m", "another name");
    CU_ASSERT_EQUAL(f.diags.error_count, 3);
    CU_ASSERT_PTR_NULL(strstr(print(&f, DIAG_PLAIN), "again"));
    CU_ASSERT_PTR_NULL(strstr(print(&f, DIAG_PLAIN), "lost"));
    arena_free(&f.arena);
}

void diag_limits(void) {
    Fixture f;
    char chars[2000];
    memset(chars, 'x', sizeof chars);
    chars[1999] = '\0';
    begin(&f, chars);
    for (uint32_t i = 0; i < 1000; i++)
        diag_error(&f.diags, range(&f, i, i + 1), "n", "m");
    CU_ASSERT_EQUAL(f.diags.error_count, 1000);
    CU_ASSERT_EQUAL(f.diags.list.count, DIAG_KEPT);
    diag_warning(&f.diags, range(&f, 0, 1), "w", "a warning is still kept");
    CU_ASSERT_EQUAL(f.diags.list.count, DIAG_KEPT + 1);
    const char *printed = print(&f, DIAG_PLAIN);
    int errors = 0;
    for (const char *c = printed; (c = strstr(c, "error: ")); c++)
        errors++;
    CU_ASSERT_EQUAL(errors, DIAG_ERRORS_PRINTED);
    CU_ASSERT_PTR_NOT_NULL(strstr(printed, "\nnnc: 980 more errors not shown\n"));
    arena_free(&f.arena);
}

void diag_policies(void) {
    Fixture f;
    begin(&f, "abcdef\n");
    CU_ASSERT(diag_set_warning(&f.diags, "no-quiet"));
    CU_ASSERT(diag_set_warning(&f.diags, "error=strict"));
    CU_ASSERT_FALSE(diag_set_warning(&f.diags, "no-"));
    CU_ASSERT_FALSE(diag_set_warning(&f.diags, "error="));
    CU_ASSERT_FALSE(diag_set_warning(&f.diags, ""));
    diag_warning(&f.diags, range(&f, 0, 1), "quiet", "m");
    diag_remark(&f.diags, range(&f, 1, 2), "quiet", "m");
    CU_ASSERT_EQUAL(f.diags.list.count, 0);
    diag_warning(&f.diags, range(&f, 0, 1), "strict", "m");
    CU_ASSERT(f.diags.error_count == 1 && f.diags.warning_count == 0);
    diag_warning(&f.diags, range(&f, 0, 1), "other", "m");
    diag_remark(&f.diags, range(&f, 0, 1), "remark", "m");
    CU_ASSERT(f.diags.warning_count == 1 && f.diags.remark_count == 1);
    CU_ASSERT(diag_set_warning(&f.diags, "quiet")); /* the last one wins */
    CU_ASSERT(diag_set_warning(&f.diags, "error"));
    CU_ASSERT(diag_set_warning(&f.diags, "no-error=kept"));
    diag_warning(&f.diags, range(&f, 2, 3), "kept", "m");
    CU_ASSERT(f.diags.error_count == 1 && f.diags.warning_count == 2);
    diag_warning(&f.diags, range(&f, 2, 3), "other", "m");
    CU_ASSERT(f.diags.error_count == 2 && f.diags.warning_count == 2);
    diag_error(&f.diags, range(&f, 3, 4), "quiet", "errors are never switched off");
    CU_ASSERT_EQUAL(f.diags.error_count, 3);
    arena_free(&f.arena);
}

static const char *print_range(Fixture *f, const char *chars, uint32_t from, uint32_t to) {
    begin(f, chars);
    diag_error(&f->diags, range(f, from, to), "n", "m");
    return strchr(print(f, DIAG_PLAIN), '\n') + 1;
}

void diag_excerpts(void) {
    Fixture f;
    /* A tab is printed as one space, so that the caret stands below its character. */
    CU_ASSERT_STRING_EQUAL(print_range(&f,
                                       "\ta\t\xc3\xa9"
                                       "b\n",
                                       5, 6),
                           "    1 |  a \xc3\xa9"
                           "b\n      |     ^\n");
    arena_free(&f.arena);
    /* What is escaped is as wide as it is printed. */
    CU_ASSERT_STRING_EQUAL(print_range(&f,
                                       "a\x1b"
                                       "bcd\n",
                                       3, 5),
                           "    1 | a\\x1bbcd\n      |      "
                           " ^~\n");
    arena_free(&f.arena);
    CU_ASSERT_STRING_EQUAL(print_range(&f,
                                       "a\x1b"
                                       "b\n",
                                       1, 2),
                           "    1 | a\\x1bb\n      |  ^~~~\n");
    arena_free(&f.arena);
    /* The end of a line and of the file, and a range over several lines. */
    CU_ASSERT_STRING_EQUAL(print_range(&f, "ab\r\ncd", 2, 2), "    1 | ab\n      |   ^\n");
    arena_free(&f.arena);
    CU_ASSERT_STRING_EQUAL(print_range(&f, "ab\r\ncd", 6, 6), "    2 | cd\n      |   ^\n");
    arena_free(&f.arena);
    CU_ASSERT_STRING_EQUAL(print_range(&f, "abc\ndef", 1, 6), "    1 | abc\n      |  ^~\n");
    arena_free(&f.arena);
    CU_ASSERT_STRING_EQUAL(print_range(&f, "", 0, 0), "    1 | \n      | ^\n");
    arena_free(&f.arena);
    /* Of a long line the surroundings. */
    char chars[1001] = {0}, expected[300] = {0};
    memset(chars, 'x', 1000);
    memcpy(chars + 500, "HERE", 4);
    strcpy(expected, "    1 | ...");
    memset(expected + 11, 'x', 60);
    strcat(expected, "HERE");
    memset(expected + 75, 'x', 56);
    strcat(expected, "...\n      | ");
    memset(expected + strlen(expected), ' ', 63);
    strcat(expected, "^~~~\n");
    CU_ASSERT_STRING_EQUAL(print_range(&f, chars, 500, 504), expected);
    arena_free(&f.arena);
}
