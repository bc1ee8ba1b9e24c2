/* unit.c: registers tests with CUnit, runs them, and turns the outcome into an exit status. */
#include "unit.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void unit_begin(void) {
    if (CU_initialize_registry() == CUE_SUCCESS) return;
    fputs("CUnit cannot be started\n", stderr);
    exit(2);
}

int unit_end(void) {
    /* Without a test nothing could fail: that is a mistake in the program, not a success. */
    int status = CU_get_registry()->uiNumberOfTests == 0 ? 2 : 0;
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    if (CU_get_number_of_failures() + CU_get_number_of_suites_failed() > 0) status = 1;
    CU_cleanup_registry();
    return status;
}

static int is_wanted(const UnitTest *test, int argc, char **argv) {
    return argc < 2 || strcmp(argv[1], test->suite) == 0 || strcmp(argv[1], test->name) == 0;
}

int unit_main(const UnitTest *tests, size_t count, int argc, char **argv) {
    unit_begin();
    for (size_t i = 0; i < count; i++) {
        if (!is_wanted(&tests[i], argc, argv)) continue;
        CU_pSuite suite = CU_get_suite(tests[i].suite);
        if (!suite) suite = CU_add_suite(tests[i].suite, NULL, NULL);
        if (!CU_add_test(suite, tests[i].name, tests[i].run)) {
            fprintf(stderr, "CUnit refuses the test '%s'\n", tests[i].name);
            exit(2);
        }
    }
    return unit_end();
}
