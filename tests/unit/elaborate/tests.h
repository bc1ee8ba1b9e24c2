/* tests.h: the tests of this program. */
#ifndef NNC_TESTS_ELABORATE_TESTS_H
#define NNC_TESTS_ELABORATE_TESTS_H

void numbers_are_calculated(void);
void lists_are_lists(void);
void conditions_choose(void);
void loops_unroll(void);
void constants_and_hypers(void);
void functions_are_values(void);
void defaults_use_earlier_parameters(void);
void user_names_hide_the_library(void);

void broadcasting(void);
void products(void);
void reductions(void);
void movement(void);
void indexing(void);
void choices(void);
void draws(void);
void batches(void);

void paths_count_calls(void);
void names_share_parameters(void);
void states_are_updated(void);
void states_stand_still_when_frozen(void);
void statistics_have_levels(void);
void unread_variables_do_not_exist(void);
void losses_add_up(void);
void metrics_close_over_totals(void);
void regularization_sees_weights(void);

void optimizers_step(void);
void optimizer_memory_stays_normal(void);
void written_numbers_are_hypers(void);
void optimizer_states_are_named(void);
void settings_are_read(void);
void options_override_settings(void);
void includes_are_read_once(void);
void limits_hold(void);

void every_entry_has_a_sample(void);
void samples_elaborate(void);
void activations_have_their_values(void);
void losses_have_their_values(void);
void initializers_have_their_spread(void);
void schedules_have_their_values(void);
void layers_have_their_values(void);
void augmentations_have_their_values(void);

void inputs_are_pictures(void);
void convolutions_see_pictures(void);
void units_see_pictures(void);

void lints_warn(void);

void mutated_examples_are_answered(void);

#endif
