/* main.c: the suites of the plan's tests. */

#include "fixture.h"
#include "unit.h"

#include <CUnit/Basic.h>

int main(void) {
    unit_begin();
    plan_suite(CU_add_suite("plan", NULL, NULL));
    fuse_suite(CU_add_suite("fusion", NULL, NULL));
    verify_suite(CU_add_suite("verifier", NULL, NULL));
    chain_suite(CU_add_suite("chains", NULL, NULL));
    random_suite(CU_add_suite("random", NULL, NULL));
    return unit_end();
}
