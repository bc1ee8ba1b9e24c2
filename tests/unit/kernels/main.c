/* Tests of compiled kernels: planned, compiled, run in this process and compared. An argument names
 * the only test to run. */
#include "tests.h"

#include <CUnit/Basic.h>
#include <string.h>

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(void);
    } tests[] = {
        {"operations", operations_equal_evaluation},
        {"long_operations", long_operations},
        {"dense_models", dense_models},
        {"random_graphs", random_graphs},
    };
    if (CU_initialize_registry() != CUE_SUCCESS) return 2;
    CU_pSuite suite = CU_add_suite("kernels", NULL, NULL);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (argc < 2 || strcmp(argv[1], tests[i].name) == 0)
            CU_add_test(suite, tests[i].name, tests[i].run);
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failed != 0;
}
