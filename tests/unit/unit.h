/* unit.h: the main function of the CUnit programs, once.
 *
 * A program is a table of tests in the order in which they run; tests of one suite name belong
 * together. Programs whose files register suites of their own stand between unit_begin and
 * unit_end.
 */
#ifndef NNC_TESTS_UNIT_H
#define NNC_TESTS_UNIT_H

#include <stddef.h>

typedef struct UnitTest {
    const char *suite, *name;
    void (*run)(void);
} UnitTest;

/* Runs the tests of a table, or, when there is an argument, only those of that suite or name.
 * Gives the exit status: 0 all passed, 1 some failed, 2 nothing could be run. */
int unit_main(const UnitTest *tests, size_t count, int argc, char **argv);

/* Opens CUnit's registry; ends the program with 2 when that fails. */
void unit_begin(void);
/* Runs what was registered since and closes the registry. The exit status, as above. */
int unit_end(void);

#endif
