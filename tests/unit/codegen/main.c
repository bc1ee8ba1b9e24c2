/* Tests of compiler/codegen: each writes code, runs it in this process and compares bits. */
#include "codegen/module.h"
#include "codegen/tests.h"
#include "unit.h"

static const UnitTest tests[] = {
    {"module", "errors", module_errors},
    {"module", "cpus", module_cpus},
    {"emit", "loops and branches", loops_and_branches},
    {"emit", "masked memory", masked_memory},
    {"emit", "interleaving", interleaving},
    {"math_emit", "functions equal the scalar ones", functions_equal_scalar},
    {"math_emit", "powers equal the scalar ones", power_equals_scalar},
    {"math_emit", "random numbers equal the scalar ones", random_equals_scalar},
    {"domain", "tasks end with samples", tasks_end_with_samples},
    {"matmul", "products of samples", products_of_samples},
    {"matmul", "products by transposes", products_by_transposes},
    {"matmul", "products over samples", products_over_samples},
    {"matmul", "products with overlap", products_with_overlap},
    {"matmul", "products of many blocks", products_of_many_blocks},
    {"matmul", "long contractions", long_contractions},
    {"matmul", "changes of layout", changes_of_layout},
    {"matmul", "inner loops stay in registers", inner_loops_stay_in_registers},
    {"convolution", "tiles stay in registers", tiles_of_convolutions_stay_in_registers},
};

int main(int argc, char **argv) {
    module_tune_process(); /* as nnc does */
    return unit_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
