/* Tests of compiler/support. */
#include "support/tests.h"

#include "unit.h"

static const UnitTest tests[] = {
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

int main(int argc, char **argv) {
    return unit_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
