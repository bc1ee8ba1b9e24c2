/* Tests of the passes from graph to graph. */

#include "rewrites/tests.h"
#include "unit.h"

static const UnitTest tests[] = {
    {"values", "every operation keeps its value", passes_keep_every_operation},
    {"values", "chains keep their values", passes_keep_chains},
    {"values", "minus zero stays", passes_keep_minus_zero},
    {"changes", "constants fold", constants_fold},
    {"changes", "folding rounds as the model", folding_rounds_as_the_model},
    {"changes", "arithmetic", arithmetic_simplifies},
    {"changes", "choices", choices_simplify},
    {"changes", "movement", movement_simplifies},
    {"changes", "cross-entropy becomes p - y", cross_entropy_becomes_p_minus_y},
    {"changes", "broadcasts narrow", broadcasts_narrow},
    {"changes", "exchanged operands are one", exchanged_operands_are_one},
    {"changes", "dead code leaves", dead_code_leaves},
};

int main(int argc, char **argv) {
    return unit_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
