/* Tests of compiler/support. */
#include "support/tests.h"

#include <CUnit/Basic.h>

typedef struct Test {
    const char *suite, *name;
    void (*run)(void);
} Test;

static const Test tests[] = {
    {"arena", "memory is zeroed, aligned and stays", arena_memory},
    {"arena", "large blocks", arena_large},
    {"arena", "running out", arena_exhausted},
    {"arena", "texts", arena_texts},
    {"vec", "grows", vec_grows},
    {"text", "builds", text_builds},
    {"text", "numbers read back", text_numbers},
    {"intern", "one pointer for equal texts", intern_equal},
    {"utf8", "decodes, refuses what is not UTF-8", utf8_decodes},
    {"utf8", "escapes", utf8_escapes},
    {"number", "reads", number_reads},
    {"number", "does not depend on the locale", number_locale},
    {"nearest", "distances", nearest_distances},
    {"nearest", "names", nearest_names},
    {"source", "places", source_places},
    {"source", "lines", source_lines},
    {"source", "reading files", source_reading},
    {"diag", "plain", diag_plain},
    {"diag", "colour", diag_colour},
    {"diag", "JSON", diag_json},
    {"diag", "order", diag_order},
    {"diag", "the same once", diag_once},
    {"diag", "limits", diag_limits},
    {"diag", "policies of warnings", diag_policies},
    {"diag", "excerpts of odd lines", diag_excerpts},
};

int main(void) {
    if (CU_initialize_registry() != CUE_SUCCESS) return 2;
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        CU_pSuite suite = CU_get_suite(tests[i].suite);
        if (!suite) suite = CU_add_suite(tests[i].suite, NULL, NULL);
        CU_add_test(suite, tests[i].name, tests[i].run);
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failed != 0;
}
