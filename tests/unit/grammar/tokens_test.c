/* tokens: the list that the formatter works on. */
#include <CUnit/CUnit.h>

#include "grammar/parsed.h"
#include "grammar/tests.h"

static const char *tokens(Parsed *parsed, const char *chars) {
    parse_text(parsed, chars);
    Text text;
    text_init(&text, &parsed->arena);
    tokens_print(parsed->file->tokens, parsed->file->source, &text);
    return text.chars;
}

void tokens_ends(void) {
    Parsed parsed;
    CU_ASSERT_STRING_EQUAL(tokens(&parsed, "const a = [1,\n2] +\n3\nconst b = 4"),
                           "1:1      const\n"
                           "1:7      name a\n"
                           "1:9      =\n"
                           "1:11     [\n"
                           "1:12     number 1\n"
                           "1:13     ,\n"
                           "2:1      number 2\n"
                           "2:2      ]\n"
                           "2:4      +\n"
                           "3:1      number 3\n"
                           "3:2      end of statement\n"
                           "4:1      const\n"
                           "4:7      name b\n"
                           "4:9      =\n"
                           "4:11     number 4\n"
                           "4:12     end of statement\n"
                           "4:12     end of file\n");
    arena_free(&parsed.arena);
}

void tokens_comments(void) {
    Parsed parsed;
    CU_ASSERT_STRING_EQUAL(tokens(&parsed, "# one\n\n\nconst a = 1 # two\r\n  # three"),
                           "1:1      comment # one\n"
                           "\n"
                           "4:1     const\n"
                           "4:7      name a\n"
                           "4:9      =\n"
                           "4:11     number 1\n"
                           "4:13     comment # two\n"
                           "5:3      comment # three\n"
                           "4:12     end of statement\n"
                           "5:10     end of file\n");
    CU_ASSERT_EQUAL(parsed.file->tokens->items[1].lines_before, 3);
    CU_ASSERT_EQUAL(parsed.file->tokens->items[6].lines_before, 1);
    arena_free(&parsed.arena);
}

/* Between the tokens there is nothing but spaces and line ends. */
void tokens_ranges(void) {
    Parsed parsed;
    const char *chars = "model m { # c\n\tinput x:real;output y=x[-1]^2%->f(\"a b\")\n}\n\n\n#d\n";
    parse_text(&parsed, chars);
    CU_ASSERT_FALSE(diag_failed(&parsed.diags));
    char copy[200];
    strcpy(copy, chars);
    const TokenList *list = parsed.file->tokens;
    for (int64_t i = 0; i < list->count; i++)
        memset(copy + list->items[i].begin, ' ', list->items[i].end - list->items[i].begin);
    CU_ASSERT_EQUAL(strspn(copy, " \t\r\n"), strlen(chars));
    arena_free(&parsed.arena);
}
