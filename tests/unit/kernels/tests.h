#ifndef NNC_TESTS_KERNELS_TESTS_H
#define NNC_TESTS_KERNELS_TESTS_H

#include "graph/sample.h"

void dense_models(void);
void random_graphs(void);
void operations_equal_evaluation(void);
void long_operations(void);
void convolutions(void);
void pools_in_maps(void);

/* sample->node in double and single against the reference, then everywhere the same bits.
 * `other_cpu`: a further CPU, or NULL. */
void operations_check(Sample *sample, uint64_t seed, const char *other_cpu);

#endif
