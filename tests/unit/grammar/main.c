/* Tests of grammar/ beyond the cases of tests/cases/parse and errors. */
#include "grammar/tests.h"

#include <CUnit/Basic.h>

typedef struct Test {
    const char *suite, *name;
    void (*run)(void);
} Test;

static const Test tests[] = {
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

int main(void) {
    if (CU_initialize_registry() != CUE_SUCCESS) return 2;
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        CU_pSuite suite = CU_get_suite(tests[i].suite);
        if (!suite) suite = CU_add_suite(tests[i].suite, NULL, NULL);
        CU_add_test(suite, tests[i].name, tests[i].run);
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failed != 0;
}
