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
void tasks_end_with_samples(void);
void products_of_samples(void);
void products_by_transposes(void);
void products_over_samples(void);
void products_with_overlap(void);
void products_of_many_blocks(void);
void long_contractions(void);
void changes_of_layout(void);
void inner_loops_stay_in_registers(void);
void tiles_of_convolutions_stay_in_registers(void);

#endif
