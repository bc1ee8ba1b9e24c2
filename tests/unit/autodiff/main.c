/* Tests of compiler/autodiff. */

#include "autodiff/tests.h"

#include "unit.h"

static const UnitTest tests[] = {
    {"slopes", "every derivative is the slope", every_derivative_is_the_slope},
    {"slopes", "chains of operations", chains_of_operations},
    {"rules", "zero times anything is zero", zero_times_anything_is_zero},
    {"rules", "ties give neither side", ties_give_neither_side},
    {"rules", "the first of equals wins", the_first_of_equals_wins},
    {"rules", "logits of a thousand", logits_of_a_thousand},
    {"models", "parameters used twice", parameters_used_twice},
    {"models", "losses and penalties", losses_and_penalties_are_weighed},
    {"models", "frozen parameters", frozen_parameters_have_no_gradient},
    {"models", "clipping", updates_see_clipped_gradients},
    {"models", "training", gradients_see_training},
    {"models", "grains", grains_are_joined},
};

int main(int argc, char **argv) {
    return unit_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
