/* Whole models as compiled code: against the reference evaluation, and bit for bit however they
 * were compiled. */
#include <CUnit/Basic.h>

#include "compiled.h"
#include "unit.h"

static CU_TestInfo tests[] = {
    {"random models equal their evaluation, and themselves in every way", programs_random},
    {"roots of an update that come a row later", late_roots_read_what_is_stored},
    CU_TEST_INFO_NULL,
};

int main(void) {
    unit_begin();
    CU_SuiteInfo suites[] = {{"programs", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
    if (CU_register_suites(suites) != CUE_SUCCESS) return 1;
    return unit_end();
}
