/* Tests of the passes from graph to graph. */

#include "rewrites/tests.h"

#include <CUnit/Basic.h>

static const struct {
    const char *suite, *name;
    void (*run)(void);
} tests[] = {
    {"values", "every operation keeps its value", passes_keep_every_operation},
    {"values", "chains keep their values", passes_keep_chains},
    {"values", "minus zero stays", passes_keep_minus_zero},
    {"changes", "constants fold", constants_fold},
    {"changes", "folding rounds as the model", folding_rounds_as_the_model},
    {"changes", "arithmetic", arithmetic_simplifies},
    {"changes", "choices", choices_simplify},
    {"changes", "movement", movement_simplifies},
    {"changes", "cross-entropy becomes p - y", cross_entropy_becomes_p_minus_y},
    {"changes", "broadcasts narrow", broadcasts_narrow},
    {"changes", "exchanged operands are one", exchanged_operands_are_one},
    {"changes", "dead code leaves", dead_code_leaves},
};

int main(void) {
    if (CU_initialize_registry() != CUE_SUCCESS) return 2;
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        CU_pSuite suite = CU_get_suite(tests[i].suite);
        if (!suite) suite = CU_add_suite(tests[i].suite, NULL, NULL);
        if (!CU_add_test(suite, tests[i].name, tests[i].run)) return 2;
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failed != 0;
}
