/* Tests of compiler/autodiff. */

#include "autodiff/tests.h"

#include <CUnit/Basic.h>

static const struct {
    const char *suite, *name;
    void (*run)(void);
} tests[] = {
    {"slopes", "every derivative is the slope", every_derivative_is_the_slope},
    {"slopes", "chains of operations", chains_of_operations},
    {"rules", "zero times anything is zero", zero_times_anything_is_zero},
    {"rules", "ties give neither side", ties_give_neither_side},
    {"rules", "the first of equals wins", the_first_of_equals_wins},
    {"rules", "logits of a thousand", logits_of_a_thousand},
    {"models", "parameters used twice", parameters_used_twice},
    {"models", "losses and penalties", losses_and_penalties_are_weighed},
    {"models", "frozen parameters", frozen_parameters_have_no_gradient},
    {"models", "clipping", updates_see_clipped_gradients},
    {"models", "training", gradients_see_training},
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
