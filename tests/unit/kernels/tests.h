#ifndef NNC_TESTS_KERNELS_TESTS_H
#define NNC_TESTS_KERNELS_TESTS_H

void dense_models(void);
void random_graphs(void);
void operations_equal_evaluation(void);
void long_operations(void);

#endif
