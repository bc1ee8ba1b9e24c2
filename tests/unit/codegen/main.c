/* Tests of compiler/codegen: each writes code, runs it in this process and compares bits. */
#include "codegen/tests.h"

#include <CUnit/Basic.h>

int main(void) {
    if (CU_initialize_registry() != CUE_SUCCESS) return 2;
    CU_pSuite suite = CU_add_suite("module", NULL, NULL);
    CU_add_test(suite, "errors", module_errors);
    CU_add_test(suite, "cpus", module_cpus);
    suite = CU_add_suite("emit", NULL, NULL);
    CU_add_test(suite, "loops and branches", loops_and_branches);
    CU_add_test(suite, "masked memory", masked_memory);
    CU_add_test(suite, "interleaving", interleaving);
    suite = CU_add_suite("math_emit", NULL, NULL);
    CU_add_test(suite, "functions equal the scalar ones", functions_equal_scalar);
    CU_add_test(suite, "powers equal the scalar ones", power_equals_scalar);
    CU_add_test(suite, "random numbers equal the scalar ones", random_equals_scalar);
    suite = CU_add_suite("matmul", NULL, NULL);
    CU_add_test(suite, "products of samples", products_of_samples);
    CU_add_test(suite, "products by transposes", products_by_transposes);
    CU_add_test(suite, "products over samples", products_over_samples);
    CU_add_test(suite, "products of many blocks", products_of_many_blocks);
    CU_add_test(suite, "long contractions", long_contractions);
    CU_add_test(suite, "changes of layout", changes_of_layout);
    CU_add_test(suite, "inner loops stay in registers", inner_loops_stay_in_registers);
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failed != 0;
}
