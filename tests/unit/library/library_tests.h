/* library_tests.h: the suites of this program. */
#ifndef NNC_TESTS_LIBRARY_TESTS_H
#define NNC_TESTS_LIBRARY_TESTS_H

#include <CUnit/Basic.h>

extern CU_TestInfo parse_tests[];
extern CU_TestInfo text_tests[];
extern CU_TestInfo walk_tests[];

#endif
