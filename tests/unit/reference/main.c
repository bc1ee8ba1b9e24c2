/* Tests against the stored numbers of Keras, tests/reference/. */
#include "reference.h"
#include "unit.h"

int main(void) {
    CU_SuiteInfo suites[] = {
        {"models", NULL, NULL, NULL, NULL, models_tests},
        {"entries", NULL, NULL, NULL, NULL, entries_tests},
        CU_SUITE_INFO_NULL,
    };
    unit_begin();
    if (CU_register_suites(suites) != CUE_SUCCESS) return 2;
    return unit_end();
}
