/* main.c: the suites of the plan's tests. */

#include "fixture.h"

#include <CUnit/Basic.h>

int main(void) {
    if (CU_initialize_registry() != CUE_SUCCESS) return 2;
    plan_suite(CU_add_suite("plan", NULL, NULL));
    fuse_suite(CU_add_suite("fusion", NULL, NULL));
    verify_suite(CU_add_suite("verifier", NULL, NULL));
    random_suite(CU_add_suite("random", NULL, NULL));
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failures = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failures ? 1 : 0;
}
