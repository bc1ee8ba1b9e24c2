#ifndef NNC_TESTS_MATH_TESTS_H
#define NNC_TESTS_MATH_TESTS_H

void functions_accuracy(void);
void power_accuracy(void);
void functions_edges(void);
void power_edges(void);
void whole_powers(void);
void maximum_and_minimum(void);
void scalar_operations(void);
void philox_known_answers(void);
void uniform_draws(void);
void normal_draws(void);
void elements_are_blocks(void);

#endif
