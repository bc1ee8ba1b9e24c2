/* Tests of compiled kernels: planned, compiled, run in this process and compared. */
#include "tests.h"

#include <CUnit/Basic.h>

int main(void) {
    if (CU_initialize_registry() != CUE_SUCCESS) return 2;
    CU_pSuite suite = CU_add_suite("operations", NULL, NULL);
    CU_add_test(suite, "compiled equals evaluated, same bits everywhere",
                operations_equal_evaluation);
    CU_add_test(suite, "long rows, long sums, draws side by side", long_operations);
    suite = CU_add_suite("models", NULL, NULL);
    CU_add_test(suite, "training equals evaluation, same bits everywhere", dense_models);
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failed != 0;
}
