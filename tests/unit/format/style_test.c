/* style: what the style is, form by form. */
#include <CUnit/CUnit.h>
#include <stdio.h>

#include "format/format.h"
#include "format/tests.h"
#include "grammar/parsed.h"
#include "support/line_diff.h"

/* `written` becomes `expected`, which stays as it is. */
static void becomes(const char *written, const char *expected) {
    const char *texts[] = {written, expected};
    for (int i = 0; i < 2; i++) {
        Parsed parsed;
        parse_text(&parsed, texts[i]);
        CU_ASSERT_FALSE_FATAL(diag_failed(&parsed.diags));
        Text text;
        text_init(&text, &parsed.arena);
        format_file(parsed.file, &text);
        CU_ASSERT_STRING_EQUAL(text.chars, expected);
        if (strcmp(text.chars, expected) != 0) printf("\n%s\n---\n%s", text.chars, expected);
        arena_free(&parsed.arena);
    }
}

void style_rules(void) {
    /* spaces: around operators but ^, none inside brackets, one behind commas */
    becomes("const a=-1^ 2*( 3+4 )\n", "const a = -1^2 * (3 + 4)\n");
    becomes("const a = x [ 0,- 1 ,]", "const a = x[0, -1]\n");
    becomes("const a = [ [1],[ ] ]", "const a = [[1], []]\n");
    becomes("layer f( x,y=3 )=x->repeat 2 g (y)->h",
            "layer f(x, y = 3) = x -> repeat 2 g(y) -> h\n");
    becomes("const a = not  b and -(c)==d", "const a = not b and -(c) == d\n");
    /* blocks: on one line as long as they have no line break, else a statement a line */
    becomes("train{batch=32;epochs=4;}", "train { batch = 32; epochs = 4 }\n");
    becomes("train{\nbatch=32;epochs=4}", "train {\n    batch  = 32\n    epochs = 4\n}\n");
    becomes("train {\n\n}", "train {}\n");
    becomes("data{test=15%}\ntrain{}", "data  { test = 15% }\ntrain {}\n");
    /* lines that go on */
    becomes("const a = b +\nc\n- d", "const a = b\n    + c\n    - d\n");
    becomes("const a = f(b,\n c)", "const a = f(b,\n            c)\n");
    becomes("const a = f(\n b,\nc,\n)", "const a = f(\n    b,\n    c,\n)\n");
    becomes("const a = if b\nthen c else\nif d then e\nelse f",
            "const a = if b\n          then c\n          else if d then e\n          else f\n");
    becomes("const a = 1 +\n-\n2", "const a = 1\n    + -\n    2\n");
    /* tables */
    becomes("model m {\ninput x:real\ntarget long:real\nloss a(x)\nregularize b\n\nmetric c(x)\n}",
            "model m {\n    input  x    : real\n    target long : real\n    loss       a(x)\n"
            "    regularize b\n\n    metric c(x)\n}\n");
    becomes("model m {\noutput a=1\noutput long=2\nparam w=0\nparam long=0\n}",
            "model m {\n    output a    = 1\n    output long = 2\n    param w = 0\n"
            "    param long = 0\n}\n");
    becomes("const a=1\nhyper long=2\n\nconst b=3",
            "const a    = 1\nhyper long = 2\n\nconst b = 3\n");
    becomes("model m {\nfor i in [1] {\nloss a\n}\nmetric b\n}",
            "model m {\n    for i in [1] {\n        loss a\n    }\n    metric b\n}\n");
    /* a byte order mark and CR go */
    becomes("\xef\xbb\xbf"
            "const a = 1\r\n\r\n\r\n",
            "const a = 1\n");
    becomes("", "");
}

void style_comments(void) {
    becomes("\n\n#a  \n\n\n\n#b\nconst a=1#c\nconst b =22 # d\n#e",
            "#a\n\n#b\nconst a = 1   #c\nconst b = 22  # d\n#e\n");
    becomes("model m { # a\n\n# b\noutput p = x # c\n# d\n-> f # e\n\n# g\n\n}\n# h",
            "model m {  # a\n    # b\n    output p = x  # c\n        # d\n        -> f  # e\n\n"
            "    # g\n}\n# h\n");
    becomes("const a = f( # a\n# b\n1, # c\n 2)",
            "const a = f(  # a\n    # b\n    1,  # c\n    2)\n");
    becomes("const a = b - # c\nd\n# e\n- f", "const a = b -  # c\n    d\n    # e\n    - f\n");
    /* a comment parts a table; one behind a line does not */
    becomes("train {\nbatch=1\n# a\nseed_of=2 # \xc3\xa9\n}",
            "train {\n    batch = 1\n    # a\n    seed_of = 2  # \xc3\xa9\n}\n");
}

static const char *difference(Arena *arena, const char *before, const char *after) {
    Text text;
    text_init(&text, arena);
    line_diff(&text, "x", before, strlen(before), after, strlen(after));
    return text.chars;
}

void style_differences(void) {
    Arena arena;
    arena_init(&arena);
    CU_ASSERT_STRING_EQUAL(difference(&arena, "a\nb\n", "a\nb\n"), "");
    CU_ASSERT_STRING_EQUAL(difference(&arena, "", "a\n"), "--- x\n+++ x\n@@ -0,0 +1,1 @@\n+a\n");
    CU_ASSERT_STRING_EQUAL(
        difference(&arena, "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
        "--- x\n+++ x\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    CU_ASSERT_STRING_EQUAL(
        difference(&arena, "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "1\n2\n3\n4\n5\n6\n7\nb\nc\n"),
        "--- x\n+++ x\n@@ -1,4 +1,3 @@\n-a\n 1\n 2\n 3\n@@ -7,3 +6,4 @@\n 6\n 7\n b\n+c\n");
    arena_free(&arena);
}
