/* Tests of compiler/format, and of the line difference that `nnc fmt --diff` prints. */
#include "format/tests.h"

#include <CUnit/Basic.h>

typedef struct Test {
    const char *suite, *name;
    void (*run)(void);
} Test;

static const Test tests[] = {
    {"style", "rules", style_rules},
    {"style", "comments", style_comments},
    {"style", "differences", style_differences},
    {"corpus", "every file of the project", corpus_all},
    {"corpus", "library and examples are kept in the style", corpus_kept},
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
