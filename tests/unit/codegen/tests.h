#ifndef NNC_TESTS_CODEGEN_TESTS_H
#define NNC_TESTS_CODEGEN_TESTS_H

void module_errors(void);
void module_cpus(void);
void loops_and_branches(void);
void masked_memory(void);
void interleaving(void);
void functions_equal_scalar(void);
void power_equals_scalar(void);
void random_equals_scalar(void);

#endif
