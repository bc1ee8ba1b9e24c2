/* Tests of compiler/graph. */

#include "graph/tests.h"

#include "unit.h"

static const UnitTest tests[] = {
    {"operations", "every operation is sampled", every_operation_is_sampled},
    {"operations", "every operation prints and reads", every_operation_prints_and_reads},
    {"operations", "every operation verifies", every_operation_verifies},
    {"values", "elementwise", elementwise_values},
    {"values", "products", product_values},
    {"values", "reductions", reduction_values},
    {"values", "movement", movement_values},
    {"values", "indexing", indexing_values},
    {"values", "resample", resample_values},
    {"values", "draws are Philox", draws_are_philox},
    {"windows", "convolutions", convolution_values},
    {"windows", "derivatives of convolutions", convolution_derivative_values},
    {"windows", "pools", pool_values},
    {"windows", "bad windows give words", bad_windows_give_words},
    {"stable forms", "logarithms", logarithms_are_stable},
    {"stable forms", "through movement", logarithms_see_through_movement},
    {"stable forms", "quotients", quotients_are_sigmoid_and_softmax},
    {"stable forms", "other formulas stay", other_formulas_stay},
    {"graph", "equal nodes are one", equal_nodes_are_one},
    {"graph", "bad types give words", bad_types_give_words},
    {"graph", "shapes broadcast", shapes_broadcast},
    {"graph", "training chooses", training_chooses},
    {"graph", "views of a model", views_of_a_model},
    {"graph", "bad texts give words", bad_texts_give_words},
    {"graph", "wrong graphs are found", wrong_graphs_are_found},
};

int main(int argc, char **argv) {
    return unit_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
