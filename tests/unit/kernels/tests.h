#ifndef NNC_TESTS_KERNELS_TESTS_H
#define NNC_TESTS_KERNELS_TESTS_H

void operations_equal_evaluation(void);

#endif
