/* Tests of compiler/elaborate and compiler/lint. */

#include "elaborate/tests.h"

#include "unit.h"

static const UnitTest tests[] = {
    {"compile time", "numbers", numbers_are_calculated},
    {"compile time", "lists", lists_are_lists},
    {"compile time", "conditions", conditions_choose},
    {"compile time", "loops", loops_unroll},
    {"compile time", "constants and hypers", constants_and_hypers},
    {"compile time", "functions as values", functions_are_values},
    {"compile time", "defaults", defaults_use_earlier_parameters},
    {"compile time", "user names hide the library's", user_names_hide_the_library},
    {"tensors", "broadcasting", broadcasting},
    {"tensors", "products", products},
    {"tensors", "reductions", reductions},
    {"tensors", "movement", movement},
    {"tensors", "indexing", indexing},
    {"tensors", "choices", choices},
    {"tensors", "draws", draws},
    {"tensors", "batches", batches},
    {"model", "paths count calls", paths_count_calls},
    {"model", "names share parameters", names_share_parameters},
    {"model", "states", states_are_updated},
    {"model", "frozen states", states_stand_still_when_frozen},
    {"model", "statistics", statistics_have_levels},
    {"model", "unread variables", unread_variables_do_not_exist},
    {"model", "losses", losses_add_up},
    {"model", "metrics", metrics_close_over_totals},
    {"model", "regularization", regularization_sees_weights},
    {"training", "optimizers step", optimizers_step},
    {"training", "optimizer memory", optimizer_memory_stays_normal},
    {"training", "written numbers are hypers", written_numbers_are_hypers},
    {"training", "names of optimizer states", optimizer_states_are_named},
    {"training", "settings", settings_are_read},
    {"training", "settings by option", options_override_settings},
    {"files", "includes", includes_are_read_once},
    {"files", "limits", limits_hold},
    {"library", "every entry has a sample", every_entry_has_a_sample},
    {"library", "samples elaborate", samples_elaborate},
    {"library", "activations", activations_have_their_values},
    {"library", "losses", losses_have_their_values},
    {"library", "initializers", initializers_have_their_spread},
    {"library", "schedules", schedules_have_their_values},
    {"library", "layers", layers_have_their_values},
    {"library", "augmentations", augmentations_have_their_values},
    {"pictures", "inputs", inputs_are_pictures},
    {"pictures", "convolutions", convolutions_see_pictures},
    {"pictures", "units", units_see_pictures},
    {"lint", "lints warn", lints_warn},
    {"robustness", "mutated examples", mutated_examples_are_answered},
};

int main(int argc, char **argv) {
    return unit_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
