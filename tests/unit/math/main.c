/* Tests of compiler/math: accuracy, edges, random numbers. */
#include "math/tests.h"

#include <CUnit/Basic.h>

int main(void) {
    if (CU_initialize_registry() != CUE_SUCCESS) return 2;
    CU_pSuite suite = CU_add_suite("functions", NULL, NULL);
    CU_add_test(suite, "accuracy", functions_accuracy);
    CU_add_test(suite, "accuracy of powers", power_accuracy);
    CU_add_test(suite, "edges", functions_edges);
    CU_add_test(suite, "edges of powers", power_edges);
    CU_add_test(suite, "whole powers", whole_powers);
    CU_add_test(suite, "maximum and minimum", maximum_and_minimum);
    suite = CU_add_suite("scalar", NULL, NULL);
    CU_add_test(suite, "operations", scalar_operations);
    suite = CU_add_suite("random", NULL, NULL);
    CU_add_test(suite, "known answers", philox_known_answers);
    CU_add_test(suite, "uniform", uniform_draws);
    CU_add_test(suite, "normal", normal_draws);
    CU_add_test(suite, "elements are blocks", elements_are_blocks);
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failed != 0;
}
