/* parse_kind.c: cases of the parser. See kinds.h. */

#include <stdio.h>
#include <string.h>

#include "ast/print.h"
#include "runner/files.h"
#include "runner/front.h"
#include "runner/kinds.h"

/* Appends the printed tree of a text; false, having printed them, when there are errors. */
static bool print_tree(Arena *arena, const char *name, const Text *text, Text *tree) {
    Front front;
    front_parse(&front, name, text->chars, text->length);
    bool parsed = !diag_failed(&front.diags);
    Text printed;
    text_init(&printed, arena);
    if (parsed)
        ast_print(front.file, tree);
    else
        diag_print(&front.diags, DIAG_PLAIN, &printed);
    fputs(printed.chars, stdout);
    front_free(&front);
    return parsed;
}

CaseResult run_parse_case(Case *a_case) {
    Text tree, again, expected;
    text_init(&tree, a_case->arena);
    text_init(&again, a_case->arena);
    text_init(&expected, a_case->arena);
    if (!print_tree(a_case->arena, a_case->name, &a_case->text, &tree)) return CASE_FAILED;
    if (!print_tree(a_case->arena, "the printed tree", &tree, &again)) return CASE_FAILED;
    if (strcmp(tree.chars, again.chars) != 0) {
        puts("  the printed tree reads back differently");
        files_print_difference(tree.chars, again.chars);
        return CASE_FAILED;
    }
    const char *path =
        arena_format(a_case->arena, "%.*s.tree", (int)strlen(a_case->name) - 3, a_case->name);
    bool exists = files_read(path, &expected);
    if (exists && strcmp(tree.chars, expected.chars) == 0) return CASE_PASSED;
    if (a_case->update) {
        files_write(path, tree.chars, tree.length);
        return CASE_UPDATED;
    }
    if (!exists) printf("  %s is missing; --update writes it\n", path);
    files_print_difference(expected.chars, tree.chars);
    return CASE_FAILED;
}
