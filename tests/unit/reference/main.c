/* Tests against the stored numbers of Keras, tests/reference/. */
#include "reference.h"

int main(void) {
    CU_SuiteInfo suites[] = {
        {"models", NULL, NULL, NULL, NULL, models_tests},
        {"entries", NULL, NULL, NULL, NULL, entries_tests},
        CU_SUITE_INFO_NULL,
    };
    if (CU_initialize_registry() != CUE_SUCCESS) return 2;
    if (CU_register_suites(suites) != CUE_SUCCESS) return 2;
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failed != 0;
}
