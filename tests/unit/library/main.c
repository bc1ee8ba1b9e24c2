/* Tests of library/ and of the models that are not part of it: examples/ and tests/reference/. */
#include "library_tests.h"

int main(void) {
    CU_SuiteInfo suites[] = {
        {"library_text", NULL, NULL, NULL, NULL, text_tests},
        {"parse", NULL, NULL, NULL, NULL, parse_tests},
        {"walk", NULL, NULL, NULL, NULL, walk_tests},
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
