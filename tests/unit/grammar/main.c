/* Tests of grammar/ beyond the cases of tests/cases/parse and errors. */
#include "grammar/tests.h"

#include "unit.h"

static const UnitTest tests[] = {
    {"tokens", "statement ends", tokens_ends},
    {"tokens", "comments and blank lines are kept", tokens_comments},
    {"tokens", "ranges cover the text", tokens_ranges},
    {"tree", "ranges", tree_ranges},
    {"tree", "chains are lists", tree_chains},
    {"tree", "fields of statements", tree_statements},
    {"tree", "what can be read survives errors", tree_survives_errors},
    {"limits", "nesting, exactly", limits_nesting},
    {"limits", "large files", limits_size},
    {"limits", "a file cut anywhere", limits_truncation},
    {"limits", "any byte anywhere", limits_bytes},
};

int main(int argc, char **argv) {
    return unit_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
