/* passes.c: the table of passes over graphs, made of passes.def. */

#include "passes/passes.h"

const Pass pass_table[] = {
#define PASS(name_, help_) {.name = #name_, .run = pass_##name_, .help = help_},
#include "passes/passes.def"
#undef PASS
};

const int pass_count = sizeof pass_table / sizeof pass_table[0];
