/* Tests of compiled kernels: planned, compiled, run in this process and compared. An argument names
 * the only test to run. */
#include "tests.h"
#include "unit.h"

static const UnitTest tests[] = {
    {"kernels", "operations", operations_equal_evaluation},
    {"kernels", "long_operations", long_operations},
    {"kernels", "convolutions", convolutions},
    {"kernels", "pools", pools_in_maps},
    {"kernels", "dense_models", dense_models},
    {"kernels", "random_graphs", random_graphs},
};

int main(int argc, char **argv) {
    return unit_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
