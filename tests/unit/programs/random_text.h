/* random_text.h: valid models from a seed, as text. */
#ifndef NNC_TESTS_PROGRAMS_RANDOM_TEXT_H
#define NNC_TESTS_PROGRAMS_RANDOM_TEXT_H

#include "support/text.h"

#include <stdbool.h>

/* A model with its optimizer: inputs, two to eight steps of layers, residual sums, shared layers,
 * parameters and formulas in odd widths, a loss, often a regularizer and a metric. The same text
 * for the same seed. It has no kinks where a gradient would depend on the last bit. */
const char *random_text(Arena *arena, uint64_t seed);

#endif
