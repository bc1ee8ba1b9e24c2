/* Tests of library/ and of the models that are not part of it: examples/ and tests/reference/. */
#include "library_tests.h"
#include "unit.h"

int main(void) {
    CU_SuiteInfo suites[] = {
        {"library_text", NULL, NULL, NULL, NULL, text_tests},
        {"parse", NULL, NULL, NULL, NULL, parse_tests},
        {"walk", NULL, NULL, NULL, NULL, walk_tests},
        CU_SUITE_INFO_NULL,
    };
    unit_begin();
    if (CU_register_suites(suites) != CUE_SUCCESS) return 2;
    return unit_end();
}
