#ifndef NNC_TESTS_GRAMMAR_TESTS_H
#define NNC_TESTS_GRAMMAR_TESTS_H

void tokens_ends(void);
void tokens_comments(void);
void tokens_ranges(void);
void tree_ranges(void);
void tree_chains(void);
void tree_statements(void);
void tree_survives_errors(void);
void limits_nesting(void);
void limits_size(void);
void limits_truncation(void);
void limits_bytes(void);

#endif
