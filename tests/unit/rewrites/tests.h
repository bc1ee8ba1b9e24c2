/* tests.h: the tests of the passes over graphs; main.c lists them. */
#ifndef NNC_TESTS_REWRITES_TESTS_H
#define NNC_TESTS_REWRITES_TESTS_H

void passes_keep_every_operation(void);
void passes_keep_chains(void);
void passes_keep_minus_zero(void);

void constants_fold(void);
void folding_rounds_as_the_model(void);
void arithmetic_simplifies(void);
void choices_simplify(void);
void movement_simplifies(void);
void cross_entropy_becomes_p_minus_y(void);
void broadcasts_narrow(void);
void exchanged_operands_are_one(void);
void dead_code_leaves(void);

#endif
