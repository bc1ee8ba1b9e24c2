/* tests.h: the tests of compiler/autodiff; main.c lists them. */
#ifndef NNC_TESTS_AUTODIFF_TESTS_H
#define NNC_TESTS_AUTODIFF_TESTS_H

void every_derivative_is_the_slope(void);
void chains_of_operations(void);

void zero_times_anything_is_zero(void);
void ties_give_neither_side(void);
void the_first_of_equals_wins(void);
void logits_of_a_thousand(void);
void parameters_used_twice(void);
void losses_and_penalties_are_weighed(void);
void frozen_parameters_have_no_gradient(void);
void updates_see_clipped_gradients(void);
void gradients_see_training(void);
void grains_are_joined(void);

#endif
