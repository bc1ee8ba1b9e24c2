/* Tests of compiler/math: accuracy, edges, random numbers. */
#include "math/tests.h"
#include "unit.h"

static const UnitTest tests[] = {
    {"functions", "accuracy", functions_accuracy},
    {"functions", "accuracy of powers", power_accuracy},
    {"functions", "edges", functions_edges},
    {"functions", "edges of powers", power_edges},
    {"functions", "whole powers", whole_powers},
    {"functions", "maximum and minimum", maximum_and_minimum},
    {"scalar", "operations", scalar_operations},
    {"random", "known answers", philox_known_answers},
    {"random", "uniform", uniform_draws},
    {"random", "normal", normal_draws},
    {"random", "elements are blocks", elements_are_blocks},
};

int main(int argc, char **argv) {
    return unit_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
