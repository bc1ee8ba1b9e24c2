/* Tests of compiler/graph. */

#include "graph/tests.h"

#include <CUnit/Basic.h>

static const struct {
    const char *suite, *name;
    void (*run)(void);
} tests[] = {
    {"operations", "every operation is sampled", every_operation_is_sampled},
    {"operations", "every operation prints and reads", every_operation_prints_and_reads},
    {"operations", "every operation verifies", every_operation_verifies},
    {"values", "elementwise", elementwise_values},
    {"values", "products", product_values},
    {"values", "reductions", reduction_values},
    {"values", "movement", movement_values},
    {"values", "indexing", indexing_values},
    {"values", "draws are Philox", draws_are_philox},
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

int main(void) {
    if (CU_initialize_registry() != CUE_SUCCESS) return 2;
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        CU_pSuite suite = CU_get_suite(tests[i].suite);
        if (!suite) suite = CU_add_suite(tests[i].suite, NULL, NULL);
        if (!CU_add_test(suite, tests[i].name, tests[i].run)) return 2;
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failed != 0;
}
